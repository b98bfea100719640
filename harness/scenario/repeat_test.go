package scenario

import (
	"fmt"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/weights"
)

// TestRepeats: variants of a sweep that decode alike, as the engine says, are run once and
// named. Two entries with equal options are both run, and so is what claims look for.
func TestRepeats(t *testing.T) {
	about := func(w weights.Name) (WeightsInfo, error) {
		info, err := fakeWeights(w)
		info.Check = func(engine, preset string, o engines.Options, budget int) (engines.Info, error) {
			about, err := fakeCheck(engine, preset, o, budget)
			if steps, ok := o["steps"].(int); ok && (steps == 0 || steps >= budget) {
				about.Same = engines.Options{"steps": 0}
			}
			return about, err
		}
		return info, err
	}
	for extra, want := range map[string]string{
		"": "a steps=0, a steps=2, a steps=5, b steps=0 | a steps=9 decodes as a steps=length does, with the same outputs and counters, and is run once, as that: echo echo-2 at a budget of 3, echo echo-5 at a budget of 6; " +
			"a steps=5 decodes as a steps=length does, with the same outputs and counters, and is run once, as that: echo echo-2 at a budget of 3",
		", experiment: iterations": "a steps=0, a steps=2, a steps=9, a steps=5, b steps=0 | a steps=9 decodes as a steps=length does, with the same outputs and counters, and both are run, because claims look for both: echo echo-2 at a budget of 3, echo echo-5 at a budget of 6; " +
			"a steps=5 decodes as a steps=length does, with the same outputs and counters, and both are run, because claims look for both: echo echo-2 at a budget of 3",
	} {
		s, err := Parse("m.yaml", []byte(`version: 1
weights: {builtin: v0}
engines: [{name: a, engine: diffusion, preset: llada}, {name: b, engine: diffusion, preset: llada}]
sweep: {a.steps: [0, 2, 9, 5], b.steps: [0]}
workloads: [{workload: echo, rungs: [echo-2, echo-5], instances: 2`+extra+"}]\n"), fakeCatalog())
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Expand(t.Context(), about)
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range p.Groups[1].Cells {
			cells = append(cells, c.Label+" "+c.Variant)
		}
		if got := fmt.Sprintf("%s | %s", strings.Join(cells, ", "), strings.Join(p.Notes(), "; ")); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", extra, got, want)
		}
	}
}
