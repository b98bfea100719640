package world

import (
	"slices"
	"strings"
	"unicode"

	"dllmbench/workloads"
)

// Check implements [workloads.Workload]. Any text counts that has the sentences
// that the prompt lists, each in the grammar of its kind, and agrees with the
// prompt and itself. Runs of white space count as one space. Sentence i of the
// text is judged as item i of the list; one that is missing or outside the
// grammar breaks all constraints of its item, and nothing has happened in it.
//
// What an announcement states holds, wherever it stands, and the body is judged
// by it. If it states nothing that the prompt offers, the body is judged by the
// choice that it fits best.
func (*Workload) Check(inst workloads.Instance, output string) workloads.Score {
	text := strings.TrimRightFunc(output, unicode.IsSpace)
	r := readPrompt(inst.Prompt).read(text)
	v := &judge{reading: r, text: text, Verdict: workloads.Verdict{Total: r.total}}
	for i, it := range r.items {
		v.at = i
		if r.ok[i] {
			v.item(it, &r.said[i])
			continue
		}
		for n := range r.spec.opportunities(it) {
			if i >= len(r.lines) {
				v.Fail(it.first+n, -1, "sentence %d, %s, is missing", i+1, kindTable[it.kind].called)
			} else {
				l := r.lines[i]
				v.Mark(it.first+n, l.offset, l.end-l.offset, "sentence %d is not %s: %q", i+1, kindTable[it.kind].called, l.quote(text))
			}
		}
	}
	if n := len(r.items); len(r.lines) > n {
		l := r.lines[n]
		v.Mark(r.total-1, l.offset, len(text)-l.offset, "%q follows the last sentence", l.quote(text))
	} else if len(text) > answerLimit {
		v.Mark(r.total-1, answerLimit, len(text)-answerLimit, "the text is longer than %d bytes", answerLimit)
	}
	return v.Score()
}

// A judge collects the violations of a reading.
type judge struct {
	workloads.Verdict
	*reading
	text string
	at   int // the item that is judged
}

// word records that word i of the sentence breaks constraint n of its item.
func (v *judge) word(n, i int, format string, args ...any) {
	f := v.lines[v.at].words[i]
	v.Mark(v.items[v.at].first+n, f.offset, f.length(), format, args...)
}

// item judges a sentence that is in the grammar of its item.
func (v *judge) item(it item, e *sentence) {
	s := v.spec
	if it.repeats() && e.shape.in(v.earlier(it)) {
		l := v.lines[v.at]
		v.Mark(it.first+s.opportunities(it)-1, l.offset, l.end-l.offset, "%s of this form was there before: %q", kindTable[it.kind].called, l.quote(v.text))
	}
	switch it.kind {
	case restKind:
	case sayKind, quoteKind:
		v.speech(it, e.speech)
	case sceneKind:
		if who := e.get(name, 0); !slices.Contains(s.pool, who) {
			v.word(firstAt, e.shape.find(name, 0), "%s is not of the cast", lexicon[name][who])
		}
	case verseKind:
		v.verse(it, e)
	case clueKind, eventKind, deedKind:
		v.body(it, e)
	default:
		v.announcement(it, e)
	}
}

// earlier are the sentences of the kind of an item that stand before it.
func (r *reading) earlier(it item) (out []sentence) {
	for i, other := range r.items {
		if other.kind == it.kind && other.nth < it.nth && r.ok[i] {
			out = append(out, r.said[i])
		}
	}
	return out
}

// announcement judges whether a choice is one of the prompt, and for totals and
// sizes whether the text agrees.
func (v *judge) announcement(it item, e *sentence) {
	at := slices.IndexFunc(e.shape.words, func(el element) bool { return el.slot != literal })
	if v.spec.announced(it.kind, e) == absent {
		v.word(choiceAt, at, "the %s is not one that the prompt offers: %q", it.kind, e.word(at))
	}
	stated := e.get(number, 0) + firstNumber
	switch it.kind {
	case totalKind:
		if total := v.countBefore(len(v.items)); stated != total {
			v.word(tallyAt, at, "the total is %d, but the events make it %d", stated, total)
		}
	case sizeKind:
		seen := map[int]bool{}
		for i, other := range v.items {
			if other.kind == sceneKind && v.ok[i] {
				seen[v.said[i].get(name, 0)] = true
			}
		}
		if stated != len(seen) {
			v.word(tallyAt, at, "the text is said to have %d people, but has %d", stated, len(seen))
		}
	}
}

