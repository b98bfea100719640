package masks

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// right is a second, independent judge.
func right(prompt, output string) bool {
	key := prompt[len(prompt)-2 : len(prompt)-1]
	m := regexp.MustCompile("[:,]" + key + "([0-9]{3})[,?]").FindStringSubmatch(prompt)
	return m != nil && m[1] == output
}

// TestRungsShareInstances checks that nothing but the knob tells rungs apart.
func TestRungsShareInstances(t *testing.T) {
	w := New()
	for i := range 100 {
		split := workloads.Splits[i%3]
		first := w.Generate(split, 0, i)
		for r, rung := range w.Rungs() {
			inst := w.Generate(split, r, i)
			if inst.Prompt != first.Prompt || inst.Answer != first.Answer || inst.Canon != first.Canon {
				t.Fatalf("%s differs from %s", inst.ID, first.ID)
			}
			if rung.Knobs["extra"] != float64(extras[r]) || !strings.HasPrefix(inst.ID, "masks/"+rung.Name+"/") {
				t.Fatalf("%s: knobs %v", inst.ID, rung.Knobs)
			}
		}
	}
	if extras[0] != 0 || extras[len(extras)-1] != 512 || !slices.IsSorted(extras[:]) {
		t.Errorf("the ladder is %v", extras)
	}
}

// TestPrompts checks that keys and values of a prompt differ, and that each
// place is asked for equally often.
func TestPrompts(t *testing.T) {
	w := New()
	layout := regexp.MustCompile(`^find:([a-z])(\d{3}),([a-z])(\d{3}),([a-z])(\d{3}),([a-z])(\d{3}),([a-z])(\d{3}),([a-z])(\d{3})\?([a-z])=$`)
	var count [pairs]int
	const n = 3000
	for i := range n {
		inst := w.Generate(workloads.Train, 0, i)
		m := layout.FindStringSubmatch(inst.Prompt)
		if m == nil {
			t.Fatalf("%s: prompt %q", inst.ID, inst.Prompt)
		}
		seen := map[string]bool{}
		for _, s := range m[1:13] {
			seen[s] = true
		}
		if len(seen) != 12 || !right(inst.Prompt, inst.Answer) {
			t.Fatalf("%s: prompt %q answered by %q", inst.ID, inst.Prompt, inst.Answer)
		}
		asked := slices.Index(m[1:13], m[13]) / 2
		count[asked]++
		if got := inst.Constraints[0].Distance; got != pairs-1-asked {
			t.Fatalf("%s: distance %d of place %d", inst.ID, got, asked)
		}
	}
	for place, c := range count {
		if p := 1. / pairs; math.Abs(float64(c)-n*p) > 4*math.Sqrt(n*p*(1-p)) {
			t.Errorf("place %d is asked for %d times of %d", place, c, n)
		}
	}
}

// TestCheck compares verdicts with those found by hand, and with the second
// judge on damaged answers.
func TestCheck(t *testing.T) {
	w := New()
	inst := workloads.Instance{Prompt: "find:h481,c072,x913,r560,b338,w204?r="}
	for _, c := range []struct {
		output string
		broken []int
		offset int
	}{
		{"560", nil, 0},
		{" 560\n", nil, 0},
		{"", []int{0, 1, 2}, -1},
		{"56", []int{2}, -1},
		{" 570", []int{1}, 2},
		{"072", []int{0, 1, 2}, 0},
		{"5600", []int{3}, 3},
		{"r560", []int{0, 1, 2, 3}, 0},
	} {
		s := w.Check(inst, c.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, c.broken) || len(got) > 0 && s.Violations[0].Offset != c.offset {
			t.Errorf("%q: %+v, want %v", c.output, s, c.broken)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		inst := w.Generate(workloads.Test, i%len(extras), i)
		out := []byte(inst.Answer)
		for range rng.IntN(3) {
			at := rng.IntN(len(out))
			if out[at] = "0123456789r,"[rng.IntN(12)]; rng.IntN(8) == 0 {
				out = append(out, out[at])
			}
		}
		if exact := w.Check(inst, string(out)).Exact; exact != right(inst.Prompt, string(out)) {
			t.Fatalf("%s: %q for %q judged %v", inst.ID, out, inst.Prompt, exact)
		}
	}
}

// TestCalibration plants wrong digits at known rates.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, places := 0, 0
		for i := range 4000 {
			inst := w.Generate(workloads.Test, i%len(extras), i)
			out := []byte(inst.Answer)
			var want []int
			for j := range out {
				places++
				if rng.Float64() < rate {
					planted++
					out[j] = '0' + (out[j]-'0'+byte(1+rng.IntN(9)))%10
					want = append(want, j)
				}
			}
			s := w.Check(inst, string(out))
			if got := workloadtest.Broken(s); !slices.Equal(got, want) || math.Abs(s.Partial-1+float64(len(want))/3) > 1e-12 {
				t.Fatalf("%s: %q for %q: %+v, planted %v", inst.ID, out, inst.Answer, s, want)
			}
		}
		if got := float64(planted) / float64(places); math.Abs(got-rate) > 0.15*rate {
			t.Errorf("planted %g of the digits, want %g", got, rate)
		}
	}
}

// TestChance answers with the first value of every prompt.
func TestChance(t *testing.T) {
	w := New()
	const n = 6000
	hits := 0
	for i := range n {
		inst := w.Generate(workloads.Train, 0, i)
		if w.Check(inst, inst.Prompt[6:9]).Exact {
			hits++
		}
	}
	p := w.Rungs()[0].Chance
	if got := float64(hits) / n; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/n) {
		t.Errorf("chance %g, drawn %g", p, got)
	}
}
