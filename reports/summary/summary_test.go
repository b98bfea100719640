package summary

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// duel is a run of two decoders on one task: ar solves the first a of n
// instances in 10 ms, block the first b in ms milliseconds.
func duel(n, a, b int, ms float64) *result.File {
	f := &result.File{Header: result.Header{Cells: []result.Cell{
		{ID: "ar", Engine: "autoregressive", Label: "ar", Workload: "sudoku", Rung: "holes-6", Budget: 32},
		{ID: "block", Engine: "block", Label: "block", Workload: "sudoku", Rung: "holes-6", Budget: 32},
	}}}
	add := func(cell string, i int, exact bool, ms float64) {
		ns := int64(ms * 1e6)
		f.Requests = append(f.Requests, result.Request{Cell: cell, Instance: fmt.Sprint(i), PairBlock: i, Status: "success", Exact: &exact, E2ENs: &ns, NFE: 3, UsefulTokens: 5})
	}
	for i := range n {
		wobble := 1 + 0.1*float64(i%3-1) // both engines need longer for the same instances, and differ a little
		add("ar", i, i < a, 10*wobble)
		add("block", i, i < b, ms*wobble*(1+0.03*float64(i%2)))
	}
	return f
}

func text(t *testing.T, f *result.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := Make(view.New(f)).Text(&b, 200); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSaysOnlyWhatIntervalsSupport(t *testing.T) {
	for _, c := range []struct {
		name     string
		run      *result.File
		has, not []string
	}{
		{"a tie in quality", duel(24, 13, 12, 5),
			[]string{"ar 54% [35, 72] and block 50% [31, 69] cannot be told apart at n = 24", "block is fastest", "It is not shown to solve less", "no decoder is shown to be best on the one task"},
			[]string{"solves most"}},
		{"a clear lead in quality", duel(24, 20, 5, 5),
			[]string{"ar 83% [64, 93] solves most (n = 24); less: block 21%", "−62 points", "Without a shown loss against ar 83% [64, 93]: ar"},
			[]string{"cannot be told apart"}},
		{"a tie in speed", duel(24, 10, 10, 9.9),
			[]string{"cannot be told apart in speed"}, []string{"is fastest"}},
		{"too few pairs", duel(5, 3, 3, 1),
			[]string{"too few pairs for an interval (six are needed)"}, []string{"is fastest", "solves most"}},
		{"nobody solves any", duel(24, 0, 0, 5),
			[]string{"no decoder solves any (n = 24)", "On 1 of 1 tasks no decoder solves any"}, []string{"not shown to solve less", "Quality: on"}},
	} {
		got := text(t, c.run)
		for _, want := range c.has {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, got)
			}
		}
		for _, bad := range c.not {
			if strings.Contains(got, bad) {
				t.Errorf("%s: %q in\n%s", c.name, bad, got)
			}
		}
	}
}

func TestUsualRun(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	s := Make(v)
	if len(s.Verdict) < 4 || len(s.Verdict) > 8 {
		t.Errorf("%d sentences of verdict", len(s.Verdict))
	}
	var b bytes.Buffer
	if err := s.Text(&b, 80); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"crossover lies", "faster at every length measured (32 to 256 tokens)", "instead of 16 denoising", "more in summary.md", "random weights"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d: %q", n, line)
		}
	}
	b.Reset()
	if err := s.Markdown(&b, v); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "# Results of fixture\n") || strings.Count(b.String(), "\n| ") < len(v.Rows) {
		t.Errorf("summary.md:\n%.400s", b.String())
	}
}

func TestTooFewBlocksOfCostCells(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Blocks = nil, 2
	got := text(t, fixture.New(shape))
	if !strings.Contains(got, "for 2 of 2 decoders there are too few pair blocks") || strings.Contains(got, "is fastest") {
		t.Errorf("two blocks:\n%s", got)
	}
}

func TestNothingToSay(t *testing.T) {
	invalid := duel(24, 5, 5, 5)
	invalid.Validity = []result.Validity{{Cell: "ar", Reasons: []string{"x"}}, {Cell: "block", Reasons: []string{"x"}}, {Reasons: []string{"2 cells"}}}
	planned := duel(0, 0, 0, 1)
	for want, f := range map[string]*result.File{
		"no cells, so there is nothing": {},
		"All 2 cells of the run are":    invalid,
		"No cell of the run has":        planned,
	} {
		if got := text(t, f); !strings.Contains(got, want) || strings.Contains(got, "fastest") {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestUntrustedNames(t *testing.T) {
	f := duel(24, 20, 5, 5)
	f.Header.Scenario = "x\x1b[2J"
	f.Header.Cells[0].Label = "a\x1b]0;t\a<b>|"
	got := text(t, f)
	if strings.ContainsAny(got, "\x1b\a") {
		t.Errorf("control characters in %q", got)
	}
	var b bytes.Buffer
	v := view.New(f)
	if err := Make(v).Markdown(&b, v); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(b.String(), "## Cells")
	if strings.Contains(head, "<b>") {
		t.Errorf("markup in summary.md: %s", head)
	}
}
