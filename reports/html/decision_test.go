package html

import (
	"strings"
	"testing"

	"dllmbench/reports/advice"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// The table names who is fastest, cheapest and best as the advice does.
func TestDecisions(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	d := decisionsOf(v)
	if d == nil || len(d.Rows) != len(v.Points) {
		t.Fatalf("%+v", d)
	}
	several := 0
	for _, p := range v.Points {
		want := advice.Decide(v, p, advice.Exactly(0))
		cell := decisionOf(want)
		labels := map[string]string{}
		for _, c := range cell.Choices {
			for _, g := range c.Goals {
				labels[g.Label] = c.Name
				if g.Value == "" || g.Mark == "" || g.Sure == "" {
					t.Errorf("%s: %+v says nothing", p.Task(), g)
				}
			}
		}
		several = max(several, len(cell.Choices))
		for label, choice := range map[string]*advice.Choice{"fastest": want.Fastest, "least arithmetic": want.Cheapest, "solves most": want.Best} {
			name := ""
			if choice != nil {
				name = view.Clean(choice.Row.Name)
			}
			if labels[label] != name {
				t.Errorf("%s: %q is %s, the advice says %q", p.Task(), labels[label], label, name)
			}
		}
	}
	if several < 2 {
		t.Error("one decoder is everything everywhere: the test shows little")
	}
	if s := usual(); strings.Count(s, "<b>least arithmetic</b>") < len(v.Points) {
		t.Error("the page does not name the cheapest decoders")
	}
}

// TestUnknownLength: the length of imported answers is unknown, and not 0.
func TestUnknownLength(t *testing.T) {
	var page strings.Builder
	data := struct{ Decide *decisions }{&decisions{Rows: []decisionRow{{Batch: 1, Task: "t"}, {Length: 7, Batch: 1, Task: "u"}}}}
	if err := parts().ExecuteTemplate(&page, "report decision", data); err != nil || !strings.Contains(page.String(), `<td class="num">–</td><td class="num">1</td>`) || !strings.Contains(page.String(), `<td class="num">7</td>`) {
		t.Errorf("%v\n%s", err, page.String())
	}
}
