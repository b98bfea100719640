package markov

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// mass is a second, independent judge: the weight of a text in whole numbers of
// any size, summed over all paths by the forward algorithm without rescaling. A
// word that is no letter of the alphabet stands for any symbol.
func mass(m *model, words []string) *big.Int {
	weight := func(state int, word string) *big.Int {
		if s := strings.Index(string(m.letters[:]), word); len(word) == 1 && s >= 0 {
			return big.NewInt(int64(m.emission[state][s]))
		}
		return big.NewInt(emits)
	}
	var row [states]*big.Int
	for i, word := range words {
		var next [states]*big.Int
		for to := range states {
			next[to] = big.NewInt(1)
			if i > 0 {
				next[to] = new(big.Int)
				for from := range states {
					if w := m.transition[from][to]; w > 0 {
						next[to].Add(next[to], new(big.Int).Mul(row[from], big.NewInt(int64(w))))
					}
				}
			}
			next[to].Mul(next[to], weight(to, word))
		}
		row = next
	}
	sum := new(big.Int)
	for _, n := range row {
		sum.Add(sum, n)
	}
	return sum
}

// begun returns the symbols of a prompt.
func begun(prompt string) []string {
	_, text, _ := strings.Cut(prompt, ": ")
	return strings.Fields(strings.TrimSuffix(text, " ="))
}

// TestCalibration plants symbols that are impossible by the second judge, after
// one symbol or after all of them, and words that are no symbols. Exactly these
// must be found, at their places and rates.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		kinds := [3]int{}
		for r := range lengths[:5] {
			for i := range 25 {
				inst := w.Generate(workloads.Test, r, i)
				words := append(begun(inst.Prompt), strings.Fields(inst.Answer)...)
				judged := slices.Clone(words) // planted words replaced by one that stands for any
				var want []int
				for at := begin; at < len(words); at++ {
					if rng.Float64() >= rate {
						continue
					}
					k := 2 * (at - begin)
					symbol := rng.IntN(alphabet)
					if own := w.symbol(words[at]); rng.IntN(2) == 0 { // a letter of one regime, of the right class
						symbol = int(own)/perClass*perClass + 3 + rng.IntN(2)
					}
					letter := string(w.model.letters[symbol])
					all := append(slices.Clone(judged[:at]), letter)
					switch {
					case rng.IntN(5) == 0:
						letter = []string{"z", "??", "ab", "7"}[rng.IntN(4)]
						want = append(want, k, k+1)
						kinds[0]++
					case mass(w.model, all[at-1:]).Sign() == 0:
						want = append(want, k)
						kinds[1]++
					case mass(w.model, all).Sign() == 0:
						want = append(want, k+1)
						kinds[2]++
					default:
						continue // possible: not an error
					}
					words[at], judged[at] = letter, "any"
				}
				output := " " + strings.Join(words[begin:], " ")
				s := w.Check(inst, output)
				if got := workloadtest.Broken(s); !slices.Equal(got, want) {
					t.Fatalf("%s: %q: found %v, planted %v", inst.ID, output, got, want)
				}
				for _, v := range s.Violations {
					if word := words[begin+v.Constraint/2]; output[v.Offset:v.Offset+v.Length] != word {
						t.Fatalf("%s: found %q, planted %q", inst.ID, output[v.Offset:v.Offset+v.Length], word)
					}
				}
			}
		}
		for kind, n := range kinds {
			if (rate == 0) != (n == 0) {
				t.Errorf("rate %g: %d errors of kind %d planted", rate, n, kind)
			}
		}
	}
}

// TestAgainstSecondJudge replaces symbols by others, possible or not: exact
// means a positive weight, and so does a finite log-probability.
func TestAgainstSecondJudge(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 4))
	right, wrong := 0, 0
	for r := range lengths[:6] {
		for i := range 60 {
			inst := w.Generate(workloads.Validation, r, i)
			words := strings.Fields(inst.Answer)
			for range 1 + i%2 {
				at := rng.IntN(len(words))
				own := int(w.symbol(words[at]))
				words[at] = string(w.model.letters[own/perClass*perClass+rng.IntN(perClass)])
				if i%3 == 0 {
					words[at] = string(w.model.letters[rng.IntN(alphabet)])
				}
			}
			output := strings.Join(words, " ")
			want := mass(w.model, append(begun(inst.Prompt), words...)).Sign() > 0
			if got := w.Check(inst, output); got.Exact != want {
				t.Fatalf("%s: %q%q judged %+v", inst.ID, inst.Prompt, output, got)
			}
			if p := w.LogProb(inst, output); math.IsInf(p, -1) == want || p > 0 {
				t.Fatalf("%s: %q has log-probability %g", inst.ID, output, p)
			}
			if want {
				right++
			} else {
				wrong++
			}
		}
	}
	if right < 50 || wrong < 50 {
		t.Errorf("%d right and %d wrong answers are too few to compare judges", right, wrong)
	}
}

