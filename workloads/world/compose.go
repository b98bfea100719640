package world

import (
	"math/rand/v2"
	"slices"
)

// A choice holds, for each kind that announces, the index of what was chosen.
type choice [sizeKind + 1]int

// hero is the person that a text is about: the one who was chosen, or the only one.
func (s *spec) hero(c choice) person { return s.people[c[whoKind]] }

// compose draws a text: the choices, then the sentences of the groups, in which
// announcements come first. Given the choices, sentences are drawn independently,
// but that none has the shape of an earlier one of its kind; that all ways from
// the start to the total are alike, and all casts of the chosen size; and that no
// noun rhymes with itself.
func (s *spec) compose(rng *rand.Rand, groups []group) []sentence {
	var c choice
	var out []sentence
	for _, g := range groups {
		if g.kind.announces() {
			c[g.kind] = rng.IntN(s.choices(g.kind))
			out = append(out, s.announce(rng, g.kind, c[g.kind]))
		} else {
			out = append(out, s.body(rng, c, g)...)
		}
	}
	return out
}

// body draws the sentences of a group.
func (s *spec) body(rng *rand.Rand, c choice, g group) (out []sentence) {
	switch g.kind {
	case eventKind:
		hero := s.hero(c)
		drawWalk(rng, g.n, hero.start, s.options[totalKind][c[totalKind]][0], func(change int) {
			shapes := gainShapes
			if change < 0 {
				shapes, change = lossShapes, -change
			}
			e := shapes.pickNew(rng, out)
			e.describe(hero)
			e.set(step, 0, change-firstNumber)
			e.set(object, 0, s.object)
			out = append(out, e)
		})
	case sceneKind:
		for _, who := range drawCast(rng, len(s.pool), g.n, s.options[sizeKind][c[sizeKind]][0]) {
			e := sceneShapes.pickNew(rng, out)
			e.set(name, 0, s.pool[who])
			out = append(out, e)
		}
	case clueKind, deedKind:
		for i := range g.n {
			shapes := clueShapes
			if g.kind == deedKind {
				shapes = deedShapes[s.options[planKind][c[planKind]][i]]
			}
			e := shapes.pickNew(rng, out)
			e.describe(s.hero(c))
			out = append(out, e)
		}
	case restKind:
		for range g.n {
			out = append(out, restShapes.pickNew(rng, out))
		}
	case verseKind:
		out = s.verses(rng, c, g.n)
	default:
		out = append(out, s.speak(rng, g.n, g.kind == quoteKind))
	}
	return out
}

// announce draws a sentence that states choice number n.
func (s *spec) announce(rng *rand.Rand, k kind, n int) sentence {
	e := s.grammar(k)[0].pick(rng)
	for i, word := range s.words(k, n) {
		e.set(kindTable[k].states, i, word)
	}
	e.set(object, 0, s.object)
	return e
}

// verses draws n verses. With a title, a shape is drawn among those that can
// start with the letter.
func (s *spec) verses(rng *rand.Rand, c choice, n int) (out []sentence) {
	var used []int
	if s.scheme != nil {
		used = append(used, s.options[rhymeKind][c[rhymeKind]]...)
	}
	for i := range n {
		var e sentence
		if s.options[titleKind] != nil {
			letter := s.letter(c, i)
			shapes := verseStarts[letter]
			for e.shape == nil {
				if f := shapes[rng.IntN(len(shapes))]; !f.in(out) {
					e = f.fill(rng)
				}
			}
			e.set(name, 0, nameWith(letter))
		} else {
			e = verseShapes.pickNew(rng, out)
			e.set(name, 0, rng.IntN(len(lexicon[name])))
		}
		word := rng.IntN(len(lexicon[noun]))
		if s.scheme != nil {
			first := s.rhyme(c, i) * perRhyme
			for word = first + rng.IntN(perRhyme); slices.Contains(used, word); {
				word = first + rng.IntN(perRhyme)
			}
			used = append(used, word)
		}
		e.set(noun, 0, word)
		out = append(out, e)
	}
	return out
}

// letter is the initial of verse i.
func (s *spec) letter(c choice, i int) int {
	return initial(lexicon[titleWord][s.options[titleKind][c[titleKind]][0]][i:])
}

// rhyme is the rhyme of verse i.
func (s *spec) rhyme(c choice, i int) int {
	return rhymeOf(s.options[rhymeKind][c[rhymeKind]][s.scheme[i]])
}

// arrange puts sentences composed for groups into the order of a text: for
// lookahead the groups stand the other way round.
func arrange(sentences []sentence, groups []group, lookahead bool) []sentence {
	if !lookahead {
		return sentences
	}
	out := make([]sentence, 0, len(sentences))
	end := len(sentences)
	for _, g := range slices.Backward(groups) {
		n := g.n
		if g.kind == sayKind {
			n = 1
		}
		out = append(out, sentences[end-n:end]...)
		end -= n
	}
	for i := range out {
		if s := out[i].speech; s != nil {
			s.after = true
		}
	}
	return out
}
