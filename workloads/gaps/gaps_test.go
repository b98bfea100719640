package gaps

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// TestInstances: the template is the answer with one gap of as many sentences or
// lines as the rung says, and text stands behind it. What is checked behind the
// gap is lookahead, and every text has something of that kind.
func TestInstances(t *testing.T) {
	w := New()
	for r, rung := range w.Rungs() {
		for i := range 40 {
			inst := w.Generate(workloads.Splits[i%3], r, i)
			text, gap := "", ""
			for _, p := range inst.Template {
				text, gap = text+p.Text+p.Fill, gap+p.Fill
			}
			span := inst.Spans[0]
			if text != inst.Answer || inst.Answer[span.Start:span.End] != gap || inst.Template[len(inst.Template)-1].Text == "" {
				t.Fatalf("%s: template %v of %q", inst.ID, inst.Template, inst.Answer)
			}
			parts := strings.Count(gap, "\n")
			if span.Start == 0 {
				parts++ // the first line has no break before it
			}
			if rung.Knobs["code"] == 0 {
				parts = len(regexp.MustCompile(`[.!?]`).FindAllString(gap, -1))
			}
			if parts != int(rung.Knobs["parts"]) {
				t.Fatalf("%s: %d sentences or lines in %q", inst.ID, parts, gap)
			}
			ahead := 0
			for _, c := range inst.Constraints {
				if c.Direction == workloads.Lookahead {
					ahead++
				}
			}
			if (ahead == 0) != (rung.Knobs["code"] == 1) {
				t.Errorf("%s: %d constraints have their cause behind the gap", inst.ID, ahead)
			}
		}
	}
}

// TestDirections: what the text behind the gap is judged by comes later, in the
// words that lie between; what stands before the gap is not an opportunity.
func TestDirections(t *testing.T) {
	w := New()
	_, c := w.draw(workloads.Test, slices.IndexFunc(w.rungs, func(r rung) bool { return r.name == "story-2" }), 0)
	var got []string
	for _, k := range c.constraints() {
		got = append(got, k.Kind+" "+string(k.Direction))
	}
	want := []string{
		"plan backward", "possible backward", "plan backward", "possible backward", // the gap
		"plan lookahead", "possible lookahead", // the event behind it
		"place lookahead", "place lookahead", "place lookahead", "possession lookahead", "possession lookahead",
		"length backward", "fixed backward", "fixed backward",
	}
	if !slices.Equal(got, want) {
		t.Errorf("constraints %q, want %q", got, want)
	}
	// Ann leaves the hat. [Ann takes the book.] Ann hands Eva the book. End: …
	ks := c.constraints()
	if ks[5].Distance != 0 || ks[6].Distance != len(strings.Fields("Ann hands Eva the book.")) {
		t.Errorf("distances %d and %d", ks[5].Distance, ks[6].Distance)
	}
}

func TestBound(t *testing.T) {
	function := lines("\tr := 0\n\tfor _, x := range a {\n\t\tif x > 3 {\n\t\t\tr += x\n\t\t}\n\t}\n\treturn r\n}")
	for n, want := range map[int][]int{1: {0, 1}, 2: {0, 1}, 3: {0}, 4: {0}, 6: {0}, 7: nil} {
		if got := bound(function, n); !slices.Equal(got, want) {
			t.Errorf("gaps of %d lines: %v, want %v", n, got, want)
		}
	}
	if got := bound(lines(strings.Repeat("\tr := 1\n\tr += r\n", 40)+"\treturn r"), 30); got != nil {
		t.Errorf("a gap of 30 lines at %v", got)
	}
	for text, want := range map[string]bool{
		"\n\treturn x": true, "\n\tx := 1\n\treturn x": false, "\n\tx := x + 1": true, "\n\tfor _, x := range a {\n\t\tr += x": false,
		"\n\treturn max": false, "\n}": false, "\n\tfor i, x := range x {": true,
	} {
		if needs(text, "x") != want {
			t.Errorf("%q needs x: %v", text, !want)
		}
	}
}

// TestBehindBinds: a function whose gap gives its names other names, and a text
// whose gap is that of another answer, do not fit the text behind the gap.
func TestBehindBinds(t *testing.T) {
	w := New()
	for r := range w.rungs {
		if !w.rungs[r].code() {
			continue
		}
		for i := range 60 {
			inst, c := w.draw(workloads.Test, r, i)
			left, gap, right := c.texts()
			renamed := gap
			for _, m := range declared.FindAllStringSubmatch(gap, -1) {
				for _, name := range strings.Split(m[1], ", ") {
					if name != "_" {
						renamed = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(renamed, name+"x")
					}
				}
			}
			s := w.Check(inst, left+renamed+right)
			if s.Exact || s.Aspects["type_checks"] != 0 {
				t.Fatalf("%s: with other names in the gap it is right: %s", inst.ID, left+renamed+right)
			}
		}
	}
}

func TestOtherWaysAreRight(t *testing.T) {
	w := New()
	other := strings.NewReplacer("goes", "walks", "walks", "goes", "takes", "finds", "finds", "takes", "drops", "leaves", "leaves", "drops")
	for r := range w.rungs {
		if w.rungs[r].source != fromStories {
			continue
		}
		for i := range 40 {
			inst, c := w.draw(workloads.Test, r, i)
			left, gap, right := c.texts()
			if s := w.Check(inst, left+other.Replace(gap)+right); !s.Exact {
				t.Fatalf("%s: %q is judged %+v", inst.ID, other.Replace(gap), s)
			}
		}
	}
}

func TestForeignInstance(t *testing.T) {
	w := New()
	inst := w.Generate(workloads.Test, 0, 0)
	inst.ID = "gaps/none/test/0"
	defer func() {
		if recover() == nil {
			t.Error("an instance of another workload was judged")
		}
	}()
	w.Check(inst, "")
}

// draw is an instance with what it was cut from.
func (w *Workload) draw(split workloads.Split, rung, index int) (workloads.Instance, cut) {
	inst := w.Generate(split, rung, index)
	rng, split, _ := w.Again(inst)
	return inst, w.cut(rng, split, rung)
}
