package gate

import (
	"fmt"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// ReportRuns compares the first run with each of the others.
func ReportRuns(names []string, files []*result.File, q Question, p Policy) *Report {
	old := files[0]
	r := NewReport("compare", old, p)
	r.Old = SideOf(names[0], old.Header.Env)
	var series []Series
	for i, f := range files[1:] {
		name := names[i+1]
		side := ""
		if len(files) > 2 {
			side = name
		}
		r.New = append(r.New, SideOf(name, f.Header.Env))
		for _, found := range CompareCounters(old, f, p) {
			found.Side = side
			r.Findings = append(r.Findings, found)
		}
		series = append(series, CompareRuns(old, f, side, q, p)...)
	}
	r.Findings = append(r.Findings, Judge(series, p)...)
	return r
}

// CompareCounters compares the counters of two runs; runs on different kernel
// variants are not comparable.
func CompareCounters(old, new *result.File, p Policy) []Finding {
	if a, b := old.Header.Env.Kernel, new.Header.Env.Kernel; a != b {
		return []Finding{{Cell: "all cells", Metric: Counters, Verdict: NotComparable,
			Sentence: fmt.Sprintf("counters and outputs hold for one kernel variant: the old side ran on %s kernels, the new one on %s", a, b)}}
	}
	return CompareLedgers(NewLedger(old), NewLedger(new), p)
}

// ReportEngines compares the engines of a run with a reference, "" for the usual one.
func ReportEngines(run string, f *result.File, reference string, q Question, p Policy) (*Report, error) {
	pairs, notes, err := Match(f.Header, reference)
	if err != nil {
		return nil, err
	}
	r := NewReport("compare engines of "+run, f, p)
	r.Old = SideOf("reference", f.Header.Env)
	seen := map[string]bool{}
	for i, m := range pairs {
		if name := place.Decoder(m.Old); i == 0 {
			r.Old.Name = name
		} else if name != r.Old.Name {
			r.Old.Name = "reference"
		}
		if name := place.Decoder(m.New); !seen[name] {
			seen[name] = true
			r.New = append(r.New, SideOf(name, f.Header.Env))
		}
	}
	r.Findings = Judge(CompareEngines(f, pairs, q, p), p)
	r.Notes = notes
	r.Tallies = TallyEngines(f, pairs)
	return r, nil
}

// NewReport begins a report on a run.
func NewReport(title string, f *result.File, p Policy) *Report {
	return &Report{Title: title, Scenario: f.Header.Scenario, Policy: p, Env: f.Header.Env, Started: f.Header.Started}
}
