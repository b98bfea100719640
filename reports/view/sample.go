package view

import (
	"cmp"
	"encoding/json"
	"slices"

	"dllmbench/harness/lists"
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

// FirstRun is the first run of an instance of a usable row; nil for none.
func (v *View) FirstRun(r *Row, instance string) *result.Request {
	if list := r.answersTo([]string{instance}); len(list) > 0 {
		return list[0]
	}
	return nil
}

// answersTo are the first runs of each independent answer to each of some instances, to all
// for nil. Of some imported requests nobody kept the text: they are left out.
func (r *Row) answersTo(instances []string) (list []*result.Request) {
	if r.source == nil {
		return nil
	}
	requests := usable(r.source.requests(r.Cell.ID, false, instances))
	for _, inst := range group(requests, nil, byInstance) {
		for _, runs := range Groups(inst.requests, func(q *result.Request) int { return q.Sample }) {
			if r.Cell.Origin == "" || runs[0].Chars != nil {
				list = append(list, runs[0])
			}
		}
	}
	return list
}

// answer names an independent answer to an instance.
type answer struct {
	instance string
	sample   int
}

// outline is what tells how far an output is from others.
type outline struct {
	answer
	text  result.Name
	exact *bool
	told  bool // the prompt was kept
}

func outlineOf(q *result.Request) outline {
	return outline{answer{q.Instance, q.Sample}, result.NameOf(q.Output), q.Exact, kept(q).Prompt != ""}
}

// kept is what a request kept of its instance.
func kept(q *result.Request) (s result.Sample) {
	if json.Unmarshal(q.Extra, &s) != nil {
		return result.Sample{} // another program wrote it
	}
	return s
}

// SamplesOf returns up to most instances of the point with the outputs of all
// usable rows, those first on which the rows disagree most, of these those whose
// prompt was kept, and the first answer to each instance before further ones.
// Cost-only points have none. They are found with the requests of one row in memory at a time.
func (v *View) SamplesOf(p *Point, most int) []Sample {
	if p.CostOnly {
		return nil
	}
	rows := lists.Keep(p.Rows, (*Row).Usable)
	var all []outline
	for _, r := range rows {
		for _, q := range r.answersTo(nil) {
			all = append(all, outlineOf(q))
		}
	}
	slices.SortStableFunc(all, func(a, b outline) int { return a.sample - b.sample })
	told := map[string]bool{} // the prompt, which the first answer keeps
	type candidate struct {
		answer
		rank int
	}
	var list []candidate
	for _, group := range Groups(all, func(o outline) answer { return o.answer }) {
		at := group[0].answer
		told[at.instance] = told[at.instance] || slices.ContainsFunc(group, func(o outline) bool { return o.told })
		c := candidate{at, 2 * int(apart(group))}
		if told[at.instance] {
			c.rank++
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.rank, a.rank) })
	var only []string // nil for all
	if most < len(list) {
		list = list[:most]
		for _, c := range list {
			only = lists.With(only, c.instance)
		}
	}
	written := samples(rows, only)
	var out []Sample
	for _, c := range list {
		out = append(out, written[c.answer])
	}
	return out
}

// samples are what rows wrote to some instances, to all for nil.
func samples(rows []*Row, instances []string) map[answer]Sample {
	var outs []Output
	for _, r := range rows {
		for _, q := range r.answersTo(instances) {
			outs = append(outs, Output{Row: r, Request: *q})
		}
	}
	slices.SortStableFunc(outs, func(a, b Output) int { return a.Request.Sample - b.Request.Sample })
	all, told := map[answer]Sample{}, map[string]Sample{} // told: with a prompt
	for _, group := range Groups(outs, func(o Output) answer { return outlineOf(&o.Request).answer }) {
		var outlines []outline
		s := Sample{Instance: group[0].Request.Instance, Number: group[0].Request.Sample, Outputs: group}
		if first, ok := told[s.Instance]; ok {
			s.Prompt, s.Answer = first.Prompt, first.Answer
		}
		for i := range group {
			outlines = append(outlines, outlineOf(&group[i].Request))
			own := kept(&group[i].Request)
			if group[i].Violations = own.Violations; s.Prompt == "" {
				s.Prompt, s.Answer = own.Prompt, own.Answer
			}
		}
		if s.Apart = apart(outlines); s.Prompt != "" {
			told[s.Instance] = s
		}
		all[answer{s.Instance, s.Number}] = s
	}
	return all
}

// apart says how far outputs for one instance disagree.
func apart(outs []outline) Apart {
	yes, no, far := false, false, Same
	for _, o := range outs {
		if o.text != outs[0].text {
			far = Texts
		}
		if o.exact != nil {
			yes = yes || *o.exact
			no = no || !*o.exact
		}
	}
	if yes && no {
		return Scores
	}
	return far
}
