// Package stories is the workload of telling short stories that stay true to themselves.
package stories

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads"
)

// Workload is that of short texts about people, places and objects.
//
// A story opens with facts, goes on with events, and ends with a report of
// where everybody and everything is. In track rungs the prompt tells the events
// and the answer is the report; in tell rungs the prompt has a plan, one verb
// per event, and the answer invents the events and reports:
//
//	story: Ann is in the park. Ben is in the cave. Ann has the key. Plan: go give.
//	→ Ann goes to the cave. Ann hands Ben the key. End: Ann is in the cave. Ben is in the cave. Ben has the key.
type Workload struct {
	workloads.Base
	rungs []storyRung
}

// storyRung is a rung of the ladder. Chance is for track rungs the rate of the
// best answer that reads the facts but not the events, estimated by simulating
// 4,000 courses of events for each of 60 to 400 openings (slightly too high
// where it is small, because the best of many noisy counts is taken). For tell
// rungs it is zero here and computed by castChance.
type storyRung struct {
	tell            bool
	events          int
	people, objects int
	fillers         int // sentences between the last event and the report
	chance          float64
}

func New() *Workload {
	w := &Workload{rungs: []storyRung{
		{false, 1, 2, 1, 0, 0.37},
		{true, 1, 2, 1, 0, 0},
		{false, 2, 2, 1, 0, 0.15},
		{true, 2, 2, 1, 0, 0},
		{false, 3, 2, 2, 0, 0.047},
		{false, 2, 2, 1, 8, 0.15},
		{true, 3, 2, 2, 0, 0},
		{false, 4, 3, 2, 0, 0.016},
		{true, 4, 3, 2, 0, 0},
		{false, 6, 3, 2, 0, 0.007},
		{false, 4, 3, 2, 16, 0.016},
		{true, 6, 3, 2, 0, 0},
		{false, 8, 3, 3, 0, 0.003},
		{true, 8, 3, 3, 0, 0},
		{false, 12, 4, 3, 0, 0.001},
		{true, 12, 4, 3, 0, 0},
	}}
	w.Base = workloads.NewBase("stories", "Continue a short story about people, places and objects and report how it ends. The knobs are "+
		"the number of events, people and objects, and the filler sentences before the report. An event "+
		"must follow the plan and be possible in the world so far; the report must agree with what happened.",
		w.rungs, w.describe, w.generate)
	return w
}

// castChance is an upper bound for any fixed answer: its report must name the
// people and objects of the story in order, and all orders are equally likely.
func (r storyRung) castChance() float64 {
	p := 1.0
	for i := range r.people {
		p /= float64(len(storyPeople) - i)
	}
	for i := range r.objects {
		p /= float64(len(storyObjects) - i)
	}
	return p
}

func (r storyRung) name() string {
	switch {
	case r.tell:
		return fmt.Sprintf("tell-%d", r.events)
	case r.fillers > 0:
		return fmt.Sprintf("track-%d-far-%d", r.events, r.fillers)
	default:
		return fmt.Sprintf("track-%d", r.events)
	}
}

// describe is a rung as lists show it.
func (w *Workload) describe(r storyRung) workloads.Rung {
	doc := fmt.Sprintf("report the end after %d told events", r.events)
	tell, chance := 0.0, r.chance
	if r.tell {
		doc = fmt.Sprintf("invent %d events by plan and report the end", r.events)
		tell, chance = 1, r.castChance()
	}
	if r.fillers > 0 {
		doc += fmt.Sprintf(" and %d filler sentences", r.fillers)
	}
	return workloads.Rung{Name: r.name(), Doc: doc, Chance: chance, Knobs: map[string]float64{
		"events": float64(r.events), "people": float64(r.people), "objects": float64(r.objects),
		"fillers": float64(r.fillers), "tell": tell,
	}}
}

// generate draws an instance. The canonical form is what the prompt says,
// whatever the wording: facts and events by their meaning, or facts and plan; not
// the fillers.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	for {
		facts, events, end := r.invent(rng)
		canon := "story " + fmt.Sprint(facts)
		if r.tell {
			canon += planOf(events)
		} else {
			canon += " " + fmt.Sprint(events)
		}
		if workloads.SplitOf(canon) != split {
			continue
		}
		prompt, answer := r.write(rng, facts, events, end)
		return workloads.Instance{
			Prompt: prompt, Answer: answer, Canon: canon,
			Constraints: storyConstraints(prompt, answer),
		}
	}
}

