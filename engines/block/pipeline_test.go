package block

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// Blocks of two under way together, by hand: the positions 0, 2 and 5 are sure, the others are
// written when their block is awake. What is finished is fed once more, to be stored.
func TestPipelineByHand(t *testing.T) {
	net := enginetest.NewTable(8, 64, func(row []float32, _ []int32, pos int) {
		row[enginetest.First] = []float32{0, 9, 1, 9, 1, 1, 9}[pos]
	})
	req := engines.Request{Prompt: []int32{3}, Budget: 6}
	for _, c := range []struct {
		add, wake             float64
		trace                 string
		passes, rows, choices int
	}{
		// A block is begun when half of the last one is there, and is awake when all of it is.
		{0.5, 1, "0: 0, 0: 1 2, 0: 3 5, 0: 4", 4, 3 + 4 + 6 + 4, 2 + 3 + 3 + 1},
		// A block is finished before the next one is begun.
		{1, 0, "0: 0, 0: 1, 0: 2, 0: 3, 0: 5, 0: 4", 6, 3 + 2 + 4 + 2 + 4 + 2, 2 + 1 + 2 + 1 + 2 + 1},
	} {
		o := engines.Options{"block_length": 2, "block_add": c.add, "block_wake": c.wake}
		u := traced(t, subject.Must(t, net, "d2f", o), req, c.trace).Usage
		if u.N(usage.NFE) != c.passes || u.N(usage.QueryTokens) != c.rows || u.N(usage.LogitRows) != c.choices {
			t.Errorf("%v: %d passes, %d rows, %d rows of logits, want %d, %d, %d", o, u.N(usage.NFE), u.N(usage.QueryTokens), u.N(usage.LogitRows), c.passes, c.rows, c.choices)
		}
	}
}
