package gocode

import (
	"fmt"
	"slices"
	"strings"
)

// chain draws n operations, as numbers below all. An operation does not follow
// one that it clashes with.
func (d *draw) chain(n, all int, clash func(a, b int) bool, do func(op int)) {
	last := -1
	for range n {
		op := d.IntN(all)
		for last >= 0 && clash(last, op) {
			op = d.IntN(all)
		}
		do(op)
		last = op
	}
}

// stepKind makes functions of n steps on one number, one after another. The
// number of steps is a knob that leaves everything else as it is.
func stepKind(n int) kind {
	steps := func(d *draw) {
		var words, lines []string
		var ops []func(int) int
		clash := func(a, b int) bool { return a == b || a+b == 1 } // adding and subtracting are one
		d.chain(n, 9, clash, func(op int) {
			w, l, f := d.step(op)
			words, lines, ops = append(words, w), append(lines, l), append(ops, f)
		})
		d.near = crossings(ops, d.near)
		d.texts['A'], d.texts['B'] = strings.Join(words, ", "), strings.Join(lines, "\n")
	}
	return kind{name: fmt.Sprintf("steps%d", n), rich: true, names: "steps calc", sig: "($x int) int", doc: "$x: $A",
		draw: draws{steps}, bodies: ways{"$B\nreturn $x"}}
}

// crossings returns the numbers that reach a constant somewhere on the way, and
// so show where a step decides.
func crossings(ops []func(int) int, consts []int) []int {
	var near []int
	for x := -60; x <= 60; x++ {
		v := x
		for _, f := range ops {
			if slices.Contains(consts, v) {
				near = append(near, x)
				break
			}
			v = f(v)
		}
	}
	return near
}

// step draws the constants of one step.
func (d *draw) step(op int) (words, code string, f func(int) int) {
	guard := func(cond, then string) string { return "if $x" + cond + " {\n\t$x " + then + "\n}" }
	switch op {
	case 0:
		k := d.num(1, 20)
		return "add " + d.ref(), "$x += " + d.ref(), func(x int) int { return x + k }
	case 1:
		k := d.num(1, 20)
		return "subtract " + d.ref(), "$x -= " + d.ref(), func(x int) int { return x - k }
	case 2:
		k := d.num(2, 9)
		return "times " + d.ref(), "$x *= " + d.ref(), func(x int) int { return x * k }
	case 3:
		return "halve if even", guard("%2 == 0", "/= 2"), func(x int) int { return []int{x / 2, x}[x&1] }
	case 4:
		k := d.num(1, 9)
		return "add " + d.ref() + " if odd", guard("%2 != 0", "+= "+d.ref()), func(x int) int { return x + k*(x&1) }
	case 5:
		k := d.num(5, 30)
		return "at most " + d.ref(), guard(" > "+d.ref(), "= "+d.ref()), func(x int) int { return min(x, k) }
	case 6:
		k := d.num(-9, 9)
		return "at least " + d.ref(), guard(" < "+d.ref(), "= "+d.ref()), func(x int) int { return max(x, k) }
	case 7:
		k := d.num(-9, 20)
		return "negate if below " + d.ref(), guard(" < "+d.ref(), "= -$x"), func(x int) int { return x * (1 - 2*b2i(x < k)) }
	default:
		k := d.num(3, 15)
		return "remainder with " + d.ref(), "$x %= " + d.ref(), func(x int) int { return x % k }
	}
}

// pipeKind makes functions of n stages on a slice, and a sum at the end or not.
func pipeKind(n int) kind {
	stages := func(d *draw) {
		var words, code []string
		from, free := "$a", []string{"$b", "$u", "$o", "$m"}
		clash := func(a, b int) bool { return a == b }
		d.chain(n, 8, clash, func(op int) {
			w, c := d.stage(op, from, free[0])
			if op <= 1 { // the result is in a new slice
				from, free = free[0], free[1:]
			}
			words, code = append(words, w), append(code, c)
		})
		d.texts['R'], d.texts['C'] = "[]int", "return "+from
		if d.IntN(2) == 0 {
			words = append(words, "sum")
			d.texts['R'], d.texts['C'] = "int", "$r := 0\nfor _, $e := range "+from+" {\n\t$r += $e\n}\nreturn $r"
		}
		d.texts['A'], d.texts['B'] = strings.Join(words, ", "), strings.Join(code, "\n")
	}
	return kind{name: fmt.Sprintf("pipe%d", n), rich: true, names: "pipe flow", sig: "($a []int) $R", doc: "$a: $A",
		draw: draws{stages}, bodies: ways{"$B\n$C"}}
}

// stage draws the constants of one stage that reads from and may write to.
func (d *draw) stage(op int, from, to string) (words, code string) {
	inPlace := func(do string) string { return "for $i := range " + from + " {\n\t" + from + "[$i] " + do + "\n}" }
	swap := from + "[i], " + from + "[j] = " + from + "[j], " + from + "[i]\n"
	switch op {
	case 0, 1:
		cond(d)
		return "keep what is " + d.texts['O'], to + " := []int{}\nfor _, $e := range " + from + " {\n\tif " + d.texts['Y'] + " {\n\t\t" + to + " = append(" + to + ", $e)\n\t}\n}"
	case 2:
		d.num(2, 9)
		return "times " + d.ref(), inPlace("*= " + d.ref())
	case 3:
		d.num(1, 20)
		return "add " + d.ref(), inPlace("+= " + d.ref())
	case 4:
		return "reverse", "for i, j := 0, len(" + from + ")-1; i < j; i, j = i+1, j-1 {\n\t" + swap + "}"
	case 5:
		return "sort", "for i := range " + from + " {\n\tfor j := range i {\n\t\tif " + from + "[i] < " + from + "[j] {\n\t\t\t" + swap + "\t\t}\n\t}\n}"
	case 6:
		d.num(1, 5)
		return "the first " + d.ref(), from + " = " + from + "[:min(len(" + from + "), " + d.ref() + ")]"
	default:
		return "running sums", "for $i := 1; $i < len(" + from + "); $i++ {\n\t" + from + "[$i] += " + from + "[$i-1]\n}"
	}
}

// b2i is 1 for true.
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
