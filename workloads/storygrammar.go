package workloads

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// storyPlan is the plan's word for each event.
var storyPlan = map[string]sentenceKind{"go": goes, "give": gives, "take": takes, "drop": drops}

func planWord(kind sentenceKind) string {
	for word, k := range storyPlan {
		if k == kind {
			return word
		}
	}
	panic("workloads: not an event")
}

// storyFillers are the sentences that say nothing about the world.
var storyFillers = [...]string{"The sun is out", "A bird sings", "It rains", "The wind blows"}

// storyForms are the sentence shapes of each kind. N and M stand for the
// person and the receiver, O for the object, P for the place.
var storyForms = map[sentenceKind][]string{
	personIn:  {"N is in the P"},
	objectIn:  {"The O is in the P"},
	personHas: {"N has the O"},
	goes:      {"N goes to the P", "N walks to the P"},
	gives:     {"N gives the O to M", "N hands M the O"},
	takes:     {"N takes the O", "N finds the O"},
	drops:     {"N drops the O", "N leaves the O"},
}

// render writes a sentence, without its full stop, in a random shape of its
// kind.
func (s sentence) render(rng *rand.Rand) string {
	if s.kind == filler {
		return storyFillers[rng.IntN(len(storyFillers))]
	}
	forms := storyForms[s.kind]
	form := forms[0]
	if len(forms) > 1 {
		form = forms[rng.IntN(len(forms))]
	}
	words := strings.Fields(form)
	for i, w := range words {
		switch w {
		case "N":
			words[i] = storyPeople[s.person]
		case "M":
			words[i] = storyPeople[s.to]
		case "O":
			words[i] = storyObjects[s.object]
		case "P":
			words[i] = storyPlaces[s.place]
		}
	}
	return strings.Join(words, " ")
}

// parseSentence reads one sentence without its full stop.
func parseSentence(words []string) (sentence, bool) {
	if slices.Contains(storyFillers[:], strings.Join(words, " ")) {
		return sentence{kind: filler}, true
	}
	for kind, forms := range storyForms {
		for _, form := range forms {
			if s, ok := match(strings.Fields(form), words); ok {
				s.kind = kind
				return s, true
			}
		}
	}
	return sentence{}, false
}

func match(form, words []string) (s sentence, ok bool) {
	if len(form) != len(words) {
		return s, false
	}
	for i, f := range form {
		w := words[i]
		switch f {
		case "N":
			s.person = slices.Index(storyPeople[:], w)
		case "M":
			s.to = slices.Index(storyPeople[:], w)
		case "O":
			s.object = slices.Index(storyObjects[:], w)
		case "P":
			s.place = slices.Index(storyPlaces[:], w)
		default:
			if f != w {
				return s, false
			}
		}
	}
	return s, min(s.person, s.to, s.object, s.place) >= 0
}

// Labels that may stand before a sentence.
const (
	labelStory = "story:"
	labelPlan  = "Plan:"
	labelEnd   = "End:"
)

// segment is a stretch of text up to a full stop.
type segment struct {
	label  string // a label at its front, or ""
	words  []string
	offset int  // of its first byte that is not white space
	first  int  // number of its first word (labels count as words)
	whole  bool // it has its full stop
}

// after is the number of words up to and including the segment.
func (s segment) after() int {
	n := s.first + len(s.words)
	if s.label != "" {
		n++
	}
	return n
}

// segments splits a text at full stops. A rest of white space is dropped.
func segments(text string) []segment {
	var all []segment
	words, offset := 0, 0
	for offset < len(text) {
		part, _, whole := strings.Cut(text[offset:], ".")
		s := segment{words: strings.Fields(part), first: words, whole: whole,
			offset: offset + len(part) - len(strings.TrimLeft(part, " \t\r\n"))}
		words += len(s.words)
		offset += len(part) + 1
		if len(s.words) == 0 && !whole {
			break
		}
		if len(s.words) > 0 {
			switch s.words[0] {
			case labelStory, labelPlan, labelEnd:
				s.label, s.words = s.words[0], s.words[1:]
			}
		}
		all = append(all, s)
	}
	return all
}
