package main

import (
	"fmt"
	"os"
	"path/filepath"

	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/harness/load"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"
)

// levels runs the plan in closed loops of 1, 2, 4, … clients, each in a folder of its own,
// until no decoder gets through more requests with more of them, and renders the first run
// with the others beside it.
func (c *runCmd) levels(con *console, plan *scenario.Plan, models *library.Shelf) error {
	base := c.Out
	if base == "" {
		var err error
		if base, err = folder.Fresh(c.fresh); err != nil {
			return exit.With(exit.Execution, err)
		}
	}
	least := 0 // requests of the smallest session
	for _, round := range plan.Rounds() {
		for _, g := range round {
			if n := g.Items.Len(); least == 0 || n < least {
				least = n
			}
		}
	}
	var done []string
	var last error
	var sweep load.Sweep
	for clients := 1; clients <= c.sweep; clients *= 2 {
		if 2*clients > least && clients > 1 {
			fmt.Fprintf(con.stderr, "sweep: ended before %d clients, because the smallest task has %d requests and each client has to send two; more instances take it further\n", clients, least)
			break
		}
		level := *c
		level.base, level.Out = base, filepath.Join(base, fmt.Sprintf("clients-%d", clients))
		level.arrivals = &load.Process{Kind: "concurrency", Clients: clients}
		if level.Resume {
			_, err := os.Stat(filepath.Join(level.Out, folder.Results))
			level.Resume = err == nil
		}
		if err := os.MkdirAll(level.Out, 0o755); err != nil {
			return exit.With(exit.Execution, err)
		}
		whole := con.ctx
		last = level.measure(con, plan, models)
		con.ctx = whole // a level's lock ends with it
		if con.ctx.Err() != nil || exit.Code(last) == exit.Usage || exit.Code(last) == exit.Setup {
			return last
		}
		done = append(done, level.Out)
		file, err := folder.Read(level.Out)
		if err != nil {
			return err
		}
		if sweep.Saturated(file) {
			fmt.Fprintf(con.stderr, "sweep: no decoder gets through more requests with %d clients than with fewer\n", clients)
			break
		}
	}
	r := con.rendering(c.format)
	r.Beside = done[1:]
	if err := r.Render(done[0]); err != nil {
		return err
	}
	return last
}