// body judges a sentence about the hero.
func (v *judge) body(it item, e *sentence) {
	s, hero := v.spec, v.spec.hero(v.choice)
	who := lexicon[name][hero.name]
	switch it.kind {
	case clueKind:
		if i := s.wrongAttribute(e, hero); i >= 0 {
			v.word(firstAt, i, "%q does not fit %s", e.word(i), who)
		}
	case eventKind:
		if e.get(object, 0) != s.object {
			v.word(firstAt, e.shape.find(object, 0), "the count is of %s", lexicon[object][s.object])
		} else if has := v.countBefore(v.at); has+e.change() < 0 {
			v.word(firstAt, e.shape.find(step, 0), "%s has only %d", who, has)
		}
	case deedKind:
		if want := s.options[planKind][v.choice[planKind]][it.nth]; e.deed() != want {
			v.word(firstAt, 0, "deed %d is to %s instead of to %s", it.nth+1, lexicon[verb][e.deed()], lexicon[verb][want])
		}
	}
	if i := wrongPronoun(e, hero); i >= 0 {
		v.word(secondAt, i, "%q does not fit %s", e.word(i), who)
	}
}

// countBefore is the count before an item, according to the events.
func (v *judge) countBefore(at int) int {
	count := v.spec.hero(v.choice).start
	for i, it := range v.items[:at] {
		if it.kind == eventKind && v.ok[i] {
			if c := count + v.said[i].change(); c >= 0 {
				count = c
			}
		}
	}
	return count
}

// verse judges the initial and the rhyme.
func (v *judge) verse(it item, e *sentence) {
	s := v.spec
	letter, rhyme := s.verseAt()
	if letter > 0 {
		if want := s.letter(v.choice, it.nth); e.initial() != want {
			v.word(letter, 0, "verse %d has to start with %c", it.nth+1, 'A'+want)
		}
	}
	if rhyme == 0 {
		return
	}
	word, at := e.get(noun, 0), e.shape.find(noun, 0)
	model := s.options[rhymeKind][v.choice[rhymeKind]]
	if want := s.rhyme(v.choice, it.nth); rhymeOf(word) != want {
		v.word(rhyme, at, "%q does not rhyme with %q", e.word(at), lexicon[noun][model[s.scheme[it.nth]]])
		return
	}
	same := func(e sentence) bool { return e.get(noun, 0) == word }
	if slices.Contains(model, word) || slices.ContainsFunc(v.earlier(it), same) {
		v.word(rhyme, at, "%q is a repetition", e.word(at))
	}
}

// speech judges marks, speakers and claims.
func (v *judge) speech(it item, sp *speech) {
	if i := sp.badMark(v.lines[v.at].words); i >= 0 {
		v.word(1, i, "marks around %q", v.lines[v.at].words[i].core)
	}
	names, claims := sp.places()
	var seen []int
	for i, l := range sp.levels {
		who := lexicon[name][l.name]
		speaker, claim := 2+2*i, 3+2*i
		known := v.spec.person(l.name)
		switch {
		case known == absent:
			v.word(speaker, names[i], "%s is nobody in the prompt", who)
			v.word(claim, claims[i], "%s is nobody in the prompt", who)
		case slices.Contains(seen, l.name):
			v.word(speaker, names[i], "%s speaks already", who)
			fallthrough
		default:
			if at := v.spec.wrongAttribute(&l.claim, v.spec.people[known]); at >= 0 {
				v.word(claim, claims[i], "%q does not fit %s", l.claim.word(at), who)
			}
		}
		seen = append(seen, l.name)
	}
}
