package claims

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

var update = flag.Bool("update", false, "write testdata/verdicts.txt anew")

// TestVerdictsStayWhatTheyAre compares whole verdicts on made-up runs, one of each
// claim, with a file: results, numbers, words and figures.
func TestVerdictsStayWhatTheyAre(t *testing.T) {
	var b strings.Builder
	for number, ev := range inOrder(goldenRuns()) {
		v := judged(t, ev, number)
		fmt.Fprintf(&b, "claim %d: %s\n%s\n", number, v.Result, v.Paragraph)
		for _, part := range []struct {
			name string
			list []Finding
		}{{"primary", []Finding{v.Primary}}, {"condition", v.Conditions}, {"sensitivity", v.Sensitivity}} {
			for _, f := range part.list {
				name := f.Name
				if name == v.Statistic {
					name = "statistic"
				}
				fmt.Fprintf(&b, "%s | %s | %s | %s %s | n %d | p %s | %s | %s\n", part.name, name, f.Matched, goldenNumber(f.Effect), f.Unit, f.N, goldenNumber(f.P), goldenHolds(f), f.Note)
				if f.CI != nil {
					fmt.Fprintf(&b, "    %s to %s\n", goldenNumber(&f.CI.Low), goldenNumber(&f.CI.High))
				}
			}
		}
		for _, s := range v.Excluded {
			fmt.Fprintln(&b, "left out |", s)
		}
		for _, s := range v.Warnings {
			fmt.Fprintln(&b, "limit |", s)
		}
		if v.Figure == nil {
			continue
		}
		fmt.Fprintf(&b, "figure | %s | %s | %s\n", v.Figure.Title, v.Figure.XLabel, v.Figure.YLabel)
		for _, s := range v.Figure.Series {
			fmt.Fprintf(&b, "    %s | %s | x %s | y %s | %s to %s\n", s.Label, s.Engine, goldenNumbers(s.X), goldenNumbers(s.Y), goldenNumbers(s.Low), goldenNumbers(s.High))
		}
	}
	const path = "testdata/verdicts.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	have, should := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(have), len(should)) {
		if i >= len(have) || i >= len(should) || have[i] != should[i] {
			t.Fatalf("line %d of %s differs:\nhave %q\nwant %q", i+1, path, slices.Concat(have, []string{"(end)"})[min(i, len(have))], slices.Concat(should, []string{"(end)"})[min(i, len(should))])
		}
	}
}

// goldenRuns are made-up runs by claim.
func goldenRuns() map[int]*index {
	coherence := coherenceRun(120, func(label, _ string, d int) float64 {
		return map[bool]float64{true: float64(d) * 0.05, false: 0.02}[label != "diffusion"]
	}, "greedy", "best-of-n", "diffusion")
	ownCells(coherence, "greedy", "diffusion", nil)

	iterations := iterationsRun{newFakeRun()}
	iterations.family("task0", 0)
	iterations.family("task1", 1)
	iterations.times("lists", 0.5, 0.9, 0.9)

	share := func(x float64) func(string) float64 { return func(string) float64 { return x } }
	remasking, cells := remaskingRun(100, share(0.7), share(0.5), "1 2 3 4")
	ownCells(remasking, "path-kept", "path", nil)

	latent, cell := latentRun(0.1)
	var traces []trace.Trace
	for i := range 60 {
		traces = append(traces, emergent(cell, i, []int{1, 1, 2, 1, 1, 1}, []int{1, 2, 3, 4, 5, 6}, 1))
	}

	long := longRun(20, func(label string, length float64) float64 {
		return map[bool]float64{true: 2, false: 2 + length/64}[label == "greedy"]
	}, "greedy", "long-diffusion", "long-fixed", "long-adaptive")

	return map[int]*index{
		1: coherence.evidence(),
		2: iterations.evidence(),
		3: remasking.traceEvidence(repairTraces(cells[0], 30, 3, 1)),
		4: latent.traceEvidence(traces),
		5: long.evidence(),
		6: reusePlan{work: 4, one: 2, many: 3, cost: 1.5}.run().evidence(),
		7: blocksPlan{small: 0.9, large: 0.4, largeGain: -0.1, otherLarge: 1.5}.run().evidence(),
		8: codePlan{block: 2, full: 0.5, drafts: 1.2, batch8: 0.8, cost: map[int]float64{1: 3, 2: 0.5}}.run().evidence(),
	}
}

// goldenNumber has six digits: the last ones of a sum may depend on the machine.
func goldenNumber(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.6g", *x)
}

func goldenNumbers(xs []float64) string {
	var list []string
	for _, x := range xs {
		list = append(list, goldenNumber(&x))
	}
	return "[" + strings.Join(list, " ") + "]"
}

func goldenHolds(f Finding) string {
	switch {
	case f.Holds == nil:
		return "–"
	case *f.Holds:
		return "met"
	}
	return "not met"
}

// TestUnknownCountersStayUnknown: an engine that reports no counters leaves what rests
// on them unknown; no number is made of it.
func TestUnknownCountersStayUnknown(t *testing.T) {
	for _, label := range []string{"", "ar", "greedy", "path-kept"} { // of all decoders, or of the reference alone
		testUnknownCounters(t, label)
	}
}

func testUnknownCounters(t *testing.T, label string) {
	for number, ev := range inOrder(goldenRuns()) {
		for _, c := range cellsOf(ev.groups, label) {
			for _, runs := range c.Runs {
				for _, q := range runs {
					q.Usage = result.Request{}.Usage
				}
			}
		}
		v := judged(t, ev, number)
		for _, f := range slices.Concat([]Finding{v.Primary}, v.Conditions, v.Sensitivity) {
			if text := fmt.Sprint(goldenNumber(f.Effect), f.CI, f.Note); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("claim %d, %s: %s", number, f.Name, text)
			}
		}
		if text := v.Paragraph + strings.Join(v.Excluded, " "); strings.Contains(text, "NaN") {
			t.Errorf("claim %d: %s", number, text)
		}
	}
}
