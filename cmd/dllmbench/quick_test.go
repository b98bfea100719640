package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// quickPlan is the plan of a quick run, shortened with a clock on which time passes only
// when it is read, and what it says.
func quickPlan(t *testing.T, step time.Duration, change func(*runCmd)) (plan *scenario.Plan, c *runCmd, said string) {
	t.Helper()
	var stderr bytes.Buffer
	con := newConsole(t.Context(), nil, nil, new(bytes.Buffer), &stderr)
	con.files = &ledger{}
	now := time.Unix(0, 0)
	con.now = func() time.Time { now = now.Add(step); return now }
	c = &runCmd{scenarioFile: scenarioFile{Quick: quickFits}}
	change(c)
	plan, models, err := c.scenarioFile.open(con, setup.Expand)
	if err == nil {
		plan.Groups = []scenario.Group{plan.Groups[0], plan.Groups[2]} // lists and sudoku
		c.fitted, err = c.fit(con, plan, models)
	}
	if err != nil {
		t.Fatal(err)
	}
	return plan, c, stderr.String()
}

// TestQuickFits: on a fast machine the quick run leaves nothing out. On a slow one it
// leaves out tasks and instances, says so, and is the same when it is continued.
func TestQuickFits(t *testing.T) {
	dir := t.TempDir()
	whole, c, said := quickPlan(t, 10*time.Millisecond, func(*runCmd) {})
	if n := len(whole.Cells()); n != 8 || said != "" || c.fitted != nil || whole.LeftOut != nil {
		t.Errorf("a fast machine has %d cells, %v: %s", n, c.fitted, said)
	}
	const slow = 50 * time.Millisecond
	plan, c, said := quickPlan(t, slow, func(c *runCmd) { c.Out = dir })
	if n := len(plan.Cells()); n != 4 || c.fitted[budgetKey] != "15s" || !strings.Contains(said, "sudoku holes-12, 20 tokens: left out, it alone would take about") || strings.Count(said, "note: ") != len(plan.LeftOut) {
		t.Errorf("a slow machine has %d cells, %v, %d notes: %s", n, c.fitted, len(plan.LeftOut), said)
	}
	con := newConsole(t.Context(), nil, nil, new(bytes.Buffer), new(bytes.Buffer))
	con.files = &ledger{}
	w, _, err := c.open(con, plan, "", nil, result.Env{})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	again, _, _ := quickPlan(t, 10*time.Millisecond, func(c *runCmd) { c.Out, c.Resume = dir, true })
	if !slices.EqualFunc(again.Cells(), plan.Cells(), func(a, b result.Cell) bool { return a.ID == b.ID }) || !slices.Equal(again.Notes(), plan.Notes()) {
		t.Errorf("continued, it has %d cells and not %d: %q", len(again.Cells()), len(plan.Cells()), again.Notes())
	}
	for i := range again.Groups {
		if a, b := again.Groups[i].Items.Len(), plan.Groups[i].Items.Len(); a != b {
			t.Errorf("continued, group %d has %d instances and not %d", i, a, b)
		}
	}
	if all, c, said := quickPlan(t, slow, func(c *runCmd) { c.Quick = quickWhole }); len(all.Cells()) != 8 || c.fitted != nil || said != "" {
		t.Errorf("--quick=full has %d cells: %s", len(all.Cells()), said)
	}
}
