// Package autoregressive decodes one token after the other, left to right, with
// an exact cache of keys and values: the baseline against which diffusion is
// measured.
//
// The first forward pass reads the whole prompt and yields the first token
// (prefill); every further pass reads the one token drawn last. G tokens
// therefore take 1 + (G-1) passes: the last token is never fed. With
// prompt-lookup a pass also reads a draft that was copied from the text so
// far, and writes as much of it as is right; see package causal.
//
// In an infilling template the fixed ids are not drawn but taken over, and a
// run of them is read in the same pass as the token in front of it. The gaps
// still know nothing of the fixed text behind them; that is what "left to
// right" means. Weights that were trained for it can fill gaps with the whole
// template in view: option infill = fim.
//
// The mask token and the padding token are never drawn.
package autoregressive

import (
	"errors"
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	info.Writing.Unit = 1
	room, _ := info.Options["rows"].(int)
	return causal.Engine(net, info, room, func(recompute bool) decode.Lane {
		w := build()
		w.Recompute = recompute
		return &w
	}), nil
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return family().Presets() }

// cache is a parameter that all presets share.
var cache = engines.Choice("cache", "exact", []string{"exact", "none"}, "exact keeps the keys and values of the text so far, none recomputes them in every pass, with the same tokens as the outcome.").As(engines.RoleCache)

// family lists the presets; a new one is an entry here.
func family() *decode.Family[causal.Writer] {
	return &decode.Family[causal.Writer]{
		Preset: engines.Preset{Engine: "autoregressive", LeftToRight: true, Baseline: true},
		Rules: []decode.Rule[causal.Writer]{
			{Preset: engines.Preset{
				Name: "greedy", Cache: "exact",
				Doc:    "The most probable token at every position, left to right.",
				Source: "standard practice",
				Params: []engines.Param{cache},
			}, Build: func(*network.Spec, engines.Options) (causal.Writer, error) {
				return causal.Writer{Proposal: sample.Argmax{}}, nil
			}, Untrained: causal.Untrained},
			{Preset: engines.Preset{
				Name: "sample", Cache: "exact",
				Doc:    "Draws every token from the tempered distribution, cut off by top-k, then top-p, then min-p.",
				Source: "top-k: Fan et al. 2018, arXiv 1805.04833; top-p: Holtzman et al. 2020, arXiv 1904.09751; min-p: Nguyen et al. 2024, arXiv 2407.01082",
				Params: append(causal.Sampling(1), cache),
			}, Build: func(_ *network.Spec, o engines.Options) (causal.Writer, error) {
				return causal.Writer{Proposal: causal.Proposal(o)}, nil
			}, Untrained: causal.Untrained},
			{Preset: engines.Preset{
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
			}, Build: func(_ *network.Spec, o engines.Options) (causal.Writer, error) {
				l := &lookup{length: o["draft_length"].(int), most: o["ngram_max"].(int), least: o["ngram_min"].(int), first: o["match"] == "first"}
				if l.least > l.most {
					return causal.Writer{}, fmt.Errorf("ngram_min (%d) is more than ngram_max (%d); ngram_min 1 with ngram_max %d works", l.least, l.most, l.most)
				}
				return causal.Writer{Proposal: causal.Proposal(o), Drafter: l.draft}, nil
			}, Untrained: causal.Untrained},
			{Preset: engines.Preset{
				Name: "wide", Cache: "exact",
				Doc:    "Writes what greedy writes, with more rows in each pass: its times are those of passes over so many rows, which writes the token of one of them.",
				Source: "own, for times",
				Params: []engines.Param{
					engines.Int("rows", 1, 1, 1<<12, "Rows that a pass computes: the last token and unwritten positions behind it, as far as the context goes, each with logits."),
					engines.Choice("prompt", "read", []string{"read", "taken"}, "read computes it, taken only counts it as stored but for its last token: for times with random weights, no text follows from it."),
					cache,
				},
			}, Build: func(_ *network.Spec, o engines.Options) (causal.Writer, error) {
				taken := o["prompt"] == "taken"
				if taken && o["cache"] == "none" {
					return causal.Writer{}, errors.New("prompt taken counts on stored keys, and cache is none; cache exact keeps them")
				}
				return causal.Writer{Proposal: sample.Argmax{}, Wide: o["rows"].(int), Taken: taken}, nil
			}, Untrained: func(spec *network.Spec, o engines.Options) []string {
				list := causal.Untrained(spec, o)
				if o["prompt"] == "taken" {
					list = append(list, "the prompt is not read: only times mean something")
				}
				return list
			}},
		},
	}
}
