package gate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// pairsOf makes n pairs whose log-ratios have the centre ln(ratio) and a spread,
// and A/A contrasts about ln(aa) of the same spread.
func pairsOf(n int, ratio, spread, aa float64) Pairs {
	draw := rand.New(rand.NewPCG(uint64(n), 7))
	var p Pairs
	for range n {
		p.Old = append(p.Old, 10)
		p.New = append(p.New, 10*ratio*math.Exp(spread*draw.NormFloat64()))
		p.AA = append(p.AA, math.Log(aa)+spread*draw.NormFloat64())
	}
	return p
}

func TestJudge(t *testing.T) {
	policy := Policy{Alpha: 0.01, Noise: 0.02, MaxNoise: 0.10}
	for _, c := range []struct {
		name  string
		pairs Pairs
		more  int // other comparisons of the report
		want  Verdict
		say   string
	}{
		{"equal", pairsOf(20, 1, 0.01, 1), 0, NoChange, "equal within the margin of ±2.0%"},
		{"too noisy to show equality", pairsOf(20, 1, 0.2, 1), 0, Inconclusive, "neither a difference nor equality within ±"},
		{"slower", pairsOf(20, 1.10, 0.01, 1), 0, Regressed, "wholly beyond the noise band of ±2.0%"},
		{"faster", pairsOf(20, 1/1.10, 0.01, 1), 0, Improved, "faster"},
		{"significant and small", pairsOf(20, 1.015, 0.002, 1), 0, WithinNoise, "not wholly beyond"},
		{"reaches into the band", pairsOf(20, 1.018, 0.02, 1), 0, WithinNoise, "a difference, but"},
		{"as large as the A/A noise", pairsOf(20, 1.05, 0.001, 1.06), 0, WithinNoise, "±6"},
		{"too noisy a machine", pairsOf(20, 1.5, 0.001, 1.2), 0, Invalid, "identical runs differ by 20"},
		{"8 blocks for one", pairsOf(8, 1.10, 0.001, 1), 0, Regressed, "8 pairs"},
		{"7 blocks for one", pairsOf(7, 1.10, 0.001, 1), 0, Insufficient, "1 comparison at α = 0.01 need 8"},
		{"8 blocks for two", pairsOf(8, 1.10, 0.001, 1), 1, Insufficient, "2 comparisons at α = 0.01 need 9"},
		{"11 blocks for eight", pairsOf(11, 1.10, 0.001, 1), 7, Regressed, ""},
		{"10 blocks for eight", pairsOf(10, 1.10, 0.001, 1), 7, Insufficient, ""},
		{"no blocks", Pairs{}, 0, Insufficient, "no pair"},
		{"a time of zero", Pairs{Old: []float64{1}, New: []float64{0}}, 0, Invalid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := []Series{{Cell: "cell", Metric: "e2e", Unit: "ms", Pairs: c.pairs}}
			for range c.more {
				list = append(list, Series{Cell: "other", Metric: "e2e", Problem: "missing", Verdict: NotComparable})
			}
			got := Judge(list, policy)
			if got[0].Verdict != c.want || !strings.Contains(got[0].Sentence, c.say) || !strings.HasPrefix(got[0].Sentence, "cell, e2e: ") {
				t.Errorf("%s: %q\nwant %s with %q", got[0].Verdict, got[0].Sentence, c.want, c.say)
			}
			for _, f := range got[1:] {
				if f.Verdict != NotComparable || f.Sentence != "other, e2e: missing" {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestVerdictsAreRepresented keeps the list complete: every verdict is one that
// stops a change or one that does not.
func TestVerdictsAreRepresented(t *testing.T) {
	fails := 0
	for _, v := range Verdicts() {
		if v.Fails() {
			fails++
		}
	}
	if len(Verdicts()) != 9 || fails != 5 {
		t.Errorf("%d verdicts, %d of them fail", len(Verdicts()), fails)
	}
}

func TestSharesAreJudged(t *testing.T) {
	yes, no, many := make([]bool, 20), make([]bool, 20), make([]bool, 400)
	for i := range yes {
		yes[i] = true
	}
	for _, c := range []struct {
		name     string
		old, new []bool
		want     Verdict
		say      string
	}{
		{"equal", yes, yes, Inconclusive, "20 instances"},
		{"equal on many", many, many, NoChange, "equal within the margin of ±5 points"},
		{"lost", yes, no, Regressed, "-100 points"},
		{"gained", no, yes, Improved, "more are solved"},
		{"too few", yes[:5], no[:5], Insufficient, ""},
		{"none", nil, nil, Insufficient, "no pair"},
	} {
		got := Judge([]Series{{Cell: "c", Metric: "exact_match", Solved: &Solved{shares(c.old), shares(c.new)}}}, Policy{Alpha: 0.01, Margin: 0.05})[0]
		if got.Verdict != c.want || !strings.Contains(got.Sentence, c.say) {
			t.Errorf("%s: %s %q, want %s with %q", c.name, got.Verdict, got.Sentence, c.want, c.say)
		}
	}
}

// TestIdenticalRunsCancelTheSides checks the A/A contrast: a difference between
// the sides, however large, leaves nothing of itself in it.
func TestIdenticalRunsCancelTheSides(t *testing.T) {
	at := func(orders []int, value ...float64) (list []Visit) {
		for i, v := range value {
			list = append(list, Visit{Order: orders[i], Value: v})
		}
		return list
	}
	got, ok := identical(block{old: at([]int{0, 3}, 10, 10), new: at([]int{1, 2}, 30, 30)}, 0)
	if !ok || got != 0 {
		t.Errorf("equal runs differ by %v", got)
	}
	got, _ = identical(block{old: at([]int{3, 0}, 10, 12), new: at([]int{1, 2}, 30, 30)}, 0)
	if want := math.Log(1.2) / 2; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	again, _ := identical(block{old: at([]int{3, 0}, 10, 12), new: at([]int{1, 2}, 30, 30)}, 1)
	if again != -got {
		t.Errorf("every second block is turned around: %v and %v", got, again)
	}
	if _, ok := identical(block{old: at([]int{0}, 1), new: at([]int{1}, 1)}, 0); ok {
		t.Error("one run a side has no A/A contrast")
	}
}

// compared compares the engines of a run with the named reference.
func compared(f *result.File, reference string, q Question, p Policy) []Series {
	pairs, _, _ := Match(f.Header, reference)
	return CompareEngines(f, pairs, q, p)
}

func TestCompareEngines(t *testing.T) {
	q, err := Ask([]string{"e2e", "exact_match"})
	if err != nil {
		t.Fatal(err)
	}
	policy := DefaultPolicy()
	// Twelve instances: the instance is the unit, its blocks are averaged.
	series := compared(run(12, 2, 1.2, 0.01), "", q, policy)
	if len(series) != 2 || len(series[0].Pairs.Old) != 12 || series[0].Note != "" || len(series[0].Pairs.AA) != 24 {
		t.Fatalf("%+v", series)
	}
	list := Judge(series, policy)
	if list[0].Verdict != Regressed || math.Abs(list[0].Ratio.Value-1.2) > 0.02 || list[0].Side != "bl" || list[1].Verdict != Inconclusive {
		t.Errorf("%s (%v), %s", list[0].Sentence, list[0].Ratio, list[1].Sentence)
	}
	// Three instances: the block is the unit, and the sentence says so.
	series = compared(run(3, 4, 1.2, 0.01), "bl", q, policy)
	list = Judge(series, policy)
	if list[0].Verdict != Improved || list[0].Pairs != 12 || !strings.Contains(list[0].Sentence, "these instances alone") || list[0].Side != "au" {
		t.Errorf("%+v", list[0])
	}
	if _, _, err := Match(run(1, 1, 1, 0).Header, "nobody"); err == nil || !strings.Contains(err.Error(), "there are au, bl") {
		t.Errorf("error %v", err)
	}
	invalid := run(12, 2, 1, 0.01)
	invalid.Validity = []result.Validity{{Cell: "c1", Reasons: []string{"it broke"}}}
	series = compared(invalid, "", q, policy)
	for _, f := range Judge(series, policy) {
		if f.Verdict != Invalid || !strings.Contains(f.Sentence, "bl is not valid: it broke") {
			t.Errorf("%s: %s", f.Verdict, f.Sentence)
		}
	}
	untimed := run(12, 2, 1, 0.01)
	untimed.Validity = []result.Validity{{Cell: "c0", Valid: true, Timing: []string{"other programs ran"}}}
	series = compared(untimed, "", q, policy)
	if list = Judge(series, policy); list[0].Verdict != Invalid || !strings.Contains(list[0].Sentence, "times of au are not valid: other programs ran") || list[1].Verdict != Inconclusive {
		t.Errorf("%s, %s", list[0].Sentence, list[1].Sentence)
	}
	if _, err := Ask([]string{"speed"}); err == nil || !strings.Contains(err.Error(), "e2e") {
		t.Errorf("error %v", err)
	}
}

func TestCompareRuns(t *testing.T) {
	q, _ := Ask([]string{"e2e", "exact_match"})
	policy := DefaultPolicy()
	old, new := run(14, 2, 1, 0.001), run(14, 2, 1.3, 0.001)
	list := Judge(CompareRuns(old, new, "new", q, policy), policy)
	if len(list) != 4 || list[0].Verdict != NoChange || list[2].Verdict != Regressed || !strings.Contains(list[2].Sentence, "not interleaved") {
		t.Errorf("%+v", list)
	}
	new.Header.Env.CPU = "another"
	list = Judge(CompareRuns(old, new, "new", q, policy), policy)
	if list[2].Verdict != NotComparable || !strings.Contains(list[2].Sentence, "processors differ: cpu on the old side and another on the new one") || list[3].Verdict != NoChange || !list[3].Identical {
		t.Errorf("times: %s %q, quality: %s %q", list[2].Verdict, list[2].Sentence, list[3].Verdict, list[3].Sentence)
	}
	new.Header.Env.CPU, old.Header.Env.Host, new.Header.Env.Host = "cpu", "a", "b"
	list = Judge(CompareRuns(old, new, "new", q, policy), policy)
	if list[2].Verdict != NotComparable || !strings.Contains(list[2].Sentence, "hosts differ: host a on the old side and host b on the new one") || list[2].Decoder != "bl" || list[2].Engine != "block" || list[3].Engine != "block" {
		t.Errorf("two hosts: %+v", list[2])
	}
	old.Header.Env.Host = "" // an older file does not tell
	if list = Judge(CompareRuns(old, new, "new", q, policy), policy); list[2].Verdict != Regressed {
		t.Errorf("an unknown host: %+v", list[2])
	}
}

// TestRunsWithoutTimeAreLeftOut checks that a failed request is no short one.
func TestRunsWithoutTimeAreLeftOut(t *testing.T) {
	f := run(12, 1, 1, 0.01)
	f.Requests[1].Status, f.Requests[1].E2ENs = "timeout", nil
	q, _ := Ask([]string{"e2e"})
	series := compared(f, "", q, DefaultPolicy())
	if n := len(series[0].Pairs.New); n != 12 || len(series[0].Pairs.AA) != 11 {
		t.Errorf("%d pairs, %d with A/A runs", n, len(series[0].Pairs.AA))
	}
}
