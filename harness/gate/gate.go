// Package gate turns results of two versions, or of two engines, into verdicts.
//
// It looks at exact counters first. Forward passes, denoising steps, tokens,
// FLOPs, bytes and the hash of the output are the same in every run of a
// scenario on one kernel variant, on any machine and under any load, so any
// difference is a change of behaviour: [Changed], never noise. A [Ledger] holds
// them; [CompareLedgers] compares two.
//
// Times are compared only in pairs that were measured side by side. Each ABBA
// block gives one log-ratio; [Judge] takes the centre and the interval that
// inverts the signed-rank test, corrects for the number of comparisons by Holm,
// and calls a difference only where the test rejects and the whole interval
// lies beyond the noise band: the larger of the configured band and of what
// identical runs differed by inside the same blocks. [NoChange] wants the whole
// interval inside the band; what is neither is [Inconclusive], and a sample that
// is too small for any verdict [Insufficient].
//
// Everything here is a pure function of records. Where the pairs come from
// (engines of one run, two runs, two binaries) is the caller's business.
package gate

import (
	"slices"

	"dllmbench/harness/verdict"
)

// Verdict is what a comparison came to; package verdict says what each asserts.
type Verdict = verdict.Word

// The verdicts.
const (
	Improved      = verdict.Improved
	Regressed     = verdict.Regressed
	NoChange      = verdict.NoChange
	WithinNoise   = verdict.WithinNoise
	Inconclusive  = verdict.Inconclusive
	Changed       = verdict.Changed
	Insufficient  = verdict.Insufficient
	NotComparable = verdict.NotComparable
	Invalid       = verdict.Invalid
)

// Verdicts lists them, the weightiest first.
func Verdicts() []Verdict { return verdict.Gate.Words() }

// Policy says how to judge.
type Policy struct {
	// Alpha is the chance of any false alarm in all timed comparisons of one report.
	Alpha float64 `json:"alpha"`
	// Noise is the configured noise band, relative: 0.02 is ±2%.
	Noise float64 `json:"noise"`
	// Margin is the difference of solved shares below which two sides count as
	// equal, as a share: 0.05 is 5 points.
	Margin float64 `json:"margin"`
	// MaxNoise is the A/A noise above which a comparison is [Invalid], relative.
	MaxNoise float64 `json:"max_noise"`
	// Accept names counters whose differences are shown and not held against the
	// new side; "all" stands for all of them.
	Accept []string `json:"accept,omitempty"`
	// Times says what a comparison of times may do; "" is [GateTimes].
	Times Times `json:"times,omitempty"`
}

// Times says what a comparison of times with another program may do.
type Times string

// What comparisons of times may do.
const (
	GateTimes Times = "gate" // stop a change
	InfoTimes Times = "info" // be shown
	NoTimes   Times = "off"  // they are not made
)

// DefaultPolicy is that of a check.
func DefaultPolicy() Policy {
	return Policy{Alpha: 0.01, Noise: 0.02, Margin: verdict.Margin, MaxNoise: 0.10}
}

func (p Policy) accepts(counter string) bool {
	return slices.Contains(p.Accept, counter) || slices.Contains(p.Accept, "all")
}
