package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dllmbench/engines/library"
	"dllmbench/harness/duel"
	"dllmbench/harness/gate"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
	"dllmbench/internal/exit"
)

// selfTestFlags are those of check --self-test.
type selfTestFlags struct {
	SelfTest  bool      `help:"Check the check: this program against itself must not trip, against itself with a planted slowdown it must."`
	Slowdowns []percent `default:"3%,5%,10%" help:"With --self-test: the planted slowdowns, each a busy loop after every forward pass."`
	Alarms    int       `default:"1" help:"With --self-test: how many checks without a slowdown."`
	Planted   int       `default:"1" help:"With --self-test: how many checks with each slowdown."`
	Log       string    `placeholder:"FILE" help:"With --self-test: keep each finished check in this file, and do not repeat those it holds."`
	Insert    string    `placeholder:"PAGE" help:"With --self-test: put the table into a Markdown file, between the lines ${selfTestBegin} and ${selfTestEnd}."`
}

// mostTrials is the largest number of checks of a kind.
const mostTrials = 10_000

func (f *selfTestFlags) refuse() error {
	if f.Alarms < 0 || f.Alarms > mostTrials || f.Planted < 0 || f.Planted > mostTrials {
		return exit.Errorf(exit.Usage, "--alarms %d, --planted %d; allowed is 0 to %d", f.Alarms, f.Planted, mostTrials)
	}
	for _, s := range f.Slowdowns {
		if s <= 0 {
			return exit.Errorf(exit.Usage, "--slowdowns: a slowdown has to be above 0")
		}
	}
	if !f.SelfTest && (f.Log != "" || f.Insert != "") {
		return exit.Errorf(exit.Usage, "--log and --insert belong to --self-test")
	}
	return nil
}

// trial is one check of the program against itself: a line of the log.
type trial struct {
	Slowdown float64   `json:"slowdown"` // planted share, 0 for none
	Number   int       `json:"number"`   // of the trials with this slowdown, from 0
	Scenario string    `json:"scenario_sha256"`
	Started  string    `json:"started"`
	Seconds  float64   `json:"seconds"`
	Blocks   int       `json:"blocks"`
	Alpha    float64   `json:"alpha"`
	Cells    []trialOf `json:"cells"`
}

// trialOf is what a trial says of one cell.
type trialOf struct {
	Cell    string       `json:"cell"`
	Verdict gate.Verdict `json:"verdict"`
	Ratio   *float64     `json:"ratio"`
	AA      *float64     `json:"aa"`
	SD      *float64     `json:"sd"` // of the log-ratios of blocks
}

// has tells whether any cell got one of the verdicts.
func (t trial) has(verdicts ...gate.Verdict) bool {
	return slices.ContainsFunc(t.Cells, func(c trialOf) bool { return slices.Contains(verdicts, c.Verdict) })
}

// alarm tells whether a trial without slowdown claims a difference.
func (t trial) alarm() bool { return t.has(gate.Regressed, gate.Improved) }

// found tells whether the check would have stopped the slower program.
func (t trial) found() bool { return t.has(gate.Regressed) }

// invalid tells whether the machine was too noisy for a verdict.
func (t trial) invalid() bool { return t.has(gate.Invalid) }

// selfTest makes all trials that the log does not hold and judges them.
func (c *checkCmd) selfTest(con *console, s *scenario.Scenario) error {
	models := &library.Shelf{}
	plan, err := expand(s, models)
	if err != nil {
		return err
	}
	if err := c.enough(plan); err != nil {
		return err
	}
	log, err := openTrials(c.Log, plan.SHA256)
	if err != nil {
		return err
	}
	defer log.close()
	todo := c.trials()
	for i, t := range todo {
		if log.has(t.Slowdown, t.Number) {
			continue
		}
		fmt.Fprintf(con.stderr, "self-test %d of %d: %s\n", i+1, len(todo), kindOf(t.Slowdown))
		done, err := c.trial(con, s, plan, t)
		if err != nil {
			return err
		}
		if err := log.add(done); err != nil {
			return exit.With(exit.Execution, err)
		}
	}
	all := log.of(todo)
	text := trialTable(all)
	fmt.Fprint(con.stdout, text)
	fmt.Fprintln(con.stdout, "\n"+c.sees(all))
	if c.Insert != "" {
		if err := insertTrials(c.Insert, text, all); err != nil {
			return err
		}
	}
	return judgeTrials(all)
}

// trials lists what is to be done, kinds in turn, so that a log that is cut off
// has some of each.
func (c *checkCmd) trials() []trial {
	var list []trial
	for n := range max(c.Alarms, c.Planted) {
		if n < c.Alarms {
			list = append(list, trial{Number: n})
		}
		if n < c.Planted {
			for _, s := range c.Slowdowns {
				list = append(list, trial{Slowdown: float64(s), Number: n})
			}
		}
	}
	return list
}

func kindOf(slowdown float64) string {
	if slowdown == 0 {
		return "identical programs"
	}
	return fmt.Sprintf("the new one %g%% slower", 100*slowdown)
}

