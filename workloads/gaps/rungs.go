package gaps

import (
	"dllmbench/workloads"
)

// rung is a rung of the ladder: what is cut, and where.
type rung struct {
	name, doc string
	source    int      // index in sources
	rungs     []string // of the source, all equally likely
	at        int      // the first sentence that is taken out; in functions the place is drawn
	parts     int      // sentences or lines that are taken out
	chance    float64  // see docs/workloads-gaps.md

	from []int // the rungs by index
}

// code reports whether a function is cut, not a text.
func (r *rung) code() bool { return r.source == fromCode }

// find looks the rungs of the source up.
func (r *rung) find(all []source) {
	var err error
	if r.from, err = workloads.RungsNamed(all[r.source], r.rungs...); err != nil {
		panic("gaps: " + err.Error())
	}
}

// ladder lists the rungs, the shortest gaps first.
func ladder() []rung {
	return []rung{
		{name: "count-1", doc: "a gain or a loss between the total and another one", source: fromWorld, rungs: []string{"count-2-b"}, at: 1, parts: 1, chance: 0.38},
		{name: "code-1", doc: "part of a function", source: fromCode, rungs: []string{"loop", "text", "build", "nest"}, parts: 1, chance: 0.2},
		{name: "story-1", doc: "the second of four events and the report", source: fromStories, rungs: []string{"tell-4"}, at: 1, parts: 1, chance: 0.41},
		{name: "title-1", doc: "the first of three verses, before those that spell the title with it", source: fromWorld, rungs: []string{"title-3-l"}, at: 0, parts: 1, chance: 0.27},
		{name: "story-2", doc: "the second and third of four events and the report", source: fromStories, rungs: []string{"tell-4"}, at: 1, parts: 2, chance: 0.16},
		{name: "count-2", doc: "the middle of four gains and losses behind the total", source: fromWorld, rungs: []string{"count-4-b"}, at: 2, parts: 2, chance: 0.155},
		{name: "cast-2", doc: "the middle of four scenes, with the number of people behind them", source: fromWorld, rungs: []string{"cast-4-l"}, at: 1, parts: 2, chance: 0.37},
		{name: "tale-2", doc: "two gains or losses before a clue, the total and the hero", source: fromWorld, rungs: []string{"tale-5-l"}, at: 0, parts: 2, chance: 0.25},
		{name: "code-2", doc: "part of a function", source: fromCode, rungs: []string{"loop", "text", "build", "nest"}, parts: 2, chance: 0.07},
		{name: "poem-2", doc: "the first two of four verses, before those that rhyme with them, rhymes and title", source: fromWorld, rungs: []string{"poem-4-l"}, at: 0, parts: 2, chance: 0.1},
		{name: "story-4", doc: "events three to six of eight and the report", source: fromStories, rungs: []string{"tell-8"}, at: 2, parts: 4, chance: 0.024},
		{name: "code-4", doc: "part of a function", source: fromCode, rungs: []string{"build", "nest", "long", "pipe-2"}, parts: 4, chance: 0.054},
		{name: "story-8", doc: "events three to ten of twelve and the report", source: fromStories, rungs: []string{"tell-12"}, at: 2, parts: 8, chance: 0.0002},
		{name: "code-8", doc: "part of a function", source: fromCode, rungs: []string{"long", "pipe-2", "pipe-4"}, parts: 8, chance: 0.023},
	}
}
