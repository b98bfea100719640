package view

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
)

// Unknown stands for what was not measured.
const Unknown = "–"

// Number writes x with three significant digits where that is readable, and
// whole numbers as such.
func Number(x float64) string {
	switch a := math.Abs(x); {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return Unknown
	case a == math.Trunc(a) && a < 1e7:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 1e7 || a < 1e-3:
		return strconv.FormatFloat(x, 'e', 2, 64)
	case a >= 99.95:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case a >= 0.9995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}

// Value writes the value of an estimate without its interval.
func Value(e *stats.Estimate) string {
	if e == nil {
		return Unknown
	}
	return Number(e.Value)
}

// Interval is " [low, high]", or "" when there is no interval.
func Interval(e *stats.Estimate, write func(float64) string) string {
	if e.CI == nil {
		return ""
	}
	return fmt.Sprintf(" [%s, %s]", write(e.CI.Low), write(e.CI.High))
}

// WithInterval writes "value [low, high]", or the value alone when there is no
// interval.
func WithInterval(e *stats.Estimate) string {
	if e == nil {
		return Unknown
	}
	return Number(e.Value) + Interval(e, Number)
}

// Whole writes x as a whole number.
func Whole(x float64) string { return fmt.Sprintf("%.0f", x) }

// Percent is WithInterval for shares in per cent, in whole numbers.
func Percent(e *stats.Estimate) string {
	if e == nil {
		return Unknown
	}
	return Whole(e.Value) + Interval(e, Whole)
}

// WithPercent is "54% [35, 72]".
func WithPercent(e *stats.Estimate) string { return Whole(e.Value) + "%" + Interval(e, Whole) }

// Quantity is "19.5 ms [18, 21]"; an interval of no width, that of a counter, is
// left out.
func Quantity(e *stats.Estimate, unit string) string {
	s := Number(e.Value) + " " + unit
	if e.CI != nil && e.CI.Low != e.CI.High {
		s += Interval(e, Number)
	}
	return s
}

// Times is "2.1× [1.9, 2.3]", and a [Ratio] without an interval.
func Times(e *stats.Estimate) string {
	if e.CI == nil {
		return Ratio(e)
	}
	return Number(e.Value) + "×" + Interval(e, Number)
}

// Text writes the value of a metric with its interval.
func (m Metric) Text(e *stats.Estimate) string {
	if m.Definition().Unit == "%" {
		return Percent(e)
	}
	return WithInterval(e)
}

// Heading is the title of a metric with its unit where that is short and not
// part of the title, for narrow columns.
func Heading(d result.Metric) string {
	if len(d.Unit) > len("MB") || strings.Contains(d.Title, "/") {
		return d.Title
	}
	return d.Title + " " + d.Unit
}

// SpeedMargin is the relative difference in speed that is worth a word. Paired
// timing can show differences far below what a reader or another machine would
// notice, so "faster" wants the whole interval beyond it.
const SpeedMargin = verdict.SpeedMargin

// Alike reports whether a ratio of speeds is shown to be 1 within [SpeedMargin].
func Alike(e *stats.Estimate) bool {
	return e != nil && e.CI != nil && e.CI.Low >= 1/(1+SpeedMargin) && e.CI.High <= 1+SpeedMargin
}

// Side says which way a ratio of speeds is shown to lie: +1 faster, −1 slower,
// 0 when the interval leaves that open or reaches within [SpeedMargin] of 1.
// known is false when there is no interval.
func Side(e *stats.Estimate) (side int, known bool) {
	switch {
	case e == nil || e.CI == nil:
		return 0, false
	case e.CI.Low > 1+SpeedMargin:
		return 1, true
	case e.CI.High < 1/(1+SpeedMargin):
		return -1, true
	}
	return 0, true
}

// Ratio writes how many times as fast, for example "2.1×", with "~" before it
// when [Side] leaves open which is faster, and "?" after it when the sample was
// too small for an interval.
func Ratio(e *stats.Estimate) string {
	if e == nil {
		return Unknown
	}
	n := fmt.Sprintf("%.2f×", e.Value)
	switch {
	case e.Value >= 9.995:
		n = fmt.Sprintf("%.1f×", e.Value)
	case e.Value < 0.095: // never 0.00
		n = fmt.Sprintf("%.1g×", e.Value)
	}
	switch side, known := Side(e); {
	case !known:
		return n + " ?"
	case side == 0:
		return "~" + n
	}
	return n
}

// Versus is the ratio of a comparison, with the mark of times per useful token.
func Versus(c Comparison) string {
	if c.Speed == nil || !c.PerToken {
		return Ratio(c.Speed)
	}
	return Ratio(c.Speed) + tokenMark
}

// Clean makes untrusted text safe for a terminal, a table or a CSV field:
// control characters, line breaks and marks that reorder or hide text are
// written as escapes such as \n or \u202e.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsFunc(s, unsafe) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafe(r) {
			q := strconv.QuoteToASCII(string(r))
			b.WriteString(q[1 : len(q)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unsafe(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// Field is [Clean] for a field of a spreadsheet: text that one would take for a
// formula is preceded by an apostrophe.
func Field(s string) string {
	s = Clean(s)
	if first, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + s
	}
	return s
}
