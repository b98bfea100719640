package world

// A rung of the ladder. Its groups are in backward order: announcements first.
type rung struct {
	base   string // name without the direction
	doc    string
	groups []group
	world  parts
	chance float64 // see Workload.describe

	lookahead bool
}

// The parts of a world that a rung has.
type parts struct {
	people   int  // persons described
	facts    bool // with job, hat and home
	counts   bool // with a number of things
	titles   int  // titles offered
	letters  int  // letters of a title
	rhymes   int  // rhymes offered
	perRhyme int  // nouns of each
	plans    int  // plans offered
	pool     int  // people that scenes may have
}

// order returns the groups as the rung's direction has them.
func (r *rung) order() []group {
	if !r.lookahead {
		return r.groups
	}
	out := make([]group, len(r.groups))
	for i, g := range r.groups {
		if g.kind == sayKind {
			g.kind = quoteKind
		}
		out[len(out)-1-i] = g
	}
	return out
}

// name is the base and b or l for the direction.
func (r *rung) name() string {
	if r.lookahead {
		return r.base + "-l"
	}
	return r.base + "-b"
}

// ladder lists the rungs, easiest first by judgement: every base backward and lookahead.
//
// The chances are means over instances of what chance_test.go computes exactly
// for each; it repeats them and compares them with drawn texts.
func ladder() []rung {
	both := []rung{
		{base: "who-1", doc: "a clue about one of two people",
			groups: []group{{whoKind, 1}, {clueKind, 1}},
			world:  parts{people: 2, facts: true}, chance: 0.5},
		{base: "say-1", doc: "a speaker and a true claim",
			groups: []group{{sayKind, 1}},
			world:  parts{people: 2, facts: true}, chance: 0.5},
		{base: "who-3", doc: "three clues about one of three people",
			groups: []group{{whoKind, 1}, {clueKind, 3}},
			world:  parts{people: 3, facts: true}, chance: 0.0311},
		{base: "plan-3", doc: "three deeds by one of two plans",
			groups: []group{{planKind, 1}, {deedKind, 3}},
			world:  parts{people: 1, plans: 2}, chance: 0.125},
		{base: "far-4", doc: "four sentences between the hero's name and two clues",
			groups: []group{{whoKind, 1}, {restKind, 4}, {clueKind, 2}},
			world:  parts{people: 3, facts: true}, chance: 0.0763},
		{base: "rhyme-2", doc: "two verses on one of three rhymes",
			groups: []group{{rhymeKind, 1}, {verseKind, 2}},
			world:  parts{rhymes: 3, perRhyme: 1}, chance: 0.0721},
		{base: "title-3", doc: "three verses that spell one of four titles",
			groups: []group{{titleKind, 1}, {verseKind, 3}},
			world:  parts{titles: 4, letters: 3}, chance: 0.0337},
		{base: "cast-4", doc: "four scenes with one of two numbers of people",
			groups: []group{{sizeKind, 1}, {sceneKind, 4}},
			world:  parts{pool: 5}, chance: 0.2407},
		{base: "count-2", doc: "two gains or losses that end at one of two totals",
			groups: []group{{totalKind, 1}, {eventKind, 2}},
			world:  parts{people: 1, counts: true}, chance: 0.1675},
		{base: "say-3", doc: "speech in speech in speech, with true claims",
			groups: []group{{sayKind, 3}},
			world:  parts{people: 3, facts: true}, chance: 0.00823},
		{base: "far-10", doc: "ten sentences between the hero's name and two clues",
			groups: []group{{whoKind, 1}, {restKind, 10}, {clueKind, 2}},
			world:  parts{people: 3, facts: true}, chance: 0.00687},
		{base: "tale-5", doc: "a story: hero and total, a clue and two events",
			groups: []group{{whoKind, 1}, {totalKind, 1}, {clueKind, 1}, {eventKind, 2}},
			world:  parts{people: 2, facts: true, counts: true}, chance: 0.0209},
		{base: "count-4", doc: "four gains or losses that end at one of two totals",
			groups: []group{{totalKind, 1}, {eventKind, 4}},
			world:  parts{people: 1, counts: true}, chance: 0.0402},
		{base: "poem-4", doc: "four verses that spell a title and keep a rhyme scheme",
			groups: []group{{titleKind, 1}, {rhymeKind, 1}, {verseKind, 4}},
			world:  parts{titles: 2, letters: 4, rhymes: 2, perRhyme: 2}, chance: 0.00188},
		{base: "tale-10", doc: "a story: hero, total and plan, a clue, speech, events and deeds",
			groups: []group{{whoKind, 1}, {totalKind, 1}, {planKind, 1}, {clueKind, 1}, {sayKind, 1}, {eventKind, 2}, {deedKind, 3}},
			world:  parts{people: 2, facts: true, counts: true, plans: 2}, chance: 0.000166},
	}
	var all []rung
	for _, r := range both {
		backward, forward := r, r
		backward.doc += "; the choice is announced first"
		forward.doc += "; the choice is announced last"
		if r.groups[0].kind == sayKind {
			backward.doc, forward.doc = r.doc+"; speakers before their words", r.doc+"; speakers after their words"
		}
		forward.lookahead = true
		all = append(all, backward, forward)
	}
	return all
}

// knobs are the numbers behind a rung.
func (r *rung) knobs() map[string]float64 {
	k := map[string]float64{"sentences": 0, "lookahead": 0}
	for _, g := range r.groups {
		if g.kind == sayKind {
			k["depth"], k["sentences"] = float64(g.n), k["sentences"]+1
			continue
		}
		k["sentences"] += float64(g.n)
		if g.kind == restKind {
			k["rests"] = float64(g.n)
		}
	}
	if r.lookahead {
		k["lookahead"] = 1
	}
	return k
}
