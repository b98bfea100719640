package world

import (
	"math"

	"dllmbench/workloads"
)

// LogProb implements [workloads.Prober]. It is exact: an answer can be read in
// one way only, it states its choice, and given the choice the law of each
// sentence is known in closed form (see spec.compose). An answer has a finite
// value if and only if Check calls it exact and its spaces are single. A
// backward answer and its lookahead partner have the same value.
func (w *Workload) LogProb(inst workloads.Instance, answer string) float64 {
	if len(answer) > answerLimit || !w.Check(inst, answer).Exact {
		return math.Inf(-1)
	}
	r := readPrompt(inst.Prompt).read(answer)
	out := &writer{}
	sum := 0.0
	for i, it := range r.items {
		out.sentence(&r.said[i])
		sum += r.logOf(it, &r.said[i])
	}
	if string(out.text) != answer {
		return math.Inf(-1)
	}
	return sum + r.logOfCourse()
}

// logOf is the logarithm of the probability of a sentence given what it states.
func (r *reading) logOf(it item, e *sentence) float64 {
	s := r.spec
	if it.kind.announces() {
		return -logOfInt(s.choices(it.kind)) - logOfInt(len(r.wordings(it, e))) - e.shape.free
	}
	if sp := e.speech; sp != nil {
		log := 0.0
		for i, l := range sp.levels {
			log -= logOfInt(len(s.people)-i) + logOfInt(len(saidWords)) + logOfInt(len(claimShapes.shapes)) + l.claim.shape.free
		}
		return log
	}
	left := 0 // shapes that it could have
	before := r.earlier(it)
	for _, f := range r.wordings(it, e) {
		if !f.in(before) {
			left++
		}
	}
	log := -logOfInt(left) - e.shape.free
	if it.kind == verseKind {
		log -= logOfInt(s.nouns(it))
		if s.options[titleKind] == nil && e.shape.find(name, 0) >= 0 {
			log -= logOfInt(len(lexicon[name]))
		}
	}
	return log
}

func logOfInt(n int) float64 { return math.Log(float64(n)) }

// wordings are the shapes among which that of a sentence was drawn.
func (r *reading) wordings(it item, e *sentence) []*shape {
	if it.kind == verseKind && r.spec.options[titleKind] != nil {
		return verseStarts[e.initial()]
	}
	for _, c := range r.spec.grammar(it.kind) {
		if e.shape.of(c) {
			return c.shapes
		}
	}
	return nil
}

// nouns is the number of nouns that a verse could have.
func (s *spec) nouns(it item) int {
	if s.scheme == nil {
		return len(lexicon[noun])
	}
	left := perRhyme - 1 // the announced one is taken
	for i := range it.nth {
		if s.scheme[i] == s.scheme[it.nth] {
			left--
		}
	}
	return left
}

// logOfCourse is the logarithm of the probability of the gains and losses, and
// of who acts in the scenes.
func (r *reading) logOfCourse() (log float64) {
	s := r.spec
	events, scenes := 0, 0
	for _, it := range r.items {
		switch it.kind {
		case eventKind:
			events++
		case sceneKind:
			scenes++
		}
	}
	if totals := s.flat(totalKind); totals != nil {
		log -= logOfInt(walks[events][s.hero(r.choice).start][totals[r.choice[totalKind]]])
	}
	if sizes := s.flat(sizeKind); sizes != nil {
		log -= logOfInt(courses(len(s.pool), scenes, 0, sizes[r.choice[sizeKind]]))
	}
	return log
}
