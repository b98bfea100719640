package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"

	"github.com/alecthomas/kong"
)

// quickness is the value of --quick: 0 where it is not given.
type quickness uint8

const (
	quickFits  quickness = iota + 1 // as much as the machine does in quickTime
	quickWhole                      // --quick=full
)

// IsBool says that the flag stands without a value.
func (q *quickness) IsBool() bool { return true }

// Decode reads the flag.
func (q *quickness) Decode(ctx *kong.DecodeContext) error {
	*q = quickFits
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	if value := ctx.Scan.Pop().String(); value != "full" {
		return fmt.Errorf("%q is no value of it; give it alone, or as --quick=full", value)
	}
	*q = quickWhole
	return nil
}

// How long the quick run measures.
const (
	quickTime      = 15 * time.Second
	quickSlack     = 4.0 / 3 // forecasts are off by about a third: what may take up to so much more stays whole
	quickProbe     = time.Second
	quickInstances = 6 // of a task: the fewest pairs that have an interval
)

// scales reports whether the run is the quick one, which fits itself to the machine. A
// part of a run does not, since its parts run on several machines, nor does a load.
func (c *runCmd) scales() bool {
	return c.Quick == quickFits && c.Scenario == "" && c.Budget == 0 && c.Shard == "" && c.arrivals == nil
}

// shorten leaves out of the quick scenario what does not fit into its time on this
// machine, by a forecast, and notes it in the plan. A run that is continued leaves out
// what it left out when it began.
func (c *runCmd) shorten(con *console, plan *scenario.Plan, models *library.Shelf) (map[string]string, error) {
	if c.Resume {
		return c.shortenedBefore(plan)
	}
	f, err := setup.Forecast(con.ctx, con.now, plan, setup.Counter(models, con.now), quickProbe)
	if err != nil {
		return nil, err
	}
	whole := f.Total(1)
	if whole.Seconds() <= quickSlack*quickTime.Seconds() {
		return nil, nil
	}
	s := f.Shorten(quickTime, quickInstances)
	notes := []string{fmt.Sprintf("the whole quick scenario would take about %s on this machine, so it was cut to about %s; run --quick=full leaves nothing out", roughly(whole), roughly(f.Total(1)))}
	for i, g := range s.Groups {
		notes = append(notes, fmt.Sprintf("%s, %d tokens: left out, it alone would take about %s", taskOf(g.Cells[0]), g.Budget, roughly(s.Times[i])))
	}
	for _, l := range s.Fewer {
		notes = append(notes, fmt.Sprintf("%s, %d tokens: %d of %d instances", taskOf(l.Group.Cells[0]), l.Group.Budget, l.Now, l.Of))
	}
	plan.LeftOut = append(plan.LeftOut, notes...)
	for _, note := range notes {
		fmt.Fprintf(con.stderr, "note: %s\n", note)
	}
	return map[string]string{budgetKey: quickTime.String(), scaleKey: strconv.FormatFloat(s.Factor, 'g', -1, 64)}, nil
}

// shortenedBefore makes a plan what it was when the run began.
func (c *runCmd) shortenedBefore(plan *scenario.Plan) (map[string]string, error) {
	old, factor, err := c.begun()
	if err != nil || factor == 0 {
		return nil, err
	}
	plan.Groups = slices.DeleteFunc(plan.Groups, func(g scenario.Group) bool {
		return !slices.ContainsFunc(old.Cells, func(c result.Cell) bool { return c.ID == g.Cells[0].ID })
	})
	plan.Scale(factor)
	for _, note := range old.LeftOut {
		plan.LeftOut = lists.With(plan.LeftOut, note)
	}
	return map[string]string{budgetKey: old.Metadata[budgetKey], scaleKey: old.Metadata[scaleKey]}, nil
}

// begun is the header of the run that is continued, and by how much its work was
// scaled: 0 if it was not.
func (c *runCmd) begun() (*result.Header, float64, error) {
	old, err := result.ReadFile(filepath.Join(c.Out, folder.Results))
	if err != nil {
		return nil, 0, exit.With(exit.Setup, err)
	}
	factor, err := strconv.ParseFloat(old.Header.Metadata[scaleKey], 64)
	if err != nil || !(factor > 0) {
		factor = 0
	}
	return &old.Header, factor, nil
}
