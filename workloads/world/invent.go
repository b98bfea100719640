package world

import (
	"math/rand/v2"
	"slices"
)

// invent draws what a prompt of the rung says.
func (r *rung) invent(rng *rand.Rand) *spec {
	s := &spec{object: absent, tell: r.order()}
	if r.world.people > 0 {
		s.people = drawPeople(rng, r.world)
	}
	if r.world.counts {
		s.object = rng.IntN(len(lexicon[object]))
		s.options[totalKind] = singles(drawTotals(rng, s.people, r.count(eventKind)))
	}
	if r.world.titles > 0 {
		from, to := titles(r.world.letters)
		list := draw(rng, to-from, r.world.titles)
		for i := range list {
			list[i] += from
		}
		s.options[titleKind] = singles(list)
	}
	if n := r.world.rhymes; n > 0 {
		classes := draw(rng, len(lexicon[noun])/perRhyme, n*r.world.perRhyme)
		for i := range classes {
			classes[i] = classes[i]*perRhyme + rng.IntN(perRhyme)
		}
		s.options[rhymeKind] = slices.Collect(slices.Chunk(classes, r.world.perRhyme))
		s.scheme = schemes[r.world.perRhyme][rng.IntN(len(schemes[r.world.perRhyme]))]
	}
	for len(s.options[planKind]) < r.world.plans {
		p := draw(rng, len(lexicon[verb]), planVerbs)
		if !slices.ContainsFunc(s.options[planKind], func(q []int) bool { return meet(p, q) }) {
			s.options[planKind] = append(s.options[planKind], p)
		}
	}
	if r.world.pool > 0 {
		s.pool = draw(rng, len(lexicon[name]), r.world.pool)
		sizes := draw(rng, r.count(sceneKind)-1, 2)
		for i := range sizes {
			sizes[i] += firstNumber
		}
		s.options[sizeKind] = singles(sizes)
	}
	return s
}

// singles makes choices of one word or number.
func singles(list []int) [][]int { return slices.Collect(slices.Chunk(list, 1)) }

// planVerbs is the number of words of a plan.
const planVerbs = 3

// schemes lists the rhyme schemes for choices of one and of two nouns.
var schemes = [...][][]int{
	1: {{0, 0}},
	2: {{0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 0}},
}

// count is the number of sentences of a kind.
func (r *rung) count(k kind) int {
	for _, g := range r.groups {
		if g.kind == k {
			return g.n
		}
	}
	return 0
}

// draw draws k of the numbers below n, without repetition, in random order.
func draw(rng *rand.Rand, n, k int) []int {
	out := make([]int, 0, k)
	for len(out) < k {
		if x := rng.IntN(n); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// meet reports whether two plans have the same word in the same place.
func meet(p, q []int) bool {
	for i := range p {
		if p[i] == q[i] {
			return true
		}
	}
	return false
}

// drawPeople draws people who differ in everything. Several people are of both
// genders, so that pronouns tell something.
func drawPeople(rng *rand.Rand, w parts) []person {
	names := draw(rng, len(lexicon[name]), w.people)
	for w.people > 1 && !slices.ContainsFunc(names, func(n int) bool { return genders[n] != genders[names[0]] }) {
		names = draw(rng, len(lexicon[name]), w.people)
	}
	people := make([]person, w.people)
	for i := range people {
		people[i] = person{name: names[i], job: absent, hat: absent, home: absent, start: absent}
	}
	if w.facts {
		jobs := draw(rng, len(lexicon[job]), w.people)
		hats := draw(rng, len(lexicon[hat]), w.people)
		homes := draw(rng, len(lexicon[home]), w.people)
		for i := range people {
			people[i].job, people[i].hat, people[i].home = jobs[i], hats[i], homes[i]
		}
	}
	if w.counts {
		starts := draw(rng, mostStart-firstNumber+1, w.people)
		for i := range people {
			people[i].start = firstNumber + starts[i]
		}
	}
	return people
}

// drawTotals draws two totals that everybody can reach in the events.
func drawTotals(rng *rand.Rand, people []person, events int) []int {
	reached := func(t int) bool {
		return !slices.ContainsFunc(people, func(p person) bool { return walks[events][p.start][t] == 0 })
	}
	var totals []int
	for len(totals) < 2 {
		t := firstNumber + rng.IntN(mostTotal-firstNumber+1)
		if reached(t) && !slices.Contains(totals, t) {
			totals = append(totals, t)
		}
	}
	return totals
}
