package gate

import (
	"fmt"

	"dllmbench/harness/stats"
)

// Percent writes a ratio as a change, for example "+4.2%".
func Percent(ratio float64) string { return fmt.Sprintf("%+.1f%%", 100*(ratio-1)) }

// InPoints writes a difference of shares in percentage points.
func InPoints(x float64) string { return fmt.Sprintf("%+.0f points", 100*x) }

// sentence says what was found, and why it is called what it is.
func sentence(f Finding, s Series, p Policy, tests int) string {
	write, faster, slower, pairs := Percent, "faster", "slower", "pairs"
	if s.Solved != nil {
		write, faster, slower, pairs = InPoints, "more are solved", "fewer are solved", "instances"
	}
	text := s.name() + write(f.Ratio.Value)
	if iv := f.Ratio.CI; iv != nil {
		text += fmt.Sprintf(" [%s, %s]", write(iv.Low), write(iv.High))
	}
	text += fmt.Sprintf(" from %d %s", f.Pairs, pairs)
	if f.Verdict != Insufficient {
		text += fmt.Sprintf(", p = %.2g", *f.PHolm)
	}
	beyond := ""
	if f.Noise != nil {
		beyond = fmt.Sprintf(", and wholly beyond the noise band of ±%.1f%%", 100**f.Noise)
	}
	switch f.Verdict {
	case Invalid:
		text += fmt.Sprintf("; not valid: identical runs differ by %.1f%% here, at most %.1f%% is allowed", 100**f.AA, 100*p.MaxNoise)
	case Insufficient:
		text += fmt.Sprintf("; too few for a verdict: %s at α = %g need %d", comparisons(tests), p.Alpha, stats.MinBlocks(p.Alpha, tests))
	case Regressed:
		text += "; " + slower + beyond
	case Improved:
		text += "; " + faster + beyond
	case WithinNoise:
		text += fmt.Sprintf("; a difference, but not wholly beyond the noise band of ±%.1f%%", 100**f.Noise)
	case NoChange:
		text += "; no difference shown"
	}
	if s.Note != "" {
		text += " (" + s.Note + ")"
	}
	return text
}

func comparisons(n int) string {
	if n == 1 {
		return "1 comparison"
	}
	return fmt.Sprintf("%d comparisons", n)
}
