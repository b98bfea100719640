package world

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/workloads"
)

// chanceOf is the exact rate at which a text for a prompt is right if each of
// its pieces is drawn on its own, from the distribution that the piece has in
// the generator's texts for this prompt. A piece is a sentence, or in speech a
// speaker or a claim.
func chanceOf(r *rung, s *spec) float64 {
	p := 1.0
	for _, g := range r.groups {
		switch g.kind {
		case clueKind, sceneKind, restKind:
			p *= differ(g.n, len(s.grammar(g.kind)[0].shapes))
		case sayKind:
			people := float64(len(s.people))
			p *= differ(g.n, len(s.people)) * math.Pow(people, -float64(g.n))
		}
	}
	if s.flat(sizeKind) != nil {
		p *= castChance(s, r.count(sceneKind))
	}
	if n := r.count(verseKind); n > 0 {
		p *= titleChance(s, n) * rhymeChance(s)
	}
	return p * heroChance(r, s)
}

// differ is the probability that n uniform draws out of m are different.
func differ(n, m int) float64 {
	p := 1.0
	for i := range n {
		p *= 1 - float64(i)/float64(m)
	}
	return p
}

// castChance counts sequences of independent names with the announced size.
func castChance(s *spec, scenes int) (p float64) {
	for _, z := range s.flat(sizeKind) {
		p += float64(courses(len(s.pool), scenes, 0, z)) / math.Pow(float64(len(s.pool)), float64(scenes))
	}
	return p / float64(len(s.flat(sizeKind)))
}

// rhymeChance: every last word is of one of the choices' rhymes, and of the
// three words that are not announced.
func rhymeChance(s *spec) float64 {
	if s.scheme == nil {
		return 1
	}
	p := math.Pow(float64(len(s.options[rhymeKind])), -float64(len(s.scheme)))
	for class := range s.options[rhymeKind][0] {
		n := 0
		for _, c := range s.scheme {
			if c == class {
				n++
			}
		}
		p *= differ(n, perRhyme-1)
	}
	return p
}

// titleChance follows all sequences of shapes.
func titleChance(s *spec, verses int) (p float64) {
	if s.flat(titleKind) == nil {
		return differ(verses, len(verseShapes.shapes))
	}
	type start struct {
		letter int
		shape  *shape
	}
	marginal := make([]map[start]float64, verses)
	for i := range marginal {
		marginal[i] = map[start]float64{}
	}
	spell := func(n, i int) int { return initial(lexicon[titleWord][s.flat(titleKind)[n]][i:]) }
	var shapes []*shape
	var follow func(n int, weight float64, visit func(weight float64), next func(left, i int, f *shape) float64)
	follow = func(n int, weight float64, visit func(weight float64), next func(left, i int, f *shape) float64) {
		i := len(shapes)
		if i == verses {
			visit(weight)
			return
		}
		left := 0
		for _, f := range verseStarts[spell(n, i)] {
			if !slices.Contains(shapes, f) {
				left++
			}
		}
		for _, f := range verseStarts[spell(n, i)] {
			if !slices.Contains(shapes, f) {
				shapes = append(shapes, f)
				follow(n, weight*next(left, i, f), visit, next)
				shapes = shapes[:i]
			}
		}
	}
	for n := range s.flat(titleKind) {
		follow(n, 1/float64(len(s.flat(titleKind))), func(w float64) {
			for i, f := range shapes {
				marginal[i][start{spell(n, i), f}] += w
			}
		}, func(left, _ int, _ *shape) float64 { return 1 / float64(left) })
	}
	for n := range s.flat(titleKind) {
		follow(n, 1/float64(len(s.flat(titleKind))), func(w float64) { p += w }, func(_, i int, f *shape) float64 {
			return marginal[i][start{spell(n, i), f}]
		})
	}
	return p
}

