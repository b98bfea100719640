package gate

import (
	"fmt"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"

	"pgregory.net/rapid"
)

// drawnRun is a run of random cells with requests of equal speed: several weights,
// splits, rungs, budgets and thread counts.
func drawnRun(t *rapid.T) *result.File {
	f := &result.File{Header: result.Header{Seed: 1, Env: result.Env{CPU: "cpu", Kernel: "avx2"}}}
	places := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) result.Cell {
		c := result.Cell{Digest: rapid.SampledFrom([]string{"sha256:aa", "sha256:bb"}).Draw(t, "digest"), Batch: 1,
			Weights: rapid.SampledFrom([]string{"builtin:v1", "builtin:v1-ar"}).Draw(t, "weights"), Workload: "lists",
			Rung: rapid.SampledFrom([]string{"sort-3", "sort-4"}).Draw(t, "rung"), Split: rapid.SampledFrom([]string{"test", "validation"}).Draw(t, "split"),
			Budget: rapid.SampledFrom([]int{8, 16}).Draw(t, "budget"), Threads: rapid.IntRange(1, 2).Draw(t, "threads"), Samples: rapid.IntRange(0, 1).Draw(t, "samples")}
		if rapid.Bool().Draw(t, "half written") {
			c.Planted = new(int)
		}
		return c
	}), 1, 6, place.Of).Draw(t, "places")
	for i, at := range places {
		engines := rapid.IntRange(1, 3).Draw(t, "engines")
		for k := range engines {
			c := at
			c.ID, c.Label, c.Engine = fmt.Sprintf("c%d-%d", i, k), fmt.Sprintf("e%d", k), []string{"autoregressive", "block", "diffusion"}[k]
			f.Header.Cells = append(f.Header.Cells, c)
			for block := range 12 {
				for half := range 2 {
					ns, exact := int64(1000*(block+1)), block%2 == 0
					f.Requests = append(f.Requests, result.Request{Cell: c.ID, Repetition: half, PairBlock: block, Order: half*engines + k,
						Instance: fmt.Sprint(at.Rung, block), Status: "success", Usage: usage.Tally{usage.NFE: int64(10*i + k)}.Usage(), OutputSHA256: c.ID, E2ENs: &ns, Exact: &exact})
				}
			}
		}
	}
	return f
}

