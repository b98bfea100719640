package harness

import (
	"slices"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Progress is the state of a run for people who wait for it.
type Progress struct {
	Phase      string      // "warm-up", "measure", "trace" or "done"
	Cell       result.Cell // that is running
	CellsDone  int         // cells with nothing left to do
	Cells      int
	VisitsDone int // timed batches, those of an earlier session included
	Visits     int
	Elapsed    time.Duration // of this session
	Left       time.Duration // estimate; negative while nothing is known

	Group  int            // place of the group that is running, from 1; 0 when done
	Groups int            // of the plan
	Turns  []CellProgress // the cells of that group, in the order of the plan
}

// CellProgress is the state of one cell of the group that is running.
type CellProgress struct {
	Cell         result.Cell
	VisitsDone   int // timed batches, those of an earlier session included
	Visits       int
	Left         time.Duration // estimate, warm-up included; negative while nothing is known
	TokensPerSec *float64      // useful tokens by the time of the timed batches of this session that succeeded; nil before the first
}

// meter keeps count of what is done and guesses what is left.
type meter struct {
	opt         Options
	start, last time.Time
	cells       map[string]*account // by cell id
	groups      [][]*account
	pace        pace.Pace
}

// account is what a cell has done and has to do.
type account struct {
	cell      result.Cell
	group     int           // place in groups
	all, left int           // visits, and those to do
	warm      int           // warm-up batches to do
	work      float64       // of one batch
	tokens    int           // useful ones
	wall      time.Duration // in which they were written
}

func newMeter(plan *scenario.Plan, done *records, opt Options) *meter {
	m := &meter{opt: opt, start: opt.Now(), cells: map[string]*account{}, groups: make([][]*account, len(plan.Rounds()))}
	for i, round := range plan.Rounds() {
		for _, c := range round.Cells() {
			a := &account{cell: c, group: i, work: 1}
			if w := opt.Work[c.ID]; w > 0 {
				a.work = w
			}
			m.cells[c.ID] = a
			m.groups[i] = append(m.groups[i], a)
		}
		todo := false
		for _, v := range schedule(round, plan.Scenario.Seed) {
			a := m.groups[i][v.Cell]
			a.all++
			if !done.done(round, v) {
				a.left++
				todo = true
			}
		}
		for _, a := range m.groups[i] {
			if todo {
				a.warm = plan.Scenario.Measurement.Warmup
			}
		}
	}
	return m
}

// warmed notes a warm-up batch.
func (m *meter) warmed(c result.Cell, wall time.Duration) {
	a := m.cells[c.ID]
	m.pace.Took(c, a.work, wall)
	a.warm--
}

// visited counts a timed batch.
func (m *meter) visited(c result.Cell, wall time.Duration) {
	m.pace.Took(c, m.cells[c.ID].work, wall)
	m.skip(c)
}

// wrote notes the useful tokens of a timed batch that succeeded, if they are known.
func (m *meter) wrote(c result.Cell, tokens usage.Count, wall time.Duration) {
	if n, known := tokens.Value(); known {
		a := m.cells[c.ID]
		a.tokens, a.wall = a.tokens+int(n), a.wall+wall
	}
}

// skip counts a timed batch as done without a measurement.
func (m *meter) skip(c result.Cell) { m.cells[c.ID].left-- }

// estimate is the time for all batches of some cells that are left, warm-up included,
// by their work and the pace of the most alike cells; negative before anything has run.
func (m *meter) estimate(cells ...*account) time.Duration {
	if !m.pace.Known() {
		return -1
	}
	var left time.Duration
	for _, a := range cells {
		left += m.pace.Guess(a.cell, a.work*float64(a.left+max(0, a.warm)))
	}
	return left
}

// turns are the cells of a group, which run in turns.
func (m *meter) turns(group int) []CellProgress {
	var list []CellProgress
	for _, a := range m.groups[group] {
		p := CellProgress{Cell: a.cell, Visits: a.all, VisitsDone: a.all - a.left, Left: m.estimate(a)}
		if a.wall > 0 {
			rate := float64(a.tokens) / a.wall.Seconds()
			p.TokensPerSec = &rate
		}
		list = append(list, p)
	}
	return list
}

// show tells the listener, but not more than ten times a second.
func (m *meter) show(phase string, c result.Cell) {
	now := m.opt.Now()
	if m.opt.Progress == nil || phase != "done" && !m.last.IsZero() && now.Sub(m.last) < 100*time.Millisecond {
		return
	}
	m.last = now
	p := Progress{Phase: phase, Cell: c, Cells: len(m.cells), Groups: len(m.groups), Elapsed: now.Sub(m.start), Left: m.estimate(slices.Concat(m.groups...)...)}
	for _, a := range m.cells {
		p.Visits += a.all
		p.VisitsDone += a.all - a.left
		if a.left == 0 {
			p.CellsDone++
		}
	}
	if phase != "done" {
		group := m.cells[c.ID].group
		p.Group, p.Turns = group+1, m.turns(group)
	}
	m.opt.Progress(p)
}
