package coherence

import (
	"fmt"
	"testing"

	"dllmbench/harness/result"
)

func TestKindsByHand(t *testing.T) {
	instances, requests := map[string]result.Instance{}, []*result.Request{}
	for i := range 6 {
		id := fmt.Sprint(i)
		instances[id] = result.Instance{ID: id, Constraints: []result.Opportunity{
			{Kind: "rhyme", Distance: 10, Direction: Lookahead}, {Kind: "cast", Distance: 4, Direction: Backward},
			{Kind: "cast", Distance: 8, Direction: Backward}, {Kind: "rhyme", Distance: 2, Direction: Backward}}}
		// Of two runs one breaks the second cast; every other instance breaks its
		// lookahead rhyme in both.
		first, second := request(id, 0, 2), request(id, 1)
		if i%2 == 0 {
			first, second = request(id, 0, 0, 2), request(id, 1, 0)
		}
		requests = append(requests, first, second)
	}
	got := Kinds(Observe(requests, instances), boot)
	want := []Kind{
		{Kind: "cast", Direction: Backward, Kept: Kept{12, 3, 6}, Distance: 6},
		{Kind: "rhyme", Direction: Backward, Kept: Kept{6, 0, 6}, Distance: 2},
		{Kind: "rhyme", Direction: Lookahead, Kept: Kept{6, 3, 6}, Distance: 10},
	}
	if len(got) != len(want) {
		t.Fatalf("kinds %+v", got)
	}
	for i, c := range []float64{0.75, 1, 0.5} {
		k := got[i]
		if k.C.Value != c || k.C.CI.Low >= k.C.CI.High || !k.C.CI.Contains(c) {
			t.Errorf("%s %s: kept %v %v, want %v", k.Direction, k.Kind, k.C.Value, k.C.CI, c)
		}
		if k.C = nil; k != want[i] {
			t.Errorf("kind %d is %+v, want %+v", i, k, want[i])
		}
	}
	if Kinds(nil, boot) != nil {
		t.Error("kinds of nothing")
	}
}
