package block

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
)

// Token 5 is the delimiter. Three of them are predicted in the first window of
// 8, at 2 (0.232), 4 (0.943) and 7 (0.891); the surest ends the block. The next
// window, 5 to 10, has 7 (0.891) alone, and the one of 8 to 11 none that is sure
// enough: a block of 3 then, and the rest.
func TestAdaBlockByHand(t *testing.T) {
	tokens := []int32{3, 4, 5, 6, 5, 3, 4, 5, 6, 5, 4, 3}
	logits := []float32{9, 1, 1, 2, 5, 9, 9, 4.3, 9, 1, 9, 9}
	req := engines.Request{Prompt: []int32{3}, Budget: 12}
	opts := engines.Options{"block_length": 3, "window": 8}
	net := sure(tokens, logits...)
	r := traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 4, 0: 3, 0: 1, 0: 2, 1: 5 6, 1: 7, 2: 8 10, 2: 9, 3: 11")
	if !slices.Equal(r.Tokens, tokens) {
		t.Errorf("tokens are %v, want %v", r.Tokens, tokens)
	}
	// The first pass of a block feeds its window, the others feed the block.
	const prefill, commit, denoise = engines.PhasePrefill, engines.PhaseCommit, engines.PhaseDenoise
	bill := Bill{Config: net.Model().Config(), Table: true}
	bill.Pass(Rows{Kind: prefill, N: 1, Keys: 1}, Rows{Kind: denoise, N: 8, Keys: 9, Logits: 8})
	for _, masks := range []int{3, 2, 1} {
		bill.Pass(Rows{Kind: denoise, N: 5, Keys: 6, Logits: masks})
	}
	bill.Pass(Rows{Kind: commit, N: 5, Keys: 2, Causal: true}, Rows{Kind: denoise, N: 7, Keys: 13, Logits: 7})
	bill.Pass(Rows{Kind: denoise, N: 3, Keys: 9, Logits: 1})
	bill.Pass(Rows{Kind: commit, N: 3, Keys: 7, Causal: true}, Rows{Kind: denoise, N: 4, Keys: 13, Logits: 4})
	bill.Pass(Rows{Kind: denoise, N: 3, Keys: 12, Logits: 1})
	bill.Pass(Rows{Kind: commit, N: 3, Keys: 10, Causal: true}, Rows{Kind: denoise, N: 1, Keys: 13, Logits: 1})
	bill.Check(t, r.Usage)

	for _, c := range []struct {
		change engines.Options
		want   string
	}{
		{engines.Options{"window": 3}, "0: 0, 0: 1, 0: 2, 1: 4, 1: 3, 2: 5 6, 2: 7, 3: 8 10, 3: 9, 4: 11"},
		{engines.Options{"window": 0}, "0: 0 4, 0: 3, 0: 1, 0: 2, 1: 5 6, 1: 7, 2: 8 10, 2: 9, 3: 11"},
		{engines.Options{"delimiter_threshold": 0.0, "window": 3}, "0: 0, 0: 1, 0: 2, 1: 4, 1: 3, 2: 5 6, 2: 7, 3: 8, 3: 9, 4: 10 11"},
		{engines.Options{"delimiter": 4, "window": 4}, "0: 0, 0: 1, 0: 2, 1: 4 5 6, 1: 3, 2: 8 10, 2: 7, 2: 9, 3: 11"},
	} {
		o := engines.Options{"block_length": 3, "window": 8}
		for k, v := range c.change {
			o[k] = v
		}
		traced(t, subject.Must(t, net, "adablock", o), req, c.want)
	}
}

// A paragraph ends behind two delimiters in a row, as sure as the less sure of
// them, or behind the end of the text.
func TestParagraphsByHand(t *testing.T) {
	tokens := []int32{3, 5, 4, 5, 5, 3, 5, 5, 4, enginetest.End, 0, 0}
	logits := []float32{9, 9, 9, 9, 4.3, 9, 9, 5, 9, 9, 9, 9}
	req := engines.Request{Prompt: []int32{3}, Budget: 12, Stop: []int32{enginetest.End}}
	opts := engines.Options{"unit": "paragraph", "block_length": 2, "window": 12, "threshold": 0.5}
	net := sure(tokens, logits...)
	r := traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 1 2 3 4 5 6 7 8 9")
	if r.Useful != 9 || r.Finish != engines.FinishStop {
		t.Errorf("%+v", r)
	}
	opts["window"] = 9 // the end of the text is out of sight; 6 and 7 are surer than 3 and 4
	traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 1 2 3 4 5 6 7, 1: 8 9")
	opts["window"] = 5 // from block 1 the end of the text is surer than 6 and 7
	traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 1 2 3 4, 1: 5 6 7 8 9")
	opts["window"] = 4 // a delimiter alone is no paragraph; 3 and 4 are seen from block 1, 6 and 7 from block 2
	traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 1, 1: 2 3 4, 2: 5 6 7, 3: 8 9")
	// The first delimiter may be a fixed part of a template.
	const gap = engines.Gap
	req.Template = []int32{gap, gap, gap, 5, gap, gap, gap, gap, gap, gap, gap, gap}
	opts["window"], opts["block_length"] = 5, 7
	traced(t, subject.Must(t, net, "adablock", opts), req, "0: 0 1 2 4, 1: 5 6 7 8 9")
}

// Without sure delimiters and with a window no longer than the block it is the
// threshold rule.
func TestAdaBlockLimit(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: prompt(3), Budget: 19}
	for _, length := range []int{1, 4, 7, 0} {
		a := one(t, subject.Must(t, s, "adablock", engines.Options{"block_length": length, "window": max(1, length-1), "delimiter_threshold": 1.5, "threshold": 0.04}), req, nil)
		b := one(t, subject.Must(t, s, "threshold", engines.Options{"block_length": length, "threshold": 0.04}), req, nil)
		if !slices.Equal(a.Tokens, b.Tokens) || a.Usage != b.Usage {
			t.Errorf("block length %d:\n%v %+v\n%v %+v", length, a.Tokens, a.Usage, b.Tokens, b.Usage)
		}
	}
}

// A block with nothing but fixed ids in its default length reaches to its first
// gap.
func TestAdaBlockWritesInEveryBlock(t *testing.T) {
	net := sure([]int32{3}, 1, 1, 1, 1, 1, 1, 1, 1)
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{3}, Budget: 8, Template: []int32{4, 4, 4, gap, gap, 4, 4, gap}}
	traced(t, subject.Must(t, net, "adablock", engines.Options{"block_length": 2, "window": 6}), req, "0: 3, 1: 4, 2: 7")
}

func TestAdaBlockNeedsDelimiters(t *testing.T) {
	s := trained(t, func(c *model.Config) { c.Delimiters = nil })
	for _, c := range []struct {
		opts engines.Options
		part string
	}{
		{nil, "the weights name no token that ends a sentence"},
		{engines.Options{"delimiter": 40}, "delimiter is token id 40, allowed is 0 to 39"},
		{engines.Options{"delimiter": 39}, ""},
	} {
		_, err := New(s, "adablock", c.opts)
		if (err == nil) != (c.part == "") || err != nil && !strings.Contains(err.Error(), c.part) {
			t.Errorf("%v: the error is %v", c.opts, err)
		}
	}
}
