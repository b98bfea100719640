package summary

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/engines/usage"
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
		f.Requests = append(f.Requests, result.Request{Cell: cell, Instance: fmt.Sprint(i), PairBlock: i, Status: "success", Exact: &exact, E2ENs: &ns,
			Usage: usage.Tally{usage.NFE: 3, usage.UsefulTokens: 5}.Usage()})
	}
	for i := range n {
		wobble := 1 + 0.1*float64(i%3-1) // both engines need longer for the same instances, and differ a little
		add("ar", i, i < a, 10*wobble)
		add("block", i, i < b, ms*wobble*(1+0.03*float64(i%2)))
	}
	return f
}

// shared leaves the second decoder of a duel with n instances.
func shared(f *result.File, n int) *result.File {
	var kept []result.Request
	for _, q := range f.Requests {
		if q.Cell == "ar" || q.PairBlock < n {
			kept = append(kept, q)
		}
	}
	f.Requests = kept
	return f
}

// trio is a duel with a third decoder that solves some of the first n and takes
// ms milliseconds.
func trio(f *result.File, solved int, ms float64) *result.File {
	c := f.Header.Cells[1]
	c.ID, c.Label, c.Engine, c.Options = "d", "diffusion", "diffusion", nil
	f.Header.Cells = append(f.Header.Cells, c)
	for _, q := range f.Requests {
		if q.Cell == "ar" {
			exact, ns := q.PairBlock < solved, int64(float64(*q.E2ENs)*ms/10)
			q.Cell, q.Exact, q.E2ENs = "d", &exact, &ns
			f.Requests = append(f.Requests, q)
		}
	}
	return f
}

