package traced

import (
	"math"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

// TestDerive: a number that no trace has is unknown, and the task of random weights
// is their size.
func TestDerive(t *testing.T) {
	traces := []*trace.Trace{{Budget: 1, Useful: 1, Tokens: []int32{5}}, {Budget: 1, Useful: 1, Tokens: []int32{5}}}
	d := Derive(result.Cell{ID: "c", Label: "ar", Weights: "shape:2m", Budget: 8, CostOnly: true}, traces)
	if d.Traces != 2 || d.Task != "shape:2m, 8 tokens" || d.Cell != "c" {
		t.Errorf("%+v", d)
	}
	if d.KL.Known() || d.DriftK.Known() || !math.IsNaN(float64(d.ECE)) {
		t.Errorf("unknown numbers: %v, %v, %v", d.KL, d.DriftK, d.ECE)
	}
}
