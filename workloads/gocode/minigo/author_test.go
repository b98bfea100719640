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