// trial runs one check. Both sides watch their passes in the same way; the new
// one wastes time after each.
func (c *checkCmd) trial(con *console, s *scenario.Scenario, plan *scenario.Plan, t trial) (trial, error) {
	own, err := ownBinary()
	if err != nil {
		return t, err
	}
	began := con.now()
	seed := s.Seed + uint64(t.Number)<<20 + uint64(1e4*t.Slowdown)
	out, err := c.duel(con, s, plan, [2]duel.Starter{
		starter(own, "--slowdown", "0"),
		starter(own, "--slowdown", strconv.FormatFloat(t.Slowdown, 'g', -1, 64)),
	}, seed)
	if err != nil {
		return t, duelError(err)
	}
	t.Scenario, t.Started, t.Seconds = plan.SHA256, began.Format(time.RFC3339), con.now().Sub(began).Seconds()
	t.Blocks, t.Alpha = out.Blocks, c.Alpha
	for _, f := range duelFindings(plan, out, "itself", c.policy()) {
		if f.Metric == gate.Counters {
			if f.Verdict != gate.NoChange {
				return t, exit.Errorf(exit.Execution, "this program differs from itself: %s", f.Sentence)
			}
			continue
		}
		one := trialOf{Cell: f.Cell, Verdict: f.Verdict}
		if f.Timing != nil && f.Ratio != nil {
			one.Ratio, one.AA = &f.Ratio.Value, f.AA
			one.SD = spread(f.OldRuns, f.NewRuns)
		}
		t.Cells = append(t.Cells, one)
	}
	return t, nil
}

// spread is the standard deviation of the log-ratios.
func spread(old, new []float64) *float64 {
	logs, err := stats.LogRatios(old, new)
	if err != nil {
		return nil
	}
	sd, ok := stats.StdDev(logs)
	if !ok || math.IsNaN(sd) {
		return nil
	}
	return &sd
}

// sees says which slowdown this machine shows, from the noise of the checks
// without one: in the steadiest cell, since one cell is enough to stop a change.
func (c *checkCmd) sees(all []trial) string {
	least, cell := math.Inf(1), ""
	for _, t := range all {
		if t.Slowdown != 0 {
			continue
		}
		for _, one := range t.Cells {
			if one.SD == nil {
				continue
			}
			band := float64(c.Noise)
			if one.AA != nil {
				band = max(band, *one.AA)
			}
			design := stats.PairedDesign{Blocks: t.Blocks, Tests: len(t.Cells), Alpha: t.Alpha, Band: 1 + band}
			if ratio, ok := design.Sees(*one.SD, 0.8); ok && ratio < least {
				least, cell = ratio, one.Cell
			}
		}
	}
	if cell == "" {
		return "How small a slowdown this machine can see is unknown: no check without a slowdown was made."
	}
	return fmt.Sprintf("Smallest slowdown that this machine can see (in 8 of 10 checks): about %.1f%%, in %s.", 100*(least-1), cell)
}

// judgeTrials turns trials into an error: a false alarm means that the gate
// cannot be believed, a missed 10% that it has too little data.
func judgeTrials(all []trial) error {
	for _, k := range kinds(all) {
		switch {
		case k.slowdown == 0 && float64(k.alarms) > allowedAlarms(k.trials):
			return exit.Errorf(exit.Execution, "%d of %d checks of identical programs claim a difference", k.alarms, k.trials)
		case k.slowdown >= 0.1 && float64(k.found) < 0.95*float64(k.trials):
			return exit.Errorf(exit.Insufficient, "a slowdown of %g%% was found in %d of %d checks only: this machine is too noisy, or --time too short", 100*k.slowdown, k.found, k.trials)
		}
	}
	return nil
}

// allowedAlarms is how many false alarms may be chance: 3 of 100.
func allowedAlarms(trials int) float64 { return 0.03 * float64(trials) }

// kind sums up the trials with one slowdown.
type kind struct {
	slowdown                        float64
	trials, alarms, found, unusable int
	seconds                         []float64
}

// kinds sums up trials, the smallest slowdown first.
func kinds(all []trial) []kind {
	at := map[float64]*kind{}
	var order []float64
	for _, t := range all {
		k := at[t.Slowdown]
		if k == nil {
			k = &kind{slowdown: t.Slowdown}
			at[t.Slowdown], order = k, append(order, t.Slowdown)
		}
		k.trials++
		k.seconds = append(k.seconds, t.Seconds)
		for _, c := range []struct {
			is bool
			n  *int
		}{{t.alarm(), &k.alarms}, {t.found(), &k.found}, {t.invalid(), &k.unusable}} {
			if c.is {
				*c.n++
			}
		}
	}
	slices.Sort(order)
	var list []kind
	for _, s := range order {
		list = append(list, *at[s])
	}
	return list
}

// trialTable is the result as a Markdown table, which is plain enough for a
// terminal.
func trialTable(all []trial) string {
	var b strings.Builder
	b.WriteString("| planted slowdown | checks | called slower | called different | too noisy | seconds a check |\n|--:|--:|--:|--:|--:|--:|\n")
	for _, k := range kinds(all) {
		name := "none"
		if k.slowdown > 0 {
			name = fmt.Sprintf("%g%%", 100*k.slowdown)
		}
		seconds := "–"
		if m, err := stats.Median(k.seconds); err == nil {
			seconds = fmt.Sprintf("%.0f", m.Value)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %s |\n", name, k.trials, k.found, k.alarms, k.unusable, seconds)
	}
	return b.String()
}
