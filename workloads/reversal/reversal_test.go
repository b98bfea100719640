package reversal

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// learned is what a reader of training texts knows; it is the second, independent
// judge and shares no code with the checker.
type learned struct {
	home, person   map[string]string // in statements and questions, by name and by place
	placeFirst     map[string]bool   // places that stood before their name
	nameFirst      map[string]int    // names that stood before their place, how often
	questions      map[string]bool   // names that were asked about in a question
	reverseAsked   map[string]bool   // places that were asked about in a question
	statementsSeen int
}

// read takes a text apart by what syllables look like.
func (l *learned) read(prompt, answer string) {
	var name, place []string
	nameIsFirst := false
	for _, word := range strings.Fields(prompt + answer) {
		if len(word) != 2 || !strings.ContainsAny(word, "bkmrzdglp") || word == "is" {
			continue
		}
		if strings.ContainsAny(word[1:], "aiou") {
			name = append(name, word)
		} else {
			place = append(place, word)
		}
		if len(name)+len(place) == 1 {
			nameIsFirst = len(name) == 1
		}
	}
	n, p := strings.Join(name, " "), strings.Join(place, " ")
	l.home[n], l.person[p] = p, n
	if nameIsFirst {
		l.nameFirst[n]++
	} else {
		l.placeFirst[p] = true
	}
	switch {
	case prompt == "fact:":
		l.statementsSeen++
	case nameIsFirst:
		l.questions[n] = true
	default:
		l.reverseAsked[p] = true
	}
}

// study reads training texts of a rung.
func study(w *Workload, rung, texts int) *learned {
	l := &learned{home: map[string]string{}, person: map[string]string{}, placeFirst: map[string]bool{},
		nameFirst: map[string]int{}, questions: map[string]bool{}, reverseAsked: map[string]bool{}}
	for i := range texts {
		inst := w.Generate(workloads.Train, rung, i)
		l.read(inst.Prompt, inst.Answer)
	}
	return l
}

// TestTeaching reads training texts and then answers the held-out questions: the
// texts hold all that is asked, and nobody told a one-way fact backwards.
func TestTeaching(t *testing.T) {
	w := New()
	for r, rung := range w.rungs {
		size := setSizes[rung.set]
		if size > 500 {
			continue // the same code, more texts
		}
		l := study(w, r, 30*size)
		if len(l.home) != size+twoWaySize(size) || len(l.person) != len(l.home) || l.statementsSeen == 0 {
			t.Fatalf("%s: %d names and %d places in %d statements and questions", rung.name(), len(l.home), len(l.person), 30*size)
		}
		if len(l.placeFirst) != twoWaySize(size) {
			t.Errorf("%s: %d places stood before their name, want %d", rung.name(), len(l.placeFirst), twoWaySize(size))
		}
		for _, split := range []workloads.Split{workloads.Validation, workloads.Test} {
			asked := map[string]bool{}
			for i := range rung.facts() {
				inst := w.Generate(split, r, i)
				words := strings.Fields(inst.Prompt)
				subject := ""
				for k := 0; k+3 <= len(words); k++ {
					three := strings.Join(words[k:k+3], " ")
					if l.home[three] != "" || l.person[three] != "" {
						subject = three
					}
				}
				asked[subject] = true
				want := l.home[subject]
				if rung.kind != "forward" {
					want = l.person[subject]
					if l.placeFirst[subject] != (rung.kind == "control") {
						t.Fatalf("%s: the place was told first: %v", inst.ID, l.placeFirst[subject])
					}
				} else if l.nameFirst[subject] == 0 {
					t.Fatalf("%s: never told", inst.ID)
				}
				if want == "" || " "+want != inst.Answer {
					t.Fatalf("%s: %q answered by %q, learned %q", inst.ID, inst.Prompt, inst.Answer, want)
				}
			}
			if len(asked) != rung.facts() {
				t.Errorf("%s: the first %d questions of %s ask about %d facts", rung.name(), rung.facts(), split, len(asked))
			}
		}
	}
}

