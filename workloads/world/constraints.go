package world

import (
	"slices"

	"dllmbench/workloads"
)

// told is a reference text with the numbers of its words, which go on from
// those of the prompt.
type told struct {
	spec      *spec
	sentences []sentence // by item
	at        []int      // by item: number of the first word
	from      sources
}

// constraints lists the opportunities of an instance in the order of its items,
// see spec.items. A distance is the number of words between the place that is
// checked and its cause; a constraint is lookahead if the cause stands after it.
func (t *told) constraints() []workloads.Constraint {
	items, n := t.spec.items()
	out := make([]workloads.Constraint, 0, n)
	for i, it := range items {
		e := &t.sentences[i]
		out = append(out, here("grammar", "the sentence is of the wanted kind"))
		switch it.kind {
		case restKind:
		case sayKind, quoteKind:
			out = t.speech(out, t.at[i], e.speech)
		case clueKind, eventKind, deedKind:
			out = append(out, t.body(it, t.at[i], e), t.link(t.pronoun(t.at[i], e), t.heroAt(), "pronoun", "the pronouns fit the hero"))
		case verseKind:
			out = t.verse(out, it, t.at[i], e)
		case sceneKind:
			who := e.get(name, 0)
			out = append(out, t.link(t.at[i]+e.shape.find(name, 0), t.from.pool[slices.Index(t.spec.pool, who)], "cast", "the person is of the cast"))
		default:
			out = t.announcement(out, it)
		}
		if it.repeats() {
			out = append(out, t.link(t.at[i], t.at[i-it.nth], "repetition", "the sentence has a form that is new"))
		}
	}
	return append(out, here("length", "nothing follows the last sentence"))
}

// here is a constraint within a sentence or on the whole text.
func here(kind, doc string) workloads.Constraint {
	return workloads.Must(kind, 0, "%s", doc)
}

// link is a constraint between two words.
func (t *told) link(check, cause int, kind, doc string) workloads.Constraint {
	c := workloads.Must(kind, check-cause-1, "%s", doc)
	if cause > check {
		c.Distance, c.Direction = cause-check-1, workloads.Lookahead
	}
	return c
}

// announcementAt is the number of the word that states a choice, the nth if
// there are several, or absent.
func (t *told) announcementAt(k kind, nth int) int {
	if i := t.first(k); i != absent {
		return t.at[i] + t.sentences[i].shape.find(kindTable[k].states, nth)
	}
	return absent
}

// first is the first item of a kind, or absent.
func (t *told) first(k kind) int {
	items, _ := t.spec.items()
	return slices.IndexFunc(items, func(it item) bool { return it.kind == k })
}

// heroAt is the word that names the hero: in the announcement, or in the prompt.
func (t *told) heroAt() int {
	if at := t.announcementAt(whoKind, 0); at != absent {
		return at
	}
	return t.from.people[0]
}

// chosen is the index of the choice that the text announces, or 0.
func (t *told) chosen(k kind) int {
	if i := t.first(k); i != absent {
		return t.spec.announced(k, &t.sentences[i])
	}
	return 0
}

// pronoun is the number of the first pronoun of a sentence.
func (t *told) pronoun(at int, e *sentence) int {
	for i, el := range e.shape.words {
		if el.slot.isPronoun() {
			return at + i
		}
	}
	return at
}

// body is the first constraint of a clue, event or deed.
func (t *told) body(it item, at int, e *sentence) workloads.Constraint {
	switch it.kind {
	case clueKind:
		return t.link(at+attributeAt(e.shape), t.heroAt(), "attribute", "the hero is like that")
	case eventKind:
		return t.link(at+e.shape.find(step, 0), t.from.starts[t.chosen(whoKind)], "possession", "the hero has as many of these things")
	default:
		return t.link(at, t.announcementAt(planKind, it.nth), "plan", "the deed is the next one of the plan")
	}
}

// attributeAt is the number of the word that states job, hat or home.
func attributeAt(s *shape) int { return max(s.find(job, 0), s.find(hat, 0), s.find(home, 0)) }

// verse lists the constraints of a verse.
func (t *told) verse(out []workloads.Constraint, it item, at int, e *sentence) []workloads.Constraint {
	letter, rhyme := t.spec.verseAt()
	if letter > 0 {
		out = append(out, t.link(at, t.announcementAt(titleKind, 0), "acrostic", "the verse starts with the letter of the title"))
	}
	if rhyme > 0 {
		out = append(out, t.link(at+e.shape.find(noun, 0), t.announcementAt(rhymeKind, t.spec.scheme[it.nth]), "rhyme", "the verse rhymes, and its last word is new"))
	}
	return out
}

// announcement lists the constraints of an announcement. A total or a size is
// as far from its cause as the farthest sentence that it depends on.
func (t *told) announcement(out []workloads.Constraint, it item) []workloads.Constraint {
	place := t.announcementAt(it.kind, 0)
	n := t.chosen(it.kind)
	offered := t.from.people
	if it.kind != whoKind {
		offered = t.from.options[it.kind]
	}
	out = append(out, t.link(place, offered[n], "choice", "the prompt offers this"))
	switch it.kind {
	case totalKind:
		return append(out, t.tally(place, eventKind, step, "count", "start and events make the total"))
	case sizeKind:
		return append(out, t.tally(place, sceneKind, name, "size", "the text has as many people"))
	}
	return out
}

// tally is a constraint between an announcement and all sentences of a kind: by
// its direction the announcement is the cause and the sentence is checked.
func (t *told) tally(place int, of kind, k slot, name, doc string) workloads.Constraint {
	items, _ := t.spec.items()
	far := workloads.Constraint{Distance: -1}
	for i, it := range items {
		if it.kind != of {
			continue
		}
		if c := t.link(t.at[i]+t.sentences[i].shape.find(k, 0), place, name, doc); c.Distance > far.Distance {
			far = c
		}
	}
	return far
}

// speech lists the constraints of a speech.
func (t *told) speech(out []workloads.Constraint, at int, sp *speech) []workloads.Constraint {
	names, claims := sp.places()
	words := len(sp.fields()) - 4 // but the speaker, the verb, and the words that open and close
	out = append(out, workloads.Must("nesting", words, "quotations are opened and closed"))
	for i, l := range sp.levels {
		out = append(out,
			t.link(at+names[i], t.from.people[t.spec.person(l.name)], "speaker", "the speaker is in the prompt and has not spoken"),
			t.link(at+claims[i], at+names[i], "attribute", "the claim is true of the speaker"))
	}
	return out
}