func planOf(events []sentence) string {
	words := make([]string, len(events))
	for i, e := range events {
		words[i] = storyPlan[e.kind]
	}
	return strings.Join(words, " ")
}

// invent draws the facts, lets events happen, and reports.
func (r storyRung) invent(rng *rand.Rand) (facts, events, end []sentence) {
	w := newWorld()
	facts = r.open(rng, w)
	events = r.unfold(rng, w)
	return facts, events, w.report()
}

// open draws the opening facts and introduces them to an empty world.
func (r storyRung) open(rng *rand.Rand, w *world) (facts []sentence) {
	state := func(s sentence) {
		w.introduce(s, len(facts))
		facts = append(facts, s)
	}
	for _, p := range rng.Perm(len(storyPeople))[:r.people] {
		state(sentence{kind: personIn, person: p, place: rng.IntN(len(storyPlaces))})
	}
	for _, o := range rng.Perm(len(storyObjects))[:r.objects] {
		somebody := w.people[rng.IntN(r.people)]
		switch rng.IntN(4) {
		case 0: // lies anywhere
			state(sentence{kind: objectIn, object: o, place: rng.IntN(len(storyPlaces))})
		case 1: // lies where somebody is
			state(sentence{kind: objectIn, object: o, place: w.at[somebody]})
		default:
			state(sentence{kind: personHas, person: somebody, object: o})
		}
	}
	return facts
}

// unfold lets the events happen. None leads back to an earlier state of the
// world, so the end always differs from the start.
func (r storyRung) unfold(rng *rand.Rand, w *world) (events []sentence) {
	seen := []world{*w}
	for len(events) < r.events {
		e, next := w.happen(rng), *w
		next.apply(e, 0)
		if !slices.ContainsFunc(seen, next.sameState) {
			events, seen, *w = append(events, e), append(seen, next), next
		}
	}
	return events
}

// happen draws an event that is possible: its kind by weight among the kinds
// that can happen, then one of them. Half of the ways lead to where somebody
// else is or something lies, so that people meet and find things.
func (w *world) happen(rng *rand.Rand) sentence {
	kinds := [...]struct {
		kind   sentenceKind
		weight int
	}{{goes, 2}, {gives, 2}, {takes, 2}, {drops, 1}}
	var options [len(kinds)][]sentence
	total := 0
	for i, k := range kinds {
		options[i] = w.possible(k.kind)
		if len(options[i]) > 0 {
			total += k.weight
		}
	}
	draw := rng.IntN(total)
	for i, k := range kinds {
		if len(options[i]) == 0 {
			continue
		}
		if draw -= k.weight; draw >= 0 {
			continue
		}
		all := options[i]
		if k.kind == goes && rng.IntN(2) == 0 {
			var lively []sentence
			for _, e := range all {
				if w.lively(e.place) {
					lively = append(lively, e)
				}
			}
			if len(lively) > 0 {
				all = lively
			}
		}
		return all[rng.IntN(len(all))]
	}
	panic("workloads: unreachable")
}

// lively reports whether somebody is or something lies in the place.
func (w *world) lively(place int) bool {
	return slices.ContainsFunc(w.people, func(p int) bool { return w.at[p] == place }) ||
		slices.ContainsFunc(w.objects, func(o int) bool { return w.lies[o] == place })
}

// write puts a story into words.
func (r storyRung) write(rng *rand.Rand, facts, events, end []sentence) (prompt, answer string) {
	text := func(sentences []sentence) string {
		var b strings.Builder
		for _, s := range sentences {
			b.WriteString(" " + s.render(rng) + ".")
		}
		return b.String()
	}
	prompt = labelStory + text(facts)
	if r.tell {
		return prompt + " " + labelPlan + " " + planOf(events) + ".", text(events) + " " + labelEnd + text(end)
	}
	return prompt + text(events) + text(make([]sentence, r.fillers)) + " " + labelEnd, text(end)
}
