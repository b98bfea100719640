package decoders

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// variants are option sets to test beside the defaults, by engine and preset. They
// are possible for token budgets of 4, 8 and 12.
var variants = map[string]map[string][]engines.Options{
	"autoregressive": {
		"greedy": {{"cache": "none"}},
		"sample": {
			{"best_of": 3}, {"best_of": 2, "temperature": 0.1},
			{"temperature": 0},
			{"temperature": 0.7, "top_k": 5, "top_p": 0.9},
			{"top_p": 0.5, "nucleus": "within"},
			{"temperature": 1.5, "min_p": 0.2, "cache": "none"},
		},
		"wide":          {{"rows": 5}, {"rows": 100, "cache": "none"}},
		"prompt-lookup": {{"best_of": 2, "temperature": 1.0}, {"draft_length": 1, "temperature": 1.0}, {"draft_length": 3, "match": "first", "cache": "none"}},
	},
	"diffusion": {
		"llada": {
			{"best_of": 3, "remasking": "random"}, {"best_of": 2, "temperature": 1.0, "steps": 3, "stop_at_end": true},
			{"steps": 3},
			{"steps": 6, "block_length": 4, "stop_at_end": true},
			{"remasking": "random", "temperature": 0.5},
			{"steps": 4, "cfg_scale": 1.5},
			{"remasking": "margin", "eos_confidence_last": true},
			{"remasking": "entropy", "steps": 2, "temperature": 0.7},
		},
		"dream": {
			{"alg": "origin", "steps": 5},
			{"alg": "origin", "steps": 40, "temperature": 0.8, "top_p": 0.9, "stop_at_end": true},
			{"alg": "maskgit_plus", "steps": 4, "alg_temp": 0.3, "temperature": 0.5, "top_k": 7, "top_p": 0.95},
			{"alg": "topk_margin", "steps": 3, "top_p": 0.9},
			{"alg": "entropy", "steps": 20, "eps": 0.01, "alg_temp": 2.0},
		},
		"mdlm": {{"steps": 4}, {"steps": 100, "temperature": 0, "stop_at_end": true}, {"steps": 1, "top_p": 0.9}},
		"remdm": {
			{"best_of": 2, "temperature": 1.0},
			{"eta": 0.3, "steps": 10},
			{"strategy": "rescale", "eta": 0.5},
			{"strategy": "conf", "steps": 24, "temperature": 0},
			{"strategy": "loop", "eta": 0.1, "steps": 40},
			{"strategy": "forward_backward", "steps": 20, "top_p": 1.0},
		},
		"p2": {
			{"steps": 3, "temperature": 0, "eta": 5.0},
			{"planner": "self", "eta": 2.0, "temperature": 0.5},
			{"planner": "remask", "steps": 30},
			{"eta": 0, "steps": 4},
		},
		"entropy-bound": {{"gamma": 5.0, "block_length": 5, "stop_at_end": true}, {"gamma": 0, "temperature": 1.0}, {"gamma": 2.0, "cfg_scale": 1.0}},
		"prophet": {
			{"gap_early": 0.1},
			{"steps": 6, "block_length": 4, "region": "template", "gap_middle": 0.1, "gap_late": 0, "stop_at_end": true},
			{"gap_late": 100.0, "temperature": 0.6},
		},
		"dinfer": {
			{"threshold": 0.05, "block_length": 5},
			{"selection": "hierarchy", "low_threshold": 0.04, "threshold": 0.06, "early_stop": false},
			{"selection": "credit", "threshold": 0.08, "temperature": 0.7},
			{"cache": "vicinity", "threshold": 0.05, "block_length": 5, "look_before": 2, "look_after": 1, "warmup_steps": 1},
		},
		"dcd":   {{"threshold": 0.05, "window": 4}, {"threshold": 0.04, "window": 5, "longest": 6, "cache": "prefix", "refresh": 3, "temperature": 0.7}, {"window": 3, "cache": "dual", "refresh": 6, "around": 1, "stop_at_end": true}},
		"d3llm": {{"threshold": 3.5, "block_length": 3}, {"threshold": 3.6, "block_length": 5, "block_add": 0.5, "block_wake": 0.2, "temperature": 0.8, "stop_at_end": true}, {"block_length": 4, "block_add": 1.0, "cfg_scale": 1.0}},
		"fast-dllm": {
			{"cache": "none", "block_length": 4},
			{"cache": "prefix", "block_length": 4, "commit": "factor", "stop_at_end": true},
			{"commit": "quota", "steps": 6, "block_length": 4, "temperature": 0.7},
		},
		"dllm-cache": {{"prompt_interval": 3, "answer_interval": 2, "share": 0.4, "steps": 6, "block_length": 4}, {"share": 0.0, "temperature": 1.0, "stop_at_end": true}},
		"dkv-greedy": {{"cache_steps": 3, "window": 2, "steps": 6, "block_length": 4}, {"cache_steps": 5, "window": 0, "temperature": 1.0, "stop_at_end": true}},
		"dkv-cache":  {{"cache_steps": 3, "steps": 6, "block_length": 4}, {"cache_steps": 2, "temperature": 1.0, "stop_at_end": true}},
		"llada-threshold": {
			{"threshold": 0.05, "block_length": 5},
			{"threshold": 0, "temperature": 1.0, "stop_at_end": true},
		},
	},
	"block": {
		"sdar-static":  {{"block_length": 1}, {"block_length": 5, "steps_per_block": 2, "cache": "none"}, {"block_length": 0, "remasking": "random", "temperature": 1.0}},
		"sdar-dynamic": {{"block_length": 4, "threshold": 0.05, "temperature": 0.8, "top_k": 20, "top_p": 0.9}},
		"threshold":    {{"block_length": 3, "threshold": 0.05}},
		"bd3lm": {{"best_of": 3, "block_length": 3}, {"block_length": 4, "top_p": 1.0}, {"block_length": 5, "sampler": "ancestral"},
			{"block_length": 4, "sampler": "ancestral", "steps_per_block": 2, "cache": "none"}},
		"sdar-entropy-bound": {{"block_length": 5, "eb_threshold": 8.0, "temperature": 1.0}},
		"sdar-sequential":    {{"block_length": 5, "steps_per_block": 2, "temperature": 1.0}},
		"fast-dllm-v2": {{"block_length": 6, "sub_block": 2, "threshold": 0.05, "temperature": 1.0}, {"block_length": 6, "sub_block": 3, "block_cache": true},
			{"block_length": 0, "sub_block": 4, "block_cache": true, "threshold": 0.05}},
		"d2f":      {{"block_length": 3, "threshold": 0.04}, {"block_length": 5, "threshold": 0.05, "block_add": 0.5, "block_wake": 0.2, "temperature": 1.0}, {"block_length": 4, "block_add": 1.0, "cache": "none"}},
		"adablock": {{"block_length": 3, "window": 5, "delimiter_threshold": 0.01, "threshold": 0.05}, {"unit": "paragraph", "delimiter": 5, "window": 0, "delimiter_threshold": 0, "temperature": 1.0}},
		"revise": {{"block_length": 5, "threshold": 0, "revise_share": 0.75, "revise_threshold": 2.0},
			{"block_length": 0, "threshold": 0.05, "temperature": 1.0, "cache": "none"}},
		"llada2-edit": {{"block_length": 5, "threshold": 0.05, "editing_threshold": 0.05, "temperature": 0.5}, {"block_length": 4, "editing_threshold": 0.03, "max_post_steps": 2, "cache": "none"},
			{"block_length": 6, "threshold": 0.05, "editing_threshold": 0.03, "delete_token": 6, "insert_token": 7, "max_post_steps": 4}},
		"block-remdm": {{"block_length": 5, "steps_per_block": 20, "eta": 0.3}, {"block_length": 4, "strategy": "conf", "steps_per_block": 9, "cache": "none"}},
	},
	"hybrid": {
		"self-speculation": {
			{"block_length": 1},
			{"block_length": 2, "cache": "none"},
			{"block_length": 5, "draft_steps": 3, "threshold": 0.05},
			{"block_length": 12, "draft_steps": 12, "threshold": 2, "temperature": 0.8, "draft": "sample"},
			{"block_length": 4, "draft_steps": 2, "verify": "ratio", "temperature": 1.0},
		},
		"one-step": {
			{"best_of": 3, "block_length": 4},
			{"block_length": 3, "top_k": 5, "min_p": 0.01},
			{"block_length": 16, "draft": "argmax", "temperature": 0.6, "cache": "none"},
		},
	},
}

