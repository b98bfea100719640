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

// kindWords name the kinds in a prompt.
var kindWords = [kinds]string{
	"who", "end", "title", "rhyme", "plan", "size",
	"clue", "event", "verse", "deed", "scene", "rest", "say", "quote",
}

// announces tells whether a sentence of the kind states a choice.
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
	totals []int    // choices: counts at the end
	titles []int    // choices: words
	rhymes [][]int  // choices: one noun, or two
	scheme []int    // by verse: which noun of the choice it rhymes with
	plans  [][]int  // choices: three words
	pool   []int    // names that scenes may have
	sizes  []int    // choices: numbers of different people
	tell   []group
}

// choices is the number of choices that an announcement has.
func (s *spec) choices(k kind) int {
	switch k {
	case whoKind:
		return len(s.people)
	case totalKind:
		return len(s.totals)
	case titleKind:
		return len(s.titles)
	case rhymeKind:
		return len(s.rhymes)
	case planKind:
		return len(s.plans)
	default:
		return len(s.sizes)
	}
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

// repeats tells whether an item can repeat the shape of an earlier sentence of
// its kind; that is its last constraint.
func (it item) repeats() bool {
	switch it.kind {
	case clueKind, eventKind, verseKind, sceneKind, restKind:
		return it.nth > 0
	default: // announced once, or the plan has another word
		return false
	}
}

// verseAt gives the constraints of a verse: its initial and its rhyme, or 0.
func (s *spec) verseAt() (letter, rhyme int) {
	n := 1
	if s.titles != nil {
		letter, n = n, n+1
	}
	if s.scheme != nil {
		rhyme = n
	}
	return letter, rhyme
}

// opportunities is the number of constraints of an item.
func (s *spec) opportunities(it item) int {
	n := 1
	switch it.kind {
	case totalKind, sizeKind, clueKind, eventKind, deedKind:
		n = 3
	case whoKind, titleKind, rhymeKind, planKind, sceneKind:
		n = 2
	case verseKind:
		letter, rhyme := s.verseAt()
		n = 1 + min(letter, 1) + min(rhyme, 1)
	case sayKind, quoteKind: // grammar, marks, and by level speaker and claim
		n = 2 + 2*it.depth
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
	each("total", s.totals)
	each("title", s.titles)
	add("rhyme", s.rhymes...)
	add("plan", s.plans...)
	each("pool", s.pool)
	each("size", s.sizes)
	return "world " + strings.Join(parts, ";")
}
