package lists

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// TestListsCalibration plants errors at known positions, where one answer is
// right: exactly these must be found, at rates from none to one in five.
func TestListsCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r := range w.rungs {
			for i := range 20 {
				inst := w.Generate(workloads.Test, r, i)
				if !inst.Unique {
					break
				}
				output := []byte(inst.Answer)
				var planted []int
				for j := range output {
					if rng.Float64() < rate {
						output[j] = '0' + (output[j]-'0'+byte(1+rng.IntN(9)))%10
						planted = append(planted, j)
					}
				}
				s := w.Check(inst, string(output))
				if got := workloadtest.Broken(s); !slices.Equal(got, planted) {
					t.Fatalf("%s: %q for %q: found %v, planted %v", inst.ID, output, inst.Answer, got, planted)
				}
				if want := 1 - float64(len(planted))/float64(len(output)); math.Abs(s.Partial-want) > 1e-12 {
					t.Fatalf("%s: partial %g, want %g", inst.ID, s.Partial, want)
				}
				for k, v := range s.Violations {
					if v.Offset != planted[k] || v.Length != 1 {
						t.Fatalf("%s: offset %d and length %d, want %d and 1", inst.ID, v.Offset, v.Length, planted[k])
					}
				}
			}
		}
	}
}

func TestListsCheck(t *testing.T) {
	w := New()
	rung := slices.Index(w.rungs, listRung{"sort", 4})
	inst := w.Generate(workloads.Test, rung, 0)
	inst.Prompt = "sort:7294="
	for _, tc := range []struct {
		output string
		broken []int
		offset int // of the first violation
	}{
		{"2479", nil, 0},
		{"  2479\n", nil, 0},
		{"2497", []int{2, 3}, 2},
		{" 2579", []int{1}, 2},
		{"24", []int{2, 3}, -1},
		{"", []int{0, 1, 2, 3}, -1},
		{"24790", []int{4}, 4},
		{"2479 0", []int{4}, 4},
		{"2 4 7 9", []int{1, 2, 3, 4}, 1},
		{"7294", []int{0, 1, 2, 3}, 0},
	} {
		s := w.Check(inst, tc.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%q: found %v, want %v", tc.output, got, tc.broken)
		}
		if len(s.Violations) > 0 && s.Violations[0].Offset != tc.offset {
			t.Errorf("%q: offset %d, want %d", tc.output, s.Violations[0].Offset, tc.offset)
		}
	}
}

// TestListsDistance compares distances with those counted by hand.
func TestListsDistance(t *testing.T) {
	for _, c := range []struct {
		request
		from []int
		want []int
	}{
		{request{op: "copy", items: []byte("7294")}, []int{0, 1, 2, 3}, []int{3, 3, 3, 3, 3}},
		{request{op: "reverse", items: []byte("7294")}, []int{3, 2, 1, 0}, []int{0, 2, 4, 6, 3}},
		{request{op: "sort", items: []byte("7294")}, []int{1, 3, 0, 2}, []int{2, 1, 5, 4, 3}},
		{request{op: "replace", items: []byte("7294"), place: 3, item: '5'}, []int{0, 1, added, 3}, []int{5, 5, 2, 5, 3}},
		{request{op: "insert", items: []byte("7294"), place: 1, item: '5'}, []int{added, 0, 1, 2, 3}, []int{0, 6, 6, 6, 6, 4}},
		{request{op: "remove", items: []byte("7294"), place: 2}, []int{0, 2, 3}, []int{4, 3, 3, 2}},
		{request{op: "replace-any", items: []byte("7294"), item: '5'}, []int{0, 1, added, 3}, []int{4, 4, 4, 4, 2, 3}},
		{request{op: "shuffle", items: []byte("7294")}, []int{3, 0, 1, 2}, []int{4, 4, 4, 0, 3, 3}},
	} {
		if !c.several() {
			if from := c.answer(nil); !slices.Equal(from, c.from) {
				t.Errorf("%s takes its items from %v", c.request, from)
			}
		}
		var got []int
		for _, k := range c.constraints(c.take(c.from), c.from) {
			got = append(got, k.Distance)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: distances %v, want %v", c.request, got, c.want)
		}
	}
}

// TestListSplits counts the smallest family completely.
func TestListSplits(t *testing.T) {
	count := map[workloads.Split]int{}
	for i := range 1000 {
		count[workloads.SplitOf(listCanon([]byte(fmt.Sprintf("%03d", i))))]++
	}
	for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
		if count[s] < 90 || count[s] > 120 {
			t.Errorf("%s holds %d of 1000", s, count[s])
		}
	}
}
