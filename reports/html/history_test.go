package html

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/history"
	"dllmbench/reports/internal/fixture"
)

// historyOf is the page of 24 runs with a slowdown of diffusion in the middle,
// an invalid run and two runs of another machine.
func historyOf(t *testing.T, nasty string) string {
	t.Helper()
	return historyPageOf(t, 24, nasty)
}

func historyPageOf(t *testing.T, n int, nasty string) string {
	t.Helper()
	b := history.New(history.Options{Metrics: []string{"e2e", "exact_match", "nfe"}, Alpha: 0.01})
	for i, f := range fixture.Nightly(n, func(i int, f *result.File) {
		if i >= 12 {
			fixture.Slow(f, 1.25, func(c result.Cell) bool { return c.Engine == "diffusion" })
		}
		if i == 4 {
			for k := range f.Validity {
				f.Validity[k].Valid, f.Validity[k].Reasons = false, []string{"not deterministic" + nasty}
			}
			f.Validity = append(f.Validity, result.Validity{Type: "validity", Reasons: []string{"all cells are invalid" + nasty}})
		}
		if i == 7 || i == 8 {
			f.Header.Env.CPU = "another processor" + nasty
		}
		for k := range f.Header.Cells {
			f.Header.Cells[k].Label += nasty
			f.Header.Cells[k].Rung += nasty
		}
		f.Header.Scenario, f.Header.Env.GitSHA = nasty+"nightly", nasty+f.Header.Env.GitSHA
	}) {
		if err := b.Add(fmt.Sprintf("results/n%02d%s", i, nasty), f); err != nil {
			t.Fatal(err)
		}
	}
	var page bytes.Buffer
	if err := WriteHistory(&page, b.History()); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func TestHistoryPage(t *testing.T) {
	s := historyOf(t, "")
	for _, want := range []string{
		"<h1>History of 24 runs</h1>", "2 of 24 series change", "Largest change for the worse: e2e of diffusion", "since run 13 (results/n12)",
		"The runs come from 2 machines", "1 run cannot be used at all", "10 used runs on one machine are needed",
		`id="fig-trend-e2e-1"`, "Trends without a mark", "▼ worse", "Example CPU", "another processor", "all cells are invalid", `class="unused"`,
		"E-divisive", "history.csv", "21 and 1 not used",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(s, "NaN") || strings.Contains(s, "%!") {
		t.Error("broken numbers on the page")
	}
	selfContained(t, s)
}

func TestPoorHistories(t *testing.T) {
	var page bytes.Buffer
	if err := WriteHistory(&page, history.New(history.Options{Metrics: []string{"e2e"}, Alpha: 0.01}).History()); err != nil {
		t.Fatal(err)
	}
	if s := page.String(); !strings.Contains(s, "There is no run.") {
		t.Error("an empty history does not say so")
	}
	s := historyPageOf(t, 3, "")
	if !strings.Contains(s, "Too few runs for change points in 6 series of times: 10 used runs on one machine are needed at α = 0.01, the longest of them has 3.") || !strings.Contains(s, "No change is marked in 18 series of 3 runs") {
		t.Error("three runs do not say how many are needed")
	}
}
