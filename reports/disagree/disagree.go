// Package disagree lists the instances that one decoder answers exactly and
// another does not: what to read to see how they differ.
package disagree

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Case is an instance on which two decoders disagree, in their first run.
type Case struct {
	Task        string `json:"task"`
	Instance    string `json:"instance"`
	Sample      int    `json:"sample"` // which of the independent answers, from 0
	Item        string `json:"item"`   // its name in the file of tasks; "" for a procedural one
	Right       string `json:"right"`  // the decoder that is exact
	Wrong       string `json:"wrong"`
	Prompt      string `json:"prompt"` // "" when the run did not keep it
	Answer      string `json:"answer"` // one correct answer; "" when the run did not keep it
	RightOutput string `json:"right_output"`
	WrongOutput string `json:"wrong_output"`
	Violations  *int   `json:"violations"`  // constraints that the wrong output breaks; null when they were not counted
	Constraints *int   `json:"constraints"` // of the instance
}

// Between lists the cases of two decoders, named as in the tables ("diffusion
// steps=4") or by engine ("diffusion", which stands for all its rows), in the
// order of the run. The error names the decoders that there are.
func Between(v *view.View, a, b string) ([]Case, error) {
	for _, want := range []string{a, b} {
		var names []string
		found := false
		for _, r := range v.Rows {
			found = found || is(r, want)
			names = lists.With(names, view.Clean(r.Name))
		}
		if !found {
			return nil, fmt.Errorf("no decoder of the run is named %q; there are %s", want, strings.Join(names, ", "))
		}
	}
	var out []Case
	for _, p := range v.Points {
		for _, ra := range p.Rows {
			for _, rb := range p.Rows {
				if ra != rb && is(ra, a) && is(rb, b) {
					out = append(out, between(v, p, ra, rb)...)
				}
			}
		}
	}
	return out, nil
}

func is(r *view.Row, name string) bool { return r.Name == name || r.Cell.Engine == name }

func between(v *view.View, p *view.Point, a, b *view.Row) []Case {
	var out []Case
	for _, s := range v.SamplesOf(p, 1<<30) {
		var oa, ob *view.Output
		for i := range s.Outputs {
			switch s.Outputs[i].Row {
			case a:
				oa = &s.Outputs[i]
			case b:
				ob = &s.Outputs[i]
			}
		}
		if oa == nil || ob == nil || oa.Request.Exact == nil || ob.Request.Exact == nil || *oa.Request.Exact == *ob.Request.Exact {
			continue
		}
		if !*oa.Request.Exact {
			oa, ob = ob, oa
		}
		out = append(out, Case{
			Task: p.Task(), Instance: s.Instance, Sample: s.Number, Item: oa.Request.Item, Prompt: s.Prompt, Answer: s.Answer,
			Right: oa.Row.Name, Wrong: ob.Row.Name, RightOutput: oa.Request.Output, WrongOutput: ob.Request.Output,
			Violations: ob.Request.Violations, Constraints: ob.Request.Constraints,
		})
	}
	return out
}

// Formats lists the ways to write cases, one object or line each.
func Formats() table.Formats[[]Case] {
	written := func(name string, write func(io.Writer, iter.Seq[Case]) error) table.Format[[]Case] {
		return table.Format[[]Case]{Name: name, Write: func(w io.Writer, list []Case) error { return write(w, slices.Values(list)) }}
	}
	return table.Formats[[]Case]{written("csv", table.CSV[Case]), written("json", table.JSON[Case]), written("jsonl", table.JSONL[Case])}
}
