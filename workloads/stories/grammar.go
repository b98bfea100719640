package stories

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// storyPlan is the plan's word for each event.
var storyPlan = [...]string{goes: "go", gives: "give", takes: "take", drops: "drop"}

// storyFillers are the sentences that say nothing about the world.
var storyFillers = [...]string{"The sun is out", "A bird sings", "It rains", "The wind blows"}

// storyForms are the sentence shapes of each kind, in words. N and M stand for
// the person and the receiver, O for the object, P for the place.
var storyForms = [...][][]string{
	personIn:  shapes("N is in the P"),
	objectIn:  shapes("The O is in the P"),
	personHas: shapes("N has the O"),
	goes:      shapes("N goes to the P", "N walks to the P"),
	gives:     shapes("N gives the O to M", "N hands M the O"),
	takes:     shapes("N takes the O", "N finds the O"),
	drops:     shapes("N drops the O", "N leaves the O"),
}

func shapes(forms ...string) [][]string {
	split := make([][]string, len(forms))
	for i, f := range forms {
		split[i] = strings.Fields(f)
	}
	return split
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
	words := slices.Clone(form)
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
	for kind, forms := range storyForms {
		for _, form := range forms {
			if s, ok := match(form, words); ok {
				s.kind = sentenceKind(kind)
				return s, true
			}
		}
	}
	isFiller := len(words) <= 4 && slices.Contains(storyFillers[:], strings.Join(words, " "))
	return sentence{kind: filler}, isFiller
}

// match reads words as one shape. The kind of the result is not set.
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
	first  int  // number of its first word after the label (labels count as words)
	whole  bool // it has its full stop
}

// after is the number of words up to and including the segment.
func (s segment) after() int { return s.first + len(s.words) }

// segments splits a text at full stops. A rest of white space is dropped.
func segments(text string) []segment {
	var all []segment
	words, offset := 0, 0
	for offset < len(text) {
		part, _, whole := strings.Cut(text[offset:], ".")
		s := segment{words: strings.Fields(part), first: words, whole: whole,
			offset: offset + len(part) - len(strings.TrimLeftFunc(part, unicode.IsSpace))}
		words += len(s.words)
		offset += len(part) + 1
		if len(s.words) == 0 && !whole {
			break
		}
		if len(s.words) > 0 {
			switch s.words[0] {
			case labelStory, labelPlan, labelEnd:
				s.label, s.words, s.first = s.words[0], s.words[1:], s.first+1
			}
		}
		all = append(all, s)
	}
	return all
}
