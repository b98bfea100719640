package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/verdict"
	"dllmbench/reports/html"
	"dllmbench/reports/limits"
	"dllmbench/reports/terminal"
)

// checkCmd is the regression gate.
type checkCmd struct {
	scenarioFile `embed:""`
	Baseline     string `placeholder:"NAME" help:"Compare exact counters and outputs with this baseline: a name in --baselines, or a file."`
	baselineFolder
	Against       string        `placeholder:"REV" xor:"rival" help:"Build this git revision and time it against this program, in alternating blocks."`
	AgainstBinary string        `placeholder:"PATH" xor:"rival" help:"Time this dllmbench binary against this program, in alternating blocks."`
	Time          time.Duration `range:"0s to 24h" default:"12s" help:"Total time for the timed blocks; never fewer blocks than a verdict needs."`
	Blocks        int           `range:"0 to 10000" placeholder:"N" help:"Number of timed blocks, instead of as many as fit into --time."`
	Times         string        `enum:"gate,info,off" default:"gate" help:"What times against another program may do: fail the check (gate), be shown (info), or not be taken (off: its counters alone are compared)."`
	Progress      string        `enum:"auto,plain,none" default:"auto" help:"Progress on stderr: auto (a live view on a terminal, else a line every few seconds), plain or none."`
	selfTestFlags
	Alpha    float64 `range:"above 0 to 0.5" default:"0.01" help:"Probability of any false alarm over all timings of a check."`
	Noise    percent `range:"0% to 1000%" default:"2%" help:"Differences in time below this are noise; a larger noise measured by the check itself replaces it."`
	MaxNoise percent `range:"0% to 1000%" default:"10%" help:"Measured noise above which timings are invalid."`
	acceptFlag
	reportFlags
}

func (*checkCmd) Help() string {
	return `Exact counters come first: forward passes, tokens, FLOPs, bytes and the hash of every output must be those of the
baseline. With --against timings are compared too: both programs run now, in alternating blocks. A slowdown counts if
the test finds it and its whole interval lies beyond the noise. Last come the thresholds of the scenario; a scenario with
limits is measured in full. A threshold on something that was not measured counts as missed, and a counter that was not
compared as no verdict. On shared runners, whose noise makes times invalid, use --times info.

Exit codes:

     3   no baseline, or no other program
     4   one side is invalid, or an output cannot be written
     5   no verdict possible
    10   a counter changed, or something got slower
    99   a threshold was missed

Examples:

    dllmbench check scenarios/ci.yaml --baseline ci
    dllmbench check scenarios/ci.yaml --baseline ci --accept nfe --format table,md=comment.md
    dllmbench check scenarios/ci.yaml --baseline ci --against main --html check.html
    dllmbench check scenarios/ci.yaml --against-binary ./dllmbench-before
    dllmbench check --self-test`
}

// Run checks.
func (c *checkCmd) Run(con *console) error {
	outputs, err := c.outputs()
	if err != nil {
		return err
	}
	if err := c.refuse(); err != nil {
		return err
	}
	if c.SelfTest && c.Quick == 0 {
		c.builtin, c.text = "ci.yaml", dllmbench.SmallScenario
	}
	plan, models, err := c.open(con, setup.Expand)
	if err != nil {
		return err
	}
	if err := c.enough(plan); err != nil {
		return err
	}
	if c.SelfTest {
		return c.selfTest(con, plan)
	}
	if c.Baseline == "" && !c.timed() && len(plan.Scenario.Thresholds) == 0 {
		return exit.Errorf(exit.Usage, "there is nothing to check against: give --baseline NAME, --against REV or --against-binary PATH, or thresholds in the scenario")
	}
	report, sides, err := c.check(con, plan, models)
	if err != nil {
		return err
	}
	if err := c.write(con, outputs, report, sides); err != nil {
		return err
	}
	return report.Err()
}

