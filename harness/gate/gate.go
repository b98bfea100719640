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
// identical runs differed by inside the same blocks. A sample that is too small
// for a verdict gets [Insufficient] and not [NoChange].
//
// Everything here is a pure function of records. Where the pairs come from
// (engines of one run, two runs, two binaries) is the caller's business.
package gate

import "slices"

// Verdict is what a comparison came to.
type Verdict string

// The verdicts.
const (
	Improved      Verdict = "improved"       // better, and beyond the noise band
	Regressed     Verdict = "regressed"      // worse, and beyond the noise band
	NoChange      Verdict = "no_change"      // counters equal, or no difference in time shown
	WithinNoise   Verdict = "within_noise"   // a difference that reaches into the noise band
	Changed       Verdict = "changed"        // an exact counter or an output differs
	Insufficient  Verdict = "insufficient"   // too few blocks for a verdict
	NotComparable Verdict = "not_comparable" // the two sides did not do the same work
	Invalid       Verdict = "invalid"        // a side failed, contradicts itself, or the machine is too noisy
)

// Verdicts lists them, the weightiest first.
func Verdicts() []Verdict {
	return []Verdict{Invalid, NotComparable, Insufficient, Changed, Regressed, WithinNoise, NoChange, Improved}
}

// Fails reports whether a verdict is a reason to stop a change.
func (v Verdict) Fails() bool {
	return slices.Contains([]Verdict{Invalid, NotComparable, Insufficient, Changed, Regressed}, v)
}

// Policy says how to judge.
type Policy struct {
	// Alpha is the chance of any false alarm in all timed comparisons of one report.
	Alpha float64 `json:"alpha"`
	// Noise is the configured noise band, relative: 0.02 is ±2%.
	Noise float64 `json:"noise"`
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
func DefaultPolicy() Policy { return Policy{Alpha: 0.01, Noise: 0.02, MaxNoise: 0.10} }

func (p Policy) accepts(counter string) bool {
	return slices.Contains(p.Accept, counter) || slices.Contains(p.Accept, "all")
}
