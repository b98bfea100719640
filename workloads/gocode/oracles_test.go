package gocode

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// oracles are functions that know what those of a kind have to return, by rung
// and kind. They share nothing with the references but constants and choices.
type oracles map[string]func(d *draw) any

// oracle is what a function has to compute, as a function in Go.
func oracle(t *testing.T, key string, f function) any {
	_, words, _ := strings.Cut(f.form, ": ")
	switch {
	case strings.HasPrefix(key, "steps-"):
		return steps(strings.Split(words, ", "))
	case strings.HasPrefix(key, "pipe-"):
		return pipe(strings.Split(words, ", "))
	}
	for _, all := range []oracles{smallOracles, dataOracles, longOracles} {
		if all[key] != nil {
			return all[key](f.draw)
		}
	}
	t.Fatalf("nothing to compare %s with", key)
	return nil
}

// TestOracles checks that there is no oracle without a kind.
func TestOracles(t *testing.T) {
	known := map[string]bool{}
	for _, r := range New().rungs {
		for _, k := range r.kinds {
			known[r.name+"/"+k.name] = true
		}
	}
	for _, all := range []oracles{smallOracles, dataOracles, longOracles} {
		for key := range maps.Keys(all) {
			if !known[key] {
				t.Errorf("there is no kind %s", key)
			}
		}
	}
}

// lastNumber is the number at the end of a text, or 0.
func lastNumber(words string) int {
	n, _ := strconv.Atoi(words[strings.LastIndexByte(words, ' ')+1:])
	return n
}

// condition is the condition that a function speaks of.
func condition(d *draw) func(int) bool { return conditionOf(d.fill(d.texts['O'], false)) }

func conditionOf(words string) func(int) bool {
	k := lastNumber(words)
	switch list := strings.Fields(words); list[0] {
	case "above":
		return func(x int) bool { return x > k }
	case "below":
		return func(x int) bool { return x < k }
	case "even":
		return func(x int) bool { return x%2 == 0 }
	case "odd":
		return func(x int) bool { return x%2 != 0 }
	case "a":
		return func(x int) bool { return x%k == 0 }
	case "not":
		return func(x int) bool { return x != k }
	default:
		low, _ := strconv.Atoi(list[1])
		return func(x int) bool { return x >= low && x <= k }
	}
}

// application is what a function does to an item.
func application(d *draw) func(int) int {
	words := d.fill(d.texts['F'], false)
	k := lastNumber(words)
	switch {
	case words == "":
		return func(x int) int { return x }
	case words == ", each squared":
		return func(x int) int { return x * x }
	case strings.HasPrefix(words, ", each times "):
		return func(x int) int { return x * k }
	default:
		return func(x int) int { return x + k }
	}
}

// steps follows steps in words.
func steps(list []string) func(int) int {
	return func(x int) int {
		for _, s := range list {
			k := lastNumber(strings.TrimSuffix(s, " if odd"))
			switch odd := strings.HasSuffix(s, " if odd"); {
			case strings.HasPrefix(s, "add"):
				if !odd || x%2 != 0 {
					x += k
				}
			case strings.HasPrefix(s, "subtract"):
				x -= k
			case strings.HasPrefix(s, "times"):
				x *= k
			case strings.HasPrefix(s, "halve"):
				if x%2 == 0 {
					x /= 2
				}
			case strings.HasPrefix(s, "at most"):
				x = min(x, k)
			case strings.HasPrefix(s, "at least"):
				x = max(x, k)
			case strings.HasPrefix(s, "negate"):
				if x < k {
					x = -x
				}
			case strings.HasPrefix(s, "remainder"):
				x %= k
			}
		}
		return x
	}
}

// pipe follows stages in words.
func pipe(list []string) any {
	run := func(a []int) []int {
		a = slices.Clone(a)
		for _, s := range list {
			k := lastNumber(s)
			words, keeps := strings.CutPrefix(s, "keep what is ")
			switch {
			case keeps:
				a = filter(a, conditionOf(words))
			case strings.HasPrefix(s, "the first"):
				a = a[:min(len(a), k)]
			case s == "reverse":
				slices.Reverse(a)
			case s == "sort":
				slices.Sort(a)
			case s == "running sums":
				for i := len(a) - 1; i >= 0; i-- {
					a[i] = sum(a[:i+1])
				}
			default:
				for i := range a {
					if strings.HasPrefix(s, "times") {
						a[i] *= k
					} else if strings.HasPrefix(s, "add") {
						a[i] += k
					}
				}
			}
		}
		return a
	}
	if list[len(list)-1] == "sum" {
		return func(a []int) int { return sum(run(a)) }
	}
	return run
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

func sum(a []int) int {
	r := 0
	for _, x := range a {
		r += x
	}
	return r
}
