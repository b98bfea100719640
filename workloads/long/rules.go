package long

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dllmbench/workloads"
)

// repeat writes a pattern of eight digits again and again.
type repeat struct{}

const (
	period   = 8
	patterns = 100_000_000 // of eight digits
	fours    = 10_000      // of them repeat four digits
)

func (repeat) name() string { return "repeat" }
func (repeat) doc() string  { return "repeat a pattern of eight digits" }
func (repeat) unit() int    { return 1 }

// distance is the number of digits between an item and the same place of the
// pattern before it, in the prompt or in the answer.
func (repeat) distance(int) int { return period - 1 }

// draw makes patterns without a shorter period; those repeat four digits.
func (repeat) draw(rng *rand.Rand) request {
	for {
		cycle := fmt.Sprintf("%0*d", period, rng.IntN(patterns))
		if cycle[:period/2] != cycle[period/2:] {
			return request{cycle: cycle}
		}
	}
}

func (repeat) items(q request, n int) []string {
	return strings.Split(strings.Repeat(q.cycle, n/period+1)[:n], "")
}

// split cuts bytes, and leaves what follows the most-th in one piece.
func (repeat) split(out string, most int) []string {
	items := make([]string, 0, most+1)
	for i := range min(most, len(out)) {
		items = append(items, out[i:i+1])
	}
	if len(out) > most {
		items = append(items, out[most:])
	}
	return items
}

func (repeat) fits(q request, got []string, i, place int) bool {
	return got[i] == q.cycle[place:place+1]
}

func (repeat) next(q request, _ []string, _, place int) string { return q.cycle[place : place+1] }

// chance is the probability of the likeliest answer; all patterns are equally
// likely.
func (repeat) chance() float64 { return 1. / (patterns - fours) }

// totals writes running totals.
type totals struct{}

const (
	terms   = 4
	modulus = 1000
)

func (totals) name() string { return "totals" }
func (totals) doc() string  { return "running totals of four digits added in turn" }
func (totals) unit() int    { return 4 }

// distance counts the numbers between an item and the oldest one that says what
// it must be: its difference to the number before it is that of one period
// earlier. The first items need the start or their term in the prompt.
func (totals) distance(i int) int {
	if i == 0 || i >= terms {
		return terms
	}
	return terms - 1
}

// draw makes terms without 0, which would write a number twice.
func (totals) draw(rng *rand.Rand) request {
	cycle := make([]byte, terms)
	for i := range cycle {
		cycle[i] = byte('1' + rng.IntN(9))
	}
	return request{start: rng.IntN(modulus), cycle: string(cycle)}
}

func (totals) items(q request, n int) []string {
	list, total := make([]string, n), q.start
	for i := range list {
		total = (total + q.term(i%terms)) % modulus
		list[i] = fmt.Sprintf("%03d;", total)
	}
	return list
}

// split cuts after semicolons, and leaves what follows the most-th in one piece.
func (totals) split(out string, most int) []string {
	items := strings.SplitAfterN(out, ";", most+1)
	if items[len(items)-1] == "" {
		items = items[:len(items)-1]
	}
	return items
}

// fits compares the difference to the number before with a term. After a
// number that cannot be read, every number fits.
func (totals) fits(q request, got []string, i, place int) bool {
	n, ok := item(got[i])
	before, known := q.before(got, i)
	return ok && (!known || n == (before+q.term(place))%modulus)
}

func (totals) next(q request, got []string, i, place int) string {
	before, known := q.before(got, i)
	if !known {
		return "ddd;" // any number
	}
	return fmt.Sprintf("%03d;", (before+q.term(place))%modulus)
}

func (q request) term(place int) int { return int(q.cycle[place] - '0') }

// before is the number before item i, and whether it can be read.
func (q request) before(got []string, i int) (int, bool) {
	if i == 0 {
		return q.start, true
	}
	return item(got[i-1])
}

// item reads three decimal digits and a semicolon.
func item(s string) (int, bool) {
	digits, ok := strings.CutSuffix(s, ";")
	n, isNumber := workloads.Number(digits)
	return n, ok && isNumber && len(digits) == 3
}

// chance is the probability of the likeliest answer; all starts and terms are
// equally likely.
func (totals) chance() float64 { return 1. / (modulus * 9 * 9 * 9 * 9) }
