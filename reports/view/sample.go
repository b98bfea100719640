package view

import (
	"cmp"
	"encoding/json"
	"slices"

	"dllmbench/harness/result"
)

// Sample is one instance with what the decoders of a point wrote, each in the same of
// its independent answers.
type Sample struct {
	Instance string
	Number   int // of the answer, from 0
	// Prompt and one correct answer; "" when the run did not keep them.
	Prompt, Answer string
	Outputs        []Output
	Apart          Apart // how far the decoders disagree
}

// Apart says how far decoders disagree on an instance.
type Apart int

// The degrees of disagreement.
const (
	Same   Apart = iota // all wrote the same
	Texts               // they wrote different texts
	Scores              // some solve it and some do not
)

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

// answersOf are the first runs of each independent answer to each instance.
func (v *View) answersOf(r *Row) (list []result.Request) {
	u := r.answers()
	if u == nil {
		return nil
	}
	for _, inst := range u.instances {
		for _, runs := range Groups(inst.requests, func(q *result.Request) int { return q.Sample }) {
			list = append(list, *runs[0])
		}
	}
	return list
}

// SamplesOf returns up to most instances of the point with the outputs of all
// usable rows, those first on which the rows disagree most, of these those whose
// prompt was kept, and the first answer to each instance before further ones.
// Cost-only points have none.
func (v *View) SamplesOf(p *Point, most int) []Sample {
	if p.CostOnly {
		return nil
	}
	var outs []Output
	for _, r := range p.Rows {
		if !r.Usable() {
			continue
		}
		for _, q := range v.answersOf(r) {
			if r.Cell.Origin == "" || q.Chars != nil { // of some imported requests nobody kept the text
				outs = append(outs, Output{Row: r, Request: q})
			}
		}
	}
	slices.SortStableFunc(outs, func(a, b Output) int { return a.Request.Sample - b.Request.Sample })
	type answer struct {
		instance string
		sample   int
	}
	var all []Sample
	told := map[string]Sample{} // with a prompt, which the first answer keeps
	for _, group := range Groups(outs, func(o Output) answer { return answer{o.Request.Instance, o.Request.Sample} }) {
		s := Sample{Instance: group[0].Request.Instance, Number: group[0].Request.Sample, Outputs: group, Apart: apart(group)}
		if first, ok := told[s.Instance]; ok {
			s.Prompt, s.Answer = first.Prompt, first.Answer
		}
		for i := range group {
			var kept result.Sample
			if json.Unmarshal(group[i].Request.Extra, &kept) != nil {
				kept = result.Sample{} // another program wrote it
			}
			if group[i].Violations = kept.Violations; s.Prompt == "" {
				s.Prompt, s.Answer = kept.Prompt, kept.Answer
			}
		}
		if all = append(all, s); s.Prompt != "" {
			told[s.Instance] = s
		}
	}
	rank := func(s Sample) int {
		if s.Prompt == "" {
			return 2 * int(s.Apart)
		}
		return 2*int(s.Apart) + 1
	}
	slices.SortStableFunc(all, func(a, b Sample) int { return cmp.Compare(rank(b), rank(a)) })
	return all[:min(most, len(all))]
}

// apart says how far outputs for one instance disagree.
func apart(outs []Output) Apart {
	yes, no, far := false, false, Same
	for _, o := range outs {
		if o.Request.Output != outs[0].Request.Output {
			far = Texts
		}
		if o.Request.Exact != nil {
			yes = yes || *o.Request.Exact
			no = no || !*o.Request.Exact
		}
	}
	if yes && no {
		return Scores
	}
	return far
}
