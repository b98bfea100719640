package decoders

import (
	"fmt"
	"reflect"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// TestSame decodes with numbers of steps that decoders say are alike: tokens and counters are
// equal. Presets whose steps are a time grid say nothing of them.
func TestSame(t *testing.T) {
	net := enginetest.NewSession(t)
	told := map[string]string{}
	for _, p := range Presets() {
		name := ""
		for _, param := range p.Params {
			if param.Role == engines.RoleSteps {
				name = param.Name
			}
		}
		if name == "" {
			continue
		}
		const budget = 8
		first, group := map[string][]engines.Result{}, map[string]string{}
		for _, steps := range []int{0, 4, 8, 64} {
			e, err := on(net, p.Engine, p.Name, engines.Options{name: steps})
			if err != nil || engines.Check(e, []engines.Request{{Prompt: []int32{5}, Budget: budget}}) != nil {
				continue // steps that the preset refuses
			}
			same := engines.Same(e, budget)
			if same == nil {
				continue
			}
			batch := []engines.Request{
				{Prompt: []int32{5, 6, 7}, Budget: budget, Seed: 1, Stop: []int32{enginetest.End}},
				{Prompt: []int32{9, 8}, Budget: 3, Seed: 2}, // no more than that
				{Prompt: []int32{4}, Budget: 4, Seed: 3, Template: []int32{engines.Gap, 9, engines.Gap, engines.Gap}},
			}
			if p.Engine == "block" { // steps of a block that is shorter than its length
				batch = batch[:2]
			}
			results := generate(t, e, batch, nil)
			for i := range results {
				results[i].Elapsed, results[i].CommitNs, results[i].Spent = 0, nil, engines.Spent{}
			}
			key := fmt.Sprint(same)
			if before, known := first[key]; known && !reflect.DeepEqual(before, results) {
				t.Errorf("%s %s: steps %s and %d are called alike (%s) and decode otherwise:\n%+v\n%+v", p.Engine, p.Name, group[key], steps, key, before, results)
			}
			first[key] = results
			group[key] += fmt.Sprint(steps, " ")
		}
		for _, steps := range group {
			told[p.Name] += steps
		}
	}
	for preset, want := range map[string]string{"llada": "0 8 64 ", "dream": "", "mdlm": "", "fast-dllm": "8 64 "} {
		if told[preset] != want {
			t.Errorf("%s says that steps %q are alike, want %q", preset, told[preset], want)
		}
	}
}
