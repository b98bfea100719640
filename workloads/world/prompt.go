package world

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// prefix starts every prompt.
const prefix = "world:"

// Where a prompt says things, as numbers of words.
type sources struct {
	people  []int // the names of the people, as the prompt introduces them
	starts  []int // how many things they have
	options [sizeKind + 1][]int
	pool    []int
}

// write makes the prompt: people, then choices, then what the text shall have.
func (s *spec) write(rng *rand.Rand) (prompt string, words int, at sources) {
	w := &writer{text: append(make([]byte, 0, 512), prefix...), words: 1}
	tell := func(p person, e sentence) (first int) {
		e.describe(p)
		e.set(name, 0, p.name)
		e.set(number, 0, p.start-firstNumber)
		e.set(object, 0, s.object)
		return w.sentence(&e)
	}
	for _, p := range s.people {
		e := heroShapes.pick(rng)
		switch {
		case p.job != absent:
			e = factShapes.pick(rng)
		case p.start != absent:
			e = startShapes.pick(rng)
		}
		first := tell(p, e)
		at.people = append(at.people, first+e.shape.find(name, 0))
		if p.start != absent && p.job != absent {
			e = startShapes.pick(rng)
			first = tell(p, e)
		}
		at.starts = append(at.starts, first+e.shape.find(number, 0))
	}
	s.writeChoices(w, &at)
	s.writeTell(w)
	return string(w.text), w.words, at
}

// writeChoices writes what may be chosen.
func (s *spec) writeChoices(w *writer, at *sources) {
	list := func(word, last string, items []string) (places []int) {
		w.plain("The " + word + " is")
		for i, item := range items {
			if i > 0 && i == len(items)-1 {
				w.text = append(w.text, last...)
				w.words += strings.Count(last, " ")
			} else if i > 0 {
				w.text = append(w.text, ',')
			}
			places = append(places, w.words)
			w.plain(item)
		}
		w.text = append(w.text, '.')
		return places
	}
	for k := totalKind; k <= sizeKind; k++ {
		if k == sizeKind && s.pool != nil {
			at.pool = list(castWord, ",", wordsOf(name, s.pool))
		}
		if s.options[k] == nil {
			continue
		}
		between := " "
		if k == rhymeKind {
			between = " and "
		}
		options := make([]string, len(s.options[k]))
		for i := range options {
			options[i] = strings.Join(wordsOf(kindTable[k].states, s.words(k, i)), between)
		}
		at.options[k] = list(k.String(), " or", options)
	}
}

// castWord stands before the names that scenes may have.
const castWord = "cast"

// wordsOf lists words of a lexicon.
func wordsOf(k slot, indices []int) []string {
	var out []string
	for _, i := range indices {
		out = append(out, lexicon[k][i])
	}
	return out
}

// writeTell writes the list of sentences that the text shall have.
func (s *spec) writeTell(w *writer) {
	items := make([]string, len(s.tell))
	for i, g := range s.tell {
		word := g.kind.String()
		switch {
		case g.kind == sayKind || g.kind == quoteKind:
			items[i] = word + " " + counts[g.n]
		case g.n == 1:
			items[i] = word
		default:
			items[i] = counts[g.n] + " " + word + "s"
			if g.kind == verseKind && s.scheme != nil {
				items[i] += " as " + schemeWord(s.scheme)
			}
		}
	}
	w.plain("Tell " + strings.Join(items, ", ") + ".")
}

// counts are the numbers of sentences that a prompt can ask for.
var counts = [...]string{1: "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

// schemeWord writes a rhyme scheme with letters, "abab".
func schemeWord(scheme []int) string {
	b := make([]byte, len(scheme))
	for i, n := range scheme {
		b[i] = 'a' + byte(n)
	}
	return string(b)
}

// readPrompt reads a prompt made by Generate. It panics on any other text: a
// prompt is the program's own.
func readPrompt(prompt string) *spec {
	s := &spec{object: absent}
	text, ok := strings.CutPrefix(prompt, prefix)
	if !ok {
		panic(badPrompt)
	}
	for _, l := range splitLines(text, len(text)) {
		w := l.words
		switch {
		case w[0].core == "Tell":
			s.readTell(w[1:])
		case w[0].core == "The" && len(w) > 3 && w[2].core == "is" && w[1].core != "hero":
			s.readChoice(w[1].core, w[3:])
		default:
			s.readPerson(w)
		}
	}
	if s.tell == nil {
		panic(badPrompt)
	}
	return s
}

const badPrompt = "workloads: the prompt is not one of workload world"

func (s *spec) readPerson(words []field) {
	unknown := person{name: absent, job: absent, hat: absent, home: absent, start: absent}
	if e, ok := startShapes.read(words); ok {
		who := e.get(name, 0)
		i := s.person(who)
		if i < 0 {
			i, s.people = len(s.people), append(s.people, unknown)
		}
		s.people[i].name, s.people[i].start, s.object = who, firstNumber+e.get(number, 0), e.get(object, 0)
		return
	}
	p := unknown
	if e, ok := factShapes.read(words); ok {
		p.name, p.job, p.hat, p.home = e.get(name, 0), e.get(job, 0), e.get(hat, 0), e.get(home, 0)
	} else if e, ok := heroShapes.read(words); ok {
		p.name = e.get(name, 0)
	} else {
		panic(badPrompt)
	}
	s.people = append(s.people, p)
}

// readChoice reads the options of a choice, or the cast.
func (s *spec) readChoice(what string, words []field) {
	k := kindNamed(what)
	of, first := name, 0
	if k != absent {
		of = kindTable[k].states
	}
	if of == number {
		first = firstNumber
	}
	options := [][]int{nil}
	for _, w := range words {
		switch w.core {
		case "or":
			options = append(options, nil)
		case "and":
		default:
			last := &options[len(options)-1]
			*last = append(*last, first+must(of, w.core))
		}
		if w.tail == "," {
			options = append(options, nil)
		}
	}
	options = slices.DeleteFunc(options, func(o []int) bool { return o == nil })
	if what == castWord {
		s.pool = slices.Concat(options...)
	} else {
		s.options[k] = options
	}
}

// must is the index of a word in a lexicon.
func must(k slot, word string) int {
	i := slices.Index(lexicon[k], word)
	if i < 0 {
		panic(badPrompt)
	}
	return i
}

func (s *spec) readTell(words []field) {
	g := group{n: 1}
	for i, f := range words {
		n, k := slices.Index(counts[:], f.core), kindNamed(f.core)
		switch {
		case n > 0:
			g.n = n
		case k != absent:
			g.kind = kind(k)
		case i > 0 && words[i-1].core == "as":
			for _, b := range []byte(f.core) {
				s.scheme = append(s.scheme, int(b-'a'))
			}
		case f.core != "as":
			panic(badPrompt)
		}
		if f.tail != "" {
			s.tell, g = append(s.tell, g), group{n: 1}
		}
	}
}
