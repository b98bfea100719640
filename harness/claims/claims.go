// Package claims judges what is commonly said about diffusion language models
// by what a run measured.
//
// Each [Claim] was given its experiment, its one primary statistic and its rule
// before anything was measured: rules.yaml holds them in words and numbers, and
// every verdict quotes them. A claim finds the cells of its experiment by the
// names that a scenario gives them (key "experiment"), never by what came out.
// [Judge] runs all claims on the evidence and corrects the primary tests for
// their number (Holm).
//
// A verdict is about the checkpoint that was measured, not about a family of
// models.
package claims

import (
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
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

// Claim is one claim.
type Claim struct {
	Number int    // 1 to 8
	Name   string // short, for files and anchors, for example "global-coherence"
}

// Evidence is what a run measured, indexed.
type Evidence struct {
	File   *result.File
	Traces []trace.Trace // of the cells that were traced; nil without
}

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
