package markov

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// TestModel checks what model.go says in words.
func TestModel(t *testing.T) {
	m := newModel()
	class := func(state int) int { return state % classes }
	regime := func(state int) int { return state / classes }
	for s := range states {
		sum := 0
		for to, w := range m.transition[s] {
			sum += w
			step := (class(to) - class(s) + classes) % classes
			left := (class(s) + 1) % classes // the class that a step of two leaves out
			ok := w == 0 || step == 1 && regime(s) == regime(to) ||
				step == 2 && regime(s) == regime(to) && left == 2-regime(s) && w == skipWeight ||
				step == 2 && regime(s) != regime(to) && left == 3-3*regime(s) && w == turnWeight
			if !ok {
				t.Errorf("state %d goes to %d with weight %d", s, to, w)
			}
		}
		if sum != transits {
			t.Errorf("transitions of state %d add up to %d", s, sum)
		}
		sum = 0
		for symbol, w := range m.emission[s] {
			sum += w
			place := symbol % perClass
			may := symbol/perClass == class(s) && (place < 3 || place == 3+regime(s))
			if may != (w > 0) || may && place < 3 && w < 30 || may && place >= 3 && w != ownWeight {
				t.Errorf("state %d writes symbol %d with weight %d", s, symbol, w)
			}
		}
		if sum != emits {
			t.Errorf("symbols of state %d add up to %d", s, sum)
		}
	}
	seen := map[byte]bool{}
	for _, l := range m.letters {
		seen[l] = true
	}
	if len(seen) != alphabet {
		t.Errorf("%d different letters", len(seen))
	}
}

// TestLogProb adds up the probabilities of all texts of four symbols, and
// compares some of longer ones with exact fractions.
func TestLogProb(t *testing.T) {
	w := New()
	var _ workloads.Prober = w
	m := w.model
	for i := range 2 {
		inst := w.Generate(workloads.Test, 0, i)
		text := append(w.beginning(inst.Prompt), 0, 0, 0, 0)
		sum := 0.0
		for code := range alphabet * alphabet * alphabet * alphabet {
			for k, c := begin, code; k < begin+4; k, c = k+1, c/alphabet {
				text[k] = int8(c % alphabet)
			}
			if m.believe(text) != 0 {
				sum += math.Exp(m.logProb(text, begin))
			} else if code%997 == 0 && !math.IsInf(m.logProb(text, begin), -1) {
				t.Fatalf("%s: an impossible text %v has probability %g", inst.ID, text, m.logProb(text, begin))
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: probabilities add up to %.12f", inst.ID, sum)
		}
	}
	for r, n := range lengths {
		inst := w.Generate(workloads.Test, r, 7)
		words := append(begun(inst.Prompt), strings.Fields(inst.Answer)...)
		// The ratio of the weights, without the powers of two that differ by length.
		ratio := new(big.Float).Quo(new(big.Float).SetInt(mass(m, words)), new(big.Float).SetInt(mass(m, words[:begin])))
		mantissa := new(big.Float)
		exponent := ratio.MantExp(mantissa)
		x, _ := mantissa.Float64()
		want := math.Log(x) + float64(exponent-14*n)*math.Ln2 // 64·256 = 2¹⁴ per symbol
		if got := w.LogProb(inst, inst.Answer); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s: log-probability %.12f, want %.12f", inst.ID, got, want)
		}
	}
	inst := w.Generate(workloads.Test, 0, 0)
	for _, text := range []string{"", inst.Answer + " a", "z z z z", strings.TrimSpace(inst.Answer)[2:]} {
		if p := w.LogProb(inst, text); !math.IsInf(p, -1) {
			t.Errorf("%q has log-probability %g", text, p)
		}
	}
}

// TestGeneratorFollowsLaw looks at the third symbol of answers: the claimed
// probability of the symbols before it in the alphabet, plus a part of its own,
// must be uniform on [0, 1], counted in ten cells by a chi-square test.
func TestGeneratorFollowsLaw(t *testing.T) {
	w := New()
	rng := workloads.NewRand("markov", "law", workloads.Train, 0)
	const n, cells, at = 6000, 10, begin + 2
	var count [cells]int
	for i := range n {
		inst := w.Generate(workloads.Train, 0, i)
		text := w.beginning(inst.Prompt)
		for _, word := range strings.Fields(inst.Answer)[:3] {
			text = append(text, w.symbol(word))
		}
		own, below := text[at], 0.0
		for s := range own + 1 {
			text[at] = s
			p := math.Exp(w.model.logProb(text, at))
			if s == own {
				p *= rng.Float64()
			}
			below += p
		}
		count[min(cells-1, int(cells*below))]++
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/cells
		chi += d * d / (n / cells)
	}
	if chi > 27.9 { // 99.9% point for 9 degrees of freedom
		t.Errorf("chi-square %.1f: %v", chi, count)
	}
}

// TestMemory compares with the definition, word by word.
func TestMemory(t *testing.T) {
	w := New()
	m := w.model
	long := 0
	for i := range 30 {
		inst := w.Generate(workloads.Test, 4, i)
		text := w.beginning(inst.Prompt)
		for _, word := range strings.Fields(inst.Answer) {
			text = append(text, w.symbol(word))
		}
		far := m.memory(text)
		for k := 1; k < len(text); k++ {
			from := k - 1
			for m.possible[m.believe(text[from:k])] != m.possible[m.believe(text[:k])] {
				from--
			}
			if want := k - 1 - from; far[k] != want {
				t.Fatalf("%s: symbol %d looks back %d, want %d", inst.ID, k, far[k], want)
			}
			if far[k] >= 16 {
				long++
			}
		}
		for k, c := range inst.Constraints {
			if want := map[string]int{"next": 0, "past": far[min(begin+k/2, len(far)-1)], "length": len(text) - 1}[c.Kind]; c.Distance != want {
				t.Fatalf("%s: constraint %d has distance %d, want %d", inst.ID, k, c.Distance, want)
			}
		}
	}
	if long < 300 {
		t.Errorf("only %d symbols look back 16 symbols or more", long)
	}
}

// TestBeliefs compares the distribution after the beginning with drawn texts.
func TestBeliefs(t *testing.T) {
	w := New()
	claimed := w.model.beliefs(begin)
	sum := 0.0
	for _, p := range claimed {
		sum += p
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("beliefs add up to %g", sum)
	}
	const n = 20000
	count := [1 << states]int{}
	draw := walker{m: w.model, rng: workloads.NewRand("markov", "beliefs", workloads.Train, 0)}
	text := make([]int8, begin)
	for range n {
		draw.state = -1
		for i := range text {
			text[i] = int8(draw.next())
		}
		count[w.model.believe(text)]++
	}
	for set, p := range claimed {
		if got := float64(count[set]) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("set %08b: %.4f, drawn %.4f", set, p, got)
		}
	}
}
