package table

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// CoherenceNote explains the tables of [Coherence].
const CoherenceNote = `[low, high] is a 95% interval over instances; – does not apply or is not measured.
Coherence by distance: share of kept constraints in %; what is missing in an output
is broken. The area is the mean over the bins. Cross-entropy is about valid outputs
alone and says nothing without validity and the entropy of the same outputs.
Definitions: dllmbench list metrics`

// textGroups are the groups of metrics that [Coherence] shows, beside the
// violations of all constraints.
var textGroups = []result.Group{result.Coherence, result.Variety, result.Code}

// Coherence writes, for each task with trained weights, what its texts keep and
// how they vary: metrics by decoder, coherence by distance in each direction,
// and the frontiers over temperature; with kinds also the kept constraints by
// kind. Lines of metrics fit the width of a terminal of at least 80 columns.
func Coherence(w io.Writer, v *view.View, width int, kinds bool) error {
	var b strings.Builder
	frontiers := v.Frontiers()
	for _, p := range v.Points {
		if p.CostOnly {
			continue
		}
		fmt.Fprintf(&b, "%s\n", text.Snip(view.Clean(p.Task()), max(width, MinWidth), "…"))
		for _, g := range textGroups {
			chosen := fit([]*view.Point{p}, max(width, MinWidth), g).shown
			if slices.ContainsFunc(chosen, func(c column) bool { return c.name != "" }) {
				section(&b, g.Title(), metricRows(p, chosen))
			}
		}
		if t := triesTable(v, p); t != nil {
			section(&b, "Solved by at least one of k independent answers, in %", t)
		}
		for _, d := range coherence.Directions() {
			if t := curveTable(p, d); t != nil {
				section(&b, "Kept constraints by distance in %, "+d, t)
			}
		}
		if t := kindTable(v, p); kinds && t != nil {
			section(&b, "Kept constraints by kind in %", t)
		}
		if t := frontierTable(p, frontiers); t != nil {
			section(&b, "Frontier over temperature", t)
		}
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells with trained weights.\n")
	} else {
		fmt.Fprintln(&b, CoherenceNote)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// section writes a table with its title, indented.
func section(b *strings.Builder, title string, t pretty.Writer) {
	fmt.Fprintf(b, " %s\n", title)
	for line := range strings.Lines(t.Render()) {
		fmt.Fprintf(b, "  %s\n", strings.TrimRight(line, " \n"))
	}
	b.WriteString("\n")
}

func plainTable(head pretty.Row, texts int) pretty.Writer {
	t := pretty.NewWriter()
	t.SetStyle(plain())
	t.AppendHeader(head)
	align(t, len(head), texts)
	return t
}

func metricRows(p *view.Point, chosen []column) pretty.Writer {
	t := plainTable(header(chosen), 1)
	for _, r := range p.Rows {
		t.AppendRow(cells(chosen, p, r))
	}
	return t
}

// triesTable has a line for each decoder and a column for k = 1, 2, 4, … and the
// number of independent answers; nil where no decoder has several.
func triesTable(v *view.View, p *view.Point) pretty.Writer {
	most := 0
	all := map[*view.Row][]view.Tries{}
	for _, r := range p.Rows {
		all[r] = v.Tries(r)
		most = max(most, len(all[r]))
	}
	if most == 0 {
		return nil
	}
	head, ks := pretty.Row{"decoder"}, []int{}
	for k := 1; k < most; k *= 2 {
		ks = append(ks, k)
	}
	for _, k := range append(ks, most) {
		head = append(head, fmt.Sprintf("k=%d", k))
	}
	t := plainTable(head, 1)
	for _, r := range p.Rows {
		if all[r] == nil {
			continue
		}
		line := pretty.Row{short(r.Name)}
		for _, k := range append(ks, most) {
			if k > len(all[r]) {
				line = append(line, view.Unknown)
				continue
			}
			line = append(line, percent(all[r][k-1].Solved, true))
		}
		t.AppendRow(line)
	}
	return t
}

// curveTable has a line for each decoder and a column for each bin; nil if no
// row has a constraint of the direction.
func curveTable(p *view.Point, direction string) pretty.Writer {
	var bins []coherence.Bin // of all rows, nearest first
	for _, r := range p.Rows {
		if c := curve(r, direction); c != nil {
			for _, b := range c.Bins {
				if !slices.ContainsFunc(bins, func(o coherence.Bin) bool { return o.Low == b.Low }) {
					bins = append(bins, b)
				}
			}
		}
	}
	if len(bins) == 0 {
		return nil
	}
	slices.SortFunc(bins, func(a, b coherence.Bin) int { return a.Low - b.Low })
	head := pretty.Row{"decoder", "area"}
	chances := pretty.Row{"opportunities", ""}
	for _, b := range bins {
		head, chances = append(head, b.Name()), append(chances, b.Opportunities)
	}
	t := plainTable(head, 1)
	for _, r := range p.Rows {
		c := curve(r, direction)
		if c == nil {
			continue
		}
		line := pretty.Row{short(r.Name), percent(c.Area, true)}
		for _, b := range bins {
			at := slices.IndexFunc(c.Bins, func(o coherence.Bin) bool { return o.Low == b.Low })
			if at < 0 {
				line = append(line, view.Unknown)
				continue
			}
			line = append(line, percent(c.Bins[at].C, false))
		}
		t.AppendRow(line)
	}
	t.AppendFooter(chances)
	return t
}

// kindTable has a line for each kind and direction and a column for each
// decoder, because there are more kinds than decoders; nil without constraints.
func kindTable(v *view.View, p *view.Point) pretty.Writer {
	head := pretty.Row{"kind", "direction", "opportunities", "mean distance"}
	var lines []pretty.Row
	for _, r := range p.Rows {
		if !r.Usable() {
			continue
		}
		head = append(head, short(r.Name))
		for _, k := range v.Kinds(r) {
			name, direction := view.Clean(k.Kind), view.Clean(k.Direction)
			at := slices.IndexFunc(lines, func(l pretty.Row) bool { return l[0] == name && l[1] == direction })
			if at < 0 {
				at = len(lines)
				lines = append(lines, pretty.Row{name, direction, k.Opportunities, view.Number(k.Distance)})
			}
			for len(lines[at]) < len(head)-1 {
				lines[at] = append(lines[at], view.Unknown)
			}
			lines[at] = append(lines[at], percent(k.C, false))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	t := plainTable(head, 2)
	for _, l := range lines {
		t.AppendRow(l)
	}
	return t
}

// curve is the curve of a usable row in a direction, or nil.
func curve(r *view.Row, direction string) *coherence.Curve {
	if !r.Usable() {
		return nil
	}
	for i := range r.Coherence {
		if r.Coherence[i].Direction == direction {
			return &r.Coherence[i]
		}
	}
	return nil
}

// percent writes a share in per cent with one digit behind the point.
func percent(e *stats.Estimate, interval bool) string {
	switch {
	case e == nil:
		return view.Unknown
	case !interval || e.CI == nil:
		return fmt.Sprintf("%.1f", 100*e.Value)
	}
	return fmt.Sprintf("%.1f [%.1f, %.1f]", 100*e.Value, 100*e.CI.Low, 100*e.CI.High)
}

// frontierTable has a line for each temperature of each decoder of the point
// that was swept; nil without one. The last column compares with the
// autoregressive decoder at the same entropy, the only place where likelihoods
// can be compared.
func frontierTable(p *view.Point, all []view.Frontier) pretty.Writer {
	var list []view.Frontier // those with the axes of the first one
	for _, f := range all {
		if f.Point == p && (len(list) == 0 || f.Y == list[0].Y) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil
	}
	x, y := list[0].X.Definition(), list[0].Y.Definition()
	t := plainTable(pretty.Row{"decoder", "temperature", "valid %", x.Title + " " + x.Unit, y.Title + " " + y.Unit, "minus AR at equal entropy"}, 1)
	for _, f := range list {
		for _, q := range f.Points {
			values, minus := q.Row.Values, view.Unknown
			if q.MinusAR != nil {
				minus = fmt.Sprintf("%+.3f", *q.MinusAR)
			}
			t.AppendRow(pretty.Row{short(f.Name), strconv.FormatFloat(q.Temperature, 'g', 3, 64), view.Percent(values[view.Validity]),
				view.WithInterval(values[f.X]), view.WithInterval(values[f.Y]), minus})
		}
	}
	return t
}
