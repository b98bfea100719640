// Package summary says in plain words what a run has shown, and never more:
// "faster" and "better" stand only where a 95% interval of the paired
// comparison leaves out "equal"; otherwise the decoders "are not shown to
// differ". Decoders go by their names in the scenario.
package summary

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/reports/advice"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Summary is the closing words of a run.
type Summary struct {
	Title    string
	Verdict  []string  // the answer in a few sentences
	Sections []Section // what it rests on
	Caveats  []string  // what to keep in mind

	// Published are the comparisons with values that others report.
	Published []Published

	// Wins and Lines are the same outcome as a table: by decoder and by task.
	Wins  []Wins
	Of    Wins   // the tasks that each number of Wins is out of
	Lines []Line // of the first MaxTasks tasks
	More  int    // tasks beyond them
}

// Section is a list of sentences on one question.
type Section struct {
	Title string
	Lines []string
}

// writer collects sentences and the counts behind the verdict.
type writer struct {
	*Summary
	v            *view.View
	qualityLines []string
	speedLines   []string
	stepLines    []string
	costLines    []string
	crossings    []*view.Crossing

	judged     map[Certainty]int // tasks with scores
	statements int               // at 95%, in the whole report

	tasks            winners // quality, by decoder: not shown to be worse than the best
	leads            winners // quality, by decoder: shown to be better than all others
	fastest          winners // speed, by decoder: shown to be the fastest
	lossless         winners // speed, by decoder: fastest of those shown to lose less than the margin
	drops, dropTasks int     // tasks where fewest steps are shown to solve less than most
}

// maxLines is the most sentences of a section; runs of thousands of cells are
// read in the table.
const maxLines = 24

// Make writes the summary of a view.
func Make(v *view.View) *Summary {
	s := &Summary{Title: "Results"}
	if v.Header.Scenario != "" {
		s.Title = "Results of " + view.Clean(v.Header.Scenario)
	}
	w := &writer{Summary: s, v: v, judged: map[Certainty]int{}}
	if !slices.ContainsFunc(v.Rows, (*view.Row).Usable) {
		s.Verdict = []string{nothing(v)}
		s.Caveats = w.caveats()
		return s
	}
	w.statements = v.Counting(w.make)
	s.Caveats = w.caveats()
	s.Wins = w.wins()
	s.Of = Wins{Even: w.judged[Shown], Best: w.judged[Shown], Fastest: w.fastest.of, Lossless: w.lossless.of}
	return s
}

// make writes verdict and sections. What else the report says by comparing counts
// too: the table of decisions, and the ladder.
func (w *writer) make() {
	s, v := w.Summary, w.v
	for _, p := range v.Points {
		t := w.task(p)
		w.board(t)
		if !p.CostOnly {
			w.quality(t)
			w.racers(t)
			w.steps(p)
		} else if c := v.Crossing(p); c != nil {
			w.crossings = append(w.crossings, c)
		} else if t.speed.rivals != nil {
			w.costLines = append(w.costLines, w.fastestLine(t))
		}
	}
	crossovers := w.crossovers()
	s.Verdict = append(w.verdict(), crossovers[:min(len(crossovers), 4)]...)
	s.Verdict = append(s.Verdict, w.crossed()...)
	if len(s.Verdict) == 0 {
		s.Verdict = []string{"The run has usable cells, but no scores or times of two decoders that could be compared; the table of cells has what was measured."}
	}
	s.add(kinship, v.Kinship())
	s.Published = w.published()
	s.add("Against the published values", publishedLines(s.Published))
	s.add("Quality", w.qualityLines)
	s.add("Speed on trained weights", w.speedLines)
	s.add("What fewer denoising steps cost", w.stepLines)
	for _, m := range Matched(v) {
		s.add(m.Title, m.Lines)
	}
	s.add("Accuracy kept as more tokens are written per pass", w.parallelism())
	s.add("From how many tokens a pass on diffusion is as fast", w.crossingLines())
	s.add("Speed of cost-only models", append(crossovers, w.costLines...))
	for _, p := range v.Points[:min(len(v.Points), MaxTasks)] {
		for _, share := range advice.Floors(v) {
			advice.Decide(v, p, advice.Exactly(share))
		}
		for _, r := range p.Rows {
			if plain := p.Plain(); plain != nil && r != plain && r.Usable() && r.Values[view.E2E] != nil {
				v.Compare(plain, r)
			}
		}
	}
}

func (s *Summary) add(title string, lines []string) {
	if extra := len(lines) - maxLines; extra > 0 {
		lines = append(slices.Clone(lines[:maxLines]), fmt.Sprintf("… and %d more: see the table of cells.", extra))
	}
	if len(lines) > 0 {
		s.Sections = append(s.Sections, Section{title, lines})
	}
}

// nothing says why there is no result.
func nothing(v *view.View) string {
	n := v.Counts()
	switch {
	case len(v.Rows) == 0:
		return "The run has no cells, so there is nothing to compare."
	case n[view.Invalid] == len(v.Rows):
		return fmt.Sprintf("The run has no result: it has %s, all invalid. The reasons are in the list of validity.", view.Count(len(v.Rows), "cell"))
	}
	return fmt.Sprintf("No cell of the run has a usable result (%d not run, %d invalid).", n[view.NotRun], n[view.Invalid])
}

// textLines is the most sentences of a section on a terminal; all of them are
// in summary.md and on the page.
const textLines = 6

// Text writes the summary for a terminal of that many columns, long sections
// cut short.
func (s *Summary) Text(w io.Writer, width int) error {
	var b strings.Builder
	width = max(width, 40)
	fmt.Fprintf(&b, "%s\n\n", s.Title)
	for _, line := range s.Verdict {
		b.WriteString(table.Wrap(line, "• ", width))
	}
	for _, sec := range s.all() {
		most := textLines
		if sec.Title == caveats || sec.Title == kinship {
			most = len(sec.Lines)
		}
		fmt.Fprintf(&b, "\n%s\n", sec.Title)
		for _, line := range sec.Lines[:min(len(sec.Lines), most)] {
			b.WriteString(table.Wrap(line, "  - ", width))
		}
		if extra := len(sec.Lines) - most; extra > 0 {
			fmt.Fprintf(&b, "  … and %d more in summary.md\n", extra)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Titles of sections that are never cut: the last one, and that of checkpoints.
const (
	caveats = "To keep in mind"
	kinship = "What the checkpoints share"
)

// all are the sections with the caveats behind them.
func (s *Summary) all() []Section {
	if len(s.Caveats) == 0 {
		return s.Sections
	}
	return append(slices.Clone(s.Sections), Section{caveats, s.Caveats})
}

// Markdown writes the summary and the tables of the view, for summary.md.
func (s *Summary) Markdown(w io.Writer, v *view.View) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", table.Escape(s.Title))
	list := func(lines []string) {
		for _, line := range lines {
			fmt.Fprintf(&b, "- %s\n", table.Escape(line))
		}
		b.WriteByte('\n')
	}
	list(s.Verdict)
	for _, sec := range s.all() {
		fmt.Fprintf(&b, "## %s\n\n", sec.Title)
		list(sec.Lines)
	}
	b.WriteString("## What the decoders and tasks are\n\n")
	for _, d := range slices.Concat(v.Decoders(), v.Tasks()) {
		fmt.Fprintf(&b, "- %s: %s\n", table.Escape(d.Name), table.Escape(d.Is))
	}
	b.WriteString("\n## Cells\n\n")
	if err := cells.Markdown(&b, v); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}
