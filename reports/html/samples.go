package html

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// Limits of the samples; what is left out is said on the page.
const (
	maxTasks     = 24
	maxInstances = 3
	maxOutputs   = 12
	maxBreaches  = 6    // violations listed for an output
	maxText      = 2000 // characters of a prompt, answer or output
	maxDoc       = 200  // characters of the words for a violation
)

type taskSamples struct {
	Task      string
	Instances []instance
	apart     view.Apart // of the first instance
}

type instance struct {
	ID, Prompt, Answer string
	How                string // how far the decoders disagree
	Outputs            []output
}

// howApart says how far decoders disagree.
var howApart = map[view.Apart]string{view.Scores: "some decoders solve it, some do not", view.Texts: "the texts differ", view.Same: "all wrote the same"}

type output struct {
	Name, Class, Mark, Note string
	Text                    []piece
	Violations              []violation
	More                    int // violations that are not listed
	Engine                  engine
}

// piece is a part of an output; Breach says what is wrong there, if anything.
type piece struct{ Text, Breach string }

type violation struct {
	Doc      string
	Distance int
}

// samples picks a few instances of the tasks, those first on which decoders
// disagree; of a large run it looks at the first tasks alone.
func samples(v *view.View) ([]taskSamples, string) {
	var out []taskSamples
	tasks := v.Trained()
	for _, p := range tasks[:min(len(tasks), 4*maxTasks)] {
		t := taskSamples{Task: view.Clean(p.Task())}
		for i, s := range v.SamplesOf(p, maxInstances) {
			if i == 0 {
				t.apart = s.Apart
			}
			in := instance{ID: view.Clean(s.Instance), Prompt: readable(s.Prompt, maxText), Answer: readable(s.Answer, maxText)}
			if len(s.Outputs) > 1 {
				in.How = howApart[s.Apart]
			}
			for _, o := range s.Outputs[:min(len(s.Outputs), maxOutputs)] {
				in.Outputs = append(in.Outputs, outputOf(o))
			}
			t.Instances = append(t.Instances, in)
		}
		if len(t.Instances) > 0 {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b taskSamples) int { return cmp.Compare(b.apart, a.apart) })
	if len(out) > maxTasks {
		return out[:maxTasks], fmt.Sprintf("%d of %d tasks are shown, those first on which decoders disagree.", maxTasks, len(tasks))
	}
	return out, ""
}

func outputOf(o view.Output) output {
	q := o.Request
	out := output{Name: view.Clean(o.Row.Name), Engine: engineOf(o.Row.Look), Text: pieces(q.Output, o.Violations)}
	if q.Output == "" {
		out.Text = []piece{{Text: "(empty)"}}
	}
	for _, v := range o.Violations[:min(len(o.Violations), maxBreaches)] {
		out.Violations = append(out.Violations, violation{readable(v.Doc, maxDoc), v.Distance})
	}
	if q.Violations != nil && len(out.Violations) > 0 {
		out.More = max(0, *q.Violations-len(out.Violations))
	}
	switch {
	case q.Exact == nil:
		out.Mark = "not judged"
	case *q.Exact:
		out.Class, out.Mark = "exact", "✓ exact"
	default:
		out.Class, out.Mark = "broken", "✗"
		if q.Violations != nil && q.Constraints != nil {
			out.Mark += fmt.Sprintf(" %d of %d constraints broken", *q.Violations, *q.Constraints)
		}
	}
	notes := []string{fmt.Sprintf("%s tokens, %s passes", q.Usage[usage.UsefulTokens], q.Usage[usage.NFE])}
	if q.E2ENs != nil {
		notes = append(notes, view.Number(float64(*q.E2ENs)/1e6)+" ms")
	}
	if len(q.Broken) > 0 && len(out.Violations) == 0 {
		list := make([]string, len(q.Broken))
		for i, n := range q.Broken {
			list[i] = "#" + strconv.Itoa(n+1)
		}
		notes = append(notes, "broken: "+strings.Join(list[:min(len(list), 12)], " "))
	}
	out.Note = strings.Join(notes, ", ")
	return out
}

// pieces cuts an output into what is shown plainly and the characters at which
// a violation shows. Offsets are untrusted.
func pieces(output string, breaches []result.Breach) []piece {
	at := map[int]string{}
	for _, b := range breaches {
		if _, ok := at[b.Offset]; !ok {
			at[b.Offset] = readable(b.Doc, maxDoc)
		}
	}
	output, note := cut(output, maxText)
	var out []piece
	plain := func(s string) {
		if s != "" {
			out = append(out, piece{Text: visible(s)})
		}
	}
	begin := 0
	for i, r := range output {
		if doc, ok := at[i]; ok {
			_, size := utf8.DecodeRuneInString(output[i:])
			text := visible(output[i : i+size])
			if r == '\n' {
				text = "⏎\n" // a mark on nothing would not be seen
			}
			plain(output[begin:i])
			out = append(out, piece{text, doc})
			begin = i + size
		}
	}
	plain(output[begin:])
	plain(note)
	return out
}

// readable is untrusted text for the page: [visible], and cut after most
// characters.
func readable(s string, most int) string {
	s, note := cut(s, most)
	return visible(s) + note
}

// cut returns the first characters of s, and a note if there are more.
func cut(s string, most int) (text, note string) {
	n := 0
	for i := range s {
		if n == most {
			return s[:i], fmt.Sprintf("… (cut after %d characters)", most)
		}
		n++
	}
	return s, ""
}

// visible keeps line breaks and tabs and escapes other invisible characters.
func visible(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j := range parts {
			parts[j] = view.Clean(parts[j])
		}
		lines[i] = strings.Join(parts, "\t")
	}
	return strings.Join(lines, "\n")
}
