package paths

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// solve is a second, independent judge: it lists all paths with the given
// number of edges from start to goal by trying every way, in the order in which
// they have to be written.
func solve(prompt string, length int) (all [][]string) {
	task, list, _ := strings.Cut(prompt, ": ")
	list, question, _ := strings.Cut(list, "; from ")
	start, goal, _ := strings.Cut(strings.TrimSuffix(question, " ="), " to ")
	leads := map[string][]string{}
	for _, e := range strings.Split(list, "; ") {
		from, to, _ := strings.Cut(e, " ")
		leads[from] = append(leads[from], to)
	}
	var walk func(path []string)
	walk = func(path []string) {
		here := path[len(path)-1]
		if len(path) == length+1 {
			if here == goal {
				found := slices.Clone(path)
				if task == "back" {
					slices.Reverse(found)
				}
				all = append(all, found)
			}
			return
		}
		for _, to := range leads[here] {
			walk(append(path, to))
		}
	}
	walk([]string{start})
	return all
}

// TestInstances checks shape, uniqueness, spans and the twins of all rungs.
func TestInstances(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		for i := range 30 {
			inst := w.Generate(workloads.Test, r, i)
			all := solve(inst.Prompt, rung.length)
			if len(all) != 1 || " "+strings.Join(all[0], " ") != inst.Answer {
				t.Fatalf("%s: %q has the paths %v, answer %q", inst.ID, inst.Prompt, all, inst.Answer)
			}
			if n := strings.Count(inst.Prompt, ";"); n != rung.arms*rung.length {
				t.Fatalf("%s has %d edges", inst.ID, n)
			}
			for _, s := range inst.Spans {
				if got := inst.Answer[s.Start:s.End]; len(got) != 1 || got == " " {
					t.Fatalf("%s: span %s is %q", inst.ID, s.Name, got)
				}
			}
			if rung.back {
				twin := w.Generate(workloads.Test, r-1, i)
				if strings.TrimPrefix(twin.Prompt, "path") != strings.TrimPrefix(inst.Prompt, "back") || twin.Canon != inst.Canon {
					t.Fatalf("%s: %q and its twin %q differ", inst.ID, inst.Prompt, twin.Prompt)
				}
			}
		}
	}
}

// want lists the constraints that a text breaks, given the only right path.
func want(r pathRung, prompt string, right, got []string) []int {
	joined := func(from, to string) bool {
		if r.back {
			from, to = to, from
		}
		return strings.Contains(prompt, " "+from+" "+to+";")
	}
	at := func(i int) string {
		if i < len(got) {
			return got[i]
		}
		return "missing"
	}
	last := r.length
	var broken []int
	if at(0) != right[0] {
		broken = append(broken, 0)
	}
	for i := 1; i <= last; i++ {
		if !joined(at(i-1), at(i)) {
			broken = append(broken, i)
		}
	}
	if at(last) != right[last] {
		broken = append(broken, last+1)
	}
	branch := last - r.distance
	chosen := []int{branch + 1}
	if branch > 0 {
		chosen = append(chosen, branch-1)
	}
	for k, i := range chosen {
		if r.back {
			i = last - i
		}
		if at(i) != right[i] {
			broken = append(broken, last+2+k)
		}
	}
	if len(got) != last+1 {
		broken = append(broken, last+2+len(chosen))
	}
	return broken
}

// TestCalibration replaces, drops and adds nodes at known rates: the checker
// must find exactly what the second judge finds, and nothing at rate 0.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, spoilt := 0, 0
		for r, rung := range w.rungs {
			for i := range 40 {
				inst := w.Generate(workloads.Test, r, i)
				right := strings.Fields(inst.Answer)
				got := slices.Clone(right)
				for k := range got {
					if rng.Float64() < rate {
						got[k] = string(rune('a' + (int(got[k][0]-'a')+1+rng.IntN(nodeNames-1))%nodeNames))
						planted++
					}
				}
				if rng.Float64() < rate/4 {
					got = got[:rng.IntN(len(got))]
				}
				if rng.Float64() < rate/4 {
					got = append(got, "?")
				}
				output := strings.Join(got, " ")
				s := w.Check(inst, output)
				if a, b := workloadtest.Broken(s), want(rung, inst.Prompt, right, got); !slices.Equal(a, b) {
					t.Fatalf("%s: %q for %q: found %v, want %v", inst.ID, output, inst.Answer, a, b)
				}
				if !s.Exact {
					spoilt++
				}
				if s.Exact != slices.ContainsFunc(solve(inst.Prompt, rung.length), func(p []string) bool { return slices.Equal(p, got) }) {
					t.Fatalf("%s: %q judged %v", inst.ID, output, s.Exact)
				}
			}
		}
		if (rate == 0) != (planted == 0) || (rate == 0) != (spoilt == 0) {
			t.Errorf("rate %g: %d errors planted, %d answers judged wrong", rate, planted, spoilt)
		}
	}
}

