package reversal

import (
	"dllmbench/workloads"
)

// direction is the way a fact is told or asked: from the name to the place, or
// from the place to the name.
type direction int

const (
	forward direction = iota
	reverse
)

// asked is the slot that a question of this direction asks for.
func (d direction) asked() string { return [...]string{forward: placeSlot, reverse: nameSlot}[d] }

func (d direction) forms() []form {
	return [...][]form{forward: forwardForms, reverse: reverseForms}[d]
}

func (d direction) statements() []form {
	return [...][]form{forward: forwardStatements, reverse: reverseStatements}[d]
}

// fact is a name and the place that goes with it, together with the forms it may
// take in each split.
type fact struct {
	name, place triple
	questions   [2]map[workloads.Split][]form
	statements  [2][]form // of the training split
}

// answer is what a question of a direction asks for.
func (f *fact) answer(d direction) triple { return [...]triple{forward: f.place, reverse: f.name}[d] }

// sortForms fills in which form of the fact belongs to which split, in one
// direction. This follows from the canonical form, which is the whole text.
func (f *fact) sortForms(d direction) {
	f.questions[d] = map[workloads.Split][]form{}
	answer := f.answer(d).write(d.asked())
	for _, q := range d.forms() {
		split := workloads.SplitOf(canon(q.write(f.name, f.place), answer))
		f.questions[d][split] = append(f.questions[d][split], q)
	}
	for _, s := range d.statements() {
		if workloads.SplitOf(canon(statementPrompt, s.write(f.name, f.place))) == workloads.Train {
			f.statements[d] = append(f.statements[d], s)
		}
	}
}

func canon(prompt, answer string) string { return "reversal " + prompt + answer }

// set is the facts of one size of the ladder. Its sets share no name and no place.
type set struct {
	oneWay []fact // taught from name to place only
	twoWay []fact // taught in both directions: they show what a reverse question wants
	byName map[triple]*fact
	places map[triple]*fact
}

// setSizes are the numbers of facts taught one way; a quarter of that is taught
// both ways.
var setSizes = [...]int{100, 500, 2000}

func twoWaySize(size int) int { return size / 4 }

// newSet makes the facts of set number n. Every fact must be able to be taught
// in training, and asked in both directions in the other splits: a pair of name and
// place of whose forms the hash leaves none in a split that needs one is not
// used, and the name gets another place.
func newSet(n int) *set {
	rng := workloads.NewRand("reversal", "facts", workloads.Train, 0)
	names, places := rng.Perm(triples), rng.Perm(triples)
	for _, size := range setSizes[:n] { // the sets before take their share
		total := size + twoWaySize(size)
		names, places = names[total:], places[2*total:]
	}
	size := setSizes[n]
	total := size + twoWaySize(size)
	places = places[:2*total] // twice as many as needed, so that there is a choice

	s := &set{byName: map[triple]*fact{}, places: map[triple]*fact{}}
	facts := make([]fact, total)
	for i := range facts {
		two := i >= size
		for try := 0; ; try++ {
			k := try % len(places)
			facts[i] = fact{name: tripleOf(names[i]), place: tripleOf(places[k])}
			if facts[i].serves(two) {
				places[k] = places[len(places)-1]
				places = places[:len(places)-1]
				break
			}
		}
		s.byName[facts[i].name], s.places[facts[i].place] = &facts[i], &facts[i]
	}
	s.oneWay, s.twoWay = facts[:size], facts[size:]
	return s
}

func tripleOf(i int) triple {
	return triple{byte(i / syllables / syllables), byte(i / syllables % syllables), byte(i % syllables)}
}

// serves sorts the forms of the fact and reports whether all that is wanted from
// it has one.
func (f *fact) serves(twoWay bool) bool {
	for _, d := range [...]direction{forward, reverse} {
		f.sortForms(d)
		q := f.questions[d]
		held := len(q[workloads.Validation]) > 0 && len(q[workloads.Test]) > 0
		taught := len(q[workloads.Train]) > 0 && len(f.statements[d]) > 0
		if !held || !taught && (d == forward || twoWay) {
			return false
		}
	}
	return true
}
