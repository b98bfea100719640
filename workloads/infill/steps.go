package infill

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/arithmetic"
)

// steps is a sum written step by step, as in workload arithmetic but with all
// totals in two digits. Left and right show one step each; the missing ones
// must lead from one to the other. If several are missing, several answers are
// right.
type steps struct{}

const stepBytes = len("07+5=12")

func (steps) name() string { return "steps" }

// write adds (n+1)/8 + 2 digits, at most ten, to a digit: all totals are below 100.
func (steps) write(rng *rand.Rand, n int) text {
	missing := (n + 1) / (stepBytes + 1)
	terms := make([]int, missing+3)
	for i := range terms {
		terms[i] = rng.IntN(10)
	}
	all, total := make([]string, missing+2), terms[0]
	for i, t := range terms[1:] {
		all[i] = fmt.Sprintf("%02d+%d=%02d", total, t, total+t)
		total += t
	}
	return text{
		left: all[0] + ";", gap: strings.Join(all[1:missing+1], ";"), right: ";" + all[missing+1],
		canon: arithmetic.Canon(terms),
	}
}

// constraints are, per missing step, link and step, and at last that the
// missing steps lead to the right side.
func (steps) constraints(t text) []workloads.Constraint {
	var cs []workloads.Constraint
	for i := range (len(t.gap) + 1) / (stepBytes + 1) {
		cs = append(cs,
			workloads.Must("link", 0, "step %d of the gap starts from the result before it", i+1),
			workloads.Must("step", 0, "step %d of the gap is a true equation", i+1))
	}
	return append(cs, workloads.Constraint{Kind: "join", Direction: workloads.Lookahead,
		Doc: fmt.Sprintf("the gap ends with the %s from which the right side starts", t.right[1:3])})
}

// check compares what is written, so that an error which is carried on breaks
// its own step and the join alone.
func (steps) check(v *verdict, t text) {
	total, known := t.left[5:7], true // what the next step must start from
	missing := (len(t.gap) + 1) / (stepBytes + 1)
	for i := range missing {
		at, n := v.gap+i*(stepBytes+1), stepBytes+1
		if i == missing-1 {
			n--
		}
		s := v.at(at, n)
		if !isStep(s, n) {
			v.wrong(2*i, at, n, "step %d of the gap cannot be read: %q", i+1, s)
			v.wrong(2*i+1, at, n, "step %d of the gap cannot be read: %q", i+1, s)
			known = false
			continue
		}
		if known && s[:2] != total {
			v.wrong(2*i, at, 2, "step %d of the gap starts from %s instead of %s", i+1, s[:2], total)
		}
		a, _ := strconv.Atoi(s[:2])
		if result, _ := strconv.Atoi(s[5:7]); a+int(s[3]-'0') != result {
			v.wrong(2*i+1, at, stepBytes, "%s is not true", s[:stepBytes])
		}
		total, known = s[5:7], true
	}
	if want := t.right[1:3]; !known || total != want {
		v.wrong(2*missing, v.gap+len(t.gap)-2, 2, "the gap does not end with %s, from which the right side starts", want)
	}
}

// isStep reads "dd+d=dd", and a separator after it where n has room for one.
func isStep(s string, n int) bool {
	layout := "00+0=00;"[:n]
	if len(s) != n {
		return false
	}
	for i := range layout {
		digit := s[i] >= '0' && s[i] <= '9'
		if layout[i] == '0' && !digit || layout[i] != '0' && s[i] != layout[i] {
			return false
		}
	}
	return true
}

// chance is that of the likeliest sum of the missing terms: the right side says
// what it has to be.
func (steps) chance(n int) float64 { return arithmetic.Likeliest((n+1)/(stepBytes+1), 1) }
