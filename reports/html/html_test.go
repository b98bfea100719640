package html

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

func render(t *testing.T, run *result.File) string {
	t.Helper()
	v := view.New(run)
	figures, skipped := plot.Figures(v, nil, plot.Screen)
	var b bytes.Buffer
	if err := Write(&b, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// usual is the page of a usual run.
var usual = sync.OnceValue(func() string {
	v := view.New(fixture.New(fixture.Default))
	figures, skipped := plot.Figures(v, nil, plot.Screen)
	var b bytes.Buffer
	if err := Write(&b, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped}); err != nil {
		return err.Error()
	}
	return b.String()
})

// The page of a large run says in the table and among the figures what was not
// derived, and shows it as unknown.
func TestBoundedPage(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:2], Steps: []int{4}, Instances: 8, Repeats: 1})
	write := func(v *view.View) string {
		figures, skipped := plot.Figures(v, nil, plot.Screen)
		var b bytes.Buffer
		if err := Write(&b, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	whole, bounded := view.New(run), view.NewBounded(run, view.Detail{Above: 5, Rows: 2})
	page, full := write(bounded), write(whole)
	if n := strings.Count(page, bounded.Bounds()); n != 2 || !strings.Contains(cellsOf(page), bounded.Bounds()) || !strings.Contains(page, "<b>coherence, temperature, diversity</b>") {
		t.Errorf("the page says %d times what was not derived", n)
	}
	if strings.Contains(full, "are derived for the first") {
		t.Error("so does the page of a whole view")
	}
	unknown := func(s string) int { return strings.Count(cellsOf(s), view.Unknown) }
	if a, b := unknown(page), unknown(full); a <= b {
		t.Errorf("%d values are unknown, %d on the whole page", a, b)
	}
}

func TestUsualPage(t *testing.T) {
	s := usual()
	for _, want := range []string{
		`<html lang="en">`, `name="viewport"`, "prefers-color-scheme: dark", "@media print", "Skip to the results",
		"<h2 id=\"h-verdict\">", "crossover lies", "Quality against latency: sudoku", "cost only, 20M parameters, prompt 32",
		"question 1 of stories-2", "✓ exact", "constraints broken", "Wilson", "Other definitions in the results file", "Forward passes of a request.", "flops_per_token",
		"Example CPU", "68 of 68 cells are valid", "Scenario file",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if n := strings.Count(s, `role="img" xmlns`); n != strings.Count(s, `<figure id="fig-`) || n < 12 {
		t.Errorf("%d figures", n)
	}
	if n := strings.Count(cellsOf(s), `<th scope="row"><svg`); n != 68 {
		t.Errorf("%d rows of cells, want 68", n)
	}
	if len(s) > 3<<20 {
		t.Errorf("the page has %d bytes", len(s))
	}
	for _, id := range regexp.MustCompile(`href="#([a-z-]+)"`).FindAllStringSubmatch(s, -1) {
		if !strings.Contains(s, `id="`+id[1]+`"`) {
			t.Errorf("a link leads to %q, which is not there", id[1])
		}
	}
}

// cellsOf is the section of the table of cells.
func cellsOf(page string) string {
	_, rest, _ := strings.Cut(page, `<section id="cells"`)
	section, _, _ := strings.Cut(rest, "</section>")
	return section
}

func TestOwnDefinitionsAreShownOnce(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 4, Repeats: 1})
	run.Metrics = nil
	for _, m := range result.Metrics() { // as a file gives them back
		m.Type = "metric"
		line, err := json.Marshal(m)
		var read result.Metric
		if err = errors.Join(err, json.Unmarshal(line, &read)); err != nil {
			t.Fatal(err)
		}
		run.Metrics = append(run.Metrics, read)
	}
	s := render(t, run)
	if strings.Contains(s, "Other definitions") || strings.Count(s, `<th scope="row">ttft</th>`) != 1 {
		t.Error("the definitions of this program are not shown exactly once")
	}
}

// No attribute or style of the page makes a browser fetch anything.
func TestNoRequestLeavesThePage(t *testing.T) {
	s := usual()
	s = strings.ReplaceAll(s, `xmlns="http://www.w3.org/2000/svg"`, "")
	s = strings.ReplaceAll(s, "/*! https://github.com/leeoniya/uPlot (v1.6.32) */", "") // a comment
	for _, bad := range []string{"http://", "https://", " src=", "url(", "@import", "<link", "<iframe", "<img", "fetch(", "XMLHttpRequest"} {
		if i := strings.Index(s, bad); i >= 0 {
			t.Errorf("%q on the page: …%s…", bad, s[max(0, i-60):min(len(s), i+60)])
		}
	}
	if !strings.Contains(s, "default-src &#39;none&#39;") && !strings.Contains(s, "default-src 'none'") {
		t.Error("no content security policy")
	}
}

