package summary

import (
	"fmt"
	"math"
	"strings"
	"time"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
	"dllmbench/reports/view"
)

// A Published is the outcome of one comparison with a published value, in words that are
// safe to show.
type Published struct {
	Task, Decoder, Look, Metric      string
	Ours, Theirs, Difference, Margin string
	Word                             verdict.Word
	Deviates, Unrecorded             string // settings; "" for none
	Needs                            string // how much it takes for a verdict; "" where there is one
	Source                           string
}

// published are the comparisons with published values in words.
func (w *writer) published() (list []Published) {
	for _, a := range w.v.Published() {
		m := view.Metric(a.Metric)
		plain := view.Number
		if m.Definition().Unit == "%" {
			plain = oneDigit
		}
		write := func(x float64) string { return strings.ReplaceAll(plain(x), "-", "−") }
		p := Published{
			Task: view.Clean(a.Point.Task()), Decoder: view.Clean(a.Row.Name), Look: a.Row.Look, Metric: m.Definition().Title, Word: a.Word, Source: view.Clean(a.Source),
			Ours: view.Unknown, Theirs: write(a.Value), Difference: view.Unknown, Margin: plain(a.Margin),
		}
		unit, difference := "", ""
		if m.Definition().Unit == "%" {
			unit = "%"
			p.Margin, difference = p.Margin+" points", " points"
		} else {
			p.Metric += ", " + m.Definition().Unit
		}
		p.Theirs += unit
		if a.Theirs.CI != nil {
			p.Theirs += view.Interval(&a.Theirs, write)
		}
		if a.N > 0 {
			p.Theirs += fmt.Sprintf(" (n = %d)", a.N)
		}
		if a.Ours != nil {
			p.Ours = fmt.Sprintf("%s%s%s (n = %d)", write(a.Ours.Value), unit, width(a.Ours, write), a.Ours.N)
		}
		if d := a.Difference; d != nil {
			p.Difference = write(d.Value) + difference + width(d, write)
		}
		p.Deviates, p.Unrecorded = settings(a.Deviates, "%s %s here and %s there"), settings(a.Unrecorded, "%[1]s %[3]s")
		if a.Needs != nil {
			p.Needs = needed(a)
		}
		if a.Further > 0 {
			p.Source += fmt.Sprintf("; %s of these weights with more deviations left out", lists.Count(a.Further, "other value"))
		}
		list = append(list, p)
	}
	return list
}

// oneDigit writes a share as published ones are written.
func oneDigit(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }

// width is an interval that has one.
func width(e *stats.Estimate, write func(float64) string) string {
	if e.CI == nil || e.CI.Low == e.CI.High {
		return ""
	}
	return view.Interval(e, write)
}

func settings(list []view.Setting, format string) string {
	var parts []string
	for _, s := range list {
		ours := s.Ours
		if ours == "" {
			ours = "none"
		}
		parts = append(parts, fmt.Sprintf(format, s.Name, ours, s.Theirs))
	}
	return strings.Join(parts, ", ")
}

// needed says how many items decide, and how long they take here.
func needed(a *view.Against) string {
	n := a.Needs
	var text string
	if n.Items > 0 {
		text = fmt.Sprintf("about %s show equality if there is no difference (with 80%% probability)", lists.Count(n.Items, "item"))
		switch {
		case n.Takes > 0:
			text += fmt.Sprintf(": %d more, which take about %s here", n.Items-a.Row.Instances, lasts(n.Takes))
		case n.Items > a.Row.Instances:
			text += fmt.Sprintf(": %d more; how long they take is not known, for there are no valid times", n.Items-a.Row.Instances)
		}
	} else {
		text = "no number of items is enough, because of the error of the published value"
	}
	if n.Margin > 0 {
		text += fmt.Sprintf("; as many as it was published of, %d, show equality within %s", a.N, view.Number(n.Margin))
		if a.Theirs.CI != nil {
			text += " points"
		}
	}
	return text
}

// lasts is a time in words.
func lasts(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", math.Ceil(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// publishedLines has a sentence for each comparison.
func publishedLines(list []Published) (lines []string) {
	for _, p := range list {
		line := fmt.Sprintf("%s, %s, %s: %s, against %s as published (%s): %s", p.Task, p.Decoder, p.Metric, p.Ours, p.Theirs, p.Source, p.Word)
		if p.Word != verdict.NotReproduced {
			line += " within " + p.Margin
		}
		line += ", difference " + p.Difference + "."
		if p.Deviates != "" {
			line += " Settings that deviate: " + p.Deviates + "."
		}
		if p.Unrecorded != "" {
			line += " Published settings that records do not tell: " + p.Unrecorded + "."
		}
		if p.Needs != "" {
			line += " " + strings.ToUpper(p.Needs[:1]) + p.Needs[1:] + "."
		}
		lines = append(lines, line)
	}
	return lines
}
