package library

import (
	"math"
	"slices"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
)

// TestPrecisions: a trained network in fewer bits predicts nearly what it does in
// float32: by the mean divergence (Kullback and Leibler) of the next token, in nats. The
// limits are twice what was measured; networks of two million parameters, with rows of
// 192 numbers, lose more than large ones.
func TestPrecisions(t *testing.T) {
	exact := Weights{}
	for _, c := range []struct {
		precision, kept string
		bits            [2]float64
		most            float64
	}{
		{"", "float32", [2]float64{32, 32}, 1e-15},
		{"bf16", "bfloat16", [2]float64{16, 16}, 1e-15},
		{"q8_0", "Q8_0 by int8", [2]float64{8.5, 8.5}, 3e-3},
		{"q6_k", "", [2]float64{6.5, 8.5}, 3e-3},
		{"q5_k_m", "", [2]float64{5.5, 7}, 0.04},
		{"q5_1", "", [2]float64{6, 7}, 0.05},
		{"q5_0", "", [2]float64{5.5, 7}, 0.07},
		{"q4_k_m", "", [2]float64{4.5, 7}, 0.06},
		{"q4_1", "", [2]float64{5, 6.5}, 0.2},
		{"q4_0", "", [2]float64{4.5, 6.5}, 0.3},
	} {
		w, err := Open(weights.Name{Kind: weights.Builtin, Name: "v1", Precision: c.precision})
		if err != nil {
			t.Fatal(err)
		}
		if exact.Model == nil {
			exact = w
		}
		spec := w.Model.Spec()
		if spec.BitsPerWeight < c.bits[0] || spec.BitsPerWeight > c.bits[1] || c.kept != "" && spec.Precision != c.kept {
			t.Errorf("%s: %.2f bits per weight, kept as %s", c.precision, spec.BitsPerWeight, spec.Precision)
		}
		if same := spec.Digest == exact.Model.Digest(); same != (c.precision == "") {
			t.Errorf("%s: the same digest: %v", c.precision, same)
		}
		got := divergence(t, exact, w)
		t.Logf("%s: %.2f bits per weight, %s: divergence %.2g", c.precision, spec.BitsPerWeight, spec.Precision, got)
		if got > c.most {
			t.Errorf("%s: a divergence of %.3g, want at most %.3g", c.precision, got, c.most)
		}
	}
	if _, err := Open(weights.Parse("builtin:v1#precision=q4")); err == nil {
		t.Error("a precision that is not known is no error")
	}
}

// divergence is the mean of Σ p·log(p/q) over the positions of a text, p by the first.
func divergence(t *testing.T, p, q Weights) float64 {
	ids := p.Codec.Encode("Mia the cat lives in the blue house. Tom has a red ball, and he gives it to Mia. 12 + 30 = 42")
	read := func(m *model.Model) (rows [][]float32) {
		s := model.NewSession(m, 1)
		defer s.Close()
		w := network.Window{Tokens: ids, Visible: network.CausalVisible(nil, 0, len(ids)), Cache: s.NewCache(len(ids))}
		for i := range ids {
			w.Logits = append(w.Logits, i)
		}
		pass, err := s.Forward([]network.Window{w})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range pass.Logits {
			rows = append(rows, slices.Clone(row))
		}
		return rows
	}
	sum, theirs := 0.0, read(q.Model)
	for i, row := range read(p.Model) {
		a, b := logSum(row), logSum(theirs[i])
		for j, x := range row {
			sum += math.Exp(float64(x)-a) * (float64(x) - a - float64(theirs[i][j]) + b)
		}
	}
	return sum / float64(len(ids))
}

func logSum(x []float32) float64 {
	top, sum := float64(slices.Max(x)), 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	return top + math.Log(sum)
}
