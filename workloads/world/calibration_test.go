package world

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/workloadtest"
)

// other draws a word of a lexicon that is none of those named.
func other(rng *rand.Rand, k slot, not ...int) int {
	for {
		if v := rng.IntN(len(lexicon[k])); !slices.Contains(not, v) {
			return v
		}
	}
}

// A planter spoils places of a text and knows which constraints that breaks.
type planter struct {
	rng     *rand.Rand
	rate    float64
	spec    *spec
	text    []sentence // by item
	planted []int
	places  int // at which an error could have been planted
}

// here decides whether to plant an error, at a place of constraint c.
func (p *planter) here(c int) bool {
	p.places++
	if p.rng.Float64() >= p.rate {
		return false
	}
	p.planted = append(p.planted, c)
	return true
}

// spoil goes through the body.
func (p *planter) spoil() {
	items, _ := p.spec.items()
	amount := false // changed; two changes could cancel
	for i, it := range items {
		e := &p.text[i]
		switch it.kind {
		case clueKind:
			if p.here(it.first + firstAt) {
				for _, k := range []slot{job, hat, home} {
					e.set(k, 0, other(p.rng, k, e.get(k, 0)))
				}
			}
			p.pronouns(it, e)
		case eventKind:
			if p.here(it.first + firstAt) {
				e.set(object, 0, other(p.rng, object, p.spec.object))
			}
			p.pronouns(it, e)
			// A larger gain leaves what comes after possible.
			if by := e.get(step, 0); !amount && e.change() > 0 && by+1 < len(lexicon[step]) && p.here(p.total(items)) {
				amount = true
				e.set(step, 0, by+1)
			}
		case deedKind:
			if p.here(it.first + firstAt) {
				d := deedShapes[other(p.rng, verb, e.deed())].pick(p.rng)
				d.describe(p.spec.people[p.hero(items)])
				*e = d
			}
			p.pronouns(it, e)
		case sceneKind:
			p.scene(items, i)
		case verseKind:
			p.verse(it, e)
		case sayKind, quoteKind:
			for l := range e.speech.levels {
				if c := &e.speech.levels[l].claim; p.here(it.first + 3 + 2*l) {
					for _, k := range []slot{job, hat, home} {
						c.set(k, 0, other(p.rng, k, c.get(k, 0)))
					}
				}
			}
		}
	}
}

// pronouns turns all pronouns of a sentence into those of the other gender.
func (p *planter) pronouns(it item, e *sentence) {
	if !p.here(it.first + secondAt) {
		return
	}
	for i, el := range e.shape.words {
		if el.slot.isPronoun() {
			e.values[i] = 1 - e.values[i]
		}
	}
}

// total is the constraint that the total agrees.
func (p *planter) total(items []item) int {
	return items[slices.IndexFunc(items, func(it item) bool { return it.kind == totalKind })].first + tallyAt
}

// hero is the person announced, or the only one.
func (p *planter) hero(items []item) int {
	for i, it := range items {
		if it.kind == whoKind {
			return p.spec.announced(whoKind, &p.text[i])
		}
	}
	return 0
}

// scene puts a stranger in the place of somebody who acts once: the number of
// people stays.
func (p *planter) scene(items []item, at int) {
	var names []int
	for i, it := range items {
		if it.kind == sceneKind {
			names = append(names, p.text[i].get(name, 0))
		}
	}
	who := p.text[at].get(name, 0)
	once := 0
	for _, n := range names {
		if n == who {
			once++
		}
	}
	if once == 1 && p.here(items[at].first+firstAt) {
		p.text[at].set(name, 0, other(p.rng, name, append(names, p.spec.pool...)...))
	}
}

// verse spoils the first letter, with a shape that no other verse has, and the
// last word, with a rhyme that the text has not.
func (p *planter) verse(it item, e *sentence) {
	letter, rhyme := p.spec.verseAt()
	if letter > 0 && p.here(it.first+letter) {
		for was := e.initial(); e.initial() == was; {
			if f := verseShapes.shapes[p.rng.IntN(len(verseShapes.shapes))]; !f.in(p.text) {
				last := e.get(noun, 0)
				*e = f.fill(p.rng)
				e.set(name, 0, p.rng.IntN(len(lexicon[name])))
				e.set(noun, 0, last)
			}
		}
	}
	if rhyme > 0 && p.here(it.first+rhyme) {
		var rhymes []int // of the text
		for i := range p.text {
			for nth := 0; p.text[i].get(noun, nth) >= 0; nth++ {
				rhymes = append(rhymes, rhymeOf(p.text[i].get(noun, nth)))
			}
		}
		for slices.Contains(rhymes, rhymeOf(e.get(noun, 0))) {
			e.set(noun, 0, p.rng.IntN(len(lexicon[noun])))
		}
	}
}

