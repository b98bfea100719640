package stories

// The lexicon of the stories. Words are short so that a small vocabulary can
// hold each as one token.
var (
	storyPeople  = [...]string{"Ann", "Ben", "Dan", "Eva", "Ida", "Leo", "Max", "Tom"}
	storyPlaces  = [...]string{"park", "shop", "barn", "hall", "yard", "cave"}
	storyObjects = [...]string{"ball", "book", "key", "cup", "hat", "ring", "coin", "lamp"}
)

// sentenceKind tells what a sentence states.
type sentenceKind int

const (
	filler    sentenceKind = iota // says nothing about the world
	personIn                      // Ann is in the park.
	objectIn                      // The ball is in the park. (and nobody has it)
	personHas                     // Ann has the ball.
	goes                          // Ann goes to the park.
	gives                         // Ann gives the ball to Ben.
	takes                         // Ann takes the ball.
	drops                         // Ann drops the ball.
)

func (k sentenceKind) isEvent() bool { return k >= goes }

// sentence is the meaning of one sentence. The numbers index the lexicon;
// those that its kind does not use are 0.
type sentence struct {
	kind                      sentenceKind
	person, to, object, place int
}

// world is the state of a story: where people are, and where objects lie or
// who has them. Indices are those of the lexicon.
type world struct {
	people, objects []int // who and what the story is about, in order of appearance

	at     [len(storyPeople)]int  // place, or absent
	holder [len(storyObjects)]int // person, or absent
	lies   [len(storyObjects)]int // place, or absent if held or not in the story

	// The number of the oldest sentence that must be remembered to know the
	// state above.
	personSince [len(storyPeople)]int
	objectSince [len(storyObjects)]int
}

const absent = -1

func newWorld() *world {
	w := &world{}
	for i := range w.at {
		w.at[i] = absent
	}
	for i := range w.holder {
		w.holder[i], w.lies[i] = absent, absent
	}
	return w
}

// sameState reports whether everybody and everything is where it is in the other
// world.
func (w *world) sameState(other world) bool {
	return w.at == other.at && w.holder == other.holder && w.lies == other.lies
}

// can reports whether a sentence is true (a statement) or can happen (an event)
// now. Whoever or whatever is not in the story is nowhere, so nothing about it
// can.
func (w *world) can(s sentence) bool {
	here := w.at[s.person]
	switch s.kind {
	case personIn:
		return here == s.place
	case objectIn:
		return w.lies[s.object] == s.place
	case personHas, drops:
		return w.holder[s.object] == s.person
	case goes:
		return here != absent && here != s.place
	case takes:
		return here != absent && w.lies[s.object] == here
	case gives:
		return w.holder[s.object] == s.person && s.to != s.person && w.at[s.to] == here
	default:
		return true
	}
}

// objection says why a sentence is not true or cannot happen now, or "" if it
// can.
func (w *world) objection(s sentence) string {
	if w.can(s) {
		return ""
	}
	who, to := storyPeople[s.person], storyPeople[s.to]
	switch {
	case s.kind != objectIn && w.at[s.person] == absent:
		return who + " is not in this story"
	case s.kind == gives && w.at[s.to] == absent:
		return to + " is not in this story"
	case s.kind != personIn && s.kind != goes && w.holder[s.object] == absent && w.lies[s.object] == absent:
		return "the " + storyObjects[s.object] + " is not in this story"
	}
	switch s.kind {
	case personIn:
		return w.place(s.person)
	case goes:
		return w.place(s.person) + " already"
	case takes:
		return w.place(s.person) + ", and " + w.whereabouts(s.object)
	case gives:
		if s.to == s.person {
			return who + " cannot give to " + who
		}
		if w.holder[s.object] == s.person {
			return w.place(s.person) + " and " + w.place(s.to)
		}
	}
	return w.whereabouts(s.object)
}

// place says in words where a person of the story is.
func (w *world) place(person int) string {
	return storyPeople[person] + " is in the " + storyPlaces[w.at[person]]
}

// whereabouts says in words where an object of the story is.
func (w *world) whereabouts(object int) string {
	if p := w.holder[object]; p != absent {
		return storyPeople[p] + " has the " + storyObjects[object]
	}
	return "the " + storyObjects[object] + " is in the " + storyPlaces[w.lies[object]]
}

// introduce adds an opening fact, stated by sentence number.
func (w *world) introduce(s sentence, number int) {
	if s.kind == personIn {
		w.people = append(w.people, s.person)
		w.at[s.person], w.personSince[s.person] = s.place, number
		return
	}
	w.objects = append(w.objects, s.object)
	w.objectSince[s.object] = number
	if s.kind == personHas {
		w.holder[s.object] = s.person
	} else {
		w.lies[s.object] = s.place
	}
}

// apply lets an event happen, told by sentence number. It must be possible.
func (w *world) apply(s sentence, number int) {
	switch s.kind {
	case goes:
		w.at[s.person], w.personSince[s.person] = s.place, number
	case takes:
		w.holder[s.object], w.lies[s.object], w.objectSince[s.object] = s.person, absent, number
	case gives:
		w.holder[s.object], w.objectSince[s.object] = s.to, number
	case drops: // where it lies now is known from where the person is
		w.holder[s.object], w.lies[s.object] = absent, w.at[s.person]
		w.objectSince[s.object] = w.personSince[s.person]
	}
}

// since is the number of the oldest sentence that must be remembered to see
// that the event is possible.
func (w *world) since(s sentence) int {
	oldest := w.personSince[s.person]
	if s.kind != goes {
		oldest = min(oldest, w.objectSince[s.object])
	}
	if s.kind == gives {
		oldest = min(oldest, w.personSince[s.to])
	}
	return oldest
}

// report returns the sentences that state the whole world: where each person
// is, then where each object is or who has it, in order of appearance.
func (w *world) report() []sentence {
	var r []sentence
	for _, p := range w.people {
		r = append(r, sentence{kind: personIn, person: p, place: w.at[p]})
	}
	for _, o := range w.objects {
		if w.holder[o] != absent {
			r = append(r, sentence{kind: personHas, person: w.holder[o], object: o})
		} else {
			r = append(r, sentence{kind: objectIn, object: o, place: w.lies[o]})
		}
	}
	return r
}

// possible lists all events of a kind that can happen now.
func (w *world) possible(kind sentenceKind) []sentence {
	var events []sentence
	add := func(s sentence) {
		if w.can(s) {
			events = append(events, s)
		}
	}
	for _, p := range w.people {
		if kind == goes {
			for place := range storyPlaces {
				add(sentence{kind: goes, person: p, place: place})
			}
			continue
		}
		for _, o := range w.objects {
			if kind != gives {
				add(sentence{kind: kind, person: p, object: o})
				continue
			}
			for _, to := range w.people {
				add(sentence{kind: gives, person: p, to: to, object: o})
			}
		}
	}
	return events
}