func text(t *testing.T, f *result.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := Make(view.New(f)).Text(&b, 1000); err != nil {
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
			[]string{"ar 54% [35, 72] and block 50% [31, 69] are not shown to differ (n = 24; block minus ar: −4 points, −21 to +12)", "block is fastest", "Which is the fastest without loss cannot be said: block takes 5.08 ms, and a loss of up to 21 points against ar 54% [35, 72] is not excluded (5 points are allowed, n = 24; at least 72 are needed)", "no decoder is shown to be best on the one task"},
			[]string{"solves most"}},
		{"a clear lead in quality", duel(24, 20, 5, 5),
			[]string{"ar 83% [64, 93] solves most (n = 24); less: block 21%", "−62 points", "Every faster setting is shown to solve less than ar 83% [64, 93], which takes 10 ms"},
			[]string{"are not shown to differ", "cannot be said"}},
		{"a tie in speed", duel(24, 10, 10, 9.9),
			[]string{"no decoder is shown to be faster than all others by more than 2%"}, []string{"is fastest"}},
		{"too few pairs", duel(5, 3, 3, 1),
			[]string{"too few pairs for an interval (six are needed)"}, []string{"is fastest", "solves most"}},
		// Five instances differ, all in favour of block: the exact test has p = 2/2⁵ =
		// 0.06, and the interval holds 0.
		{"an interval as the test", duel(10, 4, 9, 20),
			[]string{"block 90% [60, 98] and ar 40% [17, 69] are not shown to differ (n = 10; ar minus block: −50 points, −81 to +2)", "a loss of up to 81 points against block 90% [60, 98] is not excluded"},
			[]string{"solves most", "Every faster setting"}},
		{"six that differ are enough", duel(10, 3, 9, 20),
			[]string{"block 90% [60, 98] solves most (n = 10); less: ar 30%"}, nil},
		{"all against none, on too few", duel(5, 5, 0, 1),
			[]string{"are not shown to differ (n = 5; block minus ar: −100 points, −100 to +4; too few to show any difference)"},
			[]string{"solves most", "shown loss", "shown to solve less"}},
		{"the slower is better by value", duel(24, 13, 15, 20),
			[]string{"a loss of up to 27 points against block 62%"}, []string{"solves most"}},
		{"some have more instances", shared(duel(24, 23, 5, 5), 8),
			[]string{"are not shown to differ (n = 24; ", "; some pairs share only 8 instances)"}, nil},
		{"nobody solves any", duel(24, 0, 0, 5),
			[]string{"no decoder solves any (n = 24, up to 14% are not excluded)", "On 1 of 1 tasks no decoder solves any", "so none is called fastest"}, []string{"fastest was", "Quality: on"}},
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

// TestNearChance: a task on which nobody is ten points above chance, with an
// interval above it, is not counted, but says what was solved and who was fast.
func TestNearChance(t *testing.T) {
	for chance, near := range map[float64]bool{0.80: true, 0.735: true, 0.65: true, 0.63: false, 0.01: false} {
		f := duel(24, 20, 5, 5) // 83% [64, 93] and 21%
		for i := range f.Header.Cells {
			f.Header.Cells[i].Chance = &chance
		}
		got := text(t, f)
		for _, line := range []string{"no decoder is shown to be well above the chance level", "On 1 of 1 tasks no decoder is 10 points above"} {
			if strings.Contains(got, line) != near {
				t.Errorf("chance %g: %q in\n%s", chance, line, got)
			}
		}
		if strings.Contains(got, "best was ar") == near || strings.Contains(got, "so none is called fastest") != near || strings.Contains(got, "block is fastest") != (chance == 0.01) {
			t.Errorf("chance %g:\n%s", chance, got)
		}
		s := Make(view.New(f))
		if l := s.Lines[0]; (l.Quality.Sure == Guessed) != near || (l.Lossless.Rows == nil) != near || l.N != 24 {
			t.Errorf("chance %g: %+v", chance, l)
		}
		if got := s.Of.Even; (got == 0) != near {
			t.Errorf("chance %g: %d tasks count", chance, got)
		}
	}
}

// TestAlone: a task that one decoder ran on other weights is not counted.
func TestAlone(t *testing.T) {
	f := duel(24, 20, 5, 5)
	c := f.Header.Cells[0]
	c.ID, c.Weights, c.Digest = "control", "builtin:control", "sha256:1"
	f.Header.Cells = append(f.Header.Cells, c)
	for _, q := range f.Requests {
		if q.Cell == "ar" {
			q.Cell = "control"
			f.Requests = append(f.Requests, q)
		}
	}
	got := text(t, f)
	for _, want := range []string{"best was ar on 1 of 1", "Best, or not shown to differ from the best: ar on 1 of 1.", "One more task was run by one decoder alone"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	f.Header.Cells, f.Requests = f.Header.Cells[:1], nil
	for _, q := range duel(24, 20, 5, 5).Requests {
		if q.Cell == "ar" {
			f.Requests = append(f.Requests, q)
		}
	}
	if got = text(t, f); !strings.Contains(got, "no task has two decoders to compare") || strings.Contains(got, "not shown to differ from the best") {
		t.Errorf("a decoder without a rival is called best:\n%s", got)
	}
}

// TestWithoutLoss: that a faster decoder is not shown to solve less is no evidence;
// it is without loss where the interval excludes a loss of five points, and where
// neither is shown nothing is said. What solves no more than chance wins nothing.
func TestWithoutLoss(t *testing.T) {
	for _, c := range []struct {
		run       *result.File
		want, not string
		lossless  string // the winner of the tally, "" for none
	}{
		// 40% beside 90%, and too few to show it.
		{duel(10, 9, 4, 2), "cannot be said: block takes 2.03 ms, and a loss of up to 81 points against ar 90%", "block on 1 of 1. Fastest", ""},
		{trio(duel(24, 20, 5, 2), 18, 5), "cannot be said: diffusion takes 5 ms, and a loss of up to 27 points", "", ""},
		{trio(duel(300, 240, 60, 2), 238, 5), "The fastest that loses less than 5 points against ar 80% [75, 84] is diffusion (−1 points, −2 to +1), 5 ms, 2 times", "", "diffusion"},
		{trio(duel(300, 240, 60, 2), 200, 5), "Every faster setting is shown to solve less than ar 80%", "", "ar"},
		{duel(300, 240, 239, 5), "It loses less than 5 points against ar 80% [75, 84] (0 points, −2 to +1)", "", "block"},
		// The fastest solves nothing, or hardly anything.
		{trio(duel(24, 20, 0, 2), 20, 5), "diffusion is fastest", "block is fastest", "diffusion"},
		{trio(duel(24, 20, 2, 2), 20, 5), "diffusion is fastest", "block is fastest", "diffusion"},
		{duel(24, 20, 0, 5), "only settings of ar reach the floor of chance and ten points more", "is fastest,", ""},
	} {
		got := text(t, c.run)
		if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("no %q, or %q, in\n%s", c.want, c.not, got)
		}
		s := Make(view.New(c.run))
		for _, w := range s.Wins {
			if (w.Lossless > 0) != (w.Decoder == c.lossless) {
				t.Errorf("%s: fastest without loss on %d tasks, want %q\n%s", w.Decoder, w.Lossless, c.lossless, got)
			}
		}
	}
}

// TestStatementsAreCounted: all comparisons of a page count, also those of its
// tables and of other pairs than the summary speaks of, each once.
func TestStatementsAreCounted(t *testing.T) {
	for decoders, want := range map[int]string{2: "rest on 2 of them, so up to 0.1 may", 3: "rest on 6 of them, so up to 0.3 may"} {
		f := duel(24, 20, 5, 5)
		if decoders == 3 {
			f = trio(f, 18, 20)
		}
		if got := text(t, f); !strings.Contains(got, want) {
			t.Errorf("%d decoders: no %q in\n%s", decoders, want, got)
		}
	}
}

// TestTwoOfAKind: decoders of one kind of engine are told apart by their names, in
// the sentences and in the tallies.
func TestTwoOfAKind(t *testing.T) {
	f := trio(duel(40, 10, 38, 5), 20, 2)
	for i, name := range []string{"llada", "fast"} {
		f.Header.Cells[i+1].Engine, f.Header.Cells[i+1].Label, f.Header.Cells[i+1].Preset = "diffusion", name, name
	}
	f.Header.Docs = map[string]string{"diffusion/fast": "Writes several tokens at once.", "sudoku/holes-6": "Six cells to fill."}
	v := view.New(f)
	s := Make(v)
	if len(s.Wins) != 3 || s.Wins[1].Decoder != "llada" || s.Wins[1].Best != 1 || s.Wins[2].Fastest != 1 || s.Wins[1].Look != "diffusion" || s.Wins[2].Look != "diffusion/1" {
		t.Errorf("%+v", s.Wins)
	}
	var b bytes.Buffer
	if err := s.Markdown(&b, v); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"best was llada on 1 of 1", "fastest was fast on 1 of 1", "- fast: diffusion, preset fast: Writes several", "- sudoku holes-6: Six cells"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestFewerStepsWithoutADifference(t *testing.T) {
	steps := func(f *result.File) *result.File {
		for i := range f.Header.Cells {
			n := 4 << (2 * i)
			f.Header.Cells[i].Engine, f.Header.Cells[i].Label, f.Header.Cells[i].Preset = "diffusion", "diffusion", "plain"
			f.Header.Cells[i].Options = map[string]any{"steps": n}
			f.Header.Cells[i].Variant = fmt.Sprintf("steps=%d", n)
		}
		for i := range f.Requests {
			f.Requests[i].Usage[usage.DenoisingSteps] = usage.Known(4)
			if f.Requests[i].Cell == "block" {
				f.Requests[i].Usage[usage.DenoisingSteps] = usage.Known(16)
			}
		}
		return f
	}
	got := text(t, steps(duel(10, 2, 7, 10.1)))
	for _, want := range []string{"not shown to differ at n = 10 (−50 points, −81 to +2)", "and is not shown to differ by more than 2% in speed from it (", "shown to solve less in 0 of 1 comparisons"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := text(t, steps(duel(24, 4, 20, 20))); !strings.Contains(got, "shown to solve less in 1 of 1 comparisons") || strings.Contains(got, "not shown to differ at n") {
		t.Errorf("a clear loss is not told:\n%s", got)
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
	if !strings.Contains(got, "in 2 of 2 comparisons there are too few pairs") || strings.Contains(got, "is fastest") {
		t.Errorf("two blocks:\n%s", got)
	}
}

func TestNothingToSay(t *testing.T) {
	invalid := duel(24, 5, 5, 5)
	invalid.Validity = []result.Validity{{Cell: "ar", Reasons: []string{"x"}}, {Cell: "block", Reasons: []string{"x"}}, {Reasons: []string{"2 cells"}}}
	planned := duel(0, 0, 0, 1)
	for want, f := range map[string]*result.File{
		"no cells, so there is nothing": {},
		"it has 2 cells, all invalid":   invalid,
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

// TestRemarks: what limits the scores of a cell stands in the summary, not only on the page.
func TestRemarks(t *testing.T) {
	f := duel(12, 6, 6, 5)
	f.Validity = []result.Validity{{Cell: "ar", Valid: true, Warnings: []string{"12 of 100" + result.Narrow, "3 ABBA blocks"}}, {Cell: "block", Valid: true, Warnings: []string{"9 of 12" + result.Empty}}}
	text := strings.Join(Make(view.New(f)).Caveats, "\n")
	for _, want := range []string{"sudoku holes-6, 32 tokens, ar: 12 of 100 instances were decoded: the intervals are as narrow as the scenario wants them (until).", "block: 9 of 12 answers are empty."} {
		if !strings.Contains(text, want) || strings.Contains(text, "ABBA") {
			t.Errorf("%q does not stand in\n%s", want, text)
		}
	}
}
