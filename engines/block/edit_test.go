package block

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
)

// judge is a network whose rows all speak of their own position. A mask gets a
// wrong token with the given logit; a written token is told the right one, with
// a logit of 9 where what stands in front of it is right, and 2 (p = 0.45) else.
func judge(draft ...float32) *enginetest.Table {
	return enginetest.NewTable(8, 64, func(row []float32, visible []int32, pos int) {
		at := pos - 1
		switch {
		case visible[pos] == enginetest.Mask:
			row[cycle(at+1)] = draft[at]
		case at == 0 || visible[pos-1] == cycle(at-1):
			row[cycle(at)] = 9
		default:
			row[cycle(at)] = 2
		}
	})
}

func TestEditByHand(t *testing.T) {
	req := engines.Request{Prompt: []int32{3}, Budget: 5}
	for _, c := range []struct {
		opts engines.Options
		want string
	}{
		// All masks at once; then each pass mends the next token. The last pass
		// finds nothing to mend, also in the block of one.
		{engines.Options{"threshold": 0}, "0: 0 1 2 3, 0: ~0, 0: ~1, 0: ~2, 0: ~3, 0:, 1: 4, 1: ~4, 1:"},
		{engines.Options{"threshold": 0, "max_post_steps": 2}, "0: 0 1 2 3, 0: ~0, 0: ~1, 1: 4, 1:"},
		{engines.Options{"threshold": 0, "max_post_steps": 0}, "0: 0 1 2 3, 1: 4"},
		{engines.Options{"threshold": 0, "editing_threshold": 2}, "0: 0 1 2 3, 0:, 1: 4, 1:"},
		// Less sure judges are enough: all tokens are mended in one pass.
		{engines.Options{"threshold": 0, "editing_threshold": 0.4}, "0: 0 1 2 3, 0: ~0 ~1 ~2 ~3, 0:, 1: 4, 1: ~4, 1:"},
		// One mask at a time, the surest first, and mending along the way.
		{engines.Options{"threshold": 0.9}, "0: 2, 0: 0, 0: ~0 1, 0: ~1 3, 0: ~2, 0: ~3, 0:, 1: 4, 1: ~4, 1:"},
	} {
		c.opts["block_length"] = 4
		e := subject.Must(t, judge(3, 2, 4, 1, 1), "llada2-edit", c.opts)
		r := traced(t, e, req, c.want)
		enginetest.CheckResult(t, req, r)
		passes := strings.Count(c.want, ",") + 1
		if rows := 4*strings.Count(c.want, "0:") + strings.Count(c.want, "1:"); r.Usage.N(usage.NFE) != passes || r.Usage.N(usage.LogitRows) != rows {
			t.Errorf("%v: %d passes, %d rows of logits, want %d and %d", c.opts, r.Usage.N(usage.NFE), r.Usage.N(usage.LogitRows), passes, rows)
		}
	}
	r := one(t, subject.Must(t, judge(3, 2, 4, 1, 1), "llada2-edit", engines.Options{"block_length": 4}), req, nil)
	if want := []int32{3, 4, 5, 6, 7}; !slices.Equal(r.Tokens, want) {
		t.Errorf("tokens are %v, want %v", r.Tokens, want)
	}
}