// refuse reports flags that make no sense, before anything runs.
func (c *checkCmd) refuse() error {
	if err := c.acceptFlag.check(); err != nil {
		return err
	}
	if c.SelfTest && (c.timed() || c.Baseline != "") {
		return exit.Errorf(exit.Usage, "--self-test compares this program with itself: leave out --baseline and --against")
	}
	return c.selfTestFlags.refuse()
}

// timed reports whether times are compared.
func (c *checkCmd) timed() bool { return c.Against != "" || c.AgainstBinary != "" }

func (c *checkCmd) policy() gate.Policy {
	return gate.Policy{Alpha: c.Alpha, Noise: float64(c.Noise), Margin: verdict.Margin, MaxNoise: float64(c.MaxNoise), Accept: c.Accept, Times: gate.Times(c.Times)}
}

// check makes the report, and says what is known of its sides.
func (c *checkCmd) check(con *console, plan *scenario.Plan, models *library.Shelf) (*gate.Report, []html.Side, error) {
	var baseline *gate.Baseline
	if c.Baseline != "" {
		var err error
		if baseline, err = c.baseline(c.Baseline); err != nil {
			return nil, nil, err
		}
	}
	s, measure := plan.Scenario, setup.Once
	if limits.NeedsTimes(s.Thresholds) {
		measure = setup.Records
	}
	f, err := measure(con.ctx, con.now, plan, models)
	if err != nil {
		return nil, nil, err
	}
	report := gate.NewReport("check of "+s.File, f, c.policy())
	report.New = []gate.Side{gate.SideOf("now", f.Header.Env)}
	var sides []html.Side
	if baseline != nil {
		sides = append(sides, html.Side{Name: "baseline " + baseline.Name, Env: c.counters(report, baseline, f)})
	}
	if c.timed() {
		if err := c.against(con, plan, report); err != nil {
			return nil, nil, err
		}
		old := report.Old
		sides = append(sides, html.Side{Name: old.Name, Env: &result.Env{GitSHA: old.Git, Kernel: old.Kernel, BinarySHA256: old.Binary}})
	}
	report.Limits = limits.Marks(s.Thresholds, f, report)
	return report, append(sides, html.Side{Name: "now", Env: &f.Header.Env, Run: f}), nil
}

// counters compares a run with the stored baseline, and returns where that was
// made; nil if not on these kernels.
func (c *checkCmd) counters(report *gate.Report, b *gate.Baseline, f *result.File) (env *result.Env) {
	kernel := f.Header.Env.Kernel
	name := c.Baseline
	if !baselineName.MatchString(name) {
		name = b.Name
	}
	source := report.Title[len("check of "):]
	hint := "; save it with: dllmbench baseline save " + terminal.Command(name, source)
	if source == standardInput || strings.HasSuffix(source, builtIn) {
		hint = "; save it from a file, or from a run, of this scenario"
	}
	old, err := b.Ledger(kernel)
	if err != nil {
		report.Findings = append(report.Findings, gate.Finding{Cell: "all cells", Metric: gate.Counters, Verdict: gate.NotComparable,
			Sentence: err.Error() + hint})
		return nil
	}
	old.Hint = hint + ", or pass with --accept " + gate.NewCells
	env = &b.Variant(kernel).Env
	report.Old = gate.SideOf("baseline "+b.Name, *env)
	found := gate.CompareLedgers(old, gate.NewLedger(f), report.Policy)
	report.Notes = append(report.Notes, gate.Unknown(old, gate.NewLedger(f))...)
	if !slices.ContainsFunc(found, func(one gate.Finding) bool {
		return one.Verdict != gate.NotComparable || !one.Accept || len(one.Changes) > 0
	}) {
		found = append(found, gate.Finding{Cell: "all cells", Metric: gate.Counters, Verdict: gate.NotComparable,
			Sentence: fmt.Sprintf("nothing was compared with the baseline %s%s", c.Baseline, hint)})
	}
	report.Findings = append(report.Findings, found...)
	return env
}
