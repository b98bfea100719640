package harness

import (
	"fmt"
	"time"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Progress is the state of a run for people who wait for it.
type Progress struct {
	Phase        string      // "warm-up", "measure" or "done"
	Cell         result.Cell // that is running
	CellsDone    int         // cells with nothing left to do
	Cells        int
	VisitsDone   int // timed batches, those of an earlier session included
	Visits       int
	Elapsed      time.Duration // of this session
	Left         time.Duration // estimate; negative while nothing is known
	TokensPerSec float64       // useful tokens per second of the last batch of Cell; 0 before it
}

// meter keeps count of what is done and guesses what is left.
type meter struct {
	opt         Options
	start, last time.Time
	now         Progress
	left        map[string]int // visits to do by cell id
	cells       map[string]result.Cell
	speed       map[string]*mean // seconds per visit by cell id, and per budget token by kind
	all         mean             // seconds per budget token and parameter
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum += x; m.n++ }

func (m *mean) value() float64 { return m.sum / float64(m.n) }

func newMeter(plan *scenario.Plan, done *records, opt Options) *meter {
	m := &meter{opt: opt, start: opt.Now(), left: map[string]int{}, cells: map[string]result.Cell{}, speed: map[string]*mean{}}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			m.cells[c.ID] = c
			m.now.Cells++
		}
		for _, v := range schedule(g, plan.Scenario.Measurement.Order, plan.Scenario.Seed) {
			m.now.Visits++
			if done.done(g, v) {
				m.now.VisitsDone++
			} else {
				m.left[g.Cells[v.cell].ID]++
			}
		}
	}
	m.now.CellsDone = m.now.Cells - len(m.left)
	return m
}

// kind groups cells whose time per budget token is about the same.
func kind(c result.Cell) string {
	return fmt.Sprint(c.Weights, c.Engine, c.Preset, c.Options, c.Batch, c.Threads)
}

func (m *meter) mean(key string) *mean {
	if m.speed[key] == nil {
		m.speed[key] = &mean{}
	}
	return m.speed[key]
}

// took notes how long a batch took, timed or warm-up.
func (m *meter) took(c result.Cell, wall time.Duration) {
	perToken := wall.Seconds() / float64(c.Budget)
	m.all.add(perToken / float64(max(c.Params, 1)))
	m.mean(c.ID).add(wall.Seconds())
	m.mean(kind(c)).add(perToken)
}

// visited counts a timed batch.
func (m *meter) visited(c result.Cell, wall time.Duration, useful int) {
	m.took(c, wall)
	m.now.TokensPerSec = 0
	if wall > 0 {
		m.now.TokensPerSec = float64(useful) / wall.Seconds()
	}
	m.skip(c)
}

// skip counts a timed batch as done without a measurement.
func (m *meter) skip(c result.Cell) {
	m.now.VisitsDone++
	if m.left[c.ID]--; m.left[c.ID] == 0 {
		delete(m.left, c.ID)
		m.now.CellsDone++
	}
}

// estimate is the time for all visits that are left: from the cell's own times,
// else from cells of its kind, else from all, by budget and size of the model.
func (m *meter) estimate() time.Duration {
	if m.all.n == 0 {
		return -1
	}
	var seconds float64
	for id, n := range m.left {
		c := m.cells[id]
		each := m.all.value() * float64(c.Budget) * float64(max(c.Params, 1))
		if own := m.speed[id]; own != nil {
			each = own.value()
		} else if alike := m.speed[kind(c)]; alike != nil {
			each = alike.value() * float64(c.Budget)
		}
		seconds += each * float64(n)
	}
	return time.Duration(seconds * float64(time.Second))
}

// show tells the listener, but not more than ten times a second.
func (m *meter) show(phase string, c result.Cell) {
	now := m.opt.Now()
	if m.opt.Progress == nil || phase != "done" && !m.last.IsZero() && now.Sub(m.last) < 100*time.Millisecond {
		return
	}
	if c.ID != m.now.Cell.ID {
		m.now.TokensPerSec = 0
	}
	m.last = now
	m.now.Phase, m.now.Cell, m.now.Elapsed, m.now.Left = phase, c, now.Sub(m.start), m.estimate()
	m.opt.Progress(m.now)
}

func (m *meter) finish() { m.show("done", result.Cell{}) }
