package claims

import (
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
)

// Matching says what was made equal before two decoders were compared.
type Matching string

// The matchings.
const (
	ByTokens  Matching = "tokens"  // the same token budget, each decoder with its own settings
	ByNFE     Matching = "NFE"     // as many forward passes
	ByFLOPs   Matching = "FLOPs"   // as many FLOPs
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

	apart bool // P is of another test than the one that CI inverts
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
	Needs       string `json:"needs"`        // which decoders have to run on the same weights, and why

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

// curve is an empty series that is joined by a line.
func curve(label, engine string) Series { return Series{Label: label, Engine: engine, Line: true} }

// add puts a point on a series, with its interval; a finding without one is no point.
func (s *Series) add(x float64, f Finding) {
	if !f.known() {
		return
	}
	s.X, s.Y = append(s.X, x), append(s.Y, *f.Effect)
	s.Low, s.High = append(s.Low, f.CI.Low), append(s.High, f.CI.High)
}

// draw adds the series that have points.
func (f *Figure) draw(list ...Series) {
	f.Series = append(f.Series, lists.Keep(list, func(s Series) bool { return len(s.X) > 0 })...)
}

// newVerdict is an undecided verdict with what the rule says.
func newVerdict(r Rule) Verdict {
	return Verdict{Claim: r.Claim, Name: r.Name, Text: r.Text, Rule: r.fill(r.Rule), Statistic: r.fill(r.Statistic),
		WouldChange: r.fill(r.WouldChange), Needs: r.Needs(), Result: Inconclusive, Primary: Finding{Name: r.fill(r.Statistic)}}
}

// answer is what the evidence says about a part of a claim.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"
	depends answer = "it depends" // yes under one named condition, no under another
	open    answer = "open"
)

// decided is no where the evidence speaks against, yes where it shows what is
// asked, else open.
func decided(against, shown bool) answer {
	switch {
	case against:
		return no
	case shown:
		return yes
	}
	return open
}

// partial is the answer to a part of a claim, in words.
type partial struct {
	answer answer
	words  string
}

// among joins the answers under several conditions.
func among(answers ...answer) answer {
	seen := func(a answer) bool { return slices.Contains(answers, a) }
	if seen(depends) || seen(yes) && seen(no) {
		return depends
	}
	return decided(seen(no) && !seen(open), seen(yes) && !seen(open))
}

// settled is the answer of all conditions together, unless single ones clearly
// contradict it or each other. Conditions that are open change nothing.
func settled(pooled answer, under ...answer) answer {
	said := lists.Keep(under, func(a answer) bool { return a != open })
	if among(said...) == depends {
		return depends
	}
	if pooled == open {
		return open
	}
	return among(append(said, pooled)...)
}

// verdictOf is the outcome of a claim with several parts: supported when all
// hold, refuted when none does, conditional when parts or conditions differ.
// A part that is open leaves the claim inconclusive, unless the others differ
// already.
func verdictOf(parts ...answer) Result {
	return map[answer]Result{yes: Supported, no: Refuted, depends: Conditional, open: Inconclusive}[among(parts...)]
}
