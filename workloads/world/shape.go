package world

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// maxWords bounds the words of a shape.
const maxWords = 12

// A shape is one form of a sentence.
type shape struct {
	words []element
	free  float64 // logarithm of the number of ways to fill the free slots
}

// An element of a shape is a word or a slot, with the marks that follow it.
type element struct {
	slot slot
	text string // the word, of a literal
	tail string // marks after it
}

// A category is a set of shapes with one purpose.
type category struct{ shapes []*shape }

// shapesOf compiles shapes from their notation; it panics on a bad one.
func shapesOf(forms ...string) *category {
	c := &category{}
	for _, form := range forms {
		var s shape
		for _, w := range strings.Fields(form) {
			core := strings.TrimRight(w, marks)
			e := element{text: core, tail: w[len(core):]}
			if core[0] == '$' {
				k, ok := slotOf[core[1]]
				if !ok || len(core) != 2 {
					panic("world: unknown slot in a shape")
				}
				e.slot, e.text = k, ""
				if k.isFree() {
					s.free += math.Log(float64(len(lexicon[k])))
				}
			}
			s.words = append(s.words, e)
		}
		if len(s.words) > maxWords {
			panic("world: a shape is too long")
		}
		c.shapes = append(c.shapes, &s)
	}
	return c
}

// A sentence is a shape with its slots filled, or a speech.
type sentence struct {
	shape  *shape
	values [maxWords]uint8 // by word: index in the lexicon of its slot
	speech *speech
}

// pick draws a shape and the words of its free slots, all uniformly. The
// checked slots are left to the caller.
func (c *category) pick(rng *rand.Rand) sentence {
	return c.shapes[rng.IntN(len(c.shapes))].fill(rng)
}

// pickNew is pick among the shapes that no sentence of used has. There must be one.
func (c *category) pickNew(rng *rand.Rand, used []sentence) sentence {
	for {
		if s := c.shapes[rng.IntN(len(c.shapes))]; !s.in(used) {
			return s.fill(rng)
		}
	}
}

// in reports whether one of the sentences has the shape.
func (s *shape) in(sentences []sentence) bool {
	return slices.ContainsFunc(sentences, func(e sentence) bool { return e.shape == s })
}

func (s *shape) fill(rng *rand.Rand) sentence {
	out := sentence{shape: s}
	for i, e := range s.words {
		if e.slot.isFree() {
			out.values[i] = uint8(rng.IntN(len(lexicon[e.slot])))
		}
	}
	return out
}

// find is the number of the word with occurrence nth of a slot, or -1.
func (s *shape) find(k slot, nth int) int {
	for i, e := range s.words {
		if e.slot == k {
			if nth == 0 {
				return i
			}
			nth--
		}
	}
	return -1
}

// set fills occurrence nth of a slot, if the shape has it.
func (s *sentence) set(k slot, nth, value int) {
	if i := s.shape.find(k, nth); i >= 0 {
		s.values[i] = uint8(value)
	}
}

// get is what fills occurrence nth of a slot, or -1 if the shape lacks it.
func (s *sentence) get(k slot, nth int) int {
	if i := s.shape.find(k, nth); i >= 0 {
		return int(s.values[i])
	}
	return -1
}

// describe makes pronouns and attributes those of a person.
func (s *sentence) describe(p person) {
	for i, e := range s.shape.words {
		switch {
		case e.slot.isPronoun():
			s.values[i] = uint8(genders[p.name])
		case e.slot == job:
			s.values[i] = uint8(p.job)
		case e.slot == hat:
			s.values[i] = uint8(p.hat)
		case e.slot == home:
			s.values[i] = uint8(p.home)
		}
	}
}

// word is the text of word i, without marks.
func (s *sentence) word(i int) string {
	e := s.shape.words[i]
	if e.slot == literal {
		return e.text
	}
	return lexicon[e.slot][s.values[i]]
}

// of reports whether a shape is one of a category.
func (s *shape) of(c *category) bool { return slices.Contains(c.shapes, s) }

// read finds the shape of a category that the words of a text have.
func (c *category) read(words []field) (sentence, bool) {
	for _, s := range c.shapes {
		if e, ok := s.read(words); ok {
			return e, true
		}
	}
	return sentence{}, false
}

func (s *shape) read(words []field) (out sentence, ok bool) {
	if len(words) != len(s.words) {
		return out, false
	}
	out.shape = s
	for i, e := range s.words {
		w := words[i]
		if w.lead != "" || w.tail != e.tail {
			return out, false
		}
		if e.slot == literal {
			if w.core != e.text {
				return out, false
			}
			continue
		}
		at := slices.Index(lexicon[e.slot], w.core)
		if at < 0 {
			return out, false
		}
		out.values[i] = uint8(at)
	}
	return out, true
}
