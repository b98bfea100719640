package claims

import (
	"maps"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// draws is the number of bootstrap resamples behind an interval of a verdict.
const draws = 4000

// index is what a run measured, by experiment and place.
type index struct {
	file   *result.File
	boot   *stats.Bootstrap
	groups []*Group
}

// Cell is a cell that may be used, with its usable requests.
type Cell struct {
	result.Cell
	Runs   map[string][]*result.Request // by instance, in order of repetition
	Traces []*trace.Trace
}

// Group is the cells of one place and one experiment, in the scenario's order.
type Group struct {
	place.Place
	Experiment string
	Chance     float64            // exact-match rate without solving the task; 0 for cost-only cells
	Knobs      map[string]float64 // of the rung
	Cells      []*Cell
}

// newIndex indexes a run. Cells that a validity record forbids, and cells
// without a usable request, are left out.
func newIndex(file *result.File, traces []trace.Trace) *index {
	ev := &index{file: file, boot: stats.NewBootstrap(draws, file.Header.Seed)}
	byID := map[string]*Cell{}
	for _, c := range file.Header.Cells {
		byID[c.ID] = &Cell{Cell: c, Runs: map[string][]*result.Request{}}
	}
	for _, v := range file.Validity {
		if !v.Valid {
			delete(byID, v.Cell)
		}
	}
	for i := range file.Requests {
		q := &file.Requests[i]
		if c := byID[q.Cell]; c != nil && place.Usable(q) {
			c.Runs[q.Instance] = append(c.Runs[q.Instance], q)
		}
	}
	for i := range traces {
		if c := byID[traces[i].Cell]; c != nil {
			c.Traces = append(c.Traces, &traces[i])
		}
	}
	for _, planned := range file.Header.Cells {
		c := byID[planned.ID]
		if c == nil || len(c.Runs) == 0 {
			continue
		}
		for _, runs := range c.Runs {
			slices.SortFunc(runs, func(a, b *result.Request) int { return a.Repetition - b.Repetition })
		}
		for _, experiment := range c.Experiments {
			ev.add(experiment, c)
		}
	}
	return ev
}

// add puts a cell into its group.
func (ev *index) add(experiment string, c *Cell) {
	p := place.Of(c.Cell)
	i := slices.IndexFunc(ev.groups, func(g *Group) bool { return g.Place == p && g.Experiment == experiment })
	if i < 0 {
		i = len(ev.groups)
		ev.groups = append(ev.groups, &Group{Place: p, Experiment: experiment, Chance: c.chance(), Knobs: c.Knobs})
	}
	ev.groups[i].Cells = append(ev.groups[i].Cells, c)
}

// Find lists the groups of the named experiments, in the scenario's order.
func (ev *index) Find(experiments ...string) []*Group {
	return lists.Keep(ev.groups, func(g *Group) bool { return slices.Contains(experiments, g.Experiment) })
}

// chance is the exact-match rate without solving the cell's task, 0 for cost-only cells.
func (c *Cell) chance() float64 {
	if c.Chance == nil {
		return 0
	}
	return *c.Chance
}

// where names the place of the cell, for sentences.
func (c *Cell) where() string { return place.Of(c.Cell).String() }

// Title is the label of the cell's engine with its swept options.
func (c *Cell) Title() string { return place.Decoder(c.Cell) }

// Labelled lists the cells of the engine with this label.
func (g *Group) Labelled(label string) []*Cell { return cellsOf([]*Group{g}, label) }

// Instances lists the instances of the cell, sorted.
func (c *Cell) Instances() []string { return slices.Sorted(maps.Keys(c.Runs)) }
