package ci

import (
	"fmt"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
)

// level says what an item means for the change that is checked.
type level int

const (
	passed  level = iota
	noticed       // a difference that is allowed or an improvement
	warned        // a difference within the noise
	failed
	broken // no verdict was possible, which does not pass either
)

// item is a finding, or the outcome of a threshold, as all formats tell it.
type item struct {
	level    level
	cell     string
	name     string // metric and side, or the threshold
	kind     string // the verdict, or "threshold"
	word     string // kind and what became of it
	sentence string
	told     bool   // stands in words even beside a table
	file     string // where the threshold stands; "" for findings
	line     int
}

// items lists the findings of a report, then its thresholds.
func items(r *gate.Report) []item {
	var list []item
	for _, f := range r.Findings {
		m := item{cell: f.Cell, name: strings.TrimSpace(f.Metric + " " + f.Side), kind: string(f.Verdict), word: string(f.Verdict), sentence: f.Sentence,
			told: f.Fails() || f.Verdict == gate.Changed}
		changed := f.Verdict == gate.Changed
		switch {
		case f.Fails() && (changed || f.Verdict == gate.Regressed):
			m.level = failed
		case f.Fails():
			m.level = broken
		case f.Verdict == gate.WithinNoise:
			m.level = warned
		case changed || f.Verdict == gate.Improved:
			m.level = noticed
		}
		if f.Accept {
			m.word += because(f.Metric == gate.Counters)
		}
		list = append(list, m)
	}
	for _, l := range r.Limits {
		m := item{cell: l.Cell, name: "threshold " + l.Limit, kind: "threshold", word: "threshold kept", sentence: l.Sentence, file: l.File, line: l.Line}
		if !l.Met {
			m.level, m.told, m.word = failed, true, "threshold missed"
		}
		if !l.Met && l.Accept {
			m.level, m.word = noticed, m.word+because(false)
		}
		list = append(list, m)
	}
	return list
}

// because says why a finding does not fail: somebody accepted it, or times are
// shown for information.
func because(accepted bool) string {
	if accepted {
		return ", accepted"
	}
	return ", for information"
}

// Outcome says in one line whether anything stops the change, and how much was
// looked at.
func Outcome(r *gate.Report) string {
	var parts []string
	for _, v := range gate.Verdicts() {
		n := r.Count(v)
		if n == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", n, v)
		if free := len(lists.Keep(r.Findings, func(f gate.Finding) bool { return f.Verdict == v && v.Fails() && !f.Fails() })); free > 0 {
			part += fmt.Sprintf(" (%d of them let through)", free)
		}
		parts = append(parts, part)
	}
	if n := len(r.Limits); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d thresholds kept", r.Kept(), n))
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	word := "passed"
	if r.Informs {
		word = "compared"
	} else if !r.OK() {
		word = "FAILED"
	}
	return fmt.Sprintf("%s: %s", word, strings.Join(parts, ", "))
}
