package view

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// written adds a request with an output, and with its log-probability: 0 means
// that the generator never writes it.
func (r *run) written(cell, instance, output string, logProb float64) *result.Request {
	q := r.request(cell, instance, 0, 0, 1, logProb != 0)
	q.Output, q.InSupport = output, ptr(logProb != 0)
	if logProb != 0 {
		q.LogProb = ptr(logProb)
	}
	return q
}

func (r *run) describe(instance string, constraints ...result.Opportunity) {
	if r.file.Instances == nil {
		r.file.Instances = map[string]result.Instance{}
	}
	r.file.Instances[instance] = result.Instance{ID: instance, Constraints: constraints}
}

func checkValues(t *testing.T, row *Row, want map[string]float64) {
	t.Helper()
	for name, x := range want {
		if e := row.Values[Metric(name)]; e == nil || math.Abs(e.Value-x) > 1e-9 {
			t.Errorf("%s = %v, want %v", name, Value(e), x)
		}
	}
}

func TestTextMetricsByHand(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1)
	r.file.Header.Seed = 3
	r.written("ar", "0", "a a b c", -2)
	r.written("ar", "1", "a b", -3)
	q := r.written("ar", "2", "x x x x x x", 0)
	q.JudgeNats, q.JudgeTokens = ptr(6*math.Ln2), ptr(6)
	again := r.request("ar", "0", 1, 1, 1, true) // the second run is no new text
	again.Output, again.InSupport, again.LogProb = "other words here", ptr(true), ptr(-9.0)
	h := 0.5*math.Log(2) + 0.5*math.Log(4)
	row := New(&r.file).Rows[0]
	checkValues(t, row, map[string]float64{
		"validity": 200.0 / 3, "sequence_error_rate": 100.0 / 3,
		"cross_entropy": (2.0/4 + 3.0/2) / 2, "entropy_1_valid": (h + math.Log(2)) / 2,
		"entropy_1": (h + math.Log(2)) / 3, "entropy_2": math.Log(3) / 3,
		"distinct_1": 100 * 4.0 / 12, "distinct_2": 100 * 4.0 / 9, "distinct_3": 100 * 3.0 / 6,
		"seq_rep_4": 100 * (0 + 2.0/3) / 2, "adjacent_repetition": 100 * 6.0 / 9, "judge_bits": 1,
	})
	if e := row.Values["sequence_error_rate"]; e.CI.Low >= e.Value || e.CI.High <= e.Value {
		t.Errorf("sequence error rate %v %v", e.Value, e.CI)
	}
	if e := row.Values["self_bleu_4"]; e == nil || e.N != 3 || e.Method != "pool of 3 texts, each against 2 others, seed 3" {
		t.Errorf("self-BLEU %+v", e)
	}
	for _, m := range []Metric{CoherenceBackward, CoherenceAhead, "parses", "pass_at_1", "pass_at_k"} {
		if row.Values[m] != nil {
			t.Errorf("%s = %v without constraints or code", m, row.Values[m].Value)
		}
	}
}

// What a workload cannot say is unknown: no oracle, no judge, no text.
func TestTextMetricsUnknown(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1).cell("cost", "diffusion", 1)
	r.request("ar", "0", 0, 0, 1, false).Output = "a"
	r.file.Header.Cells[1].CostOnly = true
	q := r.request("cost", "0", 0, 0, 1, false)
	q.Exact, q.Partial, q.Violations, q.Constraints = nil, nil, nil, nil
	v := New(&r.file)
	for _, m := range []Metric{Validity, "sequence_error_rate", CrossEntropy, EntropyValid, JudgeBits, "distinct_2", "seq_rep_4", "self_bleu_4", "adjacent_repetition"} {
		if e := v.Rows[0].Values[m]; e != nil {
			t.Errorf("%s of one word = %v", m, e.Value)
		}
	}
	if e := v.Rows[0].Values[Entropy]; e == nil || e.Value != 0 {
		t.Errorf("entropy of one word is %s", Value(e))
	}
	for _, d := range result.Metrics() {
		if e := v.Rows[1].Values[Metric(d.Name)]; e != nil && (d.Group == result.Coherence || d.Group == result.Variety || d.Group == result.Code) {
			t.Errorf("%s of a cost-only cell = %v", d.Name, e.Value)
		}
	}
}

