package brackets

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

// valid is a second, independent judge: it strikes out neighbouring pairs until
// nothing changes, and counts the depth without looking at kinds.
func valid(prompt, output string) bool {
	var kinds, depth, write int
	if _, err := fmt.Sscanf(prompt, "brackets:%d,%d,%d:", &kinds, &depth, &write); err != nil {
		panic(err)
	}
	answer := strings.Fields(output)
	_, begin, _ := strings.Cut(prompt, ": ")
	text := strings.ReplaceAll(strings.TrimSuffix(begin, " ="), " ", "") + strings.Join(answer, "")
	if len(answer) != write || strings.Trim(text, "()[]{}"[:2*kinds]) != "" || slices.ContainsFunc(answer, func(w string) bool { return len(w) != 1 }) {
		return false
	}
	level := 0
	for _, b := range text {
		if level++; strings.ContainsRune(")]}", b) {
			level -= 2
		}
		if level > depth {
			return false
		}
	}
	for was := ""; was != text; {
		was = text
		for _, pair := range []string{"()", "[]", "{}"} {
			text = strings.ReplaceAll(text, pair, "")
		}
	}
	return text == ""
}

func TestInstances(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		for i := range 50 {
			inst := w.Generate(workloads.Test, r, i)
			if !valid(inst.Prompt, inst.Answer) {
				t.Fatalf("%s: %q answered by %q", inst.ID, inst.Prompt, inst.Answer)
			}
			n := len(strings.Fields(inst.Answer))
			if low, high := rung.length/2, rung.length*3/4; n < low || n > high {
				t.Fatalf("%s: %d brackets to write", inst.ID, n)
			}
		}
	}
}

// constraintOfClosing finds, for every closing bracket of an answer, its
// constraint, by walking back to its partner.
func constraintOfClosing(begin, answer []string) map[int]int {
	all := slices.Concat(begin, answer)
	height := func(b string) int {
		if strings.Contains("([{", b) {
			return 1
		}
		return -1
	}
	partner := func(i int) int { // of a closing
		h := -1
		for h < 0 {
			i--
			h += height(all[i])
		}
		return i
	}
	var order []int // openings that have to be closed in the answer
	for i := len(begin); i < len(all); i++ {
		if height(all[i]) < 0 && partner(i) < len(begin) {
			order = append(order, partner(i))
		}
	}
	slices.Sort(order)
	for i := len(begin); i < len(all); i++ {
		if height(all[i]) > 0 {
			order = append(order, i)
		}
	}
	constraint := map[int]int{}
	for i := len(begin); i < len(all); i++ {
		if height(all[i]) < 0 {
			constraint[i-len(begin)] = slices.Index(order, partner(i))
		}
	}
	return constraint
}

// TestCalibration closes brackets by a wrong kind at known rates. Exactly their
// constraints must be found, at their places.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted := 0
		for r, rung := range w.rungs {
			if rung.kinds == 1 {
				continue
			}
			for i := range 25 {
				inst := w.Generate(workloads.Test, r, i)
				_, begin, _ := strings.Cut(strings.TrimSuffix(inst.Prompt, " ="), ": ")
				answer := strings.Fields(inst.Answer)
				var want []int
				place := map[int]int{}
				constraint := constraintOfClosing(strings.Fields(begin), answer)
				for at := range answer {
					if c, closing := constraint[at]; closing && rng.Float64() < rate {
						kind, _ := kindOf(answer[at][0])
						answer[at] = brackets[2*((kind+1+rng.IntN(rung.kinds-1))%rung.kinds)+1:][:1]
						want = append(want, c)
						place[c] = 2*at + 1
						planted++
					}
				}
				slices.Sort(want)
				output := " " + strings.Join(answer, " ")
				s := w.Check(inst, output)
				if got := workloadtest.Broken(s); !slices.Equal(got, want) {
					t.Fatalf("%s: %q for %q: found %v, planted %v", inst.ID, output, inst.Answer, got, want)
				}
				for _, v := range s.Violations {
					if v.Offset != place[v.Constraint] || v.Length != 1 {
						t.Fatalf("%s: constraint %d at %d, planted at %d", inst.ID, v.Constraint, v.Offset, place[v.Constraint])
					}
				}
				if want := 1 - float64(len(want))/float64(len(inst.Constraints)); math.Abs(s.Partial-want) > 1e-12 {
					t.Fatalf("%s: partial %g, want %g", inst.ID, s.Partial, want)
				}
			}
		}
		if (rate == 0) != (planted == 0) {
			t.Errorf("rate %g: %d errors planted", rate, planted)
		}
	}
}

