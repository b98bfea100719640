package block

import (
	"fmt"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// steps writes down what each pass did: the block, a colon, the positions
// committed, each position masked again with a minus and each one edited with a
// tilde in front.
type steps []string

func (s *steps) Event(e *engines.Event) {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:", e.Block)
	for _, k := range e.Revised {
		mark := "~"
		if k.ID == enginetest.Mask {
			mark = "-"
		}
		fmt.Fprintf(&b, " %s%d", mark, k.Pos)
	}
	for _, k := range e.Committed {
		fmt.Fprintf(&b, " %d", k.Pos)
	}
	*s = append(*s, b.String())
}

// traced decodes one request and compares what its passes did, written as the
// steps above with commas between them.
func traced(t *testing.T, e engines.Engine, req engines.Request, want string) engines.Result {
	t.Helper()
	var got steps
	r := one(t, e, req, &got)
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("%v: passes\n%s, want\n%s", e.Info().Options, s, want)
	}
	return r
}

// sure is a network of eight symbols that predicts the given tokens behind a
// prompt of one, each with a logit of its own over nine zeros: probability
// x = 9 is 0.999, 5 is 0.943, 4.3 is 0.891, 1 is 0.232.
func sure(tokens []int32, logits ...float32) *enginetest.Table {
	return enginetest.NewTable(8, 64, func(row []float32, visible []int32, pos int) {
		if at := enginetest.Target(visible, pos) - 1; at < len(logits) {
			row[tokens[at%len(tokens)]] = logits[at]
		}
	})
}
