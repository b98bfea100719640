package minigo

import (
	"fmt"
	"strings"
)

// file is a program of functions, of which the last is the one to call.
func (a *author) file(prefix string, n int) {
	for i := range n {
		f := function{name: fmt.Sprintf("%s%d", prefix, i)}
		var params []string
		a.scope, a.loops, a.ret, a.cost = nil, nil, nil, 1
		last := i == n-1
		for range 1 + a.rng.IntN(3) {
			t := a.typ(2)
			if last {
				t = a.pick(argTypes...)
			}
			name := a.name("p")
			f.params = append(f.params, t)
			params = append(params, name+" "+t)
			a.scope = append(a.scope, variable{name: name, typ: t})
		}
		results := 1
		if !last && a.one(3) {
			results = 2
		}
		a.named = a.one(3)
		var out []string
		for range results {
			t := a.typ(2)
			for last && strings.Contains(t, "func") {
				t = a.typ(2)
			}
			f.results = append(f.results, t)
			if a.named {
				name := a.name("r")
				a.scope = append(a.scope, variable{name: name, typ: t})
				t = name + " " + t
			}
			out = append(out, t)
		}
		a.ret = f.results
		a.line("func %s(%s) (%s) {", f.name, strings.Join(params, ", "), strings.Join(out, ", "))
		a.depth++
		a.statements(3+a.rng.IntN(5), 2)
		a.returns()
		a.depth--
		a.line("}")
		a.line("")
		f.cost = 30
		a.funcs = append(a.funcs, f)
	}
}

func (a *author) returns() {
	if a.named && a.one(3) {
		a.line("return")
		return
	}
	var list []string
	for _, t := range a.ret {
		list = append(list, a.expr(t, 2))
	}
	a.line("return %s", strings.Join(list, ", "))
}

// block writes statements in a scope of their own.
func (a *author) block(n, levels int, more ...variable) {
	before := len(a.scope)
	a.scope = append(a.scope[:before:before], more...)
	a.depth++
	a.statements(n, levels)
	a.depth--
	a.scope = a.scope[:before]
}

func (a *author) statements(n, levels int) {
	for range n {
		a.statement(levels)
	}
}

// declared makes a variable known, and uses it.
func (a *author) declared(v variable) {
	a.scope = append(a.scope, v)
	if a.one(3) {
		a.line("_ = %s", v.name)
		return
	}
	switch kind, key, _ := parts(v.typ); {
	case kind == "map":
		a.line("_ = %s[%s]", v.name, a.expr(key, 1))
	case kind == "array" && key != "0":
		a.line("_ = %s[0]", v.name)
	default:
		a.line("_, _ = %s, 1", v.name)
	}
}

func (a *author) declare() {
	t := a.typ(2)
	kind, _, elem := parts(t)
	v := variable{name: a.name("v"), typ: t, fixed: kind == "func"}
	if kind == "slice" && a.one(2) {
		v.owned = true
		a.line("%s := append(%s(nil), %s)", v.name, t, a.expr(elem, 1))
		a.declared(v)
		return
	}
	switch a.rng.IntN(9) {
	case 6, 7, 8:
		if call, t, ok := a.called(); ok {
			v.typ, v.fixed = t, strings.HasPrefix(t, "func")
			a.line("%s := %s", v.name, call)
			break
		}
		fallthrough
	case 0:
		a.line("var %s %s", v.name, t)
	case 1:
		a.line("var %s %s = %s", v.name, t, a.expr(t, 2))
	case 2:
		w := a.name("v")
		a.line("var %s, %s %s", v.name, w, t)
		a.declared(variable{name: w, typ: t, fixed: v.fixed})
	case 3:
		if f, ok := a.pair(); ok {
			w := variable{name: a.name("v"), typ: f.results[1], fixed: strings.HasPrefix(f.results[1], "func")}
			v.typ, v.fixed = f.results[0], strings.HasPrefix(f.results[0], "func")
			a.line("%s, %s := %s(%s)", v.name, w.name, f.name, a.args(f.params, 1))
			a.declared(w)
			break
		}
		fallthrough
	case 4:
		if m, ok := a.some(func(v variable) bool { kind, _, _ := parts(v.typ); return kind == "map" }); ok {
			_, key, elem := parts(m.typ)
			w := a.name("ok")
			v.typ, v.fixed = elem, strings.HasPrefix(elem, "func")
			a.line("%s, %s := %s[%s]", v.name, w, m.name, a.expr(key, 1))
			a.declared(variable{name: w, typ: "bool"})
			break
		}
		fallthrough
	default:
		a.line("%s := %s", v.name, a.typed(t, 2))
	}
	a.declared(v)
}

// pair finds a function of two results.
func (a *author) pair() (function, bool) {
	for _, f := range a.funcs {
		if len(f.results) == 2 && a.cost*f.cost <= 1000 {
			return f, true
		}
	}
	return function{}, false
}

