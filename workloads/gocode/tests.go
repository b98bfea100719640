package gocode

import (
	"math/rand/v2"
	"strings"

	"dllmbench/workloads/gocode/minigo"
)

// testsPerFunction is how many calls judge a function. The first ones have an
// empty text or slice, then each constant of the function and its neighbours
// alone; the others are random and favour these too.
const testsPerFunction = 16

// test is one call and what it has to return.
type test struct {
	args []any
	want minigo.Value
}

// text is the call.
func (t test) text(name string) string {
	args := make([]string, len(t.args))
	for i, a := range t.values() {
		args[i] = minigo.Text(a)
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// values are the arguments.
func (t test) values() []minigo.Value {
	values := make([]minigo.Value, len(t.args))
	for i, a := range t.args {
		values[i] = minigo.Of(a)
	}
	return values
}

// tests draws the calls of a function. Calls are different, and those whose
// result is that of half of all calls already are left out.
func (f *function) tests(rng *rand.Rand) []test {
	f.program = minigo.Load(header + f.prompt + f.answer).Program
	var list []test
	calls, results := map[string]bool{}, map[string]int{}
	for try := 0; len(list) < testsPerFunction && try < 400; try++ {
		t, ok := f.call(rng, try)
		text := t.text("")
		if !ok || calls[text] {
			continue
		}
		result := minigo.Text(t.want)
		if results[result] > max(len(list)/2, 4) && try < 200 {
			continue
		}
		calls[text] = true
		results[result]++
		list = append(list, t)
	}
	return list
}

// telling reports whether the calls can tell a function from a constant: there are
// three different results, or two of two, and none of them is nearly always it.
func telling(list []test) bool {
	results := map[string]int{}
	most := 0
	for _, t := range list {
		r := minigo.Text(t.want)
		results[r]++
		most = max(most, results[r])
	}
	_, binary := list[0].want.(bool)
	return (len(results) >= 3 || binary && len(results) == 2) && most <= testsPerFunction*3/4
}

// call draws one call; ok is false if its arguments do not fit.
func (f *function) call(rng *rand.Rand, try int) (t test, ok bool) {
	args := make([]any, len(f.params))
	for i, p := range f.params {
		args[i] = f.argument(rng, p, try)
	}
	if f.kind.fix != nil {
		f.kind.fix(f.draw, args)
	}
	return f.apply(args)
}

// apply computes what a call has to return, by running the reference. Arguments
// that it cannot take do not fit.
func (f *function) apply(args []any) (test, bool) {
	t := test{args: args}
	out, err := f.program.Call(minigo.DefaultLimits(), f.name, t.values()...)
	t.want = out.Value
	return t, err == nil
}

// randomFrom is the first call that is random.
const randomFrom = 10

// argument draws a value of a type for a call: empty for call 0, then single
// items near the constants, then any.
func (f *function) argument(rng *rand.Rand, typ string, try int) any {
	n := rng.IntN(8) // items
	if try < randomFrom {
		n = min(try, 1)
	}
	switch typ {
	case "int":
		return f.number(rng, try)
	case "byte":
		return f.byte(rng, try)
	case "bool":
		return rng.IntN(2) == 0
	case "string":
		return f.text(rng, n, try)
	case "[]int":
		var a []int
		for range n {
			a = append(a, f.argument(rng, "int", try).(int))
		}
		if n > 1 && rng.IntN(3) == 0 { // equal items matter
			i := rng.IntN(n)
			a[i] = a[rng.IntN(n)]
		}
		return a
	case "[][]int":
		return f.grid(rng, try)
	case "map[string]int":
		m := map[string]int{}
		for range n {
			key := f.argument(rng, "string", randomFrom).(string)
			m[key] = f.argument(rng, "int", try).(int)
		}
		return m
	}
	panic("gocode: no arguments of this type are drawn: " + typ)
}

// number draws a number near a constant, or any small one. Early calls go
// through the constants and their neighbours.
func (f *function) number(rng *rand.Rand, try int) int {
	if i := try - 1; i >= 0 && i < 3*len(f.near) && try < randomFrom {
		return f.near[i/3] + []int{0, -1, 1}[i%3]
	}
	if len(f.near) > 0 && rng.IntN(2) == 0 {
		return f.near[rng.IntN(len(f.near))] + rng.IntN(3) - 1
	}
	return rng.IntN(30) - 8
}

// someBytes stand for all others.
const someBytes = "aabzmyqMAZQ059 -"

// byte draws a constant, a neighbour of one, or some other byte, as number.
func (f *function) byte(rng *rand.Rand, try int) byte {
	if i := try - 1; i >= 0 && i < 3*len(f.bytes) && try < randomFrom {
		return f.bytes[i/3] + []byte{0, 255, 1}[i%3]
	}
	if len(f.bytes) > 0 && rng.IntN(2) == 0 {
		c := f.bytes[rng.IntN(len(f.bytes))]
		if rng.IntN(4) == 0 {
			c += byte(2*rng.IntN(2)) - 1
		}
		return c
	}
	return someBytes[rng.IntN(len(someBytes))]
}

// text draws a text of n bytes, some of them equal.
func (f *function) text(rng *rand.Rand, n, try int) string {
	var b []byte
	for range n {
		if len(b) > 0 && rng.IntN(3) == 0 {
			b = append(b, b[rng.IntN(len(b))])
			continue
		}
		b = append(b, f.byte(rng, try))
	}
	return string(b)
}

// grid draws rows of one length, at least one item in all.
func (f *function) grid(rng *rand.Rand, try int) [][]int {
	rows, n := make([][]int, 1), 1
	if try >= randomFrom {
		rows, n = make([][]int, 1+rng.IntN(3)), 1+rng.IntN(3)
	}
	for i := range rows {
		for range n {
			rows[i] = append(rows[i], f.number(rng, try))
		}
	}
	return rows
}
