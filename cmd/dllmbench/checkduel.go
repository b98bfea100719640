package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/duel"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
	"dllmbench/harness/worker"
	"dllmbench/reports/terminal"
)

// rival is the other program of a check.
type rival struct {
	name  string // as the user named it
	git   string // commit, "" when unknown
	start duel.Starter
}

// rival finds or builds the other program; clean removes what was built.
func (c *checkCmd) rival(con *console) (r rival, clean func(), err error) {
	if c.AgainstBinary != "" {
		if _, err := exec.LookPath(c.AgainstBinary); err != nil {
			return r, func() {}, exit.Errorf(exit.Setup, "--against-binary: %w", err)
		}
		return rival{name: c.AgainstBinary, start: starter(c.AgainstBinary)}, func() {}, nil
	}
	fmt.Fprintf(con.stderr, "building %s\n", c.Against)
	binary, commit, clean, err := duel.Build(con.ctx, c.Against)
	if err != nil {
		err = exit.With(exit.Setup, fmt.Errorf("--against %s: %w", c.Against, err))
	}
	return rival{name: c.Against, git: commit, start: starter(binary)}, clean, err
}

// starter starts workers of a binary.
func starter(binary string, args ...string) duel.Starter {
	return func(ctx context.Context) (*worker.Client, error) {
		cmd := setup.Worker(binary)
		cmd.Args = append(cmd.Args, args...)
		return worker.Start(ctx, cmd, worker.Limits{})
	}
}

// ownBinary is the path of this program.
func ownBinary() (string, error) {
	path, err := os.Executable()
	return path, exit.With(exit.Setup, err)
}

// against times this program against another one and adds what was found.
func (c *checkCmd) against(con *console, s *scenario.Scenario, plan *scenario.Plan, report *gate.Report) error {
	own, err := ownBinary()
	if err != nil {
		return err
	}
	other, clean, err := c.rival(con)
	defer clean()
	if err != nil {
		return err
	}
	out, err := c.duel(con, s, plan, [2]duel.Starter{other.start, starter(own)}, s.Seed)
	var side *duel.SideError
	if errors.As(err, &side) && side.Side == 0 {
		return exit.Errorf(exit.Setup, "%s cannot be timed: %s", other.name, duel.TooOld(side.Err))
	} else if err != nil {
		return setup.Failed(err, "nothing was kept")
	}
	if report.Old.Name != "" {
		report.Notes = append(report.Notes, "Counters: "+report.Old.Name+".")
	}
	report.Old = gate.Side{Name: other.name, Git: other.git, Kernel: out.Hello[0].Kernel, Binary: out.Hello[0].BinarySHA256}
	report.Notes = append(report.Notes, fmt.Sprintf("Times: this program against %s, in %d blocks of two new processes each.", other.name, out.Blocks))
	report.Findings = append(report.Findings, duel.Findings(plan, out, other.name, c.policy())...)
	return nil
}

// enough refuses a number of blocks of which no verdict is possible.
func (c *checkCmd) enough(plan *scenario.Plan) error {
	cells := len(plan.Cells())
	if least := stats.MinBlocks(c.Alpha, cells); c.Blocks > 0 && c.Blocks < least {
		return exit.Errorf(exit.Usage, "--blocks is %d; %d cells at α = %g need at least %d", c.Blocks, cells, c.Alpha, least)
	}
	return nil
}

// duel interleaves two programs on the cells of a plan.
func (c *checkCmd) duel(con *console, s *scenario.Scenario, plan *scenario.Plan, sides [2]duel.Starter, seed uint64) (*duel.Outcome, error) {
	least := stats.MinBlocks(c.Alpha, len(plan.Cells()))
	show := terminal.NewDisplay(c.Progress, con.stderr, con.now)
	defer show.Finish()
	start := con.now()
	return duel.Run(con.ctx, plan, duel.Options{Sides: sides, Time: c.Time, Least: least, Blocks: c.Blocks, Seed: seed, Now: con.now,
		Progress: func(n, of int) {
			elapsed := con.now().Sub(start)
			var left time.Duration
			if n > 0 {
				left = elapsed / time.Duration(n) * time.Duration(of-n)
			}
			show.Update(terminal.Step{Done: n, Total: of, Elapsed: elapsed, Left: left, Now: "blocks of both programs in turn"})
		}})
}
