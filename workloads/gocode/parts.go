package gocode

import (
	"fmt"
	"slices"
)

// cond is a condition on an item, in words and as templates.
type cond struct {
	many, one string // "that are above 3", "above 3"
	yes, no   string // "$e > 3", "$e <= 3"
	ok        func(int) bool
}

// ref is the template of the last constant drawn.
func (d *draw) ref() string { return fmt.Sprintf("$%d", len(d.consts)) }

// cond draws a condition on the item that the template e names.
func (d *draw) cond(e string) cond {
	switch d.IntN(7) {
	case 0:
		k := d.num(-5, 15)
		return cond{"above " + d.ref(), "above " + d.ref(), e + " > " + d.ref(), e + " <= " + d.ref(), func(x int) bool { return x > k }}
	case 1:
		k := d.num(-5, 15)
		return cond{"below " + d.ref(), "below " + d.ref(), e + " < " + d.ref(), e + " >= " + d.ref(), func(x int) bool { return x < k }}
	case 2:
		return cond{"even", "even", e + "%2 == 0", e + "%2 != 0", func(x int) bool { return x%2 == 0 }}
	case 3:
		return cond{"odd", "odd", e + "%2 != 0", e + "%2 == 0", func(x int) bool { return x%2 != 0 }}
	case 4:
		k := d.num(3, 7)
		return cond{"multiples of " + d.ref(), "a multiple of " + d.ref(), e + "%" + d.ref() + " == 0", e + "%" + d.ref() + " != 0", func(x int) bool { return x%k == 0 }}
	case 5:
		k := d.num(-5, 15)
		return cond{"not " + d.ref(), "not " + d.ref(), e + " != " + d.ref(), e + " == " + d.ref(), func(x int) bool { return x != k }}
	default:
		low := d.num(-5, 8)
		a := d.ref()
		high := d.num(low+2, 15)
		b := d.ref()
		words := "from " + a + " to " + b
		return cond{words, words, e + " >= " + a + " && " + e + " <= " + b, e + " < " + a + " || " + e + " > " + b, func(x int) bool { return x >= low && x <= high }}
	}
}

// form is what is done to an item, in words and as a template.
type form struct {
	words string // ", each squared", or nothing
	text  string
	of    func(int) int
}

// form draws what is done to the item that the template e names.
func (d *draw) form(e string) form {
	switch d.IntN(4) {
	case 0:
		return form{"", e, func(x int) int { return x }}
	case 1:
		return form{", each squared", e + " * " + e, func(x int) int { return x * x }}
	case 2:
		k := d.num(2, 9)
		return form{", each times " + d.ref(), e + " * " + d.ref(), func(x int) int { return x * k }}
	default:
		k := d.num(1, 9)
		return form{", each plus " + d.ref(), e + " + " + d.ref(), func(x int) int { return x + k }}
	}
}

// Fixes of arguments.

// between wraps the number at place i into a range.
func between(i, low, high int) func([]any) bool {
	return func(args []any) bool {
		n := high - low + 1
		args[i] = low + ((args[i].(int)-low)%n+n)%n
		return true
	}
}

// sorted sorts the slices at the places.
func sorted(places ...int) func([]any) bool {
	return func(args []any) bool {
		for _, i := range places {
			slices.Sort(args[i].([]int))
		}
		return true
	}
}

// filled refuses an empty slice at place i.
func filled(i int) func([]any) bool {
	return func(args []any) bool { return len(args[i].([]int)) > 0 }
}

// all makes every fix in turn.
func all(fixes ...func([]any) bool) func([]any) bool {
	return func(args []any) bool {
		for _, fix := range fixes {
			if !fix(args) {
				return false
			}
		}
		return true
	}
}

// filter returns the items that are ok.
func filter(a []int, ok func(int) bool) []int {
	var kept []int
	for _, x := range a {
		if ok(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
