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
	tell := func(e sentence) (at int) { return w.sentence(&e) }
	for _, p := range s.people {
		e := heroShapes.pick(rng)
		switch {
		case p.job != absent:
			e = factShapes.pick(rng)
			e.describe(p)
		case p.start != absent:
			e = startShapes.pick(rng)
		}
		e.set(name, 0, p.name)
		if p.start != absent && p.job == absent {
			e.set(number, 0, p.start-firstNumber)
			e.set(object, 0, s.object)
		}
		first := tell(e)
		at.people = append(at.people, first+e.shape.find(name, 0))
		if p.start != absent && p.job != absent {
			e = startShapes.pick(rng)
			e.set(name, 0, p.name)
			e.set(number, 0, p.start-firstNumber)
			e.set(object, 0, s.object)
			first = tell(e)
		}
		at.starts = append(at.starts, first+e.shape.find(number, 0))
	}
	s.writeChoices(w, &at)
	s.writeTell(w)
	return string(w.text), w.words, at
}

// writeChoices writes what may be chosen.
func (s *spec) writeChoices(w *writer, at *sources) {
	offer := func(k kind, options int, words func(i int) []string) {
		if options == 0 {
			return
		}
		head(w, kindWords[k])
		for i := range options {
			switch {
			case i > 0 && i == options-1:
				w.word("", "or", "")
			case i > 0:
				w.text = append(w.text, ',')
			}
			at.options[k] = append(at.options[k], w.words)
			for _, word := range words(i) {
				w.word("", word, "")
			}
		}
		w.text = append(w.text, '.')
	}
	offer(totalKind, len(s.totals), func(i int) []string { return []string{lexicon[number][s.totals[i]-firstNumber]} })
	offer(titleKind, len(s.titles), func(i int) []string { return []string{lexicon[titleWord][s.titles[i]]} })
	offer(rhymeKind, len(s.rhymes), func(i int) []string { return wordsOf(noun, s.rhymes[i], "and") })
	offer(planKind, len(s.plans), func(i int) []string { return wordsOf(verb, s.plans[i], "") })
	if s.pool != nil {
		head(w, "cast")
		for i, n := range s.pool {
			tail := ","
			if i == len(s.pool)-1 {
				tail = "."
			}
			at.pool = append(at.pool, w.words)
			w.word("", lexicon[name][n], tail)
		}
	}
	offer(sizeKind, len(s.sizes), func(i int) []string { return []string{lexicon[number][s.sizes[i]-firstNumber]} })
}

func head(w *writer, word string) {
	w.word("", "The", "")
	w.word("", word, "")
	w.word("", "is", "")
}

// wordsOf lists words of a lexicon, with a word between them unless it is empty.
func wordsOf(k slot, indices []int, between string) []string {
	var out []string
	for i, x := range indices {
		if i > 0 && between != "" {
			out = append(out, between)
		}
		out = append(out, lexicon[k][x])
	}
	return out
}

// writeTell writes the list of sentences that the text shall have.
func (s *spec) writeTell(w *writer) {
	w.word("", "Tell", "")
	for i, g := range s.tell {
		tail := ","
		if i == len(s.tell)-1 {
			tail = "."
		}
		word := kindWords[g.kind]
		switch {
		case g.kind == sayKind || g.kind == quoteKind:
			w.word("", word, "")
			w.word("", counts[g.n], tail)
		case g.n == 1:
			w.word("", word, tail)
		case g.kind == verseKind && s.scheme != nil:
			w.word("", counts[g.n], "")
			w.word("", word+"s", "")
			w.word("", "as", "")
			w.word("", schemeWord(s.scheme), tail)
		default:
			w.word("", counts[g.n], "")
			w.word("", word+"s", tail)
		}
	}
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
		i := slices.IndexFunc(s.people, func(p person) bool { return p.name == who })
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
	options := [][]int{nil}
	of := map[string]slot{"end": number, "title": titleWord, "rhyme": noun, "plan": verb, "cast": name, "size": number}[what]
	for _, w := range words {
		switch w.core {
		case "or":
			options = append(options, nil)
		case "and":
		default:
			last := &options[len(options)-1]
			*last = append(*last, must(of, w.core))
		}
		if w.tail == "," {
			options = append(options, nil)
		}
	}
	options = slices.DeleteFunc(options, func(o []int) bool { return o == nil })
	single := func(plus int) []int {
		out := make([]int, len(options))
		for i, o := range options {
			out[i] = o[0] + plus
		}
		return out
	}
	switch what {
	case "end":
		s.totals = single(firstNumber)
	case "title":
		s.titles = single(0)
	case "rhyme":
		s.rhymes = options
	case "plan":
		s.plans = options
	case "cast":
		s.pool = single(0)
	case "size":
		s.sizes = single(firstNumber)
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
	n := 1
	for i := 0; i < len(words); i++ {
		w := words[i].core
		if c := slices.Index(counts[:], w); c > 0 {
			n = c
			continue
		}
		if w == "as" && i+1 < len(words) {
			for _, b := range []byte(words[i+1].core) {
				s.scheme = append(s.scheme, int(b-'a'))
			}
			i++
			continue
		}
		k := slices.Index(kindWords[:], w)
		if k < 0 {
			k = slices.Index(kindWords[:], strings.TrimSuffix(w, "s"))
		}
		if k < 0 {
			panic(badPrompt)
		}
		g := group{kind(k), n}
		if (g.kind == sayKind || g.kind == quoteKind) && i+1 < len(words) {
			g.n = max(1, slices.Index(counts[:], words[i+1].core))
			i++
		}
		s.tell, n = append(s.tell, g), 1
	}
}
