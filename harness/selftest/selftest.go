// Package selftest checks the regression gate: the program against itself must get
// no verdict, and against itself with a planted slowdown ([SlowEngine]) it must. Each
// check is a [Trial]; a [Log] keeps those that are finished.
package selftest

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
)

// Trial is one check of the program against itself: a line of the log.
type Trial struct {
	Slowdown float64 `json:"slowdown"` // planted share, 0 for none
	Number   int     `json:"number"`   // of the trials with this slowdown, from 0
	Scenario string  `json:"scenario_sha256"`
	Started  string  `json:"started"`
	Seconds  float64 `json:"seconds"`
	Blocks   int     `json:"blocks"`
	Alpha    float64 `json:"alpha"`
	Cells    []Cell  `json:"cells"`
}

// Cell is what a trial says of one cell.
type Cell struct {
	Cell    string       `json:"cell"`
	Verdict gate.Verdict `json:"verdict"`
	Ratio   *float64     `json:"ratio"`
	AA      *float64     `json:"aa"`
	SD      *float64     `json:"sd"` // of the log-ratios of blocks
}

func kindOf(slowdown float64) string {
	if slowdown == 0 {
		return "identical programs"
	}
	return fmt.Sprintf("the new one %g%% slower", 100*slowdown)
}

// spread is the standard deviation of the log-ratios.
func spread(old, new []float64) *float64 {
	logs, err := stats.LogRatios(old, new)
	sd, ok := stats.StdDev(logs)
	if err != nil || !ok || math.IsNaN(sd) {
		return nil
	}
	return &sd
}

// Seed is that of the trial's duel.
func (t Trial) Seed(scenario uint64) uint64 {
	return scenario + uint64(t.Number)<<20 + uint64(1e4*t.Slowdown)
}

// Judge takes the verdicts over that a duel of the program with itself brought.
func (t *Trial) Judge(findings []gate.Finding) error {
	for _, f := range findings {
		if f.Metric == gate.Counters {
			if f.Verdict != gate.NoChange {
				return exit.Errorf(exit.Execution, "this program differs from itself: %s", f.Sentence)
			}
			continue
		}
		one := Cell{Cell: f.Cell, Verdict: f.Verdict}
		if f.Timing != nil && f.Ratio != nil {
			one.Ratio, one.AA = &f.Ratio.Value, f.AA
			one.SD = spread(f.OldRuns, f.NewRuns)
		}
		t.Cells = append(t.Cells, one)
	}
	return nil
}

// Planned lists what is to be done, kinds in turn: a log cut off has some of each.
func Planned(slowdowns []float64, alarms, planted int) []Trial {
	var list []Trial
	for n := range max(alarms, planted) {
		if n < alarms {
			list = append(list, Trial{Number: n})
		}
		if n < planted {
			for _, s := range slowdowns {
				list = append(list, Trial{Slowdown: s, Number: n})
			}
		}
	}
	return list
}

// Run makes all trials that the log does not hold, and says on out which one it is.
// check is told how many are left with its own. After an error, such as an
// interruption, Run returns the finished trials with it.
func Run(todo []Trial, log *Log, out io.Writer, check func(t Trial, left int) (Trial, error)) ([]Trial, error) {
	left := len(todo) - len(log.of(todo))
	for i, t := range todo {
		if _, done := log.find(t.Slowdown, t.Number); done {
			continue
		}
		fmt.Fprintf(out, "self-test %d of %d: %s\n", i+1, len(todo), kindOf(t.Slowdown))
		done, err := check(t, left)
		if err != nil {
			return log.of(todo), err
		}
		left--
		if err := log.add(done); err != nil {
			return log.of(todo), exit.With(exit.Execution, err)
		}
	}
	return log.of(todo), nil
}

// Judge turns trials into an error: a false alarm means that the gate
// cannot be believed, a missed 10% that it has too little data.
func Judge(all []Trial) error {
	for _, k := range kinds(all) {
		switch {
		case k.Key == 0 && float64(alarms(k.Of)) > maxAlarms*float64(len(k.Of)):
			return exit.Errorf(exit.Execution, "%d of %d checks of identical programs claim a difference", alarms(k.Of), len(k.Of))
		case k.Key >= 0.1 && float64(found(k.Of)) < 0.95*float64(len(k.Of)):
			return exit.Errorf(exit.Insufficient, "a slowdown of %g%% was found in %d of %d checks only: this machine is too noisy, or --time too short", 100*k.Key, found(k.Of), len(k.Of))
		}
	}
	return nil
}

// maxAlarms is the share of false alarms that may be chance.
const maxAlarms = 0.03

// kinds parts trials by their slowdown, the smallest first.
func kinds(all []Trial) []lists.Part[float64, Trial] {
	sorted := slices.SortedStableFunc(slices.Values(all), func(a, b Trial) int { return cmp.Compare(a.Slowdown, b.Slowdown) })
	return lists.Split(sorted, func(t Trial) float64 { return t.Slowdown })
}

// with counts the trials in which some cell got one of the verdicts.
func with(trials []Trial, verdicts ...gate.Verdict) int {
	return len(lists.Keep(trials, func(t Trial) bool {
		return slices.ContainsFunc(t.Cells, func(c Cell) bool { return slices.Contains(verdicts, c.Verdict) })
	}))
}

// found counts the trials that stop the slower program, alarms all that see a change.
func found(trials []Trial) int  { return with(trials, gate.Regressed) }
func alarms(trials []Trial) int { return with(trials, gate.Regressed, gate.Improved) }

// Table is the result as a Markdown table, plain enough for a terminal.
func Table(all []Trial) string {
	var b strings.Builder
	b.WriteString("| planted slowdown | checks | called slower | called different | too noisy | seconds a check |\n|--:|--:|--:|--:|--:|--:|\n")
	for _, k := range kinds(all) {
		name := "none"
		if k.Key > 0 {
			name = fmt.Sprintf("%g%%", 100*k.Key)
		}
		var seconds []float64
		for _, t := range k.Of {
			seconds = append(seconds, t.Seconds)
		}
		m, _ := stats.Median(seconds) // there is one at least
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %.0f |\n", name, len(k.Of), found(k.Of), alarms(k.Of), with(k.Of, gate.Invalid), m.Value)
	}
	return b.String()
}

// Sees says which slowdown this machine shows, from the noise of the checks
// without one: in the steadiest cell, since one cell is enough to stop a change.
func Sees(all []Trial, noise float64) string {
	least, cell := math.Inf(1), ""
	for _, t := range all {
		if t.Slowdown != 0 {
			continue
		}
		for _, one := range t.Cells {
			if one.SD == nil {
				continue
			}
			band := noise
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
		return "The smallest detectable slowdown is unknown: no check without a slowdown was made."
	}
	return fmt.Sprintf("Smallest slowdown that this machine detects with 80%% power: about %.1f%%, in %s.", 100*(least-1), cell)
}