// TestARunIsLikeItself compares random runs with themselves: nothing has changed,
// whatever the run mixes, and engines are compared at one place only.
func TestARunIsLikeItself(t *testing.T) {
	q, err := Ask([]string{"e2e", "exact_match"})
	if err != nil {
		t.Fatal(err)
	}
	policy := Policy{Alpha: 0.5, Noise: 0.02}
	rapid.Check(t, func(t *rapid.T) {
		f := drawnRun(t)
		list := append(CompareLedgers(NewLedger(f), NewLedger(f), policy), Judge(CompareRuns(f, f, "itself", q, policy), policy)...)
		if n := 3 * len(f.Header.Cells); len(list) != n {
			t.Fatalf("%d findings, want %d", len(list), n)
		}
		pairs, _, err := Match(f.Header, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pairs {
			if d := place.Differs(place.Of(m.Old), place.Of(m.New)); d != nil || place.Decoder(m.Old) != "e0" {
				t.Fatalf("%s with %s at %s, where %v", place.Decoder(m.New), place.Decoder(m.Old), m.Place, d)
			}
		}
		for _, found := range append(list, Judge(CompareEngines(f, pairs, q, policy), policy)...) {
			want := NoChange
			if found.Metric == qualityMetric && !found.Identical { // a dozen equal answers do not show that shares are equal
				want = Inconclusive
			}
			if found.Verdict != want || found.Side == "itself" && !found.Identical && found.Metric == qualityMetric {
				t.Fatalf("%s %s: %s: %s", found.Cell, found.Metric, found.Verdict, found.Sentence)
			}
		}
	})
}

// TestPlacesStayApart: what is not compared is named, with its reason.
func TestPlacesStayApart(t *testing.T) {
	f := run(2, 1, 1, 0)
	twin := f.Header.Cells[0]
	twin.ID, twin.Weights, twin.Digest = "c2", "builtin:v0-ar", "sha256:bb"
	f.Header.Cells = append(f.Header.Cells, twin)
	pairs, notes, err := Match(f.Header, "")
	want := "not compared: weights differ (builtin:v0, builtin:v0-ar); not compared: one engine alone at lists sort-3, budget 8, builtin:v0-ar"
	if err != nil || len(pairs) != 1 || pairs[0].Place != "lists sort-3, budget 8, builtin:v0" || strings.Join(notes, "; ") != want {
		t.Errorf("%+v, %q, %v", pairs, notes, err)
	}
	if _, notes, err = Match(f.Header, "bl"); err != nil || notes[1] != "not compared: no bl at lists sort-3, budget 8, builtin:v0-ar" {
		t.Errorf("%q, %v", notes, err)
	}
	// Engines of different entries did not take turns: their blocks have nothing in common.
	f = run(12, 2, 1, 0.01)
	f.Header.Cells[0].Group, f.Header.Cells[1].Group = "c0", "c1"
	q, _ := Ask([]string{"e2e", "exact_match"})
	list := Judge(compared(f, "", q, DefaultPolicy()), DefaultPolicy())
	if list[0].Verdict != NotComparable || !strings.Contains(list[0].Sentence, "not decoded in turns") || list[1].Verdict != Inconclusive {
		t.Errorf("%+v", list)
	}
	// Two runs on other weights are not compared at all; on other threads, but for times.
	for _, c := range []struct {
		edit        func(*result.Cell)
		say         string
		time, exact Verdict
	}{
		{func(c *result.Cell) { c.Digest = "sha256:cc" }, "digests of the models (weights, configuration and tokenizer) differ: sha256:aa on the old side and sha256:cc on the new one", NotComparable, NotComparable},
		{func(c *result.Cell) { c.Threads = 4 }, "thread counts differ: 2 on the old side and 4 on the new one", NotComparable, NoChange},
		{func(c *result.Cell) { c.Budget = 9 }, "the old side has no such cell", NotComparable, NotComparable},
	} {
		now := run(12, 2, 1, 0.01)
		for i := range now.Header.Cells {
			c.edit(&now.Header.Cells[i])
		}
		list := Judge(CompareRuns(run(12, 2, 1, 0.01), now, "now", q, DefaultPolicy()), DefaultPolicy())
		if list[0].Verdict != c.time || list[1].Verdict != c.exact || !strings.Contains(list[0].Sentence, c.say) {
			t.Errorf("%s: %s, %s", list[0].Sentence, list[0].Verdict, list[1].Verdict)
		}
	}
}

// TestFailedRequestsAreNotScored: an answer of a request that did not end well is
// no answer, whatever its record says of it.
func TestFailedRequestsAreNotScored(t *testing.T) {
	f := change(run(12, 1, 1, 0), "c1", func(r *result.Request) {
		if strings.HasSuffix(r.Instance, "/3") {
			r.Status = "timeout"
		}
	})
	series := compared(f, "", Question{Quality: true}, DefaultPolicy())
	if n := len(series[0].Solved.New); n != 11 {
		t.Errorf("%d instances, want 11 of 12", n)
	}
}

// TestLooksGoByDecoder: several decoders of a kind look different, their settings do not.
func TestLooksGoByDecoder(t *testing.T) {
	r := &Report{Findings: []Finding{
		{Engine: "diffusion", Decoder: "llada steps=4"}, {Engine: "diffusion", Decoder: "llada steps=8"}, {Engine: "diffusion", Decoder: "mine"}, {},
	}}
	r.GiveLooks()
	for i, want := range []string{"diffusion", "diffusion", "diffusion/1", ""} {
		if got := r.Findings[i].Look; got != want {
			t.Errorf("finding %d looks as %q, want %q", i, got, want)
		}
	}
}