// TestConformance holds every preset to what all decoders must do, as the program
// opens it.
func TestConformance(t *testing.T) {
	net := enginetest.NewSession(t)
	for _, d := range All() {
		t.Run(d.Name, func(t *testing.T) {
			for _, p := range d.presets {
				for _, opts := range append([]engines.Options{nil}, variants[d.Name][p.Name]...) {
					c := &checks{preset: p, opts: opts, net: net}
					t.Run(fmt.Sprintf("%s%v", p.Name, opts), c.run)
				}
			}
			for name := range variants[d.Name] {
				if !slices.ContainsFunc(d.presets, func(p engines.Preset) bool { return p.Name == name }) {
					t.Errorf("there are options to test for the preset %s, which does not exist", name)
				}
			}
			for name, o := range map[string]engines.Options{"no-such-preset": nil, "": {"no_such_option": 1}} {
				if e, err := on(net, d.Name, name, o); err == nil {
					t.Errorf("preset %q with options %v gave %v", name, o, e.Info())
				}
			}
		})
	}
}

// TestConformanceInPrecisions does so in networks that keep their numbers otherwise.
func TestConformanceInPrecisions(t *testing.T) {
	for _, precision := range []string{"bf16", "q8_0", "q4_k_m", "f32,bf16"} {
		precision, kv, _ := strings.Cut(precision, ",")
		net := enginetest.NewSessionIn(t, precision, kv)
		for _, d := range All() {
			for _, p := range d.presets {
				t.Run(precision+kv+"/"+d.Name+"/"+p.Name, (&checks{preset: p, net: net}).run)
			}
		}
	}
}

