package minigo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// author writes random programs of the subset that end, whose results the
// language fixes: they ask neither for the capacity of a slice nor in which
// order a map is walked, and append to no slice that another variable shares.
type author struct {
	rng   *rand.Rand
	b     strings.Builder
	names int
	scope []variable
	funcs []function
	loops []string // labels of the loops and switches around the statement, "" for none
	depth int
	ret   []string // types of the results of the function
	named bool     // its results have names
	lits  int      // function literals around the statement
	cost  int      // how often the statement can run, roughly
}

type variable struct {
	name, typ string
	fixed     bool // nothing is assigned to it
	owned     bool // a slice that shares its items with no other
}

type function struct {
	name    string
	params  []string
	results []string
	cost    int
}

var (
	integerTypes = []string{"int", "int", "int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "byte", "rune"}
	argTypes     = []string{"int", "int", "bool", "string", "[]int", "[]string", "map[string]int", "uint8", "[][]int"}
)

func (a *author) pick(list ...string) string { return list[a.rng.IntN(len(list))] }
func (a *author) one(n int) bool             { return a.rng.IntN(n) == 0 }

func (a *author) name(prefix string) string {
	a.names++
	return fmt.Sprintf("%s%d", prefix, a.names)
}

func (a *author) line(format string, args ...any) {
	fmt.Fprintf(&a.b, "%s%s\n", strings.Repeat("\t", a.depth), fmt.Sprintf(format, args...))
}

// typ draws a type.
func (a *author) typ(levels int) string {
	if levels <= 0 || a.one(2) {
		return a.pick(a.pick(integerTypes...), "int", "bool", "string")
	}
	switch a.rng.IntN(5) {
	case 0:
		return fmt.Sprintf("[%d]%s", a.rng.IntN(4), a.typ(levels-1))
	case 1:
		return "map[" + a.pick("int", "string", "bool", "int8") + "]" + a.typ(levels-1)
	case 2:
		return a.funcType(levels - 1)
	}
	return "[]" + a.typ(levels-1)
}

func (a *author) funcType(levels int) string {
	var params []string
	for range a.rng.IntN(3) {
		params = append(params, a.typ(levels-1))
	}
	return "func(" + strings.Join(params, ", ") + ") " + a.typ(levels-1)
}

// signature takes a function type apart.
func signature(typ string) (params []string, result string) {
	depth, from := 0, len("func(")
	for i := from; ; i++ {
		switch typ[i] {
		case '(', '[', '{':
			depth++
			continue
		case ')', ']', '}':
			if depth--; depth >= 0 {
				continue
			}
			if i > from {
				params = append(params, typ[from:i])
			}
			return params, strings.TrimSpace(typ[i+1:])
		case ',':
			if depth == 0 {
				params = append(params, typ[from:i])
				from = i + 2
			}
		}
	}
}

// parts of a composite type.
func parts(typ string) (kind, key, elem string) {
	switch {
	case strings.HasPrefix(typ, "func("):
		return "func", "", ""
	case strings.HasPrefix(typ, "map["):
		key, elem, _ = strings.Cut(typ[len("map["):], "]")
		return "map", key, elem
	case strings.HasPrefix(typ, "[]"):
		return "slice", "int", typ[2:]
	case strings.HasPrefix(typ, "["):
		key, elem, _ = strings.Cut(typ[1:], "]")
		return "array", key, elem
	case typ == "bool" || typ == "string":
		return typ, "", ""
	}
	return "integer", "", ""
}

func comparable(typ string) bool {
	kind, _, elem := parts(typ)
	return kind != "func" && kind != "map" && kind != "slice" && (kind != "array" || comparable(elem))
}

// variables of a type that are in scope.
func (a *author) variables(ok func(v variable) bool) []variable {
	var list []variable
	seen := map[string]bool{}
	for i := len(a.scope) - 1; i >= 0; i-- {
		if v := a.scope[i]; !seen[v.name] {
			seen[v.name] = true
			if ok(v) {
				list = append(list, v)
			}
		}
	}
	return list
}

// some returns a variable that fits.
func (a *author) some(ok func(v variable) bool) (variable, bool) {
	list := a.variables(ok)
	if len(list) == 0 {
		return variable{}, false
	}
	return list[a.rng.IntN(len(list))], true
}

// expr writes an expression of a type.
func (a *author) expr(typ string, levels int) string {
	if levels <= 0 {
		return a.leaf(typ)
	}
	if a.one(4) {
		if s, ok := a.derived(typ, levels-1); ok {
			return s
		}
	}
	kind, _, elem := parts(typ)
	if kind == "slice" && a.one(4) {
		if v, ok := a.some(func(v variable) bool { return v.typ == typ && !v.owned }); ok {
			switch a.rng.IntN(4) {
			case 0:
				return v.name + "[:min(len(" + v.name + "), " + fmt.Sprint(a.rng.IntN(3)) + ")]"
			case 1:
				return fmt.Sprintf("%s[%s:]", v.name, a.expr("int", 0))
			}
			return v.name
		}
	}
	switch kind {
	case "integer":
		return a.integer(typ, levels)
	case "bool":
		return a.boolean(levels)
	case "string":
		return a.text(levels)
	case "slice":
		switch a.rng.IntN(6) {
		case 0:
			return fmt.Sprintf("make(%s, %d%s)", typ, a.rng.IntN(4), a.pick("", "", ", 9"))
		case 1:
			if elem == "byte" || elem == "rune" || elem == "uint8" || elem == "int32" {
				return fmt.Sprintf("%s(%s)", typ, a.expr("string", levels-1))
			}
		case 2:
			return fmt.Sprintf("append(%s{}, %s)", typ, a.expr(elem, levels-1))
		case 3:
			if v, ok := a.some(func(v variable) bool { return v.typ == typ }); ok {
				return fmt.Sprintf("append(%s(nil), %s...)", typ, v.name)
			}
		}
	}
	return a.leaf(typ)
}

// derived takes an item out of another value.
func (a *author) derived(typ string, levels int) (string, bool) {
	v, ok := a.some(func(v variable) bool { _, _, elem := parts(v.typ); return elem == typ })
	if !ok {
		return "", false
	}
	if kind, key, _ := parts(v.typ); kind != "slice" && kind != "array" {
		return v.name + "[" + a.expr(key, levels) + "]", true
	}
	return a.index(v, levels)
}

// called is a call. It is a statement's only one and what it may change is not
// read beside it, since the language does not say what comes first.
func (a *author) called() (call, typ string, found bool) {
	if len(a.funcs) > 0 && a.one(2) {
		f := a.funcs[a.rng.IntN(len(a.funcs))]
		if len(f.results) == 1 && a.cost*f.cost <= 2000 {
			return f.name + "(" + a.args(f.params, 2) + ")", f.results[0], true
		}
	}
	v, ok := a.some(func(v variable) bool { kind, _, _ := parts(v.typ); return kind == "func" })
	if !ok || a.cost > 30 || a.lits > 0 { // a literal that calls what it can reach may call itself
		return "", "", false
	}
	params, result := signature(v.typ)
	return v.name + "(" + a.args(params, 2) + ")", result, true
}

// index takes an item of a slice or an array, nearly always one that is there.
func (a *author) index(v variable, levels int) (string, bool) {
	kind, key, _ := parts(v.typ)
	if kind == "array" && key == "0" {
		return "", false
	}
	i := a.expr("int", levels)
	switch {
	case kind == "array" && a.one(40):
		return fmt.Sprintf("%s[%d]", v.name, a.rng.IntN(4)), true // may be out of range: rejected
	case kind == "array":
		return fmt.Sprintf("%s[(%s)&0xff%%%s]", v.name, i, key), true
	case a.one(10):
		return v.name + "[" + i + "]", true
	}
	return fmt.Sprintf("%s[(%s)&0xff%%max(1, len(%s))]", v.name, i, v.name), true
}

func (a *author) args(params []string, levels int) string {
	var list []string
	for _, p := range params {
		list = append(list, a.expr(p, levels-1))
	}
	return strings.Join(list, ", ")
}

func (a *author) integer(typ string, levels int) string {
	x := func() string { return a.expr(typ, levels-1) }
	left := a.moving(typ, levels)
	switch a.rng.IntN(11) {
	case 0, 1, 2:
		return "(" + left + " " + a.pick("+", "-", "*", "&", "|", "^", "&^") + " " + x() + ")"
	case 3:
		return "(" + x() + " " + a.pick("/", "%") + " " + left + ")"
	case 4:
		return "(" + left + " " + a.pick("<<", ">>") + " " + a.pick("1", "3", "("+a.expr("int", levels-1)+"&7)", a.expr("uint8", 0)) + ")"
	case 5:
		return a.pick("-", "^", "+") + "(" + left + ")"
	case 6:
		return typ + "(" + a.moving(a.pick(integerTypes...), levels) + ")"
	case 7:
		if v, ok := a.some(func(v variable) bool {
			kind, _, _ := parts(v.typ)
			return kind != "func" && kind != "integer" && kind != "bool"
		}); ok {
			return typ + "(len(" + v.name + "))"
		}
	case 8:
		return a.pick("min", "max") + "(" + x() + ", " + x() + a.pick("", ", "+fmt.Sprint(a.rng.IntN(100))) + ")"
	case 9:
		if v, ok := a.some(func(v variable) bool { return v.typ == "string" }); ok {
			return fmt.Sprintf("%s((%s + \"z\")[(%s)&0xff%%(len(%s)+1)])", typ, v.name, a.expr("int", levels-1), v.name)
		}
	}
	return a.leaf(typ)
}

// moving is an integer that is seldom constant, which could be out of range.
func (a *author) moving(typ string, levels int) string {
	if a.one(20) {
		return a.expr(typ, levels-1)
	}
	if v, ok := a.some(func(v variable) bool { return v.typ == typ && !strings.HasPrefix(v.name, "k") }); ok {
		return v.name
	}
	if v, ok := a.some(func(v variable) bool {
		kind, _, _ := parts(v.typ)
		return kind == "integer" && !strings.HasPrefix(v.name, "k")
	}); ok {
		return typ + "(" + v.name + ")"
	}
	if v, ok := a.some(func(v variable) bool {
		kind, _, _ := parts(v.typ)
		return kind == "slice" || kind == "map" || kind == "string"
	}); ok {
		return typ + "(len(" + v.name + "))"
	}
	return typ + fmt.Sprintf("(%d)", a.rng.IntN(8))
}

func (a *author) boolean(levels int) string {
	switch a.rng.IntN(6) {
	case 0:
		return "(" + a.expr("bool", levels-1) + " " + a.pick("&&", "||", "==", "!=") + " " + a.expr("bool", levels-1) + ")"
	case 1:
		return "!" + a.expr("bool", levels-1)
	case 2:
		if v, ok := a.some(func(v variable) bool { return comparable(v.typ) }); ok {
			return "(" + v.name + " " + a.pick("==", "!=") + " " + a.expr(v.typ, levels-1) + ")"
		}
	case 3:
		if v, ok := a.some(func(v variable) bool {
			kind, _, _ := parts(v.typ)
			return kind == "map" || kind == "slice" || kind == "func"
		}); ok {
			return "(" + a.pick(v.name+" == nil", "nil != "+v.name) + ")"
		}
	case 4:
		t := a.pick(a.pick(integerTypes...), "string")
		return "(" + a.expr(t, levels-1) + " " + a.pick("<", "<=", ">", ">=") + " " + a.expr(t, levels-1) + ")"
	}
	return a.leaf("bool")
}

func (a *author) text(levels int) string {
	switch a.rng.IntN(6) {
	case 0:
		return "(" + a.expr("string", levels-1) + " + " + a.expr("string", levels-1) + ")"
	case 1:
		return "string(" + a.expr("rune", levels-1) + ")"
	case 2:
		if v, ok := a.some(func(v variable) bool { return v.typ == "string" }); ok {
			return fmt.Sprintf("%s[min(len(%s), %d):]", v.name, v.name, a.rng.IntN(3))
		}
	case 3:
		return "string(" + a.expr(a.pick("[]byte", "[]rune"), levels-1) + ")"
	case 4:
		return a.pick("min", "max") + "(" + a.expr("string", levels-1) + ", " + a.expr("string", levels-1) + ")"
	}
	return a.leaf("string")
}

// leaf is a variable or a literal.
func (a *author) leaf(typ string) string {
	kind, key, elem := parts(typ)
	if kind != "slice" && !a.one(4) {
		if v, ok := a.some(func(v variable) bool { return v.typ == typ }); ok {
			return v.name
		}
	}
	switch kind {
	case "integer":
		if a.one(12) {
			return "'" + a.pick("a", "Z", "é", `\n`) + "'"
		}
		n := a.rng.IntN(10)
		if a.one(4) {
			n = a.rng.IntN(130)
		}
		if a.one(2) {
			return fmt.Sprintf("%s(%d)", typ, n)
		}
		return fmt.Sprint(n)
	case "bool":
		return a.pick("true", "false")
	case "string":
		return a.pick(`""`, `"a"`, `"xyz"`, `"né世"`, "`q\\`", `"\t\x41"`, `"\xff"`)
	case "func":
		if a.lits > 1 || a.one(5) {
			return "(" + typ + ")(nil)"
		}
		return a.literal(typ)
	case "map":
		var items []string
		for i := range a.rng.IntN(3) {
			k := fmt.Sprint(i)
			switch key {
			case "string":
				k = `"` + k + `"`
			case "bool":
				k = fmt.Sprint(i == 0)
			}
			items = append(items, k+": "+a.item(elem))
		}
		return typ + "{" + strings.Join(items, ", ") + "}"
	}
	n := a.rng.IntN(4)
	if kind == "array" {
		fmt.Sscan(key, &n)
		n = a.rng.IntN(n + 1)
	}
	var items []string
	for i := range n {
		item := a.item(elem)
		if a.one(8) && len(items) == i {
			item = fmt.Sprintf("%d: %s", i, item)
		}
		items = append(items, item)
	}
	if a.one(12) && kind == "array" && fmt.Sprint(n) == key {
		typ = "[...]" + elem
	}
	return typ + "{" + strings.Join(items, ", ") + "}"
}

// item is an item of a composite literal; its type may be left away.
func (a *author) item(typ string) string {
	s := a.leaf(typ)
	if kind, _, _ := parts(typ); kind == "map" || kind == "slice" || kind == "array" {
		if rest, ok := strings.CutPrefix(s, typ+"{"); ok && a.one(2) {
			return "{" + rest
		}
	}
	return s
}

// literal is a function literal.
func (a *author) literal(typ string) string {
	params, result := signature(typ)
	outer := *a
	a.b, a.scope, a.loops, a.ret, a.named = strings.Builder{}, append([]variable{}, outer.scope...), nil, []string{result}, false
	a.lits++
	var list []string
	for _, p := range params {
		name := a.name("p")
		a.scope = append(a.scope, variable{name: name, typ: p})
		list = append(list, name+" "+p)
	}
	a.depth++
	if a.one(2) {
		a.statements(1, 1)
	}
	a.line("return %s", a.expr(result, 1))
	a.depth--
	body := a.b.String()
	names := a.names
	*a = outer
	a.names = names
	return "func(" + strings.Join(list, ", ") + ") " + result + " {\n" + body + strings.Repeat("\t", a.depth) + "}"
}

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
