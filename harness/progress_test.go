package harness

import (
	"slices"
	"testing"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// costWork is the work of the cells of costPlan: passes × (rows + reading the
// weights), and prompts, times the parameters.
func costWork(p *scenario.Plan) map[string]float64 {
	work := map[string]float64{}
	for _, g := range p.Groups {
		n, prompt := g.Budget, g.Items.PromptLen(0)
		for i, rows := range []int{n*(1+8) + prompt, 4 * (n + 8 + prompt), n * (n + 8 + prompt), n*(8+8) + prompt} {
			work[g.Cells[i].ID] = float64(rows) * float64(g.Cells[i].Params)
		}
	}
	return work
}

// costPlan is a small trained group followed by a cost-only group of 20 times
// the parameters, both with a decoder of each kind.
func costPlan(budget int) *scenario.Plan {
	group := func(kind string, params int64, budget, prompt int) scenario.Group {
		g := scenario.Group{Budget: budget, Batch: 1, Repeats: 1, Order: scenario.Paired, Items: scenario.Listed(scenario.Item{ID: kind, Prompt: make([]int32, prompt)})}
		for _, c := range []result.Cell{
			{Engine: "autoregressive", Cache: "exact"},
			{Engine: "diffusion", Cache: "none", Options: map[string]any{"steps": 4}},
			{Engine: "diffusion", Cache: "none", Options: map[string]any{"steps": 0}},
			{Engine: "block", Cache: "exact", Options: map[string]any{"steps_per_block": 0, "block_length": 8}},
		} {
			c.ID = kind + string(rune('a'+len(g.Cells)))
			c.Weights, c.Params, c.Budget, c.Batch = kind, params, budget, 1
			g.Cells = append(g.Cells, c)
		}
		return g
	}
	return &scenario.Plan{
		Scenario: &scenario.Scenario{Measurement: scenario.Measurement{Warmup: 1, Order: scenario.Paired}},
		Groups:   []scenario.Group{group("trained", 1_000_000, 16, 16), group("cost", 20_000_000, budget, 32)},
	}
}

// TestTimeLeftBeforeCostCells checks that cost-only cells that have not run
// count for what they are likely to take, warm-up included.
func TestTimeLeftBeforeCostCells(t *testing.T) {
	left := func(budget int) time.Duration {
		p := costPlan(budget)
		m := newMeter(p, &records{at: map[result.Key]int{}}, Options{Now: newClock().Now, Work: costWork(p)})
		if m.estimate(slices.Concat(m.groups...)...) >= 0 {
			t.Fatal("an estimate without any measurement")
		}
		// Every cell of the first group runs at 50 ps for a row and parameter.
		for _, c := range p.Groups[0].Cells {
			wall := time.Duration(m.cells[c.ID].work * 50e-12 * float64(time.Second))
			m.warmed(c, wall)
			m.visited(c, wall)
			m.visited(c, wall)
		}
		return m.estimate(slices.Concat(m.groups...)...)
	}
	// 64 tokens on 20 million parameters: a row takes 1 ms, and every cell runs
	// three times.
	rows := 64*(1+8) + 32 + 4*(64+8+32) + 64*(64+8+32) + 64*(8+8) + 32
	want := 3 * time.Duration(rows) * time.Millisecond
	if got := left(64); got < want*99/100 || got > want*101/100 {
		t.Errorf("%v left, want %v", got, want)
	}
	// With a step for each token, the full canvas grows with the square.
	if small, large := left(64), left(256); large < 6*small {
		t.Errorf("%v for 64 tokens and %v for 256", small, large)
	}
}

// TestTimeLeftPrefersTheCellItself checks that measured times beat guesses.
func TestTimeLeftPrefersTheCellItself(t *testing.T) {
	p := costPlan(64)
	m := newMeter(p, &records{at: map[result.Key]int{}}, Options{Now: newClock().Now, Work: costWork(p)})
	for _, g := range p.Groups {
		for _, c := range g.Cells {
			m.warmed(c, 7*time.Second)
		}
	}
	if got, want := m.estimate(slices.Concat(m.groups...)...), 2*8*7*time.Second; (got - want).Abs() > time.Millisecond {
		t.Errorf("%v left, want %v", got, want)
	}
	for _, g := range p.Groups {
		for _, c := range g.Cells {
			m.skip(c)
			m.skip(c)
		}
	}
	if got := m.estimate(slices.Concat(m.groups...)...); got != 0 {
		t.Errorf("%v left with nothing to do", got)
	}
}

// TestTurns follows the cells of the group that is running.
func TestTurns(t *testing.T) {
	p := costPlan(64)
	var got Progress
	clock := newClock()
	m := newMeter(p, &records{at: map[result.Key]int{}}, Options{Now: clock.Now, Work: costWork(p), Progress: func(p Progress) { got = p }})
	first, second := p.Groups[0].Cells[0], p.Groups[0].Cells[1]
	m.show("warm-up", first)
	if got.Group != 1 || got.Groups != 2 || len(got.Turns) != 4 {
		t.Fatalf("group %d of %d, %d cells", got.Group, got.Groups, len(got.Turns))
	}
	if c := got.Turns[0]; c.Left >= 0 || c.TokensPerSec != nil || c.VisitsDone != 0 || c.Visits != 2 {
		t.Errorf("before anything ran: %+v", c)
	}
	m.warmed(first, 3*time.Second)
	m.wrote(first, usage.Known(20), 3*time.Second)
	m.visited(first, 3*time.Second)
	m.warmed(second, 5*time.Second)
	m.visited(second, 5*time.Second) // it failed
	m.last = time.Time{}
	m.show("measure", second)
	if c := got.Turns[0]; c.VisitsDone != 1 || (c.Left-3*time.Second).Abs() > time.Millisecond || c.TokensPerSec == nil || *c.TokensPerSec != 20./3 {
		t.Errorf("the first cell: %+v", c)
	}
	if c := got.Turns[1]; c.VisitsDone != 1 || (c.Left-5*time.Second).Abs() > time.Millisecond || c.TokensPerSec != nil {
		t.Errorf("the second cell, which wrote nothing: %+v", c)
	}
	m.show("done", result.Cell{})
	if got.Phase != "done" || got.Group != 0 || got.Turns != nil {
		t.Errorf("at the end: %+v", got)
	}
}
