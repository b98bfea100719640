package gocode

import (
	"fmt"
	"slices"
	"strings"
)

// stepKind makes functions of n steps on one number, one after another. The
// number of steps is a knob that leaves everything else as it is.
func stepKind(n int) kind {
	return kind{fmt.Sprintf("steps%d", n), true, func(d *draw) fn {
		var words, lines []string
		var ops []func(int) int
		last := -1
		for range n {
			op := d.IntN(9)
			for op == last || op == 1 && last == 0 || op == 0 && last == 1 { // no two that are one
				op = d.IntN(9)
			}
			last = op
			w, l, f := d.step(op)
			words, lines, ops = append(words, w), append(lines, l), append(ops, f)
		}
		d.near = crossings(ops, d.near)
		return fn{names: "steps calc", params: "x", doc: "$x: " + strings.Join(words, ", "), want: func(x int) int {
			for _, f := range ops {
				x = f(x)
			}
			return x
		}, bodies: []string{strings.Join(lines, "\n") + "\nreturn $x"}}
	}}
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
	return kind{fmt.Sprintf("pipe%d", n), true, func(d *draw) fn {
		var words, code []string
		var ops []func([]int) []int
		from, free := "$a", []string{"$b", "$u", "$o", "$m"}
		last := -1
		for range n {
			op := d.IntN(8)
			for op == last {
				op = d.IntN(8)
			}
			last = op
			s := d.stage(op, from, free[0])
			if s.fresh {
				from, free = free[0], free[1:]
			}
			words, code, ops = append(words, s.words), append(code, s.code), append(ops, s.of)
		}
		run := func(a []int) []int {
			a = slices.Clone(a)
			for _, f := range ops {
				a = f(a)
			}
			return a
		}
		f := fn{names: "pipe flow", params: "a", doc: "$a: " + strings.Join(words, ", "), want: run,
			bodies: []string{strings.Join(code, "\n") + "\nreturn " + from}}
		if d.IntN(2) == 0 {
			f.doc += ", sum"
			f.want = func(a []int) int { return sum(run(a)) }
			f.bodies[0] = strings.Join(code, "\n") + "\n$r := 0\nfor _, $e := range " + from + " {\n\t$r += $e\n}\nreturn $r"
		}
		return f
	}}
}

// stage is one step of a pipe.
type stage struct {
	words, code string
	fresh       bool // the result is in a new slice
	of          func([]int) []int
}

// stage draws the constants of one stage that reads from and may write to.
func (d *draw) stage(op int, from, to string) stage {
	inPlace := func(words, body string, f func(int) int) stage {
		return stage{words, "for $i := range " + from + " {\n\t" + from + "[$i] " + body + "\n}", false, func(a []int) []int {
			for i := range a {
				a[i] = f(a[i])
			}
			return a
		}}
	}
	swap := from + "[i], " + from + "[j] = " + from + "[j], " + from + "[i]\n"
	switch op {
	case 0, 1:
		c := d.cond("$e")
		return stage{"keep what is " + c.one, to + " := []int{}\nfor _, $e := range " + from + " {\n\tif " + c.yes + " {\n\t\t" + to + " = append(" + to + ", $e)\n\t}\n}", true,
			func(a []int) []int { return filter(a, c.ok) }}
	case 2:
		k := d.num(2, 9)
		return inPlace("times "+d.ref(), "*= "+d.ref(), func(x int) int { return x * k })
	case 3:
		k := d.num(1, 20)
		return inPlace("add "+d.ref(), "+= "+d.ref(), func(x int) int { return x + k })
	case 4:
		return stage{"reverse", "for i, j := 0, len(" + from + ")-1; i < j; i, j = i+1, j-1 {\n\t" + swap + "}", false, func(a []int) []int {
			slices.Reverse(a)
			return a
		}}
	case 5:
		return stage{"sort", "for i := range " + from + " {\n\tfor j := range i {\n\t\tif " + from + "[i] < " + from + "[j] {\n\t\t\t" + swap + "\t\t}\n\t}\n}", false, func(a []int) []int {
			slices.Sort(a)
			return a
		}}
	case 6:
		k := d.num(1, 5)
		return stage{"the first " + d.ref(), from + " = " + from + "[:min(len(" + from + "), " + d.ref() + ")]", false, func(a []int) []int { return a[:min(len(a), k)] }}
	default:
		return stage{"running sums", "for $i := 1; $i < len(" + from + "); $i++ {\n\t" + from + "[$i] += " + from + "[$i-1]\n}", false, func(a []int) []int {
			for i := len(a) - 1; i >= 0; i-- {
				a[i] = sum(a[:i+1])
			}
			return a
		}}
	}
}
