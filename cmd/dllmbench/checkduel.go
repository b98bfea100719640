package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/duel"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/measure"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
	"dllmbench/harness/worker"
	"dllmbench/reports/terminal"
)

// rival finds or builds the other program; clean removes what was built.
func (c *checkCmd) rival(con *console) (side gate.Side, start duel.Starter, clean func(), err error) {
	if c.AgainstBinary != "" {
		binary := c.AgainstBinary
		if _, err := os.Stat(binary); err == nil && filepath.Base(binary) == binary { // a file here goes before commands
			binary = "." + string(filepath.Separator) + binary
		}
		path, err := exec.LookPath(binary)
		if err != nil {
			err = exit.Errorf(exit.Setup, "--against-binary: %w", err)
		}
		return gate.Side{Name: c.AgainstBinary, Binary: measure.FileHash(path)}, starter(binary), func() {}, err
	}
	fmt.Fprintf(con.stderr, "building %s\n", c.Against)
	binary, commit, clean, err := duel.Build(con.ctx, c.Against)
	if err != nil {
		err = exit.With(exit.Setup, fmt.Errorf("--against %s: %w", c.Against, err))
	}
	return gate.Side{Name: c.Against, Git: commit, Binary: measure.FileHash(binary)}, starter(binary), clean, err
}

// starter starts workers of a binary, or of this program for "".
func starter(binary string, args ...string) duel.Starter {
	return func(ctx context.Context) (*worker.Client, error) {
		cmd, err := setup.Worker(binary, args...)
		if err != nil {
			return nil, err
		}
		return worker.Start(ctx, cmd, worker.Limits{})
	}
}

// against times this program against another one and adds what was found.
func (c *checkCmd) against(con *console, plan *scenario.Plan, report *gate.Report) error {
	other, start, clean, err := c.rival(con)
	defer clean()
	if err != nil {
		return err
	}
	out, err := c.duel(con, plan, [2]duel.Starter{start, starter("")}, plan.Scenario.Seed, func(blocks int, block time.Duration) {
		fmt.Fprintf(con.stderr, "timing takes about %s (%s of %s)\n", roughly(time.Duration(blocks)*block), lists.Count(blocks, "block"), roughly(block))
	})
	var side *duel.SideError
	if errors.As(err, &side) && side.Side == 0 {
		return exit.Errorf(exit.Setup, "%s cannot be timed: %s", other.Name, duel.TooOld(side.Err))
	} else if err != nil {
		return setup.Failed(err, "nothing was kept")
	}
	if report.Old.Name != "" {
		report.Notes = append(report.Notes, "Counters: "+report.Old.Name+".")
	}
	report.Old = other
	report.Old.Kernel = out.Hello[0].Kernel
	note := fmt.Sprintf("Times: this program against %s, in %s of two new processes each.", other.Name, lists.Count(out.Blocks, "block"))
	if out.Blocks == 0 {
		note = fmt.Sprintf("Times against %s were not taken.", other.Name)
	}
	report.Notes = append(report.Notes, note)
	if out.WeightsAlone {
		report.Notes = append(report.Notes, other.Name+" knows models by their weights alone, and these are equal: whether configuration and tokenizer are is not known.")
	}
	report.Findings = append(report.Findings, duel.Findings(plan, out, other.Name, c.policy())...)
	return nil
}

// enough refuses a number of blocks of which no verdict is possible.
func (c *checkCmd) enough(plan *scenario.Plan) error {
	cells := len(plan.Cells())
	if least := stats.MinBlocks(c.Alpha, cells); c.Blocks > 0 && c.Blocks < least {
		return exit.Errorf(exit.Usage, "--blocks is %d; %s at α = %g need at least %d", c.Blocks, lists.Count(cells, "cell"), c.Alpha, least)
	}
	return nil
}

// duel interleaves two programs on the cells of a plan.
func (c *checkCmd) duel(con *console, plan *scenario.Plan, sides [2]duel.Starter, seed uint64, planned func(int, time.Duration)) (*duel.Outcome, error) {
	least := stats.MinBlocks(c.Alpha, len(plan.Cells()))
	show := terminal.NewDisplay(c.Progress, con.stderr, con.now)
	defer show.Finish()
	stopped, stop := setup.Watch(con.now)
	defer stop()
	start := con.now()
	return duel.Run(con.ctx, plan, duel.Options{Sides: sides, Time: c.Time, Least: least, Blocks: c.Blocks, CountersOnly: c.Times == string(gate.NoTimes), Seed: seed, Now: con.now, Stopped: stopped, Planned: planned,
		Progress: func(n, of int) {
			elapsed := con.now().Sub(start)
			left := time.Duration(-1) // unknown before the first
			if n > 0 {
				left = elapsed / time.Duration(n) * time.Duration(of-n)
			}
			show.Update(terminal.Step{Done: n, Total: of, Elapsed: elapsed, Left: left, Now: "blocks of both programs in turn"})
		}})
}
