package world

import (
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

// A piece of a speech, with the marks around it. Its role says which.
type piece struct {
	role       role
	level      int
	lead, tail string
}

type role uint8

const (
	speakerRole role = iota // the name
	verbRole                // one of saidWords
	claimRole
	andRole
)

// layout lists the pieces of a speech: claims from the outermost to the innermost,
// then speakers the other way, or all of that backwards. A quotation has its own
// claim and all that is inside, so that it reaches from the claim to the next
// speaker, or the other way round.
func layout(depth int, after bool) (out []piece) {
	for i := range depth {
		if i > 0 {
			out = append(out, piece{role: andRole})
		}
		out = append(out, piece{role: claimRole, level: i})
	}
	for i := depth - 1; i >= 0; i-- {
		out = append(out, piece{role: verbRole, level: i}, piece{role: speakerRole, level: i})
	}
	comma := speakerRole // the last word about a speaker
	if !after {
		slices.Reverse(out)
		comma = verbRole
	}
	for i := range out {
		p := &out[i]
		own, quoted := p.role == claimRole, p.level
		inner := own && p.level == depth-1
		if p.role == speakerRole && p.level > 0 {
			inner, quoted = true, p.level-1
		}
		opens, closes := own, inner
		if !after {
			opens, closes = inner, own
		}
		if opens {
			p.lead = quoteMarks[quoted%2]
		}
		if own || p.role == comma {
			p.tail = ","
		}
		if i == len(out)-1 {
			p.tail = "."
		}
		if closes {
			p.tail += quoteMarks[quoted%2]
		}
	}
	return out
}

// fields are the words of a speech with their marks.
func (sp *speech) fields() []field {
	out := make([]field, 0, len(sp.levels)*(maxWords+3))
	for _, p := range layout(len(sp.levels), sp.after) {
		l := &sp.levels[p.level]
		first := len(out)
		switch p.role {
		case speakerRole:
			out = append(out, field{core: lexicon[name][l.name]})
		case verbRole:
			out = append(out, field{core: saidWords[l.said]})
		case andRole:
			out = append(out, field{core: "and"})
		case claimRole:
			for i := range l.claim.shape.words {
				out = append(out, field{core: l.claim.word(i)})
			}
		}
		out[first].lead, out[len(out)-1].tail = p.lead, p.tail
	}
	return out
}

// places gives, by level, the numbers of the words that name the speaker and
// that carry the attribute of the claim.
func (sp *speech) places() (names, claims []int) {
	names, claims = make([]int, len(sp.levels)), make([]int, len(sp.levels))
	at := 0
	for _, p := range layout(len(sp.levels), sp.after) {
		switch p.role {
		case speakerRole:
			names[p.level] = at
		case claimRole:
			words := sp.levels[p.level].claim.shape.words
			claims[p.level] = at + slices.IndexFunc(words, func(e element) bool { return e.slot != literal })
			at += len(words) - 1
		}
		at++
	}
	return names, claims
}

// readSpeech reads the words of a speech, whatever the marks.
func readSpeech(words []field, depth int, after bool) (*speech, bool) {
	sp := &speech{after: after, levels: make([]level, depth)}
	behind := 0 // words behind the last claim
	if after {
		behind = 2 * depth
	}
	for _, p := range layout(depth, after) {
		n := 1
		if p.role == claimRole { // claims do not have the word "and"
			claims := words[:max(0, len(words)-behind)]
			if n = slices.IndexFunc(claims, func(f field) bool { return f.core == "and" }); n < 0 {
				n = len(claims)
			}
		}
		if n > len(words) {
			return nil, false
		}
		l, ok := &sp.levels[p.level], false
		switch p.role {
		case speakerRole:
			l.name = slices.Index(lexicon[name], words[0].core)
			ok = l.name >= 0
		case verbRole:
			l.said = slices.Index(saidWords, words[0].core)
			ok = l.said >= 0
		case andRole:
			ok = words[0].core == "and"
		case claimRole:
			bare := make([]field, n)
			for i, f := range words[:n] {
				bare[i].core = f.core
			}
			l.claim, ok = claimShapes.read(bare)
		}
		if !ok {
			return nil, false
		}
		words = words[n:]
	}
	return sp, len(words) == 0
}

// badMark is the number of the first word whose marks are not those of the
// speech, or -1.
func (sp *speech) badMark(words []field) int {
	for i, want := range sp.fields() {
		if words[i].lead != want.lead || words[i].tail != want.tail {
			return i
		}
	}
	return -1
}
