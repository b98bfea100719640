// Package claims judges what is commonly said about diffusion language models
// by what a run measured.
//
// Each claim was given its experiment, its one primary statistic and its rule
// before anything was measured: the files of the folder rules hold them in
// words and numbers. A claim finds the cells of its experiment by the names that
// a scenario gives them (key "experiment" of an entry, names of engines), never
// by what came out. [Decide] decides the claims and corrects the primary tests
// for their number (Holm).
//
// A claim is a file in rules and a function here, of which a list stands below.
// They share one kit: an index of the cells by experiment and place, pairs of
// cells (pairs.go), findings made from estimates (finding.go), answers to the
// parts of a rule (verdict.go), and the verdict that is being written
// (decision.go).
//
// A verdict is about the checkpoint that was measured, not about a family of
// models.
package claims

import (
	"fmt"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
	"dllmbench/harness/verdict"
)

// Result is the outcome of a claim; package verdict says what each asserts.
type Result = verdict.Word

// The outcomes.
const (
	Supported    = verdict.Supported
	Refuted      = verdict.Refuted
	Conditional  = verdict.Conditional
	Inconclusive = verdict.Inconclusive

	NotApplicable = verdict.NotApplicable
)

// QuickKey is the entry of a results header's metadata that marks a shortened run.
const QuickKey = "quick"

// QuickWarning is what is said of the verdicts of a shortened run.
const QuickWarning = "A shortened run with few instances and repetitions. Its statistical power suffices for very large effects only; for effects of ordinary size expect the verdict inconclusive."

// decisions are the claims by number, from 1. One is added with its rule and a line
// here. A decision never fails: what is missing makes the verdict inconclusive, with
// the reason.
func decisions() []func(*decision) {
	return []func(*decision){
		decideCoherence, decideIterations, decideRemasking, decideLatent,
		decideLong, decideReuse, decideBlocks, decideCode,
	}
}

// Count is the number of claims.
func Count() int { return len(decisions()) }

// Decide gives the verdicts on the claims of these numbers, in that order, by a run
// and its traces. The primary tests of these claims are one family: a claim whose
// corrected p is above the rule's alpha is not supported, whatever its interval says.
func Decide(file *result.File, traces []trace.Trace, numbers []int) ([]Verdict, error) {
	return decide(newIndex(file, traces), numbers)
}

func decide(ev *index, numbers []int) ([]Verdict, error) {
	rules, err := Rules()
	if err != nil {
		return nil, err
	}
	var verdicts []Verdict
	for _, n := range numbers {
		rule, ok := rules[n]
		if !ok || n > Count() {
			return nil, fmt.Errorf("there is no claim %d; allowed are 1 to %d", n, Count())
		}
		v := newVerdict(rule)
		groups := ev.measured(rule)
		parted := rule.parted(groups)
		switch {
		case len(ev.Find(rule.Experiments...)) == 0:
			v.undecided("The run has no usable cell of this claim's experiments: %s.", list(rule.Experiments))
		case parted != "":
			v.undecided("The claim needs %s. Here these ran on different checkpoints: %s.", v.Needs, parted)
			v.Result = NotApplicable
		default:
			decisions()[n-1](&decision{ev, rule, &v})
			if names := onSeveral(groups); names != nil {
				v.warn(fmt.Sprintf("Decoders ran on different checkpoints (%s): what is shown may come from training as well as from decoding.", list(names)))
				if !inTurns(groups) {
					v.warn("These did not take turns, so that drift of the machine is in the ratios of their times.")
				}
			}
		}
		if v.Figure != nil && len(v.Figure.Series) == 0 {
			v.Figure = nil
		}
		if ev.file.Header.Metadata[QuickKey] != "" {
			v.warn(QuickWarning)
		}
		verdicts = append(verdicts, v)
	}
	correct(verdicts, rules)
	return verdicts, nil
}

// correct puts in the p-values corrected by Holm.
func correct(verdicts []Verdict, rules map[int]Rule) {
	var primary []*Finding
	for i := range verdicts {
		primary = append(primary, &verdicts[i].Primary)
	}
	for i, p := range stats.Holm(pValues(primary)) {
		v := &verdicts[i]
		if v.Primary.P == nil {
			continue
		}
		v.PHolm = &p
		if alpha := rules[v.Claim].Number("alpha"); v.Result == Supported && p > alpha {
			v.Result = Inconclusive
			v.warn(fmt.Sprintf(
				"The effect meets the rule, but the primary test is not significant after the correction for %d claims: p is %.3g, the rule allows %g.", len(verdicts), p, alpha))
		}
	}
}
