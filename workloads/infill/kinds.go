package infill

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads"
)

// pattern is a period of four digits, repeated. The left side shows its first
// half, the right side its second half, once each.
type pattern struct{}

const period = 4

func (pattern) name() string { return "pattern" }

func (pattern) write(rng *rand.Rand, n int) text {
	p := digits(rng, period)
	all := strings.Repeat(p, n/period+1)
	return text{
		left: all[:period/2], gap: all[period/2 : period/2+n], right: all[period/2+n:],
		canon: "pattern " + workloads.Rotation(p),
	}
}

// digits draws n digits.
func digits(rng *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + rng.IntN(10))
	}
	return string(b)
}

// constraints have the side that shows the digit as their cause.
func (pattern) constraints(t text) []workloads.Constraint {
	cs := make([]workloads.Constraint, len(t.gap))
	all := len(t.left) + len(t.gap) + len(t.right)
	for j := range cs {
		at := len(t.left) + j
		if of := at % period; of < len(t.left) {
			cs[j] = item(j, t.gap[j], at-of-1, workloads.Backward)
		} else {
			cs[j] = item(j, t.gap[j], all-period+of-at-1, workloads.Lookahead)
		}
	}
	return cs
}

func item(j int, digit byte, distance int, d workloads.Direction) workloads.Constraint {
	return workloads.Constraint{Kind: "item", Distance: distance, Direction: d, Doc: fmt.Sprintf("item %d of the gap is %c", j+1, digit)}
}

func (pattern) check(v *verdict, t text) { v.exactly(t.gap, 1, "item") }

// chance is that of guessing the two digits which only the right side shows.
func (pattern) chance(int) float64 { return 0.01 }

// mirror is a list whose first half stands on the left, the whole in the gap,
// and the second half, reversed, on the right.
type mirror struct{}

func (mirror) name() string { return "mirror" }

func (mirror) write(rng *rand.Rand, n int) text {
	list := digits(rng, n)
	second, sorted := []byte(list[n/2:]), []byte(list)
	slices.Reverse(second)
	slices.Sort(sorted)
	return text{left: list[:n/2] + "/", gap: list, right: "/" + string(second), canon: "list " + string(sorted)}
}

// constraints count the digits between an item and the side that shows it.
func (mirror) constraints(t text) []workloads.Constraint {
	cs, n := make([]workloads.Constraint, len(t.gap)), len(t.gap)
	for j := range cs {
		if j < n/2 {
			cs[j] = item(j, t.gap[j], n/2-1, workloads.Backward)
		} else {
			cs[j] = item(j, t.gap[j], 2*(n-1-j), workloads.Lookahead)
		}
	}
	return cs
}

func (mirror) check(v *verdict, t text) { v.exactly(t.gap, 1, "item") }

// chance is that of guessing the half which only the right side shows.
func (mirror) chance(n int) float64 { return math.Pow(10, -float64(n/2)) }

// progression is a list of numbers of three digits with equal differences of
// 1 to 25, up or down. Each side shows one number.
type progression struct{}

const (
	numberBytes = 4 // three digits and a separator
	mostStep    = 25
	numbers     = 1000
)

func (progression) name() string { return "progression" }

// write draws the step first, all 50 equally likely, then a start from which
// all numbers have three digits.
func (progression) write(rng *rand.Rand, n int) text {
	terms := (n+1)/numberBytes + 2
	step := 1 + rng.IntN(mostStep)
	first := rng.IntN(numbers - step*(terms-1))
	if rng.IntN(2) == 0 {
		first = numbers - 1 - first
		step = -step
	}
	all := make([]string, terms)
	for i := range all {
		all[i] = fmt.Sprintf("%03d", first+i*step)
	}
	return text{
		left: all[0] + ";", gap: strings.Join(all[1:terms-1], ";"), right: ";" + all[terms-1],
		canon: fmt.Sprintf("progression %d %d", first, step),
	}
}

// constraints look ahead to the last number.
func (progression) constraints(t text) []workloads.Constraint {
	list := strings.Split(t.gap, ";")
	cs := make([]workloads.Constraint, len(list))
	for i, number := range list {
		cs[i] = workloads.Constraint{Kind: "number", Distance: len(list) - 1 - i, Direction: workloads.Lookahead,
			Doc: fmt.Sprintf("number %d of the gap is %s", i+1, number)}
	}
	return cs
}

func (progression) check(v *verdict, t text) { v.exactly(t.gap, numberBytes, "number") }

// chance is that of guessing the likeliest step after the first number: of the
// steps that stay within three digits a large one is the likelier, because it
// leaves fewer starts.
func (progression) chance(n int) float64 {
	terms := (n+1)/numberBytes + 2
	sum := 0.0
	for first := range numbers {
		best := 0.0
		for step := -mostStep; step <= mostStep; step++ {
			last := first + step*(terms-1)
			if step != 0 && last >= 0 && last < numbers {
				starts := numbers - max(step, -step)*(terms-1)
				best = max(best, 1/float64(2*mostStep*starts))
			}
		}
		sum += best
	}
	return sum
}