// typed is an expression that has the type by itself.
func (a *author) typed(t string, levels int) string {
	if kind, _, _ := parts(t); kind == "integer" {
		return t + "(" + a.expr(t, levels) + ")"
	}
	return a.expr(t, levels)
}

func (a *author) statement(levels int) {
	switch n := a.rng.IntN(24); {
	case n < 6:
		a.declare()
	case n < 13 || levels == 0:
		a.assign()
	case n < 16:
		a.line("if %s {", a.expr("bool", 2))
		a.block(2, levels-1)
		if a.one(2) {
			name := a.name("c")
			a.line("} else if %s := %s; %s > 3 {", name, a.typed("int", 1), name)
			a.block(1, levels-1, variable{name: name, typ: "int"})
		}
		if a.one(2) {
			a.line("} else {")
			a.block(1, levels-1)
		}
		a.line("}")
	case n < 20:
		a.loop(levels)
	case n < 22:
		a.choice(levels)
	case n == 22:
		a.leave()
	default:
		a.other(levels)
	}
}

// leave ends a loop, a switch or the function under a condition.
func (a *author) leave() {
	if a.lits > 0 {
		return
	}
	a.line("if %s {", a.expr("bool", 2))
	a.depth++
	switch label := ""; {
	case len(a.loops) == 0 || a.one(4):
		a.returns()
	case a.one(2):
		a.line("break")
	default:
		if label = a.loops[a.rng.IntN(len(a.loops))]; label != "" {
			label = " " + label
		}
		a.line("%s%s", a.pick("break", "continue"), label)
	}
	a.depth--
	a.line("}")
}

func (a *author) other(levels int) {
	switch a.rng.IntN(4) {
	case 0:
		name := a.name("k")
		a.line("const %s = %s", name, a.pick("7", "iota + 2", "'x'", "1 << 5", "3 * 4"))
		a.scope = append(a.scope, variable{name: name, typ: "int", fixed: true})
	case 1:
		if v, ok := a.some(func(v variable) bool { kind, _, _ := parts(v.typ); return kind == "map" }); ok {
			_, key, _ := parts(v.typ)
			a.line("delete(%s, %s)", v.name, a.expr(key, 1))
		}
	case 2:
		if v, ok := a.some(func(v variable) bool { kind, _, _ := parts(v.typ); return kind == "map" || kind == "slice" }); ok {
			a.line("clear(%s)", v.name)
		}
	default:
		if v, ok := a.some(func(v variable) bool { kind, _, _ := parts(v.typ); return kind == "slice" }); ok {
			a.line("copy(%s, %s)", v.name, a.expr(v.typ, 1))
		}
	}
}

// assignable is a variable, or an item of one.
func (a *author) assignable(ok func(typ string) bool) (place, typ string, found bool) {
	v, good := a.some(func(v variable) bool {
		kind, _, elem := parts(v.typ)
		return kind != "string" && kind != "func" && elem != "" && ok(elem) || !v.fixed && !v.owned && ok(v.typ)
	})
	if !good {
		return "", "", false
	}
	kind, key, elem := parts(v.typ)
	if elem != "" && ok(elem) && (v.fixed || v.owned || a.one(2) || !ok(v.typ)) {
		if kind == "map" {
			return v.name + "[" + a.expr(key, 1) + "]", elem, true
		}
		s, good := a.index(v, 1)
		return s, elem, good
	}
	return v.name, v.typ, !v.fixed && !v.owned
}

