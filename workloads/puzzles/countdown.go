// Package puzzles judges the two puzzles that d1 (arXiv 2504.12216) trains and tests on:
// Countdown, and sudokus of four rows.
package puzzles

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"dllmbench/workloads"
	"dllmbench/workloads/extract"
)

// Bounds of what is looked at.
const (
	maxNumbers = 20
	maxOutput  = 64 << 10
)

// Countdown wants a term of numbers, each used once, whose value is the target.
type Countdown struct {
	numbers []string // sorted
	target  *big.Rat
	rule    extract.Rule
}

// Each is 1 where a term uses each number once and no other.
const Each = "each_number_once"

// NewCountdown makes a checker of a task.
func NewCountdown(numbers []int64, target int64) (*Countdown, error) {
	if len(numbers) == 0 || len(numbers) > maxNumbers {
		return nil, fmt.Errorf("%d numbers; allowed are 1 to %d", len(numbers), maxNumbers)
	}
	c := &Countdown{target: big.NewRat(target, 1)}
	for _, n := range numbers {
		if n < 0 {
			return nil, fmt.Errorf("the number %d is less than 0", n)
		}
		c.numbers = append(c.numbers, strconv.FormatInt(n, 10))
	}
	slices.Sort(c.numbers)
	var err error
	c.rule, err = extract.RuleNamed("countdown-d1")
	return c, err
}

// Constraints implements jsonl.Checker: each number is used once, and the target is met.
func (c *Countdown) Constraints() []workloads.Constraint {
	return []workloads.Constraint{
		workloads.Must("numbers", 0, "each number is used once and no other"),
		workloads.Must("target", 0, "the value is %s", c.target.RatString()),
	}
}

// Check implements jsonl.Checker. The term is the last \boxed{}, or what d1 takes
// without one.
func (c *Countdown) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: 2}
	each := 0.0
	if len(output) > maxOutput {
		v.FailAll(0, 2, 0, "more than %d bytes", maxOutput)
	} else {
		text, _ := c.rule.Find(output)
		if used := numerals(text); slices.Equal(used, c.numbers) {
			each = 1
		} else {
			v.Fail(0, -1, "%q does not use each number once", workloads.Clip(text))
		}
		value, err := work(text)
		switch {
		case err != nil:
			v.Fail(1, -1, "%q has no value: %v", workloads.Clip(text), err)
		case new(big.Rat).Abs(new(big.Rat).Sub(value, c.target)).Cmp(near) >= 0:
			v.Fail(1, -1, "the value is %s instead of %s", workloads.Clip(value.RatString()), c.target.RatString())
		}
	}
	s := v.Score()
	s.Aspects = map[string]float64{Each: each}
	return s
}

// near is the difference up to which d1 takes a value for the target.
var near = big.NewRat(1, 100_000)

// numerals are the runs of digits of a text without leading zeros, sorted.
func numerals(text string) []string {
	var list []string
	for i := 0; i < len(text); {
		j := i
		for j < len(text) && text[j] >= '0' && text[j] <= '9' {
			j++
		}
		if j > i {
			n := text[i:j]
			for len(n) > 1 && n[0] == '0' {
				n = n[1:]
			}
			list = append(list, n)
		}
		i = max(j, i+1)
	}
	slices.Sort(list)
	return list
}
