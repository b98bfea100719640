package cells

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// Tables for people say what was not derived of a large run; for programs it is
// unknown, never 0, and everything else is there.
func TestBoundedView(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:2], Steps: []int{4}, Instances: 8, Repeats: 1})
	whole, v := view.New(run), view.NewBounded(run, view.Detail{Above: 5, Rows: 2})
	if v.Briefs != 4 {
		t.Fatalf("%d brief rows", v.Briefs)
	}
	for _, f := range Formats()[:2] {
		var with, without bytes.Buffer
		if err := f.Write(&with, Run{View: v, Width: 400}); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(&without, Run{View: whole, Width: 400}); err != nil {
			t.Fatal(err)
		}
		said := func(s string) bool {
			return strings.Contains(strings.Join(strings.Fields(s), " "), "For the other 4 they are unknown (–)")
		}
		if !said(with.String()) || said(without.String()) {
			t.Errorf("%s says it of the bounded view: %t, of the whole one: %t", f.Name, said(with.String()), said(without.String()))
		}
	}
	var page bytes.Buffer
	if err := HTML(&page, v); err != nil || !strings.Contains(page.String(), "<p>"+v.Bounds()+"</p>") {
		t.Errorf("the page of the table does not say it (%v)", err)
	}

	var lines bytes.Buffer
	if err := CSV(&lines, v); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&lines).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	words, exact := slices.Index(rows[0], "entropy_1_nats"), slices.Index(rows[0], "exact_match_pct")
	for i, row := range rows[1:] {
		if (row[words] == "") != (i >= 2) || row[exact] == "" {
			t.Errorf("line %d has the entropy %q and the exact match %q", i, row[words], row[exact])
		}
	}
	var text bytes.Buffer
	if err := JSON(&text, v); err != nil {
		t.Fatal(err)
	}
	var cells []struct {
		Brief  bool
		Values map[string]*struct{ Value float64 }
	}
	if err := json.Unmarshal(text.Bytes(), &cells); err != nil {
		t.Fatal(err)
	}
	for i, c := range cells {
		if _, listed := c.Values["entropy_1"]; !listed || (c.Values["entropy_1"] == nil) != (i >= 2) || c.Brief != (i >= 2) || c.Values["exact_match"] == nil {
			t.Errorf("cell %d: %+v", i, c)
		}
	}
}
