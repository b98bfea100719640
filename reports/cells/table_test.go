package cells

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

var usual = view.New(fixture.New(fixture.Default))

func TestWriteFitsTheWidth(t *testing.T) {
	columns := map[int]int{} // of the table of trained weights, by width
	for _, width := range []int{0, 60, 80, 100, 120, 160, 200, 400} {
		var b bytes.Buffer
		if err := Write(&b, usual, width); err != nil {
			t.Fatal(err)
		}
		b.WriteString(Omitted(usual, width))
		for line := range strings.Lines(b.String()) {
			line = strings.TrimRight(line, "\n")
			if n := utf8.RuneCountInString(line); n > max(width, MinWidth) {
				t.Errorf("width %d: a line of %d: %q", width, n, line)
			}
			if strings.HasSuffix(line, " ") {
				t.Errorf("trailing space in %q", line)
			}
		}
		shown, _ := metricTable(usual, "", parts(usual)[0].points, principal...).Fit(max(width, MinWidth))
		columns[width] = len(shown.Columns)
		for _, want := range []string{"decoder", "exact %", "steps=16", "stories-4, 48 tokens", "Cost only"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("width %d: no %q in\n%s", width, want, b.String())
			}
		}
		if width >= 60 && !strings.Contains(b.String(), "e2e ms") || width >= 80 && !strings.Contains(b.String(), "diffusion steps=16  ") {
			t.Errorf("width %d: times or names are missing in\n%s", width, b.String())
		}
	}
	for _, c := range [][2]int{{0, 60}, {60, 80}, {80, 120}, {120, 200}, {200, 400}} {
		if columns[c[0]] >= columns[c[1]] {
			t.Errorf("%d columns at width %d, %d at width %d", columns[c[0]], c[0], columns[c[1]], c[1])
		}
	}
}

// TestAligned checks that values and the ends of intervals stand below each
// other, and that what is unknown is a dash.
func TestAligned(t *testing.T) {
	f := fixture.New(fixture.Shape{Tasks: []fixture.Task{{Workload: "w", Rung: "r", Budget: 16, AR: 1, Parallel: 0.2}}, Steps: []int{4}, Instances: 24, Repeats: 1})
	for i := range f.Requests {
		if f.Requests[i].Cell == "c0002" {
			f.Requests[i].E2ENs = nil
		}
	}
	var b bytes.Buffer
	if err := Write(&b, view.New(f), 80); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")[1:7]
	at := func(line, mark string) int {
		before, _, _ := strings.Cut(line, mark)
		return utf8.RuneCountInString(before)
	}
	ar, diffusion, block := lines[3], lines[4], lines[5]
	for _, mark := range []string{"[", ",", "]"} {
		if at(ar, mark) != at(diffusion, mark) || at(ar, mark) != at(block, mark) {
			t.Errorf("%q is not aligned in\n%s", mark, strings.Join(lines, "\n"))
		}
	}
	if !strings.HasPrefix(block, " block") || !strings.Contains(block, " –") || strings.Contains(block, " 0 ms") {
		t.Errorf("times that were not measured: %q", block)
	}
	if head, rule := utf8.RuneCountInString(lines[0]), utf8.RuneCountInString(lines[1]); head > rule || rule > 80 {
		t.Errorf("a head of %d over a rule of %d", head, rule)
	}
}

func TestOmittedComesIn(t *testing.T) {
	said := strings.Join(strings.Fields(Omitted(usual, 80)), " ")
	var title string
	var from int
	if _, err := fmt.Sscanf(said, "More in a wider terminal, by its columns: %s from %d,", &title, &from); err != nil {
		t.Fatalf("%q: %v", said, err)
	}
	head := func(width int) string {
		var b bytes.Buffer
		if err := Write(&b, usual, width); err != nil {
			t.Fatal(err)
		}
		return strings.SplitN(b.String(), "\n", 3)[1]
	}
	if strings.Contains(head(from-1), title) || !strings.Contains(head(from), title) {
		t.Errorf("%s does not come in at %d:\n%s\n%s", title, from, head(from-1), head(from))
	}
	if got := Omitted(usual, 10000); got != "" {
		t.Errorf("%q where all fit", got)
	}
}

