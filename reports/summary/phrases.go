package summary

import (
	"fmt"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// sentences are the lines of a section.
type sentences []string

// add adds a sentence where it applies.
func (s *sentences) add(applies bool, format string, args ...any) {
	if applies {
		*s = append(*s, fmt.Sprintf(format, args...))
	}
}

func name(r *view.Row) string { return view.Clean(r.Name) }

// solves is "ar 54% [35, 72]".
func solves(r *view.Row) string { return name(r) + " " + view.WithPercent(r.Values[view.Exact]) }

func ms(r *view.Row) string { return view.Number(r.Takes().Value) + " " + r.TakesUnit() }

// perToken is what a comparison of speed adds where it is one of times per token.
func perToken(yes bool) string {
	if yes {
		return " per useful token"
	}
	return ""
}

// points is "−21 points, −38 to −4".
func points(e *stats.Estimate) string {
	if e.CI == nil {
		return signed(e.Value) + " points, no interval"
	}
	return fmt.Sprintf("%s points, %s to %s", signed(e.Value), signed(e.CI.Low), signed(e.CI.High))
}

// signed is a whole number of points; what rounds to nothing has no sign.
func signed(x float64) string {
	s := strings.ReplaceAll(fmt.Sprintf("%+.0f", x), "-", "−")
	if s == "−0" || s == "+0" {
		return "0"
	}
	return s
}

// times is "2.1 times (2.0 to 2.2)".
func times(e *stats.Estimate) string {
	if e.CI == nil {
		return fmt.Sprintf("%s times (too few pairs for an interval)", view.Number(e.Value))
	}
	return fmt.Sprintf("%s times (%s to %s)", view.Number(e.Value), view.Number(e.CI.Low), view.Number(e.CI.High))
}

// asFast is "is 2.1 times (2.0 to 2.2) as fast", or says that this is not shown.
func asFast(c view.Comparison) string {
	if side, known := view.Side(c.Speed); known && side == 0 {
		return "is " + sameSpeed(c.Speed) + " it" + perToken(c.PerToken) + " (" + times(c.Speed) + ")"
	}
	return "is " + times(c.Speed) + " as fast" + perToken(c.PerToken)
}

var speedMargin = fmt.Sprintf("%.0f%%", 100*view.SpeedMargin)

// sameSpeed says of a ratio that shows no difference beyond the margin whether it
// shows that there is none.
func sameSpeed(e *stats.Estimate) string {
	if view.Alike(e) {
		return "within " + speedMargin + " of the speed of"
	}
	return "not shown to differ by more than " + speedMargin + " in speed from"
}

// notExcluded is what a share of none leaves open.
func notExcluded(e *stats.Estimate) string {
	if e.CI == nil {
		return ""
	}
	return fmt.Sprintf(", up to %.0f%% are not excluded", e.CI.High)
}