// Deletions and insertions by hand: symbol 0 stands for delete and 1 for insert, and the
// text counts from 2. A token that repeats the one in front of it is to go, and one that
// leaves one out is to have it back.
func TestMovesByHand(t *testing.T) {
	const del, ins = enginetest.First, enginetest.First + 1
	law := func(draft ...int32) func(row []float32, visible []int32, pos int) {
		return func(row []float32, visible []int32, pos int) {
			before, here := visible[pos-1], visible[pos]
			switch {
			case here == enginetest.Mask && before >= 5 && !slices.Contains(visible[:pos], enginetest.Mask):
				row[min(before+1, 10)] = 9 // the text in front says what comes
			case here == enginetest.Mask:
				row[draft[pos-1]] = 5
			case here == before:
				row[del] = 9
			case before >= 5 && here == before+2:
				row[ins] = 9
			default:
				row[here] = 9
			}
		}
	}
	for _, c := range []struct {
		draft    []int32
		template []int32
		most     int
		want     []int32
		trace    string
	}{
		// Deleted at 1: what is behind moves up, and the mask at the end is written.
		{[]int32{5, 5, 6, 7}, nil, 16, []int32{5, 6, 7, 8}, "0: 0 1 2 3, 0: ~1 ~2 -3, 0: 3, 0:"},
		// Inserted in front of 1: the last token is lost.
		{[]int32{5, 7, 8, 9}, nil, 16, []int32{5, 6, 7, 8}, "0: 0 1 2 3, 0: -1 ~2 ~3, 0: 1, 0:"},
		// Both in one pass.
		{[]int32{5, 5, 6, 8}, nil, 16, []int32{5, 6, 7, 8}, "0: 0 1 2 3, 0: ~1 -2, 0: 2, 0:"},
		// No more passes that move.
		{[]int32{5, 5, 6, 7}, nil, 0, []int32{5, 5, 6, 7}, "0: 0 1 2 3"},
		// Nothing moves across a fixed token.
		{[]int32{5, 5, 6, 7}, []int32{engines.Gap, engines.Gap, engines.Gap, 7}, 16, []int32{5, 6, 7, 7}, "0: 0 1 2, 0: ~1 -2, 0: 2, 0:"},
	} {
		opts := engines.Options{"block_length": 4, "threshold": 0, "delete_token": int(del), "insert_token": int(ins), "max_post_steps": c.most}
		req := engines.Request{Prompt: []int32{4}, Budget: 4, Template: c.template}
		r := traced(t, subject.Must(t, enginetest.NewTable(8, 64, law(c.draft...)), "llada2-edit", opts), req, c.trace)
		enginetest.CheckResult(t, req, r)
		if !slices.Equal(r.Tokens, c.want) {
			t.Errorf("%v: %v, want %v", c.draft, r.Tokens, c.want)
		}
	}
	for _, o := range []engines.Options{{"delete_token": 4, "insert_token": 4}, {"insert_token": 2}, {"delete_token": 99}} {
		if _, err := subject(enginetest.NewTable(8, 64, nil), "llada2-edit", o); err == nil || !strings.Contains(err.Error(), "insert_token") {
			t.Errorf("%v: %v", o, err)
		}
	}
}

// A pass over a full block costs the block and its rows of logits; what is
// stored of it is the edited text.
func TestEditBill(t *testing.T) {
	s := enginetest.NewSession(t)
	var blocks []int
	opts := engines.Options{"block_length": 4, "threshold": 0, "editing_threshold": 0, "max_post_steps": 3}
	r := one(t, subject.Must(t, s, "llada2-edit", opts), engines.Request{Prompt: prompt(5), Budget: 7}, engines.SinkFunc(func(e *engines.Event) {
		blocks = append(blocks, e.Block)
	}))
	bill, last := Bill{Config: s.Model().Config()}, -1
	for _, block := range blocks {
		n, work := 4-block, Rows{Kind: engines.PhaseDenoise, N: 4 - block, Keys: 9 + 3*block, Logits: 4 - block}
		switch {
		case n == 4 && last < 0:
			bill.Pass(Rows{Kind: engines.PhasePrefill, N: 5, Keys: 1, Causal: true}, work)
		case block > last:
			bill.Pass(Rows{Kind: engines.PhaseCommit, N: 4, Keys: 6, Causal: true}, work)
		default:
			bill.Pass(work)
		}
		last = block
	}
	bill.Check(t, r.Usage)
	if r.Usage.N(usage.RevisedTokens) == 0 || len(blocks) < 4 {
		t.Errorf("%d revisions in passes over blocks %v", r.Usage.N(usage.RevisedTokens), blocks)
	}
}

func TestEditSaysWhatWeightsLack(t *testing.T) {
	if u := subject.Must(t, enginetest.NewSession(t), "llada2-edit", nil).Info().Untrained; len(u) != 1 || !strings.Contains(u[0], "self_prediction") {
		t.Errorf("untrained use is %v", u)
	}
	s := trained(t, func(c *model.Config) { c.SelfPrediction = true })
	if u := subject.Must(t, s, "llada2-edit", nil).Info().Untrained; u != nil {
		t.Errorf("untrained use is %v", u)
	}
}
