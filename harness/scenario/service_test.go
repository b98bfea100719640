package scenario

import (
	"strings"
	"testing"
)

// TestLoadAndGoodput: both reach the scenario, and each mistake has its place.
func TestLoadAndGoodput(t *testing.T) {
	const head = `version: 1
weights: {builtin: v0}
engines: [{name: a, engine: autoregressive, preset: greedy}]
workloads: [{workload: echo, rungs: [echo-2], instances: 4}]
`
	s := mustParse(t, head+"load: poisson:2.5\ngoodput: {ttft: 200ms, exact: true, partial: 0.8}")
	if s.Load == nil || s.Load.String() != "poisson:2.5" {
		t.Errorf("load %v", s.Load)
	}
	if g := s.Goodput; g == nil || g.TTFTNs == nil || *g.TTFTNs != 200e6 || !g.Exact || *g.Partial != 0.8 || g.E2ENs != nil {
		t.Errorf("goodput %+v", g)
	}
	if s := mustParse(t, head); s.Load != nil || s.Goodput != nil {
		t.Error("load or goodput without the key")
	}
	for text, want := range map[string]string{
		"load: poisson:1e-300":    `test.yaml:5:7: load "poisson:1e-300": allowed is poisson:RATE, such as poisson:5, with rates from 0.001 to 1000000`,
		"load: poisson:1e-9":      `from 0.001 to 1000000`,
		"load: poisson:1e7":       `from 0.001 to 1000000`,
		"load: poisson:NaN":       `from 0.001 to 1000000`,
		"load: burst:3":           `test.yaml:5:7: load "burst:3": allowed are poisson:RATE and constant:RATE (arrivals a second, at random or evenly)`,
		"load: sweep:8":           `test.yaml:5:7: load "sweep:8": a sweep is several runs, and asked for with --load sweep:8`,
		"goodput: {}":             "test.yaml:5:10: goodput has no limit",
		"goodput: {ttf: 1s}":      `did you mean "ttft"?`,
		"goodput: {e2e: fast}":    "test.yaml:5:16: e2e",
		"goodput: {partial: 1.5}": "test.yaml:5:20: partial",
		"goodput: {exact: no}":    "test.yaml:5:18:",
	} {
		_, err := Parse("test.yaml", []byte(head+text), fakeCatalog())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %s alone", text, err, want)
		}
	}
}