// checks is a preset with options, and a network for it.
type checks struct {
	preset engines.Preset
	opts   engines.Options
	net    *model.Session
}

func (c *checks) run(t *testing.T) {
	t.Run("info", c.info)
	t.Run("results", c.results)
	t.Run("every pass counts", c.everyPassCounts)
	t.Run("events", c.events)
	t.Run("same seed, same text", c.repeats)
	t.Run("batch is single", c.batchIsSingle)
	t.Run("continuous", c.continuous)
	t.Run("end of text", c.endOfText)
	t.Run("stop texts", c.stopTexts)
	t.Run("template", c.template)
	t.Run("draft", c.draft)
	t.Run("forbidden tokens", c.forbidden)
	t.Run("cancelled", c.cancelled)
	t.Run("bad requests", c.badRequests)
	t.Run("broken network", c.brokenNetwork)
	t.Run("trace", c.trace)
	t.Run("whole context", c.wholeContext)
}

// edits reports whether the preset replaces written tokens in place, and so takes
// weights whose written tokens predict themselves.
func (c *checks) edits() bool { return c.preset.Name == "llada2-edit" }

// revises reports whether written tokens may be taken back. A new try takes the
// whole text back.
func (c *checks) revises() bool { return c.preset.Revises || c.opts["best_of"] != nil }

func (c *checks) engine(t *testing.T, net network.Network) engines.Engine {
	t.Helper()
	e, err := on(net, c.preset.Engine, c.preset.Name, c.opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// requests is a batch of different lengths, seeds and stops, one of them with
// a template.
func requests() []engines.Request {
	const gap = engines.Gap
	return []engines.Request{
		{Prompt: []int32{5, 6, 7}, Budget: 12, Seed: 1, Stop: []int32{enginetest.End}},
		{Prompt: []int32{9}, Budget: 4, Seed: 2},
		{Prompt: []int32{9, 8, 7, 6, 5, 4, 3}, Budget: 8, Seed: 3, Stop: []int32{enginetest.End, 30, 31, 32}},
		{Prompt: []int32{11, 12}, Budget: 8, Seed: 4, Template: []int32{20, gap, gap, 21, 22, gap, 23, gap}},
		{Prompt: []int32{5, 6, 7}, Budget: 12, Seed: 5},
	}
}

func generate(t *testing.T, e engines.Engine, batch []engines.Request, sink engines.Sink) []engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), batch, sink)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(batch) {
		t.Fatalf("%d requests gave %d results", len(batch), len(results))
	}
	return results
}
