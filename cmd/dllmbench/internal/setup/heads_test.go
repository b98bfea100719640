package setup

import (
	"testing"

	"dllmbench/engines/library"
	"dllmbench/harness/scenario"
)

// TestSketchOfLargeWeights: a plan is sketched without the numbers of weights, and then
// its cells lack the digest alone.
func TestSketchOfLargeWeights(t *testing.T) {
	text := []byte("version: 1\nweights: {builtin: v1}\nengines: [{engine: block, preset: sdar-static}]\nworkloads: [{workload: lists, rungs: [copy-3], instances: 2}]\n")
	s, err := scenario.Load("large.yaml", text, Catalog(), scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, heads := range []int64{0, 1} {
		plan, err := Sketch(t.Context(), s, &library.Shelf{Heads: heads})
		if err != nil || len(plan.Cells()) != 1 {
			t.Fatalf("%v, %v", plan, err)
		}
		if c := plan.Cells()[0]; (c.Digest == "") != (heads > 0) || c.Params == 0 {
			t.Errorf("heads %d: %+v", heads, c)
		}
	}
}
