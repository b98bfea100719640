package claims

import (
	"math"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// TestPerToken: passes are over what was written, not over the budget: decoding
// from left to right takes one pass a token however early it ends.
func TestPerToken(t *testing.T) {
	r := newFakeRun()
	for _, x := range []struct {
		label           string
		passes, written int
	}{{"ar", 10, 10}, {"block", 5, 12}} {
		c := r.cell("code", x.label, "gocode", "loop", func(c *result.Cell) { c.Budget = 64 })
		r.solve(c, 20, 20, func(q *result.Request) {
			q.Usage[usage.NFE], q.Usage[usage.CommittedTokens] = usage.Known(x.passes), usage.Known(x.written)
		})
	}
	ev := r.evidence()
	for label, want := range map[string]float64{"ar": 1, "block": 5.0 / 12} {
		got, ok := perToken(pairs(ev.Find("code"), the(label), the(label)))
		if !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %g (%v), want %g", label, got, ok, want)
		}
	}
	if _, ok := perToken(nil); ok {
		t.Error("a pace of nothing")
	}
}
