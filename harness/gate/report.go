package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/verdict"
)

// Side is one of the sides of a comparison: a run, an engine or a binary.
type Side struct {
	Name   string `json:"name"` // shown as the heading
	Git    string `json:"git,omitempty"`
	Kernel string `json:"kernel,omitempty"`
	Binary string `json:"binary_sha256,omitempty"`
	// Untrained is true of an engine that uses weights for what they were not trained for.
	Untrained bool `json:"untrained,omitempty"`
}

// SideOf describes a side by its environment.
func SideOf(name string, env result.Env) Side {
	git := env.GitSHA
	if env.Dirty {
		git += "+changes"
	}
	return Side{Name: name, Git: git, Kernel: env.Kernel, Binary: env.BinarySHA256}
}

// Report is everything that a compare or a check found.
type Report struct {
	Title    string      `json:"title"` // for example "check of scenarios/ci.yaml"
	Scenario string      `json:"scenario"`
	Old      Side        `json:"old"`
	New      []Side      `json:"new"`
	Policy   Policy      `json:"policy"`
	Env      result.Env  `json:"env"` // of the machine on which the new side ran
	Started  string      `json:"started"`
	Findings []Finding   `json:"findings"`
	Tallies  []Tally     `json:"tallies,omitempty"` // exact counters of engines, without a verdict
	Limits   []LimitMark `json:"thresholds,omitempty"`
	Notes    []string    `json:"notes,omitempty"` // said once, about the whole report
	// Informs is true of a report that stops nothing, whatever it finds.
	Informs bool `json:"informs,omitempty"`
}

// LimitMark is the outcome of a threshold of the scenario.
type LimitMark struct {
	Cell     string `json:"cell"`
	Limit    string `json:"limit"` // as written
	Met      bool   `json:"met"`
	Accept   bool   `json:"accepted,omitempty"` // a miss is shown and does not fail
	Sentence string `json:"sentence"`
	File     string `json:"file,omitempty"` // where it stands
	Line     int    `json:"line,omitempty"`
}

// GiveLooks gives each finding the look of its decoder, whatever its swept options.
func (r *Report) GiveLooks() {
	var looks place.Looks
	for i := range r.Findings {
		f := &r.Findings[i]
		name, _, _ := strings.Cut(f.Decoder, " ")
		f.Look = looks.Of(f.Engine, name)
	}
}

// Count is the number of findings with a verdict.
func (r *Report) Count(v Verdict) int {
	return len(lists.Keep(r.Findings, func(f Finding) bool { return f.Verdict == v }))
}

// OfEngines reports whether the sides are decoders of one run, of which none has to
// be as fast as another.
func (r *Report) OfEngines() bool {
	return len(r.Findings) > 0 && !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Decoder == "" || f.Side != f.Decoder })
}

// Precisions reports whether the findings are about several precisions of weights.
func (r *Report) Precisions() bool {
	known := lists.Keep(r.Findings, func(f Finding) bool { return f.Precision != "" })
	return slices.ContainsFunc(known, func(f Finding) bool { return f.Precision != known[0].Precision })
}

// Failing lists the findings that stop a change, the weightiest first.
func (r *Report) Failing() []Finding {
	var list []Finding
	for _, v := range Verdicts() {
		list = append(list, lists.Keep(r.Findings, func(f Finding) bool { return f.Verdict == v && f.Fails() })...)
	}
	return list
}

// Missed lists the thresholds whose miss stops a change.
func (r *Report) Missed() []LimitMark {
	return lists.Keep(r.Limits, func(l LimitMark) bool { return !l.Met && !l.Accept })
}

// Kept is the number of thresholds that were kept.
func (r *Report) Kept() int {
	return len(lists.Keep(r.Limits, func(l LimitMark) bool { return l.Met }))
}

// OK reports whether nothing stops the change.
func (r *Report) OK() bool { return len(r.Failing()) == 0 && len(r.Missed()) == 0 }

// Err is nil for a report without failures, or an error with the exit code that it
// calls for: a line for each verdict that fails, of which the strongest code wins.
func (r *Report) Err() error {
	var errs []error
	failing := r.Failing()
	for _, v := range Verdicts() {
		i := slices.IndexFunc(failing, func(f Finding) bool { return f.Verdict == v })
		if i < 0 {
			continue
		}
		more := ""
		if n := r.Count(v); n > 1 {
			more = fmt.Sprintf(" (the first of %d)", n)
		}
		errs = append(errs, exit.Errorf(verdict.Gate.Entry(v).Code, "%s: %s%s", v, failing[i].Sentence, more))
	}
	for _, l := range r.Missed() {
		errs = append(errs, exit.Errorf(exit.Threshold, "threshold missed: %s", l.Sentence))
	}
	return errors.Join(errs...)
}
