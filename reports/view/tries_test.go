package view

import (
	"fmt"
	"math"
	"testing"
)

// Three instances with three answers each: none, one and all of them right. Of
// sets of two answers, 0, 2/3 and all hold a right one.
func TestTriesByHand(t *testing.T) {
	r := (&run{}).cell("ar", "autoregressive", 1).cell("single", "diffusion", 1)
	for right := range 3 {
		id := fmt.Sprint(right)
		for i := range 3 {
			q := r.request("ar", id, i, i, 1, i < right || right == 2)
			q.Seed, q.Sample = uint64(i+1), i
			q.Output = []string{"a b c", "a b c", "a b d"}[i]
		}
		again := r.request("ar", id, 3, 3, 1, true) // the first one again is no fourth answer
		again.Seed, again.Output = 1, "x y z"
		r.request("single", id, 0, 0, 1, true)
	}
	v := New(&r.file)
	tries := v.Tries(v.Rows[0])
	want := []float64{(0 + 1.0/3 + 1) / 3, (0 + 2.0/3 + 1) / 3, 2.0 / 3}
	if len(tries) != 3 {
		t.Fatalf("%d values of k, want 3", len(tries))
	}
	for i, got := range tries {
		if got.K != i+1 || math.Abs(got.Solved.Value-want[i]) > 1e-9 || got.Solved.N != 3 {
			t.Errorf("solve@%d is %+v, want %g", got.K, got.Solved, want[i])
		}
	}
	// Of six pairs of words three are different: a b, b c, b d.
	checkValues(t, v.Rows[0], map[string]float64{"solve_at_k": 200.0 / 3, "sample_distinct_2": 50})
	if e := v.Rows[0].Values["solve_at_k"]; e.Method[:7] != "solve@3" {
		t.Errorf("method %q", e.Method)
	}
	if e := v.Rows[0].Values["sample_self_bleu_4"]; e == nil || e.N != 3 || e.Value <= 50 || e.Value >= 100 {
		t.Errorf("self-BLEU of answers of which two are equal: %+v", e)
	}
	for _, m := range []Metric{"solve_at_k", "sample_distinct_2", "sample_self_bleu_4"} {
		if v.Rows[1].Values[m] != nil {
			t.Errorf("%s = %v with one answer", m, v.Rows[1].Values[m].Value)
		}
	}
	if list := v.Tries(v.Rows[1]); list != nil {
		t.Errorf("tries of a single answer: %v", list)
	}
}
