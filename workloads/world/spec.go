package world

import (
	"slices"
	"strconv"
	"strings"
)

// A kind is what a sentence of an answer is for. The first ones announce a
// choice among those that the prompt offers; the rest make the body.
type kind uint8

const (
	whoKind   kind = iota // names the hero
	totalKind             // says how many there are in the end
	titleKind
	rhymeKind
	planKind
	sizeKind // says how many people the text has

	clueKind  // says something about the hero
	eventKind // changes how many there are
	verseKind // starts with a letter of the title, or ends with the rhyme
	deedKind  // does what the plan says next
	sceneKind // is about somebody of the cast
	restKind  // makes distance
	sayKind   // speech, speakers before their words
	quoteKind // speech, speakers after their words
	kinds
)

// kindTable says what there is to know of each kind.
var kindTable = [kinds]struct {
	word    string // in a prompt
	called  string // in a message
	states  slot   // of an announcement: what its choice is said with
	grammar []*category
	checks  int  // constraints of a sentence, see spec.opportunities
	varies  bool // no sentence may have the shape of an earlier one
}{
	whoKind:   {"who", "the who", name, []*category{whoShapes}, 2, false},
	totalKind: {"end", "the end", number, []*category{totalShapes}, 3, false},
	titleKind: {"title", "the title", titleWord, []*category{titleShapes}, 2, false},
	rhymeKind: {"rhyme", "the rhyme", noun, []*category{rhymeShapes}, 2, false}, // but see spec.grammar
	planKind:  {"plan", "the plan", verb, []*category{planShapes}, 2, false},
	sizeKind:  {"size", "the size", number, []*category{sizeShapes}, 3, false},
	clueKind:  {"clue", "a clue", literal, []*category{clueShapes}, 3, true},
	eventKind: {"event", "an event", literal, []*category{gainShapes, lossShapes}, 3, true},
	verseKind: {"verse", "a verse", literal, []*category{verseShapes}, 1, true}, // and those of spec.verseAt
	deedKind:  {"deed", "a deed", literal, deedShapes[:], 3, false},
	sceneKind: {"scene", "a scene", literal, []*category{sceneShapes}, 2, true},
	restKind:  {"rest", "a rest", literal, []*category{restShapes}, 1, true},
	sayKind:   {"say", "speech as wanted", literal, nil, 2, false}, // and two for each level
	quoteKind: {"quote", "speech as wanted", literal, nil, 2, false},
}

// String is the word of a kind.
func (k kind) String() string { return kindTable[k].word }

// kindNamed is the kind with a word, of one or several sentences, or absent.
func kindNamed(word string) int {
	for k := range kinds {
		if strings.TrimSuffix(word, "s") == k.String() {
			return int(k)
		}
	}
	return absent
}

// announces reports whether a sentence of the kind states a choice.
func (k kind) announces() bool { return k <= sizeKind }

// A group is a run of sentences of one kind. For speech n is its depth, and the
// group is one sentence.
type group struct {
	kind kind
	n    int
}

// A person of the world. Attributes that the prompt does not tell are absent.
type person struct {
	name, job, hat, home, start int
}

// absent marks what a world does not have.
const absent = -1

// A spec is what a prompt says: a world, the choices it offers, and the
// sentences that the text shall have.
type spec struct {
	people []person // one, the hero, or several: then the hero is a choice
	object int      // what is counted
	// options are the choices by kind, but for the people: counts at the end,
	// titles, one or two nouns, the words of a plan, numbers of different people.
	options [sizeKind + 1][][]int
	scheme  []int // by verse: which noun of the choice it rhymes with
	pool    []int // names that scenes may have
	tell    []group
}

// choices is the number of choices that an announcement has.
func (s *spec) choices(k kind) int {
	if k == whoKind {
		return len(s.people)
	}
	return len(s.options[k])
}

// person is the index of the person with a name, or absent.
func (s *spec) person(name int) int {
	return slices.IndexFunc(s.people, func(p person) bool { return p.name == name })
}

// flat lists the choices of a kind that are of one word or number.
func (s *spec) flat(k kind) []int { return slices.Concat(s.options[k]...) }

// words are what choice i is said with, as indices of the lexicon.
func (s *spec) words(k kind, i int) []int {
	switch {
	case k == whoKind:
		return []int{s.people[i].name}
	case kindTable[k].states == number:
		return []int{s.options[k][i][0] - firstNumber}
	}
	return s.options[k][i]
}

// An item is a sentence that a text has to have.
type item struct {
	kind  kind
	nth   int // among the sentences of its kind
	depth int // of a speech
	first int // number of its first constraint
}

// items lists the sentences in their order, and the number of constraints
// including the last one, which is that nothing follows.
func (s *spec) items() (all []item, constraints int) {
	var seen [kinds]int
	for _, g := range s.tell {
		it := item{kind: g.kind, first: constraints}
		if g.kind == sayKind || g.kind == quoteKind {
			it.depth, g.n = g.n, 1
		}
		for range g.n {
			it.nth, it.first = seen[g.kind], constraints
			all = append(all, it)
			seen[g.kind]++
			constraints += s.opportunities(it)
		}
	}
	return all, constraints + 1
}

// Constraints of an item, in this order after "grammar", which is number 0.
const (
	choiceAt = 1 // announcements: the choice is one of the prompt
	tallyAt  = 2 // total and size: the text agrees
	firstAt  = 1 // clue: attribute; event: possession; deed: plan; scene: person; verse: see spec.verseAt
	secondAt = 2 // clue, event, deed: pronoun
)

// repeats reports whether an item can repeat the shape of an earlier sentence of
// its kind; that is its last constraint.
func (it item) repeats() bool { return kindTable[it.kind].varies && it.nth > 0 }

// verseAt gives the constraints of a verse: its initial and its rhyme, or 0.
func (s *spec) verseAt() (letter, rhyme int) {
	n := 1
	if s.options[titleKind] != nil {
		letter, n = n, n+1
	}
	if s.scheme != nil {
		rhyme = n
	}
	return letter, rhyme
}

// opportunities is the number of constraints of an item.
func (s *spec) opportunities(it item) int {
	n := kindTable[it.kind].checks + 2*it.depth // a level of speech has speaker and claim
	if it.kind == verseKind {
		letter, rhyme := s.verseAt()
		n += min(letter, 1) + min(rhyme, 1)
	}
	if it.repeats() {
		n++
	}
	return n
}

// canon writes the world and the choices, whatever their order and wording. The
// order of the text is not part of it.
func (s *spec) canon() string {
	var parts []string
	add := func(label string, lists ...[]int) {
		var options []string
		for _, l := range lists {
			option := []byte(label)
			for _, n := range l {
				option = strconv.AppendInt(append(option, ' '), int64(n), 10)
			}
			options = append(options, string(option))
		}
		slices.Sort(options)
		parts = append(parts, options...)
	}
	each := func(label string, list []int) {
		for _, n := range slices.Sorted(slices.Values(list)) {
			add(label, []int{n})
		}
	}
	people := make([][]int, len(s.people))
	for i, p := range s.people {
		people[i] = []int{p.name, p.job, p.hat, p.home, p.start}
	}
	add("person", people...)
	if s.object != absent {
		each("object", []int{s.object})
	}
	each("total", s.flat(totalKind))
	each("title", s.flat(titleKind))
	add("rhyme", s.options[rhymeKind]...)
	add("plan", s.options[planKind]...)
	each("pool", s.pool)
	each("size", s.flat(sizeKind))
	return "world " + strings.Join(parts, ";")
}