// TestAgainstSecondJudge changes, drops and adds words at known rates.
func TestAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	right, wrong := 0, 0
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		for r := range w.rungs {
			for i := range 60 {
				inst := w.Generate(workloads.Validation, r, i)
				var words []string
				for _, word := range strings.Fields(inst.Answer) {
					switch x := rng.Float64() / rate; {
					case x < 0.7:
						word = "()[]{}x"[rng.IntN(7):][:1]
					case x < 0.8:
						word += ")"
					case x < 0.9:
						continue
					case x < 1:
						words = append(words, ")")
					}
					words = append(words, word)
				}
				if n := len(words) - 1; n > 0 && rng.IntN(4) == 0 { // often still valid
					k := rng.IntN(n)
					words[k], words[k+1] = words[k+1], words[k]
				}
				output := strings.Join(words, " ")
				want := valid(inst.Prompt, output)
				if got := w.Check(inst, output); got.Exact != want {
					t.Fatalf("%s: %q%q judged %+v", inst.ID, inst.Prompt, output, got)
				}
				if want {
					right++
				} else {
					wrong++
				}
			}
		}
	}
	if right < 1000 || wrong < 1000 {
		t.Errorf("%d right and %d wrong answers are too few to compare judges", right, wrong)
	}
}

func TestCheck(t *testing.T) {
	w := New()
	r := slices.IndexFunc(w.rungs, func(r bracketRung) bool { return r.name() == "dyck2-12-deep-4" })
	inst := w.Generate(workloads.Test, r, 0)
	inst.Prompt = "brackets:2,3,006: ( [ ="
	// Constraints: 0 close (, 1 close [, 2 and 3 pairs, 4 depth, 5 form.
	for _, tc := range []struct {
		output string
		broken []int
		offset int // of the first violation
	}{
		{"] ( [ ] ) )", nil, 0},
		{" [ ] [ ] ] )\n", nil, 0},
		{"] ) ( ) [ ]", nil, 0},
		{"] ( [ ) ) )", []int{3}, 6},       // [ closed by )
		{") ( [ ] ) )", []int{1}, 0},       // [ of the prompt closed by )
		{"( ( ) ) ] )", []int{4}, 2},       // four deep
		{"] ( ) ( ) ]", []int{0}, 10},      //
		{"] ( ) ( )", []int{0, 4, 5}, -1},  // too short
		{"] ( ) ( ) ) )", []int{5}, 12},    // too long
		{"] ) ) ( [ ]", []int{2, 3}, 4},    // ) without an opening; ( is not closed
		{"] ) ] ] ] ]", []int{2, 3}, 4},    // pairs that were never opened
		{"] ( { ] ) )", []int{2, 3, 5}, 4}, // a kind that is not allowed, skipped
		{"](()))", []int{0, 1, 2, 3, 4, 5}, 0},
		{"( ( ( ( ( (", []int{0, 1, 2, 3, 4}, 2},
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

// TestChance answers with the best fixed answer, found by trying all stacks that
// occur, on the law of the texts.
func TestChance(t *testing.T) {
	w := New()
	rungs := w.Rungs()
	rng := rand.New(rand.NewPCG(5, 6))
	for _, r := range []int{0, 1, 3, 4} {
		rung := w.rungs[r]
		const n = 40000
		count := map[int]map[string]int{} // by cut and stack
		low, high := rung.cuts()
		for range n {
			cut := low + rng.IntN(high-low+1)
			var stack []byte
			for _, opens := range rung.shapes.draw(rng, rung.length)[:cut] {
				if opens {
					stack = append(stack, byte('0'+rng.IntN(rung.kinds)))
				} else {
					stack = stack[:len(stack)-1]
				}
			}
			if count[cut] == nil {
				count[cut] = map[string]int{}
			}
			count[cut][string(stack)]++
		}
		hits := 0
		for _, stacks := range count {
			best := 0
			for _, c := range stacks {
				best = max(best, c)
			}
			hits += best
		}
		if got := float64(hits) / n; math.Abs(got-rungs[r].Chance) > 0.015 {
			t.Errorf("%s: chance %g, drawn %g", rung.name(), rungs[r].Chance, got)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	w := New()
	for i := range b.N {
		w.Generate(workloads.Test, i%len(w.rungs), i)
	}
}