func (a *author) assign() {
	all := func(string) bool { return true }
	integer := func(t string) bool { kind, _, _ := parts(t); return kind == "integer" }
	switch a.rng.IntN(7) {
	case 0:
		if p, t, ok := a.assignable(integer); ok {
			a.line("%s %s %s", p, a.pick("+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "&^="), a.expr(t, 1))
		}
	case 1:
		if p, _, ok := a.assignable(integer); ok {
			a.line("%s%s", p, a.pick("++", "--"))
		}
	case 2:
		if p, _, ok := a.assignable(integer); ok {
			a.line("%s %s (%s & 9)", p, a.pick("<<=", ">>="), a.expr("int", 1))
		}
	case 3:
		p, t, ok := a.assignable(all)
		q, u, good := a.assignable(all)
		switch {
		case ok && good && p != q && t == u && a.one(2):
			a.line("%s, %s = %s, %s", p, q, q, p)
		case ok && good && p != q && !strings.Contains(t+u, "string"):
			a.line("%s, %s = %s, %s", p, q, a.expr(t, 1), a.expr(u, 1))
		case ok:
			a.line("_, %s = %s, %s", p, a.typed(a.typ(2), 1), p)
		}
	case 4:
		v, ok := a.some(func(v variable) bool { return v.owned })
		if ok {
			_, _, elem := parts(v.typ)
			a.line("if len(%s) < 20 {", v.name)
			a.depth++
			switch a.rng.IntN(3) {
			case 0:
				a.line("%s = append(%s, %s...)", v.name, v.name, a.expr(v.typ, 1))
			case 1:
				a.line("%s = append(%s, %s, %s)", v.name, v.name, a.expr(elem, 1), a.expr(elem, 1))
			default:
				a.line("%s = append(%s, %s)", v.name, v.name, a.expr(elem, 1))
			}
			a.depth--
			a.line("}")
		}
	default:
		if p, t, ok := a.assignable(all); ok {
			if t == "string" {
				a.line("if len(%s) < 100 {", p)
				a.line("\t%s %s %s", p, a.pick("=", "+="), a.expr(t, 2))
				a.line("}")
				return
			}
			a.line("%s = %s", p, a.expr(t, 2))
		}
	}
}

// loop is a loop of a few rounds.
func (a *author) loop(levels int) {
	label := ""
	if a.one(3) {
		label = a.name("L")
		a.line("%s:", label)
	}
	a.loops = append(a.loops, label)
	before := a.cost
	a.cost *= 5
	var used []variable
	switch a.rng.IntN(6) {
	case 0:
		i := a.name("i")
		a.line("for %s := 0; %s < %d; %s++ {", i, i, 1+a.rng.IntN(5), i)
		used = append(used, variable{name: i, typ: "int", fixed: true})
	case 1:
		i := a.name("i")
		a.line("for %s := range %d {", i, a.rng.IntN(5))
		used = append(used, variable{name: i, typ: "int", fixed: true})
	case 2:
		i := a.name("i")
		a.line("for %s, step := 10, 2; %s > 0; %s -= step {", i, i, i)
		used = append(used, variable{name: i, typ: "int", fixed: true})
	case 3:
		if v, ok := a.some(func(v variable) bool {
			return v.typ == "map[int]int" || v.typ == "map[int8]int" || v.typ == "map[string]int"
		}); ok {
			a.loops, a.cost = a.loops[:len(a.loops)-1], before
			n, k := a.name("n"), a.name("x")
			if label != "" {
				a.line("for {")
				a.line("\tbreak %s", label)
				a.line("}")
			}
			a.line("%s := 0", n)
			a.line("for _, %s := range %s {", k, v.name)
			a.line("\t%s += %s * %s", n, k, k)
			a.line("}")
			a.declared(variable{name: n, typ: "int"})
			return
		}
		fallthrough
	default:
		v, ok := a.some(func(v variable) bool {
			kind, _, _ := parts(v.typ)
			return kind == "string" || kind == "slice" || kind == "array"
		})
		if !ok {
			a.line("for range 3 {")
			break
		}
		kind, _, elem := parts(v.typ)
		if kind == "string" {
			elem = "rune"
		}
		i, x := a.name("i"), a.name("x")
		switch a.rng.IntN(4) {
		case 0:
			a.line("for %s := range %s {", i, v.name)
			used = append(used, variable{name: i, typ: "int"})
		case 1:
			a.line("for _, %s := range %s {", x, v.name)
			used = append(used, variable{name: x, typ: elem, fixed: strings.HasPrefix(elem, "func")})
		case 2:
			a.line("for _, _ = range %s {", v.name)
		default:
			a.line("for %s, %s := range %s {", i, x, v.name)
			used = append(used, variable{name: i, typ: "int"}, variable{name: x, typ: elem, fixed: strings.HasPrefix(elem, "func")})
		}
	}
	if label != "" {
		a.line("\tif %s {", a.expr("bool", 1))
		a.line("\t\t%s %s", a.pick("break", "continue"), label)
		a.line("\t}")
	}
	for _, v := range used {
		a.line("\t_ = %s", v.name)
	}
	a.block(1+a.rng.IntN(3), levels-1, used...)
	a.line("}")
	a.loops, a.cost = a.loops[:len(a.loops)-1], before
}

// choice is a switch.
func (a *author) choice(levels int) {
	t := a.pick("int", "string", "uint8", "bool")
	values := map[string][]string{"int": {"0", "1", "2", "3", "4"}, "uint8": {"0", "1", "2", "3", "200"}, "string": {`""`, `"a"`, `"b"`, `"xyz"`, `"é"`}}[t]
	if values == nil {
		a.line("switch {")
	} else {
		tag := a.expr(t, 2)
		if t != "string" {
			tag = a.moving(t, 2)
		}
		a.line("switch %s {", tag)
	}
	n := 1 + a.rng.IntN(3)
	for i := range n {
		switch {
		case values == nil:
			a.line("case %s, %s:", a.expr("bool", 2), a.expr("bool", 1))
		case i < n-1 || a.one(2):
			a.line("case %s:", values[i])
		default:
			a.line("case %s, %s:", values[i], values[i+1+a.rng.IntN(4-i)])
		}
		a.block(1+a.rng.IntN(2), levels-1)
		if i < n-1 && a.one(4) {
			a.line("\tfallthrough")
		}
	}
	if a.one(2) {
		a.line("default:")
		a.block(1, levels-1)
	}
	a.line("}")
}
