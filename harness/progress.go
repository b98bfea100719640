package harness

import (
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
	warm        map[string]int // warm-up batches to do by cell id
	cells       map[string]result.Cell
	work        map[string]float64 // of one batch by cell id
	spent       map[string]*spent  // by each of the likenesses of a cell
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
	m := &meter{opt: opt, start: opt.Now(), left: map[string]int{}, warm: map[string]int{},
		cells: map[string]result.Cell{}, work: map[string]float64{}, spent: map[string]*spent{}}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			m.cells[c.ID], m.work[c.ID] = c, work(g, c)
			m.now.Cells++
		}
		todo := false
		for _, v := range schedule(g, plan.Scenario.Seed) {
			m.now.Visits++
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

// estimate is the time for all batches that are left, warm-up included: by
// their work, at the speed of the most alike cells that have run.
func (m *meter) estimate() time.Duration {
	if len(m.spent) == 0 {
		return -1
	}
	var seconds float64
	for id, c := range m.cells {
		n := m.left[id] + max(0, m.warm[id])
		for _, key := range likenesses(c) {
			if s := m.spent[key]; s != nil {
				seconds += s.seconds / s.work * m.work[id] * float64(n)
				break
			}
		}
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
