package arithmetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

func TestArithmeticCheck(t *testing.T) {
	w := New()
	inst := workloads.Instance{Prompt: "add:7+5+9="}
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

// TestLayoutsCheck judges the layouts that do not end with the result.
func TestLayoutsCheck(t *testing.T) {
	w := New()
	for _, tc := range []struct {
		prompt, output string
		broken         []int
	}{
		// 0 sum, 1 link, 2 step, 3 link, 4 step, 5 link, 6 length.
		{"first:7+5+9=", "21;7+5=12;12+9=21", nil},
		{"first:7+5+9=", " 021;07+5=12;12+9=21\n", nil},
		{"first:7+5+9=", "22;7+5=12;12+9=21", []int{0, 5}},
		{"first:7+5+9=", "22;7+5=12;12+9=22", []int{0, 4}},
		{"first:7+5+9=", "22;7+5=13;13+9=22", []int{0, 2}},
		{"first:7+5+9=", "21;7+5=13;13+9=22", []int{2, 5}},
		{"first:7+5+9=", "21;7+5=12;13+9=22", []int{3, 5}},
		{"first:7+5+9=", "21;7+5=12", []int{3, 4, 5}},
		{"first:7+5+9=", "21", []int{1, 2, 3, 4, 5}},
		{"first:7+5+9=", "", []int{0, 1, 2, 3, 4, 5}},
		{"first:7+5+9=", "7+5=12;12+9=21;21", []int{0, 1, 3, 4, 5}},
		{"first:7+5+9=", "21;7+5=12;12+9=21;", []int{6}},
		{"first:7+5+9=", "21;7+5=12;12+9=21;21", []int{6}},
		{"first:7+5+9=", "21;;12+9=21", []int{1, 2}},
		// 0 sum, 1 length.
		{"direct:7+5+9=", "21", nil},
		{"direct:7+5+9=", "\t0021 ", nil},
		{"direct:7+5+9=", "12", []int{0}},
		{"direct:7+5+9=", "", []int{0}},
		{"direct:7+5+9=", "7+5=12;12+9=21;21", []int{0, 1}},
		{"direct:7+5+9=", "21;", []int{1}},
		{"direct:7+5+9=", "21 21", []int{0}},
	} {
		inst := workloads.Instance{Prompt: tc.prompt}
		if got := workloadtest.Broken(w.Check(inst, tc.output)); !slices.Equal(got, tc.broken) {
			t.Errorf("%s %q: found %v, want %v", tc.prompt, tc.output, got, tc.broken)
		}
	}
	s := w.Check(workloads.Instance{Prompt: "first:7+5+9="}, " 21;7+5=12;12+9=22;x")
	if len(s.Violations) != 3 || s.Violations[0].Offset != 11 || s.Violations[1].Offset != 1 || s.Violations[2].Offset != 18 {
		t.Errorf("offsets: %+v", s.Violations)
	}
}

// TestArithmeticCalibration writes sums with errors planted at a known rate in
// results and terms, carried on faithfully: exactly the planted constraints
// must be found, and the sum if the errors do not cancel.
func TestArithmeticCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, places := 0, 0
		for r, rung := range w.rungs {
			for i := range 40 {
				inst := w.Generate(workloads.Test, r, i)
				terms := promptTerms(t, inst.Prompt)
				plant := func() bool {
					places++
					hit := rng.Float64() < rate
					if hit {
						planted++
					}
					return hit
				}
				first := 0 // number of the first step's link
				if rung.layout == resultFirst {
					first = 1
				}
				var broken []int
				var steps []string
				left, truth := terms[0], terms[0]
				for k, n := range terms[1:] {
					truth += n
					if rung.layout == resultOnly {
						left += n
						continue
					}
					if plant() {
						n++
						broken = append(broken, first+2*k)
					}
					result := left + n
					if plant() {
						result += 1 + rng.IntN(20)
						broken = append(broken, first+2*k+1)
					}
					steps = append(steps, fmt.Sprintf("%d+%d=%d", left, n, result))
					left = result
				}
				if plant() {
					left++
					if rung.layout != resultOnly {
						broken = append(broken, first+2*rung.terms-2)
					}
				}
				parts := append(steps, strconv.Itoa(left))
				sum := 2*rung.terms - 1
				if rung.layout != stepsFirst {
					parts = append([]string{strconv.Itoa(left)}, steps...)
					sum = 0
				}
				if left != truth {
					broken = append(broken, sum)
				}
				slices.Sort(broken)
				output := strings.Join(parts, ";")
				if got := workloadtest.Broken(w.Check(inst, output)); !slices.Equal(got, broken) {
					t.Fatalf("%s: %q: found %v, planted %v", inst.ID, output, got, broken)
				}
			}
		}
		if got := float64(planted) / float64(places); math.Abs(got-rate) > 0.15*rate {
			t.Errorf("planted %g of the places, want %g", got, rate)
		}
	}
}

