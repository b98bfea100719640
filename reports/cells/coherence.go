package cells

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/coherence"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
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
	width = max(width, MinWidth)
	section := func(title string, t *table.Table) {
		if t == nil || len(t.Rows) == 0 {
			return
		}
		fmt.Fprintf(&b, " %s\n", title)
		for line := range strings.Lines(t.Text(width)) {
			b.WriteString("  " + line)
		}
		b.WriteString("\n")
	}
	frontiers := v.Frontiers()
	for _, p := range v.Trained() {
		fmt.Fprintf(&b, "%s\n", snip(view.Clean(p.Task()), width))
		for _, g := range textGroups {
			if t := metricTable(v, "", []*view.Point{p}, g); t != nil {
				t, _ = t.Fit(width)
				for i := range t.Rows {
					t.Rows[i].Section = ""
				}
				section(g.Title(), t)
			}
		}
		section("Solved by at least one of k independent answers, in %", triesTable(v, p))
		for _, d := range coherence.Directions() {
			section("Kept constraints by distance in %, "+d, curveTable(p, d))
		}
		if kinds {
			section("Kept constraints by kind in %", kindTable(v, p))
		}
		section("Frontier over temperature", frontierTable(p, frontiers))
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells with trained weights.\n")
	} else {
		fmt.Fprintln(&b, CoherenceNote)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// triesTable has a line for each decoder with several independent answers and a
// column for k = 1, 2, 4, … and their number.
func triesTable(v *view.View, p *view.Point) *table.Table {
	most := 0
	for _, r := range p.Rows {
		most = max(most, len(v.Tries(r)))
	}
	var ks []int
	for k := 1; k < most; k *= 2 {
		ks = append(ks, k)
	}
	ks = append(ks, most)
	t := table.New(1, "decoder")
	for _, k := range ks {
		t.Columns = append(t.Columns, table.Column{Title: fmt.Sprintf("k=%d", k)})
	}
	for _, r := range p.Rows {
		tries := v.Tries(r)
		if tries == nil {
			continue
		}
		line := []any{short(r.Name)}
		for _, k := range ks {
			var solved *stats.Estimate
			if k <= len(tries) {
				solved = tries[k-1].Solved
			}
			line = append(line, percent(solved, true))
		}
		t.Add(line...)
	}
	return t
}

// curveTable has a line for each decoder and a column for each bin, nearest first.
func curveTable(p *view.Point, direction string) *table.Table {
	curves := map[*view.Row]*coherence.Curve{}
	var bins []coherence.Bin // of all rows
	for _, r := range p.Rows {
		at := slices.IndexFunc(r.Coherence, func(c coherence.Curve) bool { return c.Direction == direction })
		if !r.Usable() || at < 0 {
			continue
		}
		curves[r] = &r.Coherence[at]
		for _, b := range curves[r].Bins {
			if !slices.ContainsFunc(bins, func(o coherence.Bin) bool { return o.Low == b.Low }) {
				bins = append(bins, b)
			}
		}
	}
	slices.SortFunc(bins, func(a, b coherence.Bin) int { return a.Low - b.Low })
	titles, chances := []string{"decoder", "area"}, []string{"opportunities", ""}
	for _, b := range bins {
		titles, chances = append(titles, b.Name()), append(chances, fmt.Sprint(b.Opportunities))
	}
	t := table.New(1, titles...)
	for _, r := range p.Rows {
		c := curves[r]
		if c == nil {
			continue
		}
		line := []any{short(r.Name), percent(c.Area, true)}
		for _, b := range bins {
			var kept *stats.Estimate
			if at := slices.IndexFunc(c.Bins, func(o coherence.Bin) bool { return o.Low == b.Low }); at >= 0 {
				kept = c.Bins[at].C
			}
			line = append(line, percent(kept, false))
		}
		t.Add(line...)
	}
	t.Foot = chances
	return t
}

// kindTable has a line for each kind and direction and a column for each
// decoder, because there are more kinds than decoders.
func kindTable(v *view.View, p *view.Point) *table.Table {
	t := table.New(2, "kind", "direction", "opportunities", "mean distance")
	for _, r := range p.Rows {
		if !r.Usable() {
			continue
		}
		t.Columns = append(t.Columns, table.Column{Title: short(r.Name)})
		for _, k := range v.Kinds(r) {
			name, direction := view.Clean(k.Kind), view.Clean(k.Direction)
			at := slices.IndexFunc(t.Rows, func(l table.Row) bool { return l.Fields[0] == name && l.Fields[1] == direction })
			if at < 0 {
				at = len(t.Rows)
				t.Add(name, direction, k.Opportunities, k.Distance)
			}
			l := &t.Rows[at]
			l.Fields = append(pad(l.Fields, len(t.Columns)-1), percent(k.C, false))
		}
	}
	for i := range t.Rows {
		t.Rows[i].Fields = pad(t.Rows[i].Fields, len(t.Columns))
	}
	return t
}

// pad adds unknown fields up to n.
func pad(fields []string, n int) []string {
	for len(fields) < n {
		fields = append(fields, view.Unknown)
	}
	return fields
}

// percent writes a share in per cent with one digit behind the point.
func percent(e *stats.Estimate, interval bool) string {
	if e = hundred(e); e == nil {
		return view.Unknown
	}
	tenths := func(x float64) string { return fmt.Sprintf("%.1f", x) }
	if !interval {
		return tenths(e.Value)
	}
	return tenths(e.Value) + view.Interval(e, tenths)
}

// frontierTable has a line for each temperature of each decoder of the point
// that was swept; nil without one. The last column compares with the
// autoregressive decoder at the same entropy, the only place where likelihoods
// can be compared.
func frontierTable(p *view.Point, all []view.Frontier) *table.Table {
	var t *table.Table
	var first view.Frontier
	for _, f := range all {
		if f.Point != p || t != nil && f.Y != first.Y { // only those with the axes of the first one
			continue
		}
		if t == nil {
			x, y := f.X.Definition(), f.Y.Definition()
			first, t = f, table.New(1, "decoder", "temperature", "valid %", x.Title+" "+x.Unit, y.Title+" "+y.Unit, "minus AR at equal entropy")
		}
		for _, q := range f.Points {
			values := q.Row.Values
			t.Add(short(f.Name), strconv.FormatFloat(q.Temperature, 'g', 3, 64), view.Percent(values[view.Validity]), values[f.X], values[f.Y], difference(q.MinusAR))
		}
	}
	return t
}

// difference is a number with its sign.
func difference(x *float64) string {
	if x == nil {
		return view.Unknown
	}
	return fmt.Sprintf("%+.3f", *x)
}
