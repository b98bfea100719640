package catalog

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/harness/result"
	"dllmbench/reports/terminal"
	"dllmbench/workloads/all"
)

// TestWriteDecoders: an option is shown with its default and what it may be, and
// the tries that every decoder has stand once, at the end.
func TestWriteDecoders(t *testing.T) {
	var b strings.Builder
	WriteDecoders(&b, []engines.Preset{{Engine: "block", Name: "x", Cache: "none", Doc: "A rule.", Revises: true,
		Params: []engines.Param{{Name: "length", Kind: engines.KindInt, Default: 8, Min: 1, Max: 64, Doc: "Positions."}}}}, 100)
	text := b.String()
	for _, want := range []string{"block / x\n  A rule.\n", "cache: none, everything is computed", "length\t8\tint 1 to 64\tPositions.", "tokens that were written may change"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Count(text, "best_of_pick\t") != 1 {
		t.Errorf("the tries in\n%s", text)
	}
}

func TestLists(t *testing.T) {
	if list := Workloads(all.Workloads()); len(list) != len(all.Workloads()) || len(list[0].Rungs) == 0 {
		t.Errorf("%d workloads", len(list))
	}
	order := result.Groups()
	list := Metrics(result.Registry())
	if !slices.IsSortedFunc(list, func(a, b result.Metric) int { return slices.Index(order, a.Group) - slices.Index(order, b.Group) }) {
		t.Error("metrics are not in the order of their groups")
	}
	models, err := Models()
	if err != nil || models[0].Name != "builtin:v1" || !strings.HasPrefix(models[len(models)-1].Name, "shape:") {
		t.Errorf("%+v, %v", models, err)
	}
}

// TestPublic: weights of a public shape are shown with the settings of their authors.
func TestPublic(t *testing.T) {
	facts := public(model.Config{ModelType: "llada", HiddenSize: 4096, Layers: 32}, "models/LLaDA-1.5")
	if len(facts) != 3 || facts[0] != (terminal.Fact{"shape of", "GSAI-ML/LLaDA-1.5"}) ||
		facts[1] != (terminal.Fact{"  published", "diffusion/llada block_length=16 (GSM8K, 256 tokens in 256 steps; github.com/ML-GSAI/LLaDA@b7e6c35 EVAL.md)"}) {
		t.Errorf("%q", facts)
	}
}

// TestEnvironment: what is not known of a machine is said to be unknown.
func TestEnvironment(t *testing.T) {
	got := map[string]string{}
	for _, f := range Environment(result.Env{MemBytes: 3 << 29, L3Bytes: -1, GitSHA: "abc", Dirty: true}) {
		got[f[0]] = f[1]
	}
	for name, want := range map[string]string{"processor": "unknown", "memory": "1.5 GiB", "last-level cache": "unknown", "level 2 cache": "unknown", "commit": "abc with local changes", "energy counter": "none"} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