// promptTerms reads the terms of a prompt.
func promptTerms(t *testing.T, prompt string) (terms []int) {
	_, list, _ := strings.Cut(prompt, ":")
	for _, term := range strings.Split(strings.Trim(list, "="), "+") {
		n, err := strconv.Atoi(term)
		if err != nil {
			t.Fatalf("prompt %q: %v", prompt, err)
		}
		terms = append(terms, n)
	}
	return terms
}

// isRight is a second, independent judge: it writes the only right answer, in
// all layouts, and compares numbers after stripping zeros.
func isRight(t *testing.T, prompt, output string) bool {
	terms := promptTerms(t, prompt)
	sum, steps := terms[0], []string{}
	for _, n := range terms[1:] {
		steps = append(steps, fmt.Sprint(sum, "+", n, "=", sum+n))
		sum += n
	}
	all, result := strings.Join(steps, ";"), strconv.Itoa(sum)
	want := map[byte]string{'a': all + ";" + result, 'f': result + ";" + all, 'd': result}[prompt[0]]
	zeros := regexp.MustCompile(`\b0+(\d)`)
	return zeros.ReplaceAllString(strings.TrimSpace(output), "$1") == want
}

// TestArithmeticAgainstSecondJudge compares verdicts on answers in which digits
// are changed, dropped, doubled or swapped.
func TestArithmeticAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(5, 6))
	for r := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Test, r, i)
			for range 20 {
				out := []byte(inst.Answer)
				for range rng.IntN(3) {
					at := rng.IntN(len(out))
					switch rng.IntN(4) {
					case 0:
						out[at] = "0123456789+=;"[rng.IntN(13)]
					case 1:
						out = slices.Insert(out, at, out[at])
					case 2:
						if len(out) > 1 {
							out = slices.Delete(out, at, at+1)
						}
					case 3:
						out = append(out[at:len(out):len(out)], out[:at]...)
					}
				}
				if exact := w.Check(inst, string(out)).Exact; exact != isRight(t, inst.Prompt, string(out)) {
					t.Fatalf("%s: %q for %q judged %v", inst.ID, out, inst.Prompt, exact)
				}
			}
		}
	}
}

// TestArithmeticLayout checks that all answers of a rung have one length, and
// that spans name the right parts of them.
func TestArithmeticLayout(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		want := w.Generate(workloads.Train, r, 0)
		for i := range 200 {
			inst := w.Generate(workloads.Train, r, i)
			if len(inst.Answer) != len(want.Answer) || len(inst.Prompt) != len(want.Prompt) {
				t.Fatalf("%s: %q and %q differ in layout", inst.ID, inst.Prompt+inst.Answer, want.Prompt+want.Answer)
			}
			parts := map[string]string{}
			for _, s := range inst.Spans {
				parts[s.Name] = inst.Answer[s.Start:s.End]
			}
			sum := 0
			for _, n := range promptTerms(t, inst.Prompt) {
				sum += n
			}
			steps := rung.terms - 1
			if rung.layout == resultOnly {
				steps = 0
			}
			if got, err := strconv.Atoi(parts[workloads.Result]); err != nil || got != sum || strings.Count(parts[workloads.Reasoning], "=") != steps {
				t.Fatalf("%s: %q has the parts %q", inst.ID, inst.Answer, parts)
			}
			if joined := len(parts[workloads.Reasoning]) + len(parts[workloads.Result]) + len(inst.Spans) - 1; joined != len(inst.Answer) {
				t.Fatalf("%s: spans %+v of %q", inst.ID, inst.Spans, inst.Answer)
			}
			if !inst.Unique {
				t.Fatalf("%s is said to have several answers", inst.ID)
			}
		}
	}
}

// TestResultFirstLooksAhead checks which constraint has its cause after it.
func TestResultFirstLooksAhead(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		inst := w.Generate(workloads.Validation, r, 0)
		for i, c := range inst.Constraints {
			ahead := rung.layout == resultFirst && i == len(inst.Constraints)-2
			if (c.Direction == workloads.Lookahead) != ahead {
				t.Errorf("%s: constraint %d is %+v", inst.ID, i, c)
			}
			// The numbers of 7+5+9= 21;7+5=12;12+9=21 between the first and the last 21.
			if ahead && rung.terms == 3 && c.Distance != 5 {
				t.Errorf("%s: distance %d", inst.ID, c.Distance)
			}
		}
	}
}

// TestArithmeticChance counts the answers of all sums of two and three terms
// of one digit, and of two terms of two digits.
func TestArithmeticChance(t *testing.T) {
	w := New()
	for i, rung := range w.Rungs() {
		r := w.rungs[i]
		if r.terms*r.digits > 4 || r.terms == 4 {
			continue
		}
		values := r.high() - r.low() + 1
		total := int(math.Pow(float64(values), float64(r.terms)))
		count, most := map[string]int{}, 0
		for n := range total {
			terms := make([]int, r.terms)
			for k := range terms {
				terms[k] = r.low() + n%values
				n /= values
			}
			answer, _ := r.answer(terms)
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
		count[workloads.SplitOf(Canon([]int{i / 10, i % 10}))]++
	}
	for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
		if count[s] < 9 || count[s] > 12 {
			t.Errorf("%s holds %d of 100", s, count[s])
		}
	}
}
