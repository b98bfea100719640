package harness

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

func TestFateOf(t *testing.T) {
	const gap = engines.Gap
	reference := []int32{1, 2, 3, 4, 5}
	//                   right, kept   wrong, mended  wrong, still  gap   right, spoiled  behind the answer
	draft := []int32{1, 9, 9, gap, 5, gap, gap}
	tokens := []int32{1, 2, 7, 9, 6, 0, 0}
	if got, want := *fateOf(draft, reference, tokens), (result.Fate{Right: 2, Wrong: 2, Mended: 1, Spoiled: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if n := onCanvas(draft); n != 4 {
		t.Errorf("%d tokens are drafted, want 4", n)
	}
}