func TestHostileTextIsShownAsText(t *testing.T) {
	run := fixture.New(fixture.Shape{
		Tasks: []fixture.Task{{Workload: "sudoku", Rung: "holes-4", Budget: 16, AR: 0.4, Parallel: 0.6}}, Steps: []int{4}, Instances: 8, Repeats: 1,
	})
	const attack = "<script>alert(1)</script>\" onload='x' </title></svg>{{.}}\x1b[31m\u202e\x00\xff"
	for i := range run.Requests {
		run.Requests[i].Output = attack + "\n\tkept" + strings.Repeat("long", 300_000)
		run.Requests[i].Instance += attack
		run.Requests[i].Extra = []byte(`{"prompt":"</pre><script>alert(2)</script>"}`)
	}
	for i := range run.Header.Cells {
		run.Header.Cells[i].Label = attack
		run.Header.Cells[i].Engine += attack
		run.Header.Cells[i].Rung = attack
	}
	run.Header.Scenario, run.Header.ScenarioYAML, run.Header.Env.CPU = attack, attack, attack
	run.Header.Metadata = map[string]string{attack: attack}
	run.Metrics[0].Doc = attack
	run.Validity[0].Reasons = []string{attack}
	s := render(t, run)
	if got, want := strings.Count(s, "<script"), strings.Count(usual(), "<script"); got != want {
		t.Errorf("%d script elements, want our own %d", got, want)
	}
	if tag := regexp.MustCompile(`<[a-zA-Z][^<>]*onload='x'[^<>]*>`).FindString(s); tag != "" {
		t.Errorf("an attribute was planted: %q", tag)
	}
	for _, bad := range []string{"<script>alert", "</script>\\\"", "\x1b", "\u202e", "{{.}}\x1b"} {
		if strings.Contains(s, bad) {
			t.Errorf("%q reached the page", bad)
		}
	}
	for _, want := range []string{"&lt;script&gt;alert(1)", `\u202e`, "\n\tkept", "cut after 2000 characters"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if len(s) > 1<<20 {
		t.Errorf("a megabyte of output makes a page of %d bytes", len(s))
	}
}

func TestPagesOfPoorRuns(t *testing.T) {
	one := fixture.New(fixture.Shape{Tasks: []fixture.Task{{Workload: "lists", Rung: "sort-4", Budget: 16, AR: 0.5, Parallel: 0.5}}, Instances: 8, Repeats: 1})
	few := fixture.Default
	few.Tasks, few.Steps, few.Instances = few.Tasks[:2], []int{4, 8}, 8
	invalid := fixture.New(few)
	for i := range invalid.Validity {
		invalid.Validity[i].Valid, invalid.Validity[i].Reasons = false, []string{"equal seeds gave different outputs"}
	}
	bare := fixture.New(few)
	for i := range bare.Requests {
		q := &bare.Requests[i]
		q.E2ENs, q.BatchNs, q.TTFTNs, q.PeakBytes, q.Exact, q.Partial, q.Violations, q.Constraints = nil, nil, nil, nil, nil, nil, nil, nil
	}
	bare.Metrics = nil
	for _, c := range []struct {
		name string
		run  *result.File
		want []string
	}{
		{"empty", &result.File{}, []string{"The run has no cells", "Figures that were not drawn", "0 of 0 cells are valid"}},
		{"one cell", one, []string{"the only decoder with a score", "1 of 1 cells are valid"}},
		{"all invalid", invalid, []string{"it has 22 cells, all invalid", "equal seeds gave different outputs", `class="invalid"`}},
		{"missing metrics", bare, []string{"–", "Figures that were not drawn", "NFE"}},
	} {
		s := render(t, c.run)
		for _, want := range c.want {
			if !strings.Contains(s, want) {
				t.Errorf("%s: no %q on the page", c.name, want)
			}
		}
		if strings.Contains(s, "NaN") || strings.Contains(s, "&lt;nil&gt;") || strings.Contains(s, "%!") || strings.Contains(s, "</b> of 0<") {
			t.Errorf("%s: broken numbers on the page", c.name)
		}
	}
}

// A page of many cells stays small, and says what it leaves out and where the
// rest is.
func TestPageOfManyCells(t *testing.T) {
	shape := fixture.Shape{Steps: []int{2, 4, 8, 16}, Instances: 6, Repeats: 1}
	for i := range 67 {
		shape.Tasks = append(shape.Tasks, fixture.Task{
			Workload: []string{"sudoku", "lists", "arithmetic"}[i%3], Rung: fmt.Sprintf("rung-%d", i/9), Budget: 8 << (i / 3 % 3), AR: 0.6, Parallel: 0.5,
		})
	}
	run := fixture.New(shape)
	if n := len(run.Header.Cells); n != 603 {
		t.Fatalf("%d cells", n)
	}
	s := render(t, run)
	if most := 2_700_000; len(s) > most {
		t.Errorf("a page of 603 cells has %d bytes, more than %d", len(s), most)
	}
	if n := strings.Count(cellsOf(s), `<th scope="row"><svg`); n != maxCells {
		t.Errorf("%d rows of cells", n)
	}
	for _, want := range []string{"Only the first 600 of 603 cells are shown, in the order of the run; dllmbench report DIR --format csv", "3 cells beyond the first 600 are left out"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
