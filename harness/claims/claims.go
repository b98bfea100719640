// Package claims judges what is commonly said about diffusion language models
// by what a run measured.
//
// Each [Claim] was given its experiment, its one primary statistic and its rule
// before anything was measured: the files of the folder rules hold them in
// words and numbers, and every verdict quotes them. A claim finds the cells of
// its experiment by the names that a scenario gives them (key "experiment" of an
// entry, names of engines), never by what came out. [Judge] runs the claims on
// the [Evidence] and corrects the primary tests for their number (Holm).
//
// A claim is one file here (its number and name) and one in rules; claims 1 and 5
// have a second one, comparison.go and lengths.go. Claims share [Evidence] for
// finding and pairing cells and nothing else.
//
// A verdict is about the checkpoint that was measured, not about a family of
// models.
package claims

import (
	"fmt"
	"slices"

	"dllmbench/harness/stats"
)

// Result is the outcome of a claim.
type Result string

// The outcomes.
const (
	Supported    Result = "supported"
	Refuted      Result = "refuted"
	Conditional  Result = "conditional" // the sign or the size differs between named conditions
	Inconclusive Result = "inconclusive"
)

// Claim is one claim with the way it is judged.
type Claim struct {
	Number int    // 1 to 8
	Name   string // short, for files and anchors, for example "global-coherence"
	// decide never fails: what is missing makes the verdict inconclusive, with the
	// reason. It leaves PHolm alone.
	decide func(*decision)
}

// QuickKey is the entry of a results header's metadata that marks a shortened run.
const QuickKey = "quick"

// QuickWarning is what is said of the verdicts of a shortened run.
const QuickWarning = "A shortened run with few instances and repetitions. Its statistical power suffices for very large effects only; for effects of ordinary size expect the verdict inconclusive."

// All are the claims by number. One is added with its file, its rule and a line
// here.
func All() []Claim {
	return []Claim{
		{1, "global-coherence", decideCoherence},
		{2, "fixed-iterations", decideIterations},
		{3, "re-masking", decideRemasking},
		{4, "latent-reasoning", decideLatent},
		{5, "long-texts", decideLong},
		{6, "reuse", decideReuse},
		{7, "block-diffusion", decideBlocks},
		{8, "code-speed", decideCode},
	}
}

// Judge gives the verdicts on the claims of these numbers, in that order. The
// primary tests of these claims are one family: a claim whose corrected p is
// above the rule's alpha is not supported, whatever its interval says.
func Judge(ev *Evidence, numbers []int) ([]Verdict, error) {
	rules, err := Rules()
	if err != nil {
		return nil, err
	}
	var verdicts []Verdict
	for _, n := range numbers {
		i := slices.IndexFunc(All(), func(c Claim) bool { return c.Number == n })
		rule, ok := rules[n]
		if i < 0 || !ok {
			return nil, fmt.Errorf("claim %d is not one of the claims that can be judged", n)
		}
		claim := All()[i]
		v := newVerdict(claim, rule)
		if len(ev.Find(rule.Experiments...)) == 0 {
			v.undecided("The run has no usable cell of this claim's experiments: %s.", list(rule.Experiments))
		} else {
			claim.decide(&decision{ev, rule, &v})
		}
		if v.Figure != nil && len(v.Figure.Series) == 0 {
			v.Figure = nil
		}
		if ev.File.Header.Metadata[QuickKey] != "" {
			v.Warnings = append(v.Warnings, QuickWarning)
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
			v.Warnings = append(v.Warnings, fmt.Sprintf(
				"The effect meets the rule, but the primary test is not significant after the correction for %d claims: p is %.3g, the rule allows %g.", len(verdicts), p, alpha))
		}
	}
}