func TestCoherenceOfRows(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1)
	for i := range 5 {
		id := fmt.Sprint(i)
		r.describe(id, result.Opportunity{Kind: "near", Direction: "backward"}, result.Opportunity{Kind: "far", Distance: 20, Direction: "backward"})
		if q := r.request("ar", id, 0, i, 1, i > 0); i == 0 {
			q.Broken = []int{1}
		}
	}
	row := New(&r.file).Rows[0]
	if len(row.Coherence) != 1 || len(row.Coherence[0].Bins) != 2 || row.Coherence[0].Bins[1].C.Value != 0.8 {
		t.Fatalf("coherence %+v", row.Coherence)
	}
	checkValues(t, row, map[string]float64{"coherence_backward": 90})
	if row.Values[CoherenceAhead] != nil {
		t.Error("lookahead coherence without such a constraint")
	}
}

func TestCodeMetricsByHand(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1)
	outcomes := map[string][]float64{"0": {1, 0, 0}, "1": {0, 0, 0}, "2": {1, 1, 0, 1}}
	for id, passes := range outcomes {
		for i, x := range passes {
			q := r.request("ar", id, i, i, 1, x == 1)
			q.Seed, q.Aspects = uint64(i), map[string]float64{"parses": 1, "type_checks": x, "passes": x, "declared": 0.75, "brackets": 1}
		}
		// The same seed again is the same output, not another try.
		q := r.request("ar", id, 9, 9, 1, true)
		q.Seed, q.Aspects = 0, map[string]float64{"passes": passes[0]}
	}
	row := New(&r.file).Rows[0]
	checkValues(t, row, map[string]float64{
		"parses": 100, "type_checks": 100 * (1.0/3 + 0 + 3.0/4) / 3, "undeclared": 25, "bracket_error": 0,
		"pass_at_1": 100 * (2.0/4 + 0 + 4.0/5) / 3,
		// k is 3: one right of three is certain to be among three, and so are
		// three of four.
		"pass_at_k": 100 * (1.0 + 0 + 1) / 3,
	})
	if e := row.Values["pass_at_k"]; e.Method[:6] != "pass@3" {
		t.Errorf("method %q", e.Method)
	}
	if e := row.Values["undeclared"]; e.CI != nil && e.CI.Low > e.CI.High {
		t.Errorf("undeclared %v", e.CI)
	}
}

// Several tries with the checker are pass@k and no pass@1, also after JSON made
// the number of tries a float.
func TestOracleIsPassAtK(t *testing.T) {
	for _, tries := range []any{4, 4.0} {
		r := (&run{}).cell("ar", "autoregressive", 1)
		r.file.Header.Cells[0].Options = map[string]any{"best_of": tries, "best_of_pick": "checker"}
		for i := range 4 {
			r.request("ar", fmt.Sprint(i), 0, i, 1, i > 0).Aspects = map[string]float64{"passes": float64(min(i, 1))}
		}
		row := New(&r.file).Rows[0]
		checkValues(t, row, map[string]float64{"pass_at_k": 75})
		if e := row.Values["pass_at_k"]; e.Method[:6] != "pass@4" || e.N != 4 {
			t.Errorf("%+v", e)
		}
		if row.Values["pass_at_1"] != nil {
			t.Error("pass@1 of a decoder that asks the checker")
		}
		// By likelihood no checker is asked: it is one output.
		r.file.Header.Cells[0].Options["best_of_pick"] = "likelihood"
		row = New(&r.file).Rows[0]
		checkValues(t, row, map[string]float64{"pass_at_1": 75})
		if row.Values["pass_at_k"] != nil {
			t.Error("pass@k of one output")
		}
	}
}

func TestSharesTurnAround(t *testing.T) {
	e := stats.Estimate{Value: 0.9, CI: &stats.Interval{Low: 0.8, High: 1}}.Moved(100, -100)
	if math.Abs(e.Value-10) > 1e-9 || math.Abs(e.CI.Low) > 1e-9 || math.Abs(e.CI.High-20) > 1e-9 {
		t.Errorf("%+v %v", e, e.CI)
	}
}
