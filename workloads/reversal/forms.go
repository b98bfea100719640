package reversal

import (
	"slices"
	"strings"
)

// triple is a name or a place: three syllables.
type triple [3]byte

// Syllables of names end with their vowel, those of places begin with it, so
// that the two cannot be mixed up.
const (
	consonantsOfNames  = "bkmrz"
	consonantsOfPlaces = "dgklp"
	vowels             = "aiou"
	syllables          = len(consonantsOfNames) * len(vowels) // of names, and of places
	triples            = syllables * syllables * syllables
)

// what a slot of a form holds.
const (
	nameSlot  = "NAME"
	placeSlot = "PLACE"
)

// syllable writes syllable i of names or places.
func syllable(slot string, i byte) string {
	c, v := int(i)/len(vowels), vowels[int(i)%len(vowels)]
	if slot == nameSlot {
		return string([]byte{consonantsOfNames[c], v})
	}
	return string([]byte{v, consonantsOfPlaces[c]})
}

// parseSyllable is the inverse of syllable; false for anything else.
func parseSyllable(slot, word string) (byte, bool) {
	if len(word) != 2 {
		return 0, false
	}
	letters, c, v := consonantsOfNames, word[0], word[1]
	if slot == placeSlot {
		letters, c, v = consonantsOfPlaces, word[1], word[0]
	}
	i, j := strings.IndexByte(letters, c), strings.IndexByte(vowels, v)
	if i < 0 || j < 0 {
		return 0, false
	}
	return byte(i*len(vowels) + j), true
}

// write gives the three syllables, each after a space.
func (t triple) write(slot string) string {
	text := make([]byte, 0, 3*len(t))
	for _, i := range t {
		text = append(append(text, ' '), syllable(slot, i)...)
	}
	return string(text)
}

// form is a sentence with slots, as words. Questions end with "=".
type form []string

// The ways to say the same. A fact's forms are divided among the splits, so that
// held-out questions about it differ from those of the training in wording.
var (
	openings = [...]string{"ask:", "say:", "quiz:", "name:"}

	forwardForms = withOpenings("where lives NAME =", "home of NAME =", "NAME lives in =")
	reverseForms = withOpenings("who lives in PLACE =", "PLACE is home of =", "person in PLACE =")

	forwardStatements = parseForms("NAME lives in PLACE", "home of NAME is PLACE", "NAME is person in PLACE")
	reverseStatements = parseForms("in PLACE lives NAME", "PLACE is home of NAME", "person in PLACE is NAME")
)

// statementPrompt is the prompt of all statements: the whole sentence is the
// answer, name and place alike.
const statementPrompt = "fact:"

func parseForms(texts ...string) []form {
	var forms []form
	for _, text := range texts {
		forms = append(forms, strings.Fields(text))
	}
	return forms
}

func withOpenings(texts ...string) []form {
	var forms []form
	for _, opening := range openings {
		for _, f := range parseForms(texts...) {
			forms = append(forms, append(form{opening}, f...))
		}
	}
	return forms
}

// write fills the slots. The first word has a space before it unless the form is a
// question.
func (f form) write(name, place triple) string {
	var b strings.Builder
	for _, word := range f {
		switch word {
		case nameSlot:
			b.WriteString(name.write(nameSlot))
		case placeSlot:
			b.WriteString(place.write(placeSlot))
		default:
			b.WriteString(" " + word)
		}
	}
	if f[len(f)-1] == "=" {
		return b.String()[1:]
	}
	return b.String()
}

// length is the number of words when the slots are filled.
func (f form) length() int {
	n := 0
	for _, word := range f {
		n++
		if word == nameSlot || word == placeSlot {
			n += len(triple{}) - 1
		}
	}
	return n
}

// place returns where a slot begins, in words, or -1 if the form has none.
func (f form) place(slot string) int {
	i := slices.Index(f, slot)
	if i < 0 {
		return -1
	}
	return f[:i].length()
}

// fits reports whether the words of a form other than its slots are where they
// should be; what is missing after the last of them is not looked at.
func (f form) fits(words []string) bool {
	at := 0
	for _, word := range f {
		if word == nameSlot || word == placeSlot {
			at += len(triple{})
			continue
		}
		if at >= len(words) || words[at] != word {
			return false
		}
		at++
	}
	return true
}

// read returns what stands in a slot, false if that is no name or place.
func (f form) read(slot string, words []string) (triple, bool) {
	at := f.place(slot)
	var t triple
	for i := range t {
		if at < 0 || at+i >= len(words) {
			return triple{}, false
		}
		s, ok := parseSyllable(slot, words[at+i])
		if !ok {
			return triple{}, false
		}
		t[i] = s
	}
	return t, true
}
