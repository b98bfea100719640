package claims

import (
	"strings"

	"dllmbench/harness/stats"
)

// Matching says what was made equal before two decoders were compared.
type Matching string

// The matchings.
const (
	ByTokens  Matching = "tokens"  // the same token budget, each decoder with its own settings
	ByNFE     Matching = "NFE"     // as many forward passes
	ByFLOPs   Matching = "FLOPs"   // as much arithmetic
	ByTime    Matching = "time"    // as many seconds
	ByQuality Matching = "quality" // quality within the stated margin
)

// Finding is one measured comparison: the primary one of a claim, one under a
// named condition, or one that shows how a verdict depends on a setting.
type Finding struct {
	Name    string          `json:"name"`    // what was compared, in words
	Matched Matching        `json:"matched"` // what was made equal
	Effect  *float64        `json:"effect"`  // null when it could not be estimated
	CI      *stats.Interval `json:"ci"`      // at the rule's confidence
	Unit    string          `json:"unit"`    // for example "points", "ratio"
	P       *float64        `json:"p"`       // of the test that the rule names; null without
	N       int             `json:"n"`       // observations: instances, unless the rule says otherwise
	Holds   *bool           `json:"holds"`   // whether the rule's condition is met here; null when that cannot be said
	Note    string          `json:"note,omitempty"`
}

// Verdict is what the evidence says about a claim.
type Verdict struct {
	Claim       int    `json:"claim"`
	Name        string `json:"name"`
	Text        string `json:"text"` // the claim, from the rules
	Rule        string `json:"rule"` // the decision rule, quoted from the rules
	Statistic   string `json:"statistic"`
	Result      Result `json:"result"`
	Paragraph   string `json:"paragraph"`    // in plain words, numbers included
	WouldChange string `json:"would_change"` // what would change the verdict

	Primary     Finding   `json:"primary"`
	PHolm       *float64  `json:"p_holm"`      // primary p, corrected for the number of claims; null without p
	Conditions  []Finding `json:"conditions"`  // by workload, matching, size, …
	Sensitivity []Finding `json:"sensitivity"` // how the effect depends on settings
	Excluded    []string  `json:"excluded"`    // cells or workloads left out, with the reason
	Warnings    []string  `json:"warnings"`    // what limits the verdict
	Figure      *Figure   `json:"figure"`      // nil when there is nothing to draw
}

// Figure is the data of the picture that shows a verdict.
type Figure struct {
	Title, XLabel, YLabel string
	LogX, LogY            bool
	Series                []Series
}

// Series is a curve with intervals. Engine is "autoregressive", "diffusion",
// "block" or "hybrid" and decides the colour; "" is neutral.
type Series struct {
	Label, Engine string
	X, Y          []float64
	Low, High     []float64 // nil without intervals
	Line          bool      // joined by a line, not points alone
}

// newVerdict is an undecided verdict with what the rule says.
func newVerdict(c Claim, r Rule) Verdict {
	return Verdict{Claim: c.Number, Name: c.Name, Text: r.Text, Rule: r.fill(r.Rule), Statistic: r.fill(r.Statistic),
		WouldChange: r.fill(r.WouldChange), Result: Inconclusive, Primary: Finding{Name: r.fill(r.Statistic)}}
}

// undecided leaves a verdict inconclusive, for this reason.
func (v *Verdict) undecided(why string) {
	v.Result, v.Paragraph = Inconclusive, why
}

// exclude notes what was left out, and why; a reason counts once.
func (v *Verdict) exclude(what string) {
	for _, known := range v.Excluded {
		if known == what {
			return
		}
	}
	v.Excluded = append(v.Excluded, what)
}

// list joins names for a sentence.
func list(names []string) string { return strings.Join(names, ", ") }
