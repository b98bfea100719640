// Package disagree lists the instances that one decoder answers exactly and
// another does not: what to read to see how they differ.
package disagree

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// Case is an instance on which two decoders disagree, in their first run.
type Case struct {
	Task     string `json:"task"`
	Instance string `json:"instance"`
	Prompt   string `json:"prompt"` // "" when the run did not keep it
	Answer   string `json:"answer"` // one correct answer; "" when the run did not keep it
	Right    string `json:"right"`  // the decoder that is exact
	Wrong    string `json:"wrong"`
	// What they wrote, and the constraints that the wrong one breaks.
	RightOutput string `json:"right_output"`
	WrongOutput string `json:"wrong_output"`
	Violations  *int   `json:"violations"` // null when they were not counted
	Constraints *int   `json:"constraints"`
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
			if n := view.Clean(r.Name); !slices.Contains(names, n) {
				names = append(names, n)
			}
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
			Task: p.Task(), Instance: s.Instance, Prompt: s.Prompt, Answer: s.Answer,
			Right: oa.Row.Name, Wrong: ob.Row.Name, RightOutput: oa.Request.Output, WrongOutput: ob.Request.Output,
			Violations: ob.Request.Violations, Constraints: ob.Request.Constraints,
		})
	}
	return out
}

// JSON writes an array.
func JSON(w io.Writer, cases []Case) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(append([]Case{}, cases...))
}

// JSONL writes one object a line.
func JSONL(w io.Writer, cases []Case) error {
	enc := json.NewEncoder(w)
	for _, c := range cases {
		if err := enc.Encode(c); err != nil {
			return err
		}
	}
	return nil
}

// CSV writes one line a case. Control characters are escaped, and a field that
// a spreadsheet would take for a formula is preceded by an apostrophe.
func CSV(w io.Writer, cases []Case) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"task", "instance", "right", "wrong", "prompt", "answer", "right_output", "wrong_output", "violations", "constraints"}); err != nil {
		return err
	}
	for _, c := range cases {
		line := []string{c.Task, c.Instance, c.Right, c.Wrong, c.Prompt, c.Answer, c.RightOutput, c.WrongOutput}
		for i, s := range line {
			s = view.Clean(s)
			if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
				s = "'" + s
			}
			line[i] = s
		}
		if err := out.Write(append(line, number(c.Violations), number(c.Constraints))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}
