package arithmetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

func TestArithmeticCheck(t *testing.T) {
	w := New()
	inst := w.Generate(workloads.Test, 1, 0)
	inst.Prompt = "add:7+5+9="
	// Constraints: 0 link, 1 step, 2 link, 3 step, 4 link, 5 sum, 6 length.
	for _, tc := range []struct {
		output string
		broken []int
	}{
		{"7+5=12;12+9=21;21", nil},
		{" 7+5=12;12+9=21;21\n", nil},
		{"07+05=12;12+9=021;0021", nil},            // by value
		{"7+5=13;13+9=22;22", []int{1, 5}},         // a wrong step, carried on
		{"7+5=13;12+9=21;21", []int{1, 2}},         // a wrong result that is not used
		{"7+5=12;12+9=22;22", []int{3, 5}},         //
		{"7+5=12;12+9=22;21", []int{3, 4}},         // the answer is right all the same
		{"7+5=12;12+9=21;22", []int{4, 5}},         //
		{"7+5=12;13+9=22;22", []int{2, 5}},         //
		{"7+5=12;12+8=20;20", []int{2, 5}},         // wrong term
		{"5+7=12;12+9=21;21", []int{0}},            // other order
		{"7+5=12;21", []int{2, 3, 4}},              // a step is missing
		{"21", []int{0, 1, 2, 3, 4}},               // answer only
		{"", []int{0, 1, 2, 3, 4, 5}},              //
		{"7+5=12;12+9=21;21;21", []int{6}},         //
		{"7+5=12;12+9=21;21 or so", []int{4, 5}},   // not a number
		{"7+5=12;12+9=21;", []int{4, 5}},           //
		{"7+5=12;what;21", []int{2, 3, 4}},         //
		{"7+5=1234567890;12+9=21;21", []int{0, 1}}, // longer than any number
		{"7+5=-12;12+9=21;21", []int{0, 1}},        // no signs
	} {
		if got := workloadtest.Broken(w.Check(inst, tc.output)); !slices.Equal(got, tc.broken) {
			t.Errorf("%q: found %v, want %v", tc.output, got, tc.broken)
		}
	}
	s := w.Check(inst, " 7+5=12;12+9=22;22")
	if s.Violations[0].Offset != 8 || s.Violations[1].Offset != 16 {
		t.Errorf("offsets of a wrong second step: %+v", s.Violations)
	}
}

// TestArithmeticCalibration writes sums with errors planted at a known rate in
// results and terms, carried on faithfully: exactly the planted constraints
// must be found, and the sum if the errors do not cancel.
func TestArithmeticCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r, rung := range w.rungs {
			for i := range 40 {
				inst := w.Generate(workloads.Test, r, i)
				var planted []int
				var text strings.Builder
				left, truth := 0, 0
				for k, term := range strings.Split(strings.Trim(inst.Prompt, "ad:="), "+") {
					n, ok := parseNumber(term)
					if !ok {
						t.Fatalf("prompt %q", inst.Prompt)
					}
					truth += n
					if k == 0 {
						left = n
						continue
					}
					if rng.Float64() < rate {
						n++
						planted = append(planted, 2*(k-1))
					}
					result := left + n
					if rng.Float64() < rate {
						result += 1 + rng.IntN(20)
						planted = append(planted, 2*(k-1)+1)
					}
					fmt.Fprintf(&text, "%d+%d=%d;", left, n, result)
					left = result
				}
				if rng.Float64() < rate {
					planted = append(planted, 2*rung.terms-2)
					left++
				}
				if left != truth {
					planted = append(planted, 2*rung.terms-1)
				}
				output := fmt.Sprint(text.String(), left)
				if got := workloadtest.Broken(w.Check(inst, output)); !slices.Equal(got, planted) {
					t.Fatalf("%s: %q: found %v, planted %v", inst.ID, output, got, planted)
				}
			}
		}
	}
}

// TestArithmeticLayout checks that all answers of a rung have one length.
func TestArithmeticLayout(t *testing.T) {
	w := New()
	for r := range w.rungs {
		want := w.Generate(workloads.Train, r, 0)
		for i := range 200 {
			inst := w.Generate(workloads.Train, r, i)
			if len(inst.Answer) != len(want.Answer) || len(inst.Prompt) != len(want.Prompt) {
				t.Fatalf("%s: %q and %q differ in layout", inst.ID, inst.Prompt+inst.Answer, want.Prompt+want.Answer)
			}
		}
	}
}

// TestArithmeticChance counts the answers of all sums of two and three digits.
func TestArithmeticChance(t *testing.T) {
	w := New()
	for i, rung := range w.Rungs()[:2] {
		r := w.rungs[i]
		count, most, total := map[string]int{}, 0, pow10(r.terms)
		for n := range total {
			terms := make([]int, r.terms)
			for k := range terms {
				terms[k] = n / pow10(k) % 10
			}
			answer := r.answer(terms)
			count[answer]++
			most = max(most, count[answer])
		}
		if want := float64(most) / float64(total); math.Abs(rung.Chance-want) > 1e-9 {
			t.Errorf("%s: chance %g, counted %g", rung.Name, rung.Chance, want)
		}
	}
}

// TestSumSplits counts the smallest family completely.
func TestSumSplits(t *testing.T) {
	count := map[workloads.Split]int{}
	for i := range 100 {
		count[workloads.SplitOf(sumCanon([]int{i / 10, i % 10}))]++
	}
	for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
		if count[s] < 9 || count[s] > 12 {
			t.Errorf("%s holds %d of 100", s, count[s])
		}
	}
}
