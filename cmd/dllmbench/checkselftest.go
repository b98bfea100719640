package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/duel"
	"dllmbench/harness/exit"
	"dllmbench/harness/lock"
	"dllmbench/harness/scenario"
	"dllmbench/harness/selftest"
	"dllmbench/reports/insert"
)

// selfTestFlags are those of check --self-test.
type selfTestFlags struct {
	SelfTest  bool      `help:"Test the gate itself: this program against itself must pass, and against itself with a planted slowdown must fail."`
	Slowdowns []percent `range:"above 0% to 1000%" default:"3%,5%,10%" help:"With --self-test: planted slowdowns, each a busy loop after every forward pass."`
	Alarms    int       `range:"0 to 10000" default:"1" help:"With --self-test: number of checks without a slowdown."`
	Planted   int       `range:"0 to 10000" default:"1" help:"With --self-test: number of checks for each slowdown."`
	Log       string    `file:"out" placeholder:"FILE" help:"With --self-test: append finished checks to this file and skip those it already has."`
	Insert    string    `file:"out" placeholder:"PAGE" help:"With --self-test: write the table into a Markdown file, between the lines {selfTestBegin} and {selfTestEnd}."`
}

// selfTestMark names the mark of --insert.
const selfTestMark = "check --self-test"

func (f *selfTestFlags) refuse() error {
	if !f.SelfTest && (f.Log != "" || f.Insert != "") {
		return exit.Errorf(exit.Usage, "--log and --insert belong to --self-test")
	}
	return nil
}

// selfTest makes all trials that the log does not hold and judges them.
func (c *checkCmd) selfTest(con *console, plan *scenario.Plan) error {
	if c.Log != "" {
		if err := os.MkdirAll(filepath.Dir(c.Log), 0o755); err != nil {
			return exit.With(exit.Execution, err)
		}
		release, err := con.locked(lock.TakeFile, c.Log)
		if err != nil {
			return err
		}
		defer release()
	}
	log, err := selftest.OpenLog(c.Log, plan.SHA256)
	if err != nil {
		return err
	}
	defer log.Close()
	var slowdowns []float64
	for _, s := range c.Slowdowns {
		slowdowns = append(slowdowns, float64(s))
	}
	told := false
	todo := selftest.Planned(slowdowns, c.Alarms, c.Planted)
	all, err := selftest.Run(todo, log, con.stderr, func(t selftest.Trial, left int) (selftest.Trial, error) {
		return c.trial(con, plan, t, func(blocks int, block time.Duration) {
			if each := time.Duration(blocks) * block; !told {
				told = true
				fmt.Fprintf(con.stderr, "a check takes about %s (%d blocks of %s), the %d that are left about %s\n", roughly(each), blocks, roughly(block), left, roughly(time.Duration(left)*each))
			}
		})
	})
	text := selftest.Table(all)
	if len(all) > 0 {
		fmt.Fprint(con.stdout, text)
		fmt.Fprintln(con.stdout, "\n"+selftest.Sees(all, float64(c.Noise)))
	}
	if err != nil {
		kept := "kept in no file; give --log FILE to go on later"
		if c.Log != "" {
			kept = "kept in " + c.Log
		}
		return setup.Failed(err, fmt.Sprintf("%d of %d checks are finished, %s", len(all), len(todo), kept))
	}
	if c.Insert != "" {
		first, last := all[0].Started, all[len(all)-1].Started
		body := fmt.Sprintf("%s\n%.10s to %.10s, α = %g.\n", text, first, last, all[0].Alpha)
		err := insert.Change(c.Insert, func(page []byte) ([]byte, error) { return insert.MarkOf(selfTestMark).Insert(page, body) })
		if err != nil {
			return err
		}
	}
	return selftest.Judge(all)
}

// trial runs one check. Both sides watch their passes in the same way; the new
// one wastes time after each.
func (c *checkCmd) trial(con *console, plan *scenario.Plan, t selftest.Trial, planned func(int, time.Duration)) (selftest.Trial, error) {
	began := con.now()
	out, err := c.duel(con, plan, [2]duel.Starter{
		starter("", "--slowdown", "0"),
		starter("", "--slowdown", strconv.FormatFloat(t.Slowdown, 'g', -1, 64)),
	}, t.Seed(plan.Scenario.Seed), planned)
	if err != nil {
		return t, err
	}
	t.Scenario, t.Started, t.Seconds = plan.SHA256, began.Format(time.RFC3339), con.now().Sub(began).Seconds()
	t.Blocks, t.Alpha = out.Blocks, c.Alpha
	return t, t.Judge(duel.Findings(plan, out, "itself", c.policy()))
}