// TestCalibration plants errors at known rates at all places that are checked
// against something else: exactly these are found.
func TestCalibration(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(9, 10))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		var places, planted, hit, missed, wrong, constraints int
		for n := range w.rungs {
			r := &w.rungs[n]
			for i := range 40 {
				inst := w.Generate(workloads.Test, n, i)
				s := readPrompt(inst.Prompt)
				p := &planter{rng: rng, rate: rate, spec: s, text: s.read(inst.Answer).said}
				p.spoil()
				out := &writer{}
				for i := range p.text {
					out.sentence(&p.text[i])
				}
				found := workloadtest.Broken(w.Check(inst, string(out.text)))
				for _, c := range p.planted {
					if slices.Contains(found, c) {
						hit++
					} else {
						missed++
						t.Errorf("%s: %s\n→%s\nconstraint %d was not found", r.name(), inst.Prompt, out.text, c)
					}
				}
				for _, c := range found {
					if !slices.Contains(p.planted, c) {
						wrong++
						t.Errorf("%s: %s\n→%s\nconstraint %d is said to be broken", r.name(), inst.Prompt, out.text, c)
					}
				}
				places, planted, constraints = places+p.places, planted+len(p.planted), constraints+len(inst.Constraints)
			}
		}
		t.Logf("rate %g: %d of %d places spoiled (%.4f), %d found, %d missed; %d of %d other constraints called broken",
			rate, planted, places, float64(planted)/float64(places), hit, missed, wrong, constraints-planted)
		if planted == 0 && rate > 0 || missed*200 > planted || wrong*200 > constraints-planted {
			t.Errorf("rate %g: sensitivity or specificity is below 99.5%%", rate)
		}
	}
}

// TestPlantedAnnouncements lets the text announce what the prompt does not
// offer: the body is judged by the choice that it fits.
func TestPlantedAnnouncements(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(11, 12))
	for n := range w.rungs {
		for i := range 15 {
			inst := w.Generate(workloads.Test, n, i)
			s := readPrompt(inst.Prompt)
			items, _ := s.items()
			for j, it := range items {
				if !it.kind.announces() {
					continue
				}
				text := s.read(inst.Answer).said
				e := &text[j]
				want := []int{it.first + choiceAt}
				switch it.kind {
				case whoKind:
					e.set(name, 0, other(rng, name, s.people[0].name, s.people[1].name, s.people[len(s.people)-1].name))
					if s.flat(totalKind) != nil {
						continue // the start may no longer be known
					}
				case totalKind:
					e.set(number, 0, other(rng, number, s.flat(totalKind)[0]-firstNumber, s.flat(totalKind)[1]-firstNumber))
					want = append(want, it.first+tallyAt)
				case sizeKind:
					e.set(number, 0, other(rng, number, s.flat(sizeKind)[0]-firstNumber, s.flat(sizeKind)[1]-firstNumber))
					want = append(want, it.first+tallyAt)
				case titleKind:
					e.set(titleWord, 0, other(rng, titleWord, s.flat(titleKind)...))
				case rhymeKind:
					e.set(noun, 0, other(rng, noun, slices.Concat(s.options[rhymeKind]...)...))
				case planKind:
					e.set(verb, 1, other(rng, verb, s.options[planKind][0][1], s.options[planKind][1][1]))
				}
				out := &writer{}
				for i := range text {
					out.sentence(&text[i])
				}
				if got := workloadtest.Broken(w.Check(inst, string(out.text))); !slices.Equal(got, want) {
					t.Fatalf("%s: %s\n→%s\nfound %v, planted %v", inst.ID, inst.Prompt, out.text, got, want)
				}
			}
		}
	}
}

// TestPlantedGrammar spoils a word of one sentence so that it is outside the
// grammar: it breaks all constraints of its item, and others only where a
// number of events or people depends on it.
func TestPlantedGrammar(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(13, 14))
	for n := range w.rungs {
		for i := range 20 {
			inst := w.Generate(workloads.Test, n, i)
			s := readPrompt(inst.Prompt)
			items, _ := s.items()
			lines := splitLines(inst.Answer, len(items))
			j := rng.IntN(len(items))
			it, f := items[j], lines[j].words[rng.IntN(len(lines[j].words))]
			at := f.offset + len(f.lead)
			text := inst.Answer[:at] + strings.Repeat("x", 3) + inst.Answer[at+len(f.core):]
			var want []int
			for c := range s.opportunities(it) {
				want = append(want, it.first+c)
			}
			got := workloadtest.Broken(w.Check(inst, text))
			got = slices.DeleteFunc(got, func(c int) bool {
				kind := inst.Constraints[c].Kind
				return !slices.Contains(want, c) && (kind == "count" || kind == "size" || kind == "possession" && it.kind == eventKind ||
					it.kind == whoKind && s.flat(totalKind) != nil)
			})
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %s\n→%s\nfound %v, planted %v", inst.ID, inst.Prompt, text, got, want)
			}
		}
	}
}
