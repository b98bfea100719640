package view

import (
	"encoding/json"
	"slices"

	"dllmbench/harness/result"
)

// Sample is one instance with what the decoders of a point wrote.
type Sample struct {
	Instance string
	// Prompt and one correct answer; "" when the run did not keep them.
	Prompt, Answer string
	Outputs        []Output
}

// Output is what one decoder wrote for an instance, in its first run.
type Output struct {
	Row     *Row
	Request result.Request
	// Violations in words; nil when the run did not keep them.
	Violations []result.Breach
}

// FirstRuns are the first runs of each instance of a usable row.
func (v *View) FirstRuns(r *Row) []result.Request {
	u := r.answers()
	if u == nil {
		return nil
	}
	list := make([]result.Request, len(u.instances))
	for i, inst := range u.instances {
		list[i] = *inst.requests[0]
	}
	return list
}

// SamplesOf returns up to most instances of the point with the outputs of all
// usable rows, those first on which the rows disagree. Where the run kept
// prompts, instances without one are left out. Cost-only points have none.
func (v *View) SamplesOf(p *Point, most int) []Sample {
	if p.CostOnly {
		return nil
	}
	var outs []Output
	for _, r := range p.Rows {
		if !r.Usable() {
			continue
		}
		for _, q := range v.FirstRuns(r) {
			outs = append(outs, Output{Row: r, Request: q})
		}
	}
	var all []Sample
	for _, group := range Groups(outs, func(o Output) string { return o.Request.Instance }) {
		s := Sample{Instance: group[0].Request.Instance, Outputs: group}
		for i := range group {
			var kept result.Sample
			if json.Unmarshal(group[i].Request.Extra, &kept) != nil {
				kept = result.Sample{} // another program wrote it
			}
			if group[i].Violations = kept.Violations; s.Prompt == "" {
				s.Prompt, s.Answer = kept.Prompt, kept.Answer
			}
		}
		all = append(all, s)
	}
	bare := func(s Sample) bool { return s.Prompt == "" }
	if told := slices.DeleteFunc(slices.Clone(all), bare); len(told) > 0 {
		all = told
	}
	var first, rest []Sample
	for _, s := range all {
		if disagree(s.Outputs) {
			first = append(first, s)
		} else {
			rest = append(rest, s)
		}
	}
	list := append(first, rest...)
	return list[:min(most, len(list))]
}

// disagree reports whether some outputs are exact and some are not.
func disagree(outs []Output) bool {
	yes, no := false, false
	for _, o := range outs {
		if o.Request.Exact != nil {
			yes = yes || *o.Request.Exact
			no = no || !*o.Request.Exact
		}
	}
	return yes && no
}
