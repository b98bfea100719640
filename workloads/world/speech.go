package world

import (
	"iter"
	"math/rand/v2"
	"slices"
)

// A speech is one sentence in which people quote each other: level 0 is told by
// the text, what is said at level i is inside the quotation of level i-1.
// Speakers stand before their words or after them:
//
//	Ann said, "Ben cried, 'I am a spy,' and I live by the sea."
//	"I live by the sea, and 'I am a spy,' cried Ben," said Ann.
//
// Either way a speaker's own claim is as far from the name as the levels inside
// are long.
type speech struct {
	after  bool
	levels []level
}

// A level of a speech.
type level struct {
	name, said int // indices of the lexicon and of saidWords
	claim      sentence
}

// quoteMarks open and close the quotation of each level in turn.
var quoteMarks = [2]string{`"`, `'`}

// speak draws a speech by different people, who say what is true of them.
func (s *spec) speak(rng *rand.Rand, depth int, after bool) sentence {
	sp := &speech{after: after}
	for _, who := range draw(rng, len(s.people), depth) {
		l := level{name: s.people[who].name, said: rng.IntN(len(saidWords)), claim: claimShapes.pick(rng)}
		l.claim.describe(s.people[who])
		sp.levels = append(sp.levels, l)
	}
	return sentence{speech: sp}
}

// fields yields the words of a speech with their marks.
func (sp *speech) fields() iter.Seq[field] {
	return func(yield func(field) bool) {
		depth := len(sp.levels)
		out := make([]field, 0, depth*(maxWords+3))
		word := func(core, tail string) { out = append(out, field{core: core, tail: tail}) }
		claim := func(l int, lead, tail string) {
			c := &sp.levels[l].claim
			for i := range c.shape.words {
				word(c.word(i), "")
			}
			out[len(out)-len(c.shape.words)].lead = lead
			out[len(out)-1].tail = tail
		}
		if sp.after {
			for i := range sp.levels {
				if i > 0 {
					word("and", "")
				}
				tail := ","
				if i == depth-1 {
					tail += quoteMarks[i%2]
				}
				claim(i, quoteMarks[i%2], tail)
			}
			for i := depth - 1; i >= 0; i-- {
				tail := "."
				if i > 0 {
					tail = "," + quoteMarks[(i-1)%2]
				}
				word(saidWords[sp.levels[i].said], "")
				word(lexicon[name][sp.levels[i].name], tail)
			}
		} else {
			for i, l := range sp.levels {
				word(lexicon[name][l.name], "")
				if i > 0 {
					out[len(out)-1].lead = quoteMarks[(i-1)%2]
				}
				word(saidWords[l.said], ",")
			}
			for i := depth - 1; i >= 0; i-- {
				lead, tail := "", "."
				if i == depth-1 {
					lead = quoteMarks[i%2]
				} else {
					word("and", "")
				}
				if i > 0 {
					tail = ","
				}
				claim(i, lead, tail+quoteMarks[i%2])
			}
		}
		for _, f := range out {
			if !yield(f) {
				return
			}
		}
	}
}

// places gives, by level, the numbers of the words that name the speaker and
// that carry the attribute of the claim.
func (sp *speech) places() (names, claims []int) {
	depth := len(sp.levels)
	names, claims = make([]int, depth), make([]int, depth)
	at := 0
	claim := func(l int) {
		shape := sp.levels[l].claim.shape
		claims[l] = at + slices.IndexFunc(shape.words, func(e element) bool { return e.slot != literal })
		at += len(shape.words)
	}
	if sp.after {
		for i := range depth {
			claim(i)
			at++ // "and", or after the last claim "said"
		}
		for i := depth - 1; i >= 0; i-- {
			names[i] = at
			at += 2
		}
		return names, claims
	}
	for i := range depth {
		names[i] = at
		at += 2
	}
	for i := depth - 1; i >= 0; i-- {
		claim(i)
		at++
	}
	return names, claims
}

// readSpeech reads the words of a speech, whatever the marks.
func readSpeech(words []field, depth int, after bool) (*speech, bool) {
	sp := &speech{after: after, levels: make([]level, depth)}
	said := func(l int, who, how field) bool {
		sp.levels[l].name = slices.Index(lexicon[name], who.core)
		sp.levels[l].said = slices.Index(saidWords, how.core)
		return sp.levels[l].name >= 0 && sp.levels[l].said >= 0
	}
	claim := func(l int, part []field) bool {
		bare := make([]field, len(part))
		for i, f := range part {
			bare[i] = field{core: f.core}
		}
		c, ok := claimShapes.read(bare)
		sp.levels[l].claim = c
		return ok
	}
	if len(words) < 2*depth {
		return nil, false
	}
	speakers, rest := words[:2*depth], words[2*depth:]
	if after {
		rest, speakers = words[:len(words)-2*depth], words[len(words)-2*depth:]
	}
	for i := range depth {
		ok := false
		if after {
			ok = said(depth-1-i, speakers[2*i+1], speakers[2*i])
		} else {
			ok = said(i, speakers[2*i], speakers[2*i+1])
		}
		if !ok {
			return nil, false
		}
	}
	for i := range depth {
		l := i
		if !after {
			l = depth - 1 - i
		}
		part := rest
		if i < depth-1 {
			and := slices.IndexFunc(rest, func(f field) bool { return f.core == "and" })
			if and < 0 {
				return nil, false
			}
			part, rest = rest[:and], rest[and+1:]
		}
		if !claim(l, part) {
			return nil, false
		}
	}
	return sp, true
}

// badMark is the number of the first word whose marks are not those of the
// speech, or -1.
func (sp *speech) badMark(words []field) int {
	i := 0
	for want := range sp.fields() {
		if words[i].lead != want.lead || words[i].tail != want.tail {
			return i
		}
		i++
	}
	return -1
}