// TestPairs checks that forward and reverse ask about the same facts.
func TestPairs(t *testing.T) {
	w := New()
	for r := 0; r < len(w.rungs); r += 3 {
		for _, i := range []int{0, 1, 99, 100, 12345} {
			f, b := w.Generate(workloads.Test, r, i), w.Generate(workloads.Test, r+2, i)
			if !strings.Contains(f.Prompt, b.Answer) || !strings.Contains(b.Prompt, f.Answer) || !f.Unique || !b.Unique {
				t.Errorf("%s: %q and %q are not about one fact", f.ID, f.Prompt+f.Answer, b.Prompt+b.Answer)
			}
		}
	}
}

// TestFactsAreApart checks that no two facts of any size share a name or a place.
func TestFactsAreApart(t *testing.T) {
	w := New()
	names, places := map[triple]bool{}, map[triple]bool{}
	total := 0
	for n, size := range setSizes {
		s := w.sets[n]()
		if len(s.oneWay) != size || len(s.twoWay) != twoWaySize(size) {
			t.Errorf("%d and %d facts, want %d and %d", len(s.oneWay), len(s.twoWay), size, twoWaySize(size))
		}
		for _, f := range slices.Concat(s.oneWay, s.twoWay) {
			names[f.name], places[f.place] = true, true
			total++
		}
	}
	if len(names) != total || len(places) != total {
		t.Errorf("%d facts with %d names and %d places", total, len(names), len(places))
	}
}

// TestCalibration plants wrong syllables at known rates in answers and
// statements: exactly these must be found, at their places.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(1, 2))
	l := study(w, 0, 3000)
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted := 0
		for i := range 600 {
			split := workloads.Splits[i%3]
			inst := w.Generate(split, i%2*2, i) // forward-100 and reverse-100
			words := strings.Fields(inst.Answer)
			statement := inst.Prompt == "fact:"
			first, offset := 0, 0 // constraint and word of the first syllable
			if statement {
				first = 1
				for k := 1; k < len(words); k++ { // the second slot
					three := strings.Join(words[max(0, k-3):k], " ")
					if l.home[three] != "" || l.person[three] != "" {
						for offset = k; len(words[offset]) != 2 || words[offset] == "is" || words[offset] == "in" || words[offset] == "of"; {
							offset++
						}
						break
					}
				}
			}
			var want []int
			for j := range 3 {
				if rng.Float64() < rate {
					was := words[offset+j]
					for words[offset+j] == was {
						words[offset+j] = []string{"ka", "zu", "ud", "ol", "x", "kaa"}[rng.IntN(6)]
					}
					want = append(want, first+j)
					planted++
				}
			}
			output := " " + strings.Join(words, " ")
			s := w.Check(inst, output)
			if got := workloadtest.Broken(s); !slices.Equal(got, want) {
				t.Fatalf("%s: %q for %q: found %v, planted %v", inst.ID, output, inst.Answer, got, want)
			}
			if math.Abs(s.Partial-(1-float64(len(want))/3)) > 1e-12 {
				t.Fatalf("%s: partial %g with %d errors", inst.ID, s.Partial, len(want))
			}
			for _, v := range s.Violations {
				if at := output[v.Offset : v.Offset+v.Length]; at != words[offset+v.Constraint-first] {
					t.Fatalf("%s: found %q, planted %q", inst.ID, at, words[offset+v.Constraint-first])
				}
			}
			// The second judge: what was learned.
			var subject, object string
			if f := strings.Fields(inst.Prompt + output); statement {
				f = f[1:]
				object = strings.Join(f[offset:offset+3], " ")
				subject = inst.Answer[inst.Spans[0].Start:inst.Spans[0].End]
			} else {
				object = strings.Join(words, " ")
				for k := range f[:len(f)-5] {
					if three := strings.Join(f[k:k+3], " "); l.home[three] != "" || l.person[three] != "" {
						subject = three
						break
					}
				}
			}
			if right := l.home[subject] == object || l.person[subject] == object; right != s.Exact {
				t.Fatalf("%s: %q, %q judged %v", inst.ID, subject, object, s.Exact)
			}
		}
		if (rate == 0) != (planted == 0) {
			t.Errorf("rate %g: %d errors planted", rate, planted)
		}
	}
}