func TestCheck(t *testing.T) {
	w := New()
	inst := w.Generate(workloads.Test, 0, 0)
	// One letter that both regimes have, and those of one regime, by class.
	letter := func(class, i int) string { return string(w.model.letters[perClass*class+i]) }
	c0, c1, c2, c3 := letter(0, 0), letter(1, 0), letter(2, 0), letter(3, 0)
	onlyA, onlyB := letter(3, 3), letter(3, 4)
	inst.Prompt = "markov:004: " + strings.Join([]string{c0, c1, c2, c3, c0, c1, c2, onlyA}, " ") + " ="
	for _, tc := range []struct {
		words  []string
		broken []int
		offset int
	}{
		{[]string{c0, c1, c2, c3}, nil, 0},
		{[]string{c0, c1, c3, c0}, nil, 0},                       // A leaves class 2 out
		{[]string{c0, c2, c3, c0}, []int{3}, 2},                  // as B would
		{[]string{c0, c1, c2, onlyB}, []int{7}, 6},               // a letter of B
		{[]string{c0, c1, c2, onlyA}, nil, 0},                    //
		{[]string{c1, c2, c3, c0}, []int{0, 3}, 0},               // as only B turns to A; then class 1 is due
		{[]string{c0, c1, c2, c0}, nil, 0},                       // A turns to B
		{[]string{c0, c3, c0, c1}, []int{2, 5, 7}, 2},            // two classes are left out
		{[]string{c0, "z", c2, c3}, []int{2, 3}, 2},              //
		{[]string{c0, c1 + c2, c2, c3}, []int{2, 3}, 2},          //
		{[]string{c0, c1, c2, c3, c0}, []int{8}, 8},              //
		{[]string{c0, c1, c2}, []int{6, 7, 8}, -1},               //
		{nil, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, -1},              //
		{[]string{c0, c0, c0, c0}, []int{2, 5}, 2},               // class 0 can be back after 0, any, any
		{[]string{c0, c1, c2, c3, "trailing", "x"}, []int{8}, 8}, //
	} {
		output := strings.Join(tc.words, " ")
		s := w.Check(inst, output)
		if got := workloadtest.Broken(s); !slices.Equal(got, tc.broken) {
			t.Errorf("%q: found %v, want %v", output, got, tc.broken)
		}
		if len(s.Violations) > 0 && s.Violations[0].Offset != tc.offset {
			t.Errorf("%q: offset %d, want %d", output, s.Violations[0].Offset, tc.offset)
		}
	}
}

// TestChance tries fixed answers: none may be right more often than the stated
// chance, and some going round the classes must come close.
func TestChance(t *testing.T) {
	w := New()
	m := w.model
	for r, rung := range w.Rungs()[:4] {
		const n = 1500
		most := 0.0
		for first := range classes {
			words := make([]string, lengths[r])
			for i := range words {
				words[i] = string(m.letters[perClass*((first+i)%classes)])
			}
			output := strings.Join(words, " ")
			hits := 0
			for i := range n {
				if w.Check(w.Generate(workloads.Train, r, i), output).Exact {
					hits++
				}
			}
			most = max(most, float64(hits)/n)
		}
		sigma := math.Sqrt(rung.Chance * (1 - rung.Chance) / n)
		if most > rung.Chance+4*sigma || most < rung.Chance-4*sigma {
			t.Errorf("%s: chance %.4f, best fixed answer %.4f", rung.Name, rung.Chance, most)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for range b.N {
		New()
	}
}

func BenchmarkGenerate512(b *testing.B) {
	w := New()
	for i := range b.N {
		w.Generate(workloads.Test, len(lengths)-1, i)
	}
}
