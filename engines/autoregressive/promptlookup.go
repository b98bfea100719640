package autoregressive

import (
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// promptLookup is speculation without a second model: where the last tokens
// have occurred before, what followed them then is proposed again. Tokens are
// drawn as without speculation, so the text is the same.
func promptLookup() decode.Rule[causal.Writer] {
	return decode.Rule[causal.Writer]{
		Preset: engines.Preset{
			Name: "prompt-lookup", Cache: "exact",
			Doc:    "Copies a draft from an earlier place of the text that ends in the same tokens, and verifies it in one pass; the text is that of greedy or sample with the same seed.",
			Source: "Saxena 2023, github.com/apoorvumang/prompt-lookup-decoding; verification: Leviathan et al. 2023, arXiv 2211.17192",
			Differs: "Of several earlier places the last one is taken by default (match = first is the published rule); a draft may run on into itself, so that it continues a repetition to its full length; " +
				"drafts are verified by drawing, which keeps the text bit for bit at any temperature.",
			Params: append(slices.Concat([]engines.Param{
				engines.Int("draft_length", 10, 1, 1<<12, "Most tokens in a draft."),
				engines.Int("ngram_max", 3, 1, 64, "Tokens that have to agree with an earlier place of the text, at first."),
				engines.Int("ngram_min", 1, 1, 64, "Fewest tokens that have to agree, when more are not found."),
				engines.Choice("match", "last", []string{"last", "first"}, "Which of several earlier places of the text a draft is copied from."),
			}, causal.Sampling(0)), cache),
		},
		Build: func(_ *network.Spec, o engines.Options) (causal.Writer, error) {
			l := &lookup{length: o["draft_length"].(int), most: o["ngram_max"].(int), least: o["ngram_min"].(int), first: o["match"] == "first"}
			if l.least > l.most {
				return causal.Writer{}, fmt.Errorf("ngram_min (%d) is more than ngram_max (%d); ngram_min 1 with ngram_max %d works", l.least, l.most, l.most)
			}
			return causal.Writer{Proposal: causal.Proposal(o), Drafter: l.draft}, nil
		},
		Untrained: causal.Untrained,
	}
}

// lookup drafts by copying.
type lookup struct {
	length      int // of the draft
	most, least int // length of the n-gram
	first       bool
}

// draft proposes what followed an earlier occurrence of the last tokens.
func (l *lookup) draft(w *causal.Writer) {
	front := w.Front()
	from := l.find(w.Text[:front])
	if from < 0 {
		return
	}
	w.Draft = min(front+l.length, len(w.Seq))
	for pos := front; pos < w.Draft; pos++ {
		if w.Masked(pos) { // a fixed id stays
			w.Text[pos] = w.Text[from+pos-front]
		}
	}
}

// find returns the position behind an earlier occurrence of the longest n-gram
// that ends the text, or -1.
func (l *lookup) find(text []int32) int {
	for n := min(l.most, len(text)-1); n >= l.least; n-- {
		gram, places := text[len(text)-n:], len(text)-n
		for i := range places {
			at := i
			if !l.first {
				at = places - 1 - i
			}
			if slices.Equal(text[at:at+n], gram) {
				return at + n
			}
		}
	}
	return -1
}
