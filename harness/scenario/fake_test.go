package scenario

import (
	"fmt"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/workloads"
)

// echo is a workload whose answer repeats the prompt.
type echo struct{ different int } // number of different instances per split

func (echo) Name() string { return "echo" }
func (echo) Doc() string  { return "Repeat the prompt." }
func (echo) Rungs() []workloads.Rung {
	return []workloads.Rung{{Name: "echo-2", Knobs: map[string]float64{"items": 2}, Chance: 0.01}, {Name: "echo-5", Knobs: map[string]float64{"items": 5}}}
}
func (e echo) Generate(split workloads.Split, rung, index int) workloads.Instance {
	items := []int{2, 5}[rung]
	kind := index % e.different
	text := strings.Repeat(string(rune('a'+kind%26)), items)
	return workloads.Instance{
		ID:       fmt.Sprintf("echo/%s/%s/%d", e.Rungs()[rung].Name, split, index),
		Workload: "echo", Rung: rung, Prompt: "say " + text, Answer: text, Canon: fmt.Sprint(kind),
		Constraints: []workloads.Constraint{{Kind: "letter"}},
	}
}
func (echo) Check(inst workloads.Instance, output string) workloads.Score {
	if output == inst.Answer {
		return workloads.Score{Exact: true, Partial: 1}
	}
	return workloads.Score{Violations: []workloads.Violation{{}}}
}

// bytesCodec has one token per byte; 256 is mask, 257 end, 258 pad.
type bytesCodec struct{}

func (bytesCodec) Encode(text string) []int32 {
	var ids []int32
	for _, b := range []byte(text) {
		ids = append(ids, int32(b))
	}
	return ids
}
func (bytesCodec) Decode(ids []int32) string {
	var out []byte
	for _, id := range ids {
		if id < 256 {
			out = append(out, byte(id))
		}
	}
	return string(out)
}
func (bytesCodec) MaskID() int32   { return 256 }
func (bytesCodec) EndIDs() []int32 { return []int32{257} }
func (bytesCodec) PadID() int32    { return 258 }
func (bytesCodec) VocabSize() int  { return 259 }

func fakeCatalog() Catalog {
	temperature := engines.Param{Name: "temperature", Kind: engines.KindFloat, Default: 0, Min: 0, Max: 100}
	return Catalog{
		CPUs: 2, Claims: 8,
		Metrics: []result.Metric{{Name: "exact_match", Unit: "%", Better: "higher", Assume: "sample"}, {Name: "e2e", Unit: "ms", Better: "lower", Assume: "sample"},
			{Name: "tokens_per_s", Unit: "useful tokens/s", Better: "higher", Assume: "sample"}, {Name: "nfe", Unit: "forward passes", Better: "lower", Assume: "exact"}},
		Presets: []engines.Preset{
			{Engine: "autoregressive", Name: "greedy", Cache: "exact"},
			{Engine: "autoregressive", Name: "sample", Cache: "exact", Params: []engines.Param{temperature}},
			{Engine: "diffusion", Name: "llada", Cache: "none", Params: []engines.Param{
				{Name: "steps", Kind: engines.KindInt, Default: 0, Min: 0, Max: 1024},
				{Name: "block_length", Kind: engines.KindInt, Default: 0, Min: 0, Max: 1024},
				{Name: "remasking", Kind: engines.KindChoice, Default: "low_confidence", Allowed: []string{"low_confidence", "random"}},
				{Name: "stop_at_end", Kind: engines.KindBool, Default: false},
				temperature}},
			{Engine: "block", Name: "sdar-static", Cache: "exact", Params: []engines.Param{
				{Name: "block_length", Kind: engines.KindInt, Default: 8, Min: 1, Max: 1024},
				{Name: "cache", Kind: engines.KindChoice, Default: "exact", Allowed: []string{"exact", "none"}}}},
		},
		Workloads: []workloads.Workload{echo{different: 26}},
		Builtin:   []string{"v0"},
		Shape: func(name string) error {
			if name != "2m" && name != "20m" {
				return fmt.Errorf(`shape %q: unknown; allowed are 2m, 20m`, name)
			}
			return nil
		},
	}
}

func fakeWeights(w weights.Name) (WeightsInfo, error) {
	info := WeightsInfo{Digest: "sha256:" + w.Name, Params: 1000, Context: 64, Vocab: 259, Special: []int32{256, 257, 258}, Check: fakeCheck}
	switch w.Kind {
	case "builtin":
		info.Codec = bytesCodec{}
	case "path":
		if w.Name == "control" {
			info.Codec = bytesCodec{}
			return info, nil
		}
		return info, fmt.Errorf("weights %s: no such folder", w)
	}
	return info, nil
}

func fakeCheck(engine, _ string, o engines.Options, budget int) (engines.Info, error) {
	info := engines.Info{Cache: "exact"}
	if engine == "diffusion" || o["cache"] == "none" {
		info.Cache = "none"
	}
	if length, _ := o["block_length"].(int); engine == "diffusion" && length > 0 && budget%length != 0 {
		return info, fmt.Errorf("the token budget (%d) is not a multiple of block_length (%d)", budget, length)
	}
	return info, nil
}
