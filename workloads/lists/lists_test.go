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

// TestListsCalibration plants errors at known positions: exactly these must be
// found, at rates from none to one in five.
func TestListsCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r := range w.rungs {
			for i := range 20 {
				inst := w.Generate(workloads.Test, r, i)
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
					if v.Offset != planted[k] {
						t.Fatalf("%s: offset %d, want %d", inst.ID, v.Offset, planted[k])
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

// TestListsDistance checks the distances of the three operations.
func TestListsDistance(t *testing.T) {
	w := New()
	for op, want := range map[string][]int{
		"copy":    {3, 3, 3, 3, 3},
		"reverse": {0, 2, 4, 6, 3},
	} {
		inst := w.Generate(workloads.Train, slices.Index(w.rungs, listRung{op, 4}), 0)
		for i, c := range inst.Constraints {
			if c.Distance != want[i] {
				t.Errorf("%s: constraint %d has distance %d, want %d", op, i, c.Distance, want[i])
			}
		}
	}
	_, from := listRung{"sort", 4}.solve([]byte("7294"))
	if !slices.Equal(from, []int{1, 3, 0, 2}) {
		t.Errorf("sort takes its items from %v", from)
	}
}

// TestListsChance counts the answers of all lists of three and four.
func TestListsChance(t *testing.T) {
	w := New()
	rungs := w.Rungs()
	for i, r := range w.rungs {
		if r.items > 4 {
			continue
		}
		count, most, total := map[string]int{}, 0, int(math.Pow10(r.items))
		for n := range total {
			answer, _ := r.solve(fmt.Appendf(nil, "%0*d", r.items, n))
			count[string(answer)]++
			most = max(most, count[string(answer)])
		}
		if want := float64(most) / float64(total); math.Abs(rungs[i].Chance-want) > 1e-9 {
			t.Errorf("%s: chance %g, counted %g", r.name(), rungs[i].Chance, want)
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
