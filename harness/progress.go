package harness

import (
	"time"

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
	now         Progress
	groups      [][]result.Cell
	group       map[string]int // place of a cell's group in groups, by cell id
	all         map[string]int // visits of a cell
	left        map[string]int // visits to do by cell id
	warm        map[string]int // warm-up batches to do by cell id
	cells       map[string]result.Cell
	work        map[string]float64 // of one batch by cell id
	spent       map[string]*spent  // by each of the likenesses of a cell
	written     map[string]*written
}

// written are useful tokens and the time that they took.
type written struct {
	tokens int
	wall   time.Duration
}

// spent is time and the work that was done in it.
type spent struct{ seconds, work float64 }

// likenesses names the sets of cells by which the time of a cell is guessed,
// the closest first: the cell alone, its decoder on the same weights, its
// decoder, all cells.
func likenesses(c result.Cell) [4]string {
	return [4]string{"cell " + c.ID, "weights " + c.Weights + " " + c.Engine, "decoder " + c.Engine, ""}
}

func newMeter(plan *scenario.Plan, done *records, opt Options) *meter {
	m := &meter{opt: opt, start: opt.Now(), group: map[string]int{}, all: map[string]int{}, left: map[string]int{}, warm: map[string]int{},
		cells: map[string]result.Cell{}, work: map[string]float64{}, spent: map[string]*spent{}, written: map[string]*written{}}
	m.now.Groups = len(plan.Groups)
	for i := range plan.Groups {
		g := &plan.Groups[i]
		m.groups = append(m.groups, g.Cells)
		for _, c := range g.Cells {
			m.cells[c.ID], m.work[c.ID], m.group[c.ID] = c, work(g, c), i
			m.now.Cells++
		}
		todo := false
		for _, v := range schedule(g, plan.Scenario.Seed) {
			m.now.Visits++
			m.all[g.Cells[v.cell].ID]++
			if done.done(g, v) {
				m.now.VisitsDone++
			} else {
				m.left[g.Cells[v.cell].ID]++
				todo = true
			}
		}
		if todo {
			for _, c := range g.Cells {
				m.warm[c.ID] = plan.Scenario.Measurement.Warmup
			}
		}
	}
	m.now.CellsDone = m.now.Cells - len(m.left)
	return m
}

// took notes how long a batch took, timed or warm-up.
func (m *meter) took(c result.Cell, wall time.Duration) {
	for _, key := range likenesses(c) {
		if m.spent[key] == nil {
			m.spent[key] = &spent{}
		}
		m.spent[key].seconds += wall.Seconds()
		m.spent[key].work += m.work[c.ID]
	}
}

// warmed notes a warm-up batch.
func (m *meter) warmed(c result.Cell, wall time.Duration) {
	m.took(c, wall)
	m.warm[c.ID]--
}

// visited counts a timed batch.
func (m *meter) visited(c result.Cell, wall time.Duration) {
	m.took(c, wall)
	m.skip(c)
}

// wrote notes the useful tokens of a timed batch that succeeded.
func (m *meter) wrote(c result.Cell, tokens int, wall time.Duration) {
	w := m.written[c.ID]
	if w == nil {
		w = &written{}
		m.written[c.ID] = w
	}
	w.tokens, w.wall = w.tokens+tokens, w.wall+wall
}

// skip counts a timed batch as done without a measurement.
func (m *meter) skip(c result.Cell) {
	m.now.VisitsDone++
	if m.left[c.ID]--; m.left[c.ID] == 0 {
		delete(m.left, c.ID)
		m.now.CellsDone++
	}
}

// estimate is the time for all batches that are left, warm-up included: by
// their work, at the speed of the most alike cells that have run.
func (m *meter) estimate() time.Duration {
	if len(m.spent) == 0 {
		return -1
	}
	var seconds float64
	for _, c := range m.cells {
		seconds += m.estimateCell(c)
	}
	return time.Duration(seconds * float64(time.Second))
}

// estimateCell is the same in seconds for one cell, once anything has run.
func (m *meter) estimateCell(c result.Cell) float64 {
	n := m.left[c.ID] + max(0, m.warm[c.ID])
	for _, key := range likenesses(c) {
		if s := m.spent[key]; s != nil {
			return s.seconds / s.work * m.work[c.ID] * float64(n)
		}
	}
	return 0
}

// turns are the cells that run in turns with a cell.
func (m *meter) turns(c result.Cell) []CellProgress {
	cells := m.groups[m.group[c.ID]]
	list := make([]CellProgress, len(cells))
	for i, c := range cells {
		p := CellProgress{Cell: c, Visits: m.all[c.ID], VisitsDone: m.all[c.ID] - m.left[c.ID], Left: -1}
		if len(m.spent) > 0 {
			p.Left = time.Duration(m.estimateCell(c) * float64(time.Second))
		}
		if w := m.written[c.ID]; w != nil && w.wall > 0 {
			rate := float64(w.tokens) / w.wall.Seconds()
			p.TokensPerSec = &rate
		}
		list[i] = p
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
	m.now.Phase, m.now.Cell, m.now.Elapsed, m.now.Left = phase, c, now.Sub(m.start), m.estimate()
	m.now.Group, m.now.Turns = 0, nil
	if phase != "done" {
		m.now.Group, m.now.Turns = m.group[c.ID]+1, m.turns(c)
	}
	m.opt.Progress(m.now)
}

func (m *meter) finish() { m.show("done", result.Cell{}) }
