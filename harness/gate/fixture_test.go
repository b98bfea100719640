package gate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// run makes a results file of two engines on one rung: instances × repeats ABBA
// blocks, with times of some noise. slow multiplies the times of the second.
func run(instances, repeats int, slow, noise float64) *result.File {
	f := &result.File{Header: result.Header{Scenario: "s", ScenarioSHA256: "00", Seed: 1, Started: "2026-01-02T03:04:05Z",
		Env: result.Env{CPU: "cpu", Cores: 2, GOMAXPROCS: 2, OS: "linux", Arch: "amd64", Kernel: "avx2"}}}
	for i, engine := range []string{"autoregressive", "block"} {
		f.Header.Cells = append(f.Header.Cells, result.Cell{ID: fmt.Sprint("c", i), Engine: engine, Label: engine[:2], Preset: "p",
			Options: map[string]any{"steps": 4}, Weights: "builtin:v0", Digest: "sha256:aa", WeightsAlone: "sha256:ww", Workload: "lists", Rung: "sort-3", Budget: 8, Batch: 1, Threads: 2})
	}
	draw := rand.New(rand.NewPCG(1, 2))
	for block := range instances * repeats {
		for order := range 4 {
			cell := []int{0, 1, 1, 0}[order]
			ms := 5 * math.Exp(noise*draw.NormFloat64())
			if cell == 1 {
				ms *= slow
			}
			ns, exact := int64(ms*1e6), block%3 > 0
			f.Requests = append(f.Requests, result.Request{Cell: fmt.Sprint("c", cell), Repetition: 2*(block/instances) + order/2, PairBlock: block, Order: order,
				Instance: fmt.Sprintf("lists/sort-3/test/%d", block%instances), Status: "success", Finish: "stop",
				Usage: usage.Tally{usage.NFE: 4, usage.DenoisingSteps: 4, usage.UsefulTokens: 3, usage.CommittedTokens: 8, usage.FLOPs: 1000}.Usage(), OutputSHA256: fmt.Sprint("ab", cell), E2ENs: &ns, TTFTNs: &ns, Exact: &exact})
		}
	}
	return f
}

// change edits the requests of a cell.
func change(f *result.File, cell string, edit func(*result.Request)) *result.File {
	for i := range f.Requests {
		if f.Requests[i].Cell == cell {
			edit(&f.Requests[i])
		}
	}
	return f
}

// shares are 1 for what was solved and 0 for what was not.
func shares(solved []bool) (list []float64) {
	for _, yes := range solved {
		x := 0.0
		if yes {
			x = 1
		}
		list = append(list, x)
	}
	return list
}