func TestCheck(t *testing.T) {
	w := New()
	s := w.sets[0]()
	f, other := s.oneWay[0], s.oneWay[1]
	name, place := f.name.write(nameSlot), f.place.write(placeSlot)
	question := w.Generate(workloads.Test, 0, 0)
	statement := question
	statement.Prompt = statementPrompt
	for _, tc := range []struct {
		inst   workloads.Instance
		output string
		broken []int
	}{
		{question, place, nil},
		{question, "\n" + place + " \t", nil},
		{question, place + place, []int{3}},
		{question, place[:6], []int{2, 3}},
		{question, "", []int{0, 1, 2, 3}},
		{question, strings.ReplaceAll(place, " ", ""), []int{0, 1, 2, 3}},
		{question, name, []int{0, 1, 2}},
		{statement, name + " lives in" + place, nil},
		{statement, " in" + place + " lives" + name, nil}, // true, though never told this way
		{statement, name + " lives in", []int{1, 2, 3, 4}},
		{statement, name + " lives in" + place[:6], []int{3, 4}},
		{statement, name + " lives in" + place + " .", []int{4}},
		{statement, name + " lives at" + place, []int{0, 1, 2, 3, 4}},
		{statement, " ka lives in" + place, []int{0, 1, 2, 3, 4}},
		{statement, "home of" + name + " is" + other.place.write(placeSlot), brokenSyllables(f.place, other.place)},
		{statement, "", []int{0, 1, 2, 3, 4}},
	} {
		if got := workloadtest.Broken(w.Check(tc.inst, tc.output)); !slices.Equal(got, tc.broken) {
			t.Errorf("%q: found %v, want %v", tc.output, got, tc.broken)
		}
	}
}

// brokenSyllables are the constraints of a statement with another place.
func brokenSyllables(want, got triple) (broken []int) {
	for i := range want {
		if want[i] != got[i] {
			broken = append(broken, 1+i)
		}
	}
	return broken
}

// TestSyllables goes through both alphabets.
func TestSyllables(t *testing.T) {
	seen := map[string]bool{}
	for _, slot := range []string{nameSlot, placeSlot} {
		for i := range byte(syllables) {
			text := syllable(slot, i)
			if back, ok := parseSyllable(slot, text); !ok || back != i || seen[text] {
				t.Errorf("%s syllable %d is %q and read as %d, %v", slot, i, text, back, ok)
			}
			seen[text] = true
		}
	}
	for _, form := range slices.Concat(forwardForms, reverseForms, forwardStatements, reverseStatements) {
		for _, word := range form {
			if seen[word] {
				t.Errorf("the word %q of a form is a syllable", word)
			}
		}
	}
	for _, bad := range []string{"", "k", "kab", "kx", "\xff\xff"} {
		if _, ok := parseSyllable(nameSlot, bad); ok {
			t.Errorf("%q was read as a syllable", bad)
		}
	}
}

// TestDistances counts words by hand.
func TestDistances(t *testing.T) {
	for _, tc := range []struct {
		form form
		d    direction
		want []int
	}{
		{forwardForms[0], forward, []int{1, 2, 3, 2}},         // ask: where lives NAME = | P P P
		{forwardForms[2], forward, []int{3, 4, 5, 2}},         // ask: NAME lives in = | P P P
		{forwardStatements[1], forward, []int{0, 1, 2, 3, 8}}, // home of NAME is P P P
		{reverseStatements[0], reverse, []int{0, 1, 2, 3, 7}}, // in PLACE lives N N N
	} {
		var got []int
		for _, c := range tc.form.constraints(tc.d) {
			got = append(got, c.Distance)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%v: distances %v, want %v", tc.form, got, tc.want)
		}
	}
}

// TestChance gives one answer to all questions, the best one.
func TestChance(t *testing.T) {
	w := New()
	for r, rung := range w.Rungs() {
		n := w.rungs[r].facts()
		count := map[string]int{}
		for i := range n {
			count[w.Generate(workloads.Test, r, i).Answer]++
		}
		most := 0
		for _, c := range count {
			most = max(most, c)
		}
		if got := float64(most) / float64(n); math.Abs(got-rung.Chance) > 1e-12 {
			t.Errorf("%s: chance %g, counted %g", rung.Name, rung.Chance, got)
		}
	}
}

func BenchmarkNewSet(b *testing.B) {
	for range b.N {
		newSet(len(setSizes) - 1)
	}
}

func BenchmarkGenerate(b *testing.B) {
	w := New()
	for i := range b.N {
		w.Generate(workloads.Train, i%len(w.rungs), i)
	}
}
