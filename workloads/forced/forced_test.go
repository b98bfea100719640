package forced

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// total adds the terms of a prompt, independently of the workload.
func total(t *testing.T, prompt string) (sum int, terms []string) {
	t.Helper()
	terms = strings.Split(strings.TrimSuffix(strings.TrimPrefix(prompt, "add:"), "="), "+")
	for _, term := range terms {
		n, err := strconv.Atoi(term)
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum, terms
}

// TestInstances: the given steps are the first ones of the sum and true, the gap
// has room for the sum and nothing else, and rungs of a size share their sums.
func TestInstances(t *testing.T) {
	w := New()
	for r, rung := range w.Rungs() {
		for i := range 60 {
			inst := w.Generate(workloads.Splits[i%3], r, i)
			sum, terms := total(t, inst.Prompt)
			parts := strings.Split(inst.Answer, ";")
			if len(parts) != int(rung.Knobs["steps"])+1 || len(terms) != int(rung.Knobs["terms"]) {
				t.Fatalf("%s: %q of %d terms", inst.ID, inst.Answer, len(terms))
			}
			left := terms[0]
			for k, step := range parts[:len(parts)-1] {
				a, _ := strconv.Atoi(left)
				b, _ := strconv.Atoi(terms[k+1])
				_, result, _ := strings.Cut(step, "=")
				if n, err := strconv.Atoi(result); err != nil || n != a+b || !strings.HasPrefix(step, left+"+"+terms[k+1]+"=") {
					t.Fatalf("%s: step %q", inst.ID, step)
				}
				left = result
			}
			last := inst.Template[len(inst.Template)-1]
			if want := fmt.Sprintf("%0*d", int(rung.Knobs["digits"])+1, sum); parts[len(parts)-1] != want || last.Gap != len(want) {
				t.Fatalf("%s: %q, a gap of %d", inst.ID, inst.Answer, last.Gap)
			}
			if easiest := w.Generate(workloads.Splits[i%3], r-(w.rungs[r].terms-1-w.rungs[r].steps), i); easiest.Prompt != inst.Prompt {
				t.Fatalf("%s asks for %s, with all steps it is %s", inst.ID, inst.Prompt, easiest.Prompt)
			}
		}
	}
}

func TestChance(t *testing.T) {
	for _, x := range []struct {
		rung string
		want float64
	}{
		{"after-1-3x2", 1.0 / 90},                // one term is missing
		{"after-2-4x2", 1.0 / 90},                //
		{"after-1-4x2", 90.0 / (90 * 90)},        // two: the middle one of 179 sums
		{"after-0-3x2", 6075.0 / (90 * 90 * 90)}, // three, counted
		{"after-2-3x2", 6075.0 / (90 * 90 * 90)}, // none: as without steps
	} {
		i := slices.IndexFunc(New().Rungs(), func(r workloads.Rung) bool { return r.Name == x.rung })
		if got := New().Rungs()[i].Chance; math.Abs(got-x.want) > 1e-9 {
			t.Errorf("%s: chance %g, want %g", x.rung, got, x.want)
		}
	}
}

// TestCalibration plants errors in results, steps and ends at a known rate: the
// constraints that they break are found, all of them and no others.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r := range w.rungs {
			for i := range 60 {
				inst := w.Generate(workloads.Test, r, i)
				out := []byte(inst.Answer)
				span := inst.Spans[len(inst.Spans)-1]
				var want []int
				spoil := func(constraint, from, to int) {
					if from == to || rng.Float64() >= rate {
						return
					}
					at := from + rng.IntN(to-from)
					out[at] = 'a' + byte(rng.IntN(26))
					want = append(want, constraint)
				}
				spoil(0, span.Start, span.End)
				spoil(2, 0, span.Start)
				text := string(out)
				if rng.Float64() < rate {
					text += ";1"
					want = append(want, 1)
				}
				slices.Sort(want)
				got := workloadtest.Broken(w.Check(inst, text))
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Fatalf("%s: %q: found %v, planted %v", inst.ID, text, got, want)
				}
			}
		}
	}
}

func TestPartial(t *testing.T) {
	w := New()
	inst := w.Generate(workloads.Test, 1, 0)
	span := inst.Spans[len(inst.Spans)-1]
	wrong := []byte(inst.Answer)
	wrong[span.Start] = 'x'
	if s := w.Check(inst, string(wrong)); s.Exact || math.Abs(s.Partial-2.0/3) > 1e-9 {
		t.Errorf("one of three digits wrong: %+v", s)
	}
}