func TestCheck(t *testing.T) {
	w := New()
	for _, tc := range []struct {
		rung, output string
		broken       []int
		offset       int // of the first violation
	}{
		// Star: 0 start, 1 to 3 steps, 4 goal, 5 exit, 6 length.
		{"star-2x3", "a b c d", nil, 0},
		{"star-2x3", "\ta  b c\nd ", nil, 0},
		{"star-2x3", "a e f g", []int{4, 5}, 6},     // the other arm: its steps are legal
		{"star-2x3", "a b f g", []int{2, 4}, 4},     // from one arm to the other
		{"star-2x3", "a e c d", []int{2, 5}, 4},     // wrong choice, right goal
		{"star-2x3", "a b d", []int{2, 3, 4, 6}, 4}, // a node is left out
		{"star-2x3", "a b c d d", []int{6}, 8},      //
		{"star-2x3", "abcd", []int{0, 1, 2, 3, 4, 5, 6}, 0},
		{"star-2x3", "d c b a", []int{0, 1, 2, 3, 4, 5}, 0},
		{"star-2x3-back", "d c b a", nil, 0},
		{"star-2x3-back", "d f e a", []int{1, 5}, 2}, // to the other arm
		// Merge: 0 start, 1 to 4 steps, 5 goal, 6 exit, 7 entry, 8 length.
		{"merge-2x4-2", "a b m c d", nil, 0},
		{"merge-2x4-2", "a b m g h", []int{5, 6}, 8},
		{"merge-2x4-2", "e f m c d", []int{0, 7}, 0},
		{"merge-2x4-2-back", "d c m f e", []int{5, 7}, 8},
		{"merge-2x4-2-back", "d c m b a", nil, 0},
	} {
		r := slices.IndexFunc(w.rungs, func(r pathRung) bool { return r.name() == tc.rung })
		inst := w.Generate(workloads.Test, r, 0)
		inst.Prompt = "path: f g; b c; a e; c d; a b; e f; from a to d ="
		if strings.HasPrefix(tc.rung, "merge") {
			inst.Prompt = "path: f m; b m; a b; c d; g h; m g; m c; e f; from a to d ="
		}
		s := w.Check(inst, tc.output)
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%s, %q: found %v, want %v", tc.rung, tc.output, got, tc.broken)
		}
		if len(s.Violations) > 0 && s.Violations[0].Offset != tc.offset {
			t.Errorf("%s, %q: offset %d, want %d", tc.rung, tc.output, s.Violations[0].Offset, tc.offset)
		}
	}
}

// TestConstraints checks kinds, directions and distances of the choices, and
// the distance of a step by counting the names between.
func TestConstraints(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		inst := w.Generate(workloads.Test, r, 3)
		cs := inst.Constraints
		exit := cs[rung.length+2]
		direction, distance := workloads.Lookahead, max(0, rung.distance-2)
		if rung.back || rung.distance == 1 {
			direction = workloads.Backward
		}
		if exit.Kind != "exit" || exit.Direction != direction || exit.Distance != distance {
			t.Errorf("%s: %+v", inst.ID, exit)
		}
		if !rung.star() {
			entry := cs[rung.length+3]
			direction = workloads.Backward
			if rung.back && rung.length-rung.distance > 1 {
				direction = workloads.Lookahead
			}
			if entry.Kind != "entry" || entry.Direction != direction || entry.Distance != max(0, rung.length-rung.distance-2) {
				t.Errorf("%s: %+v", inst.ID, entry)
			}
		}
		// The second node of a step's edge, and where it is checked in the answer.
		names := strings.Fields(strings.NewReplacer(";", "", "from ", "", "to ", "", " =", "").Replace(inst.Prompt + inst.Answer))[1:]
		answer := names[len(names)-rung.length-1:]
		from, to := answer[0], answer[1]
		if rung.back {
			from, to = to, from
		}
		for j := 0; j < 2*rung.arms*rung.length; j += 2 {
			if names[j] == from && names[j+1] == to {
				if want := len(names) - rung.length - (j + 1) - 1; cs[1].Distance != want {
					t.Errorf("%s: step 1 has distance %d, counted %d", inst.ID, cs[1].Distance, want)
				}
			}
		}
	}
}

// TestChance walks from the start along random edges.
func TestChance(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	rungs := w.Rungs()
	for r, rung := range w.rungs {
		const n = 400
		hits := 0
		for i := range n {
			inst := w.Generate(workloads.Train, r, i)
			g := parse(inst.Prompt)
			walk := []byte{g.start}
			for range rung.length {
				var ways []byte
				for to := byte('a'); to <= 'z'; to++ {
					if g.linked(walk[len(walk)-1], to) {
						ways = append(ways, to)
					}
				}
				walk = append(walk, ways[rng.IntN(len(ways))])
			}
			if rung.back {
				slices.Reverse(walk)
			}
			if w.Check(inst, strings.Join(strings.Split(string(walk), ""), " ")).Exact {
				hits++
			}
		}
		p := rungs[r].Chance
		if got := float64(hits) / n; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("%s: chance %g, walked %g", rung.name(), p, got)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	w := New()
	for i := range b.N {
		w.Generate(workloads.Test, i%len(w.rungs), i)
	}
}