// hostile is a run whose names attack terminals, spreadsheets and Markdown.
func hostile() *view.View {
	exact := true
	return view.New(&result.File{
		Header:   result.Header{Cells: []result.Cell{{ID: "c", Engine: "autoregressive", Label: "=cmd|' /C calc'!A0\x1b[2J", Workload: "+1\u202e", Rung: "@r|x", Budget: 4}}},
		Requests: []result.Request{{Cell: "c", Instance: "i", Status: "success", Exact: &exact, Usage: usage.Tally{usage.NFE: 1, usage.UsefulTokens: 1}.Usage()}},
	})
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	at := map[string]string{}
	for i, name := range rows[0] {
		at[name] = rows[1][i]
	}
	for name, want := range map[string]string{
		"decoder":         `'=cmd|' /C calc'!A0\x1b[2J`,
		"workload":        `'+1\u202e`,
		"rung":            "'@r|x",
		"exact_match_pct": "100",
		"e2e_ms":          "",
		"peak_memory_mb":  "",
		"against_speed_p": "",
	} {
		if at[name] != want {
			t.Errorf("%s = %q, want %q", name, at[name], want)
		}
	}
	b.Reset()
	if err := CSV(&b, usual); err != nil {
		t.Fatal(err)
	}
	if rows, err = csv.NewReader(&b).ReadAll(); err != nil || len(rows) != 1+len(usual.Rows) {
		t.Errorf("%d lines for %d cells, %v", len(rows), len(usual.Rows), err)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, usual); err != nil {
		t.Fatal(err)
	}
	var cells []struct {
		CostOnly bool `json:"cost_only"`
		Values   map[string]*struct {
			Value float64
			CI    *struct{ Low, High float64 }
			N     int
		}
		Against *struct{ Speed *struct{ Value float64 } } `json:"against"`
	}
	if err := json.Unmarshal(b.Bytes(), &cells); err != nil {
		t.Fatal(err)
	}
	if len(cells) != len(usual.Rows) {
		t.Fatalf("%d cells, want %d", len(cells), len(usual.Rows))
	}
	for i, c := range cells {
		e, ok := c.Values["exact_match"]
		if !ok || (e == nil) != c.CostOnly {
			t.Errorf("cell %d: cost only %v, exact match %v", i, c.CostOnly, e)
		}
		if p := c.Values["e2e"]; p == nil || p.CI == nil || p.CI.Low > p.Value || p.CI.High < p.Value {
			t.Errorf("cell %d: e2e %+v", i, p)
		}
	}
	if cells[0].Against != nil || cells[1].Against == nil {
		t.Error("the reference is compared with itself, or the next cell with nothing")
	}
	b.Reset()
	if err := JSON(&b, view.New(&result.File{})); err != nil || strings.TrimSpace(b.String()) != "[]" {
		t.Errorf("an empty run gives %q, %v", b.String(), err)
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := Markdown(&b, usual); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "| stories-2, 24 tokens | diffusion steps=8 | 24 |") {
		t.Errorf("no row of a cell in\n%.600s", b.String())
	}
	b.Reset()
	if err := Markdown(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x1b") || strings.Contains(b.String(), "\u202e") {
		t.Error("control characters reach the Markdown table")
	}
}

func TestEmptyRun(t *testing.T) {
	var b bytes.Buffer
	empty := view.New(&result.File{})
	if err := Write(&b, empty, 80); err != nil || b.String() != "The run has no cells.\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestLadder(t *testing.T) {
	var b bytes.Buffer
	if err := Ladder(&b, usual); err != nil {
		t.Fatal(err)
	}
	tasks, workload := 0, ""
	for _, p := range usual.Points {
		if p.CostOnly {
			continue
		}
		tasks++
		if p.Workload != workload {
			workload = p.Workload
			if want := "### " + workload; strings.Count(b.String(), want) != 1 {
				t.Errorf("%q does not stand there once", want)
			}
		}
		for _, r := range p.Rows {
			if want := view.Percent(r.Values[view.Exact]); r.Usable() && !strings.Contains(b.String(), " "+want+" |") {
				t.Errorf("%s, %s: %q is missing", p.Rung, r.Name, want)
			}
		}
	}
	if lines := strings.Count(b.String(), "\n| "); lines < tasks {
		t.Errorf("%d table lines for %d tasks", lines, tasks)
	}
}

// TestLadderOfTwoWeights: each set of weights has a table of its own, which says so.
func TestLadderOfTwoWeights(t *testing.T) {
	file := fixture.New(fixture.Default)
	first := file.Header.Cells[slices.IndexFunc(file.Header.Cells, func(c result.Cell) bool { return !c.CostOnly })]
	other := first
	other.ID, other.Weights = "other", "builtin:other"
	file.Header.Cells = append(file.Header.Cells, other)
	v := view.New(file)
	var b bytes.Buffer
	if err := Ladder(&b, v); err != nil {
		t.Fatal(err)
	}
	for _, p := range []result.Cell{first, other} {
		if want := "### " + p.Workload + " on " + p.Weights + "\n"; strings.Count(b.String(), want) != 1 {
			t.Errorf("%q does not stand once in\n%s", want, b.String())
		}
	}
}

func TestDecoders(t *testing.T) {
	var b bytes.Buffer
	v := view.New(fixture.New(fixture.Default))
	v.Points[0].Rows[0].Untrained = []string{"written tokens judge themselves"}
	v.Points[0].Rows[0].Cell.Revises = true
	if err := Decoders(&b, v); err != nil {
		t.Fatal(err)
	}
	var short bytes.Buffer
	if err := Write(&short, v, 200); err != nil || !strings.Contains(short.String(), v.Points[0].Rows[0].Name+" ᵘ  ") ||
		!strings.Contains(short.String(), "ᵘ untrained use: "+v.Points[0].Rows[0].Name+": written tokens judge themselves.") {
		t.Errorf("%v\n%s", err, short.String())
	}
	short.Reset()
	if err := JSON(&short, v); err != nil || !strings.Contains(short.String(), `"written tokens judge themselves"`) {
		t.Errorf("%v\n%s", err, short.String())
	}
	lines, tasks := 0, 0
	for _, p := range v.Points {
		if !p.CostOnly {
			tasks, lines = tasks+1, lines+len(p.Rows)
		}
	}
	text := b.String()
	if got := strings.Count(text, "\n| ") - tasks; got != lines || strings.Count(text, "### ") != tasks {
		t.Errorf("%d lines, want %d in %d tables:\n%s", got, lines, tasks, text)
	}
	first := v.Points[0].Rows[0]
	for _, want := range []string{first.Name + " ᵘ | ", " | yes | ", "ᵘ " + first.Name + ": written tokens judge themselves.", view.Percent(first.Values[view.Exact])} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}