// heroChance sums over the announced heroes, totals and plans.
func heroChance(r *rung, s *spec) (p float64) {
	if len(s.people) == 0 || r.groups[0].kind == sayKind {
		return 1
	}
	people := float64(len(s.people))
	totals := s.flat(totalKind)
	if totals == nil {
		totals = []int{absent}
	}
	for _, hero := range s.people {
		same := 0.0 // share of heroes of the gender
		for _, q := range s.people {
			if genders[q.name] == genders[hero.name] {
				same += 1 / people
			}
		}
		for _, t := range totals {
			q := math.Pow(people, -float64(r.count(clueKind)))
			if n := r.count(deedKind); n > 0 {
				q *= math.Pow(same/float64(len(s.options[planKind])), float64(n))
			}
			if n := r.count(eventKind); n > 0 {
				q *= walkChance(s, n, hero, t)
			}
			p += q / people / float64(len(totals))
		}
	}
	return p
}

// walkChance is the rate at which independent events lead the hero to a total,
// with fitting pronouns and different shapes.
func walkChance(s *spec, events int, hero person, total int) float64 {
	marginal := make([]map[int]float64, events) // by change, with the hero's gender
	for i := range marginal {
		marginal[i] = map[int]float64{}
		for _, q := range s.people {
			if genders[q.name] != genders[hero.name] {
				continue
			}
			for _, t := range s.flat(totalKind) {
				for c := range mostCount + 1 {
					for _, next := range nextCounts(c) {
						ways := walks[i][q.start][c] * walks[events-i-1][next][t]
						marginal[i][next-c] += float64(ways) / float64(walks[events][q.start][t]) / float64(len(s.people)*len(s.flat(totalKind)))
					}
				}
			}
		}
	}
	var follow func(i, count, gains int) float64
	follow = func(i, count, gains int) (p float64) {
		if count < 0 {
			return 0
		}
		if i == events {
			if count != total {
				return 0
			}
			return differ(gains, len(gainShapes.shapes)) * differ(events-gains, len(lossShapes.shapes))
		}
		for change, m := range marginal[i] {
			more := 0
			if change > 0 {
				more = 1
			}
			p += m * follow(i+1, count+change, gains+more)
		}
		return p
	}
	return follow(0, hero.start, 0)
}

// forget draws a text in pieces that do not know of each other.
func forget(rng *rand.Rand, r *rung, s *spec) string {
	pieces := func() []sentence { return arrange(s.compose(rng, r.groups), r.groups, r.lookahead) }
	w := &writer{}
	for i := range pieces() {
		e := pieces()[i]
		if e.speech != nil {
			for l := range e.speech.levels {
				e.speech.levels[l].name = pieces()[i].speech.levels[l].name
				e.speech.levels[l].claim = pieces()[i].speech.levels[l].claim
			}
		}
		w.sentence(&e)
	}
	return string(w.text)
}

// TestChance compares the ladder with the exact chances of drawn prompts, and
// these with the rate at which texts in pieces are right.
func TestChance(t *testing.T) {
	w := New()
	for n := range w.rungs {
		r := &w.rungs[n]
		specs, texts := 60, 12
		rng := workloads.NewRand("chance", r.name(), workloads.Test, 0)
		var sum, squares, hits float64
		for range specs {
			s := r.invent(rng)
			c := chanceOf(r, s)
			sum, squares = sum+c, squares+c*c
			prompt, _, _ := s.write(rng)
			for range texts {
				if w.Check(workloads.Instance{Prompt: prompt}, forget(rng, r, s)).Exact {
					hits++
				}
			}
		}
		mean := sum / float64(specs)
		sd := math.Sqrt(max(0, squares/float64(specs)-mean*mean) / float64(specs))
		if math.Abs(mean-r.chance) > 4*sd+0.02*r.chance {
			t.Errorf("%s: chance %g, mean over prompts %.4g ± %.2g", r.name(), r.chance, mean, sd)
		}
		drawn := float64(specs * texts)
		if rate := hits / drawn; math.Abs(rate-mean) > 4*math.Sqrt((mean+1/drawn)/drawn) {
			t.Errorf("%s: exact chance %.4g, drawn %.4g", r.name(), mean, rate)
		}
	}
}
