package world

import "slices"

// A reading is an answer as the checker sees it: sentence i of the text beside
// item i of the prompt.
type reading struct {
	spec  *spec
	items []item
	total int // constraints
	lines []line
	said  []sentence // by item
	ok    []bool     // the sentence is there, and in the grammar of its item
	// choice holds the announced choices. Where the text announces none of the
	// prompt's, it is the one that the rest of the text fits best.
	choice choice
}

// answerLimit is the number of bytes of an output that are read, many times the
// longest answer.
const answerLimit = 1 << 14

// read reads an answer to a prompt.
func (s *spec) read(text string) *reading {
	items, total := s.items()
	r := &reading{
		spec: s, items: items, total: total,
		lines: splitLines(text[:min(len(text), answerLimit)], len(items)+1),
		said:  make([]sentence, len(items)), ok: make([]bool, len(items)),
	}
	for i, it := range items {
		if i < len(r.lines) {
			r.said[i], r.ok[i] = s.readItem(it, r.lines[i].words)
		}
	}
	r.settle()
	return r
}

// readItem reads one sentence as what the prompt wants there.
func (s *spec) readItem(it item, words []field) (sentence, bool) {
	if it.depth > 0 {
		sp, ok := readSpeech(words, it.depth, it.kind == quoteKind)
		return sentence{speech: sp}, ok
	}
	for _, c := range s.grammar(it.kind) {
		if e, ok := c.read(words); ok {
			return e, true
		}
	}
	return sentence{}, false
}

// grammar lists the categories of sentences of a kind.
func (s *spec) grammar(k kind) []*category {
	if k == rhymeKind && len(s.options[rhymeKind][0]) == 2 {
		return rhymePairs
	}
	return kindTable[k].grammar
}

var rhymePairs = []*category{rhymesShapes}

// change is what an event does to the count.
func (e *sentence) change() int {
	by := firstNumber + e.get(step, 0)
	if e.shape.of(lossShapes) {
		return -by
	}
	return by
}

// deed is the word of a plan that a deed fulfils.
func (e *sentence) deed() int { return slices.IndexFunc(deedShapes[:], e.shape.of) }

// initial is the first letter of a sentence.
func (e *sentence) initial() int { return initial(e.word(0)) }

// announced is the index of the choice that a sentence states, or absent.
func (s *spec) announced(k kind, e *sentence) int {
	for i := range s.choices(k) {
		if e.holds(kindTable[k].states, s.words(k, i)) && (k != totalKind || e.get(object, 0) == s.object) {
			return i
		}
	}
	return absent
}

// holds reports whether the occurrences of a slot are filled with the words.
func (e *sentence) holds(k slot, words []int) bool {
	for nth, w := range words {
		if e.get(k, nth) != w {
			return false
		}
	}
	return true
}

// settle finds the choice of each kind.
func (r *reading) settle() {
	for k := whoKind; k <= sizeKind; k++ {
		best, bestHits := 0, -1
		for n := range r.spec.choices(k) {
			if hits := r.fits(k, n); hits > bestHits {
				best, bestHits = n, hits
			}
		}
		r.choice[k] = best
		for i, it := range r.items {
			if it.kind == k && r.ok[i] {
				if n := r.spec.announced(k, &r.said[i]); n != absent {
					r.choice[k] = n
				}
			}
		}
	}
}

// fits counts the places in the body that agree with a choice.
func (r *reading) fits(k kind, n int) (hits int) {
	c := r.choice
	c[k] = n
	for i, it := range r.items {
		if !r.ok[i] {
			continue
		}
		e := &r.said[i]
		switch {
		case k == whoKind && it.kind == clueKind && r.spec.wrongAttribute(e, r.spec.people[n]) < 0,
			k == titleKind && it.kind == verseKind && e.initial() == r.spec.letter(c, it.nth),
			k == rhymeKind && it.kind == verseKind && rhymeOf(e.get(noun, 0)) == r.spec.rhyme(c, it.nth),
			k == planKind && it.kind == deedKind && e.deed() == r.spec.options[planKind][n][it.nth]:
			hits++
		}
	}
	return hits
}

// wrongAttribute is the number of the first word that states an attribute that
// a person has not, or -1.
func (s *spec) wrongAttribute(e *sentence, p person) int {
	for i, el := range e.shape.words {
		v := int(e.values[i])
		if el.slot == job && v != p.job || el.slot == hat && v != p.hat || el.slot == home && v != p.home {
			return i
		}
	}
	return -1
}

// wrongPronoun is the number of the first pronoun of another gender than that
// of a person, or -1.
func wrongPronoun(e *sentence, p person) int {
	for i, el := range e.shape.words {
		if el.slot.isPronoun() && int(e.values[i]) != genders[p.name] {
			return i
		}
	}
	return -1
}
