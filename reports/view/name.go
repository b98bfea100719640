package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// DecoderName is the label with the swept options. A number of steps of 0 stands
// for one step per token in every decoder, and is written so. A decoder that
// tries until the checker accepts knows what no user knows, and is marked.
func DecoderName(c result.Cell) string {
	parts := append([]string{cmp.Or(c.Label, c.Engine) + place.On(c)}, strings.Fields(place.Options(c.Variant))...)
	if c.Oracle() {
		parts = append(parts, "(oracle)")
	}
	return strings.Join(parts, " ")
}

// Decoder is the name of the row's decoder in the scenario with its checkpoint, whatever
// its swept options. Verdicts, tallies and legends go by it: several decoders of a run may be
// of one kind of engine.
func (r *Row) Decoder() string { return cmp.Or(r.Cell.Label, r.Cell.Engine) + place.On(r.Cell) }

// giveLooks gives each row the look of its decoder.
func giveLooks(rows []*Row) {
	var looks place.Looks
	for _, r := range rows {
		r.Look = looks.Of(r.Cell.Engine, r.Decoder())
	}
}

// Eligible rows are usable and may be called best, fastest or recommended: those
// that pick by the checker as their oracle may not, since enough tries solve any
// task and no user has the checker.
func (r *Row) Eligible() bool { return r.Usable() && !r.Cell.Oracle() }

// Competent reports whether a row of trained weights solves so much that it may win
// anything: ten points more than chance, with an interval above it (chance counts as
// 0 where it is unknown). Rows without a score cannot be asked.
func (p *Point) Competent(r *Row) bool {
	e := r.Values[Exact]
	return p.CostOnly || e == nil || claims.AboveChance(*e, p.Chance.Value, 100)
}

// Plain is the row that others of a task are as many times as fast as in the ladder:
// the diffusion decoder with the most forward passes of those that write one answer;
// nil without.
func (p *Point) Plain() (plain *Row) {
	for _, r := range p.Rows {
		if r.Usable() && r.Values[E2E] != nil && r.Values[NFE] != nil && r.Cell.Engine == "diffusion" && r.Cell.Tries() == 1 &&
			(plain == nil || r.Values[NFE].Value > plain.Values[NFE].Value) {
			plain = r
		}
	}
	return plain
}

// Family names the decoder of a row without its number of steps: rows of one
// family on one point differ in steps only, so a curve may be drawn through
// them.
func (r *Row) Family() string { return r.except(steppy) }

// except names the decoder of a row without some of its options.
func (r *Row) except(left func(option string) bool) string {
	var b strings.Builder
	b.WriteString(r.Decoder() + " = " + r.Cell.Engine + "/" + r.Cell.Preset)
	for _, k := range slices.Sorted(maps.Keys(r.Cell.Options)) {
		if !left(k) {
			fmt.Fprintf(&b, " %s=%v", k, r.Cell.Options[k])
		}
	}
	return b.String()
}

// steppy reports whether an option is a number of steps.
func steppy(option string) bool { return strings.Contains(option, "steps") }

// FamilyName is the name of the row without its number of steps, for legends.
func (r *Row) FamilyName() string { return nameWithout(r.Name, steppy) }

func nameWithout(name string, left func(option string) bool) string {
	parts := strings.FieldsFunc(name, func(c rune) bool { return c == ' ' })
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool {
		key, _, isOption := strings.Cut(s, "=")
		return isOption && left(key)
	}), " ")
}

// Task names what the cells of a point have in common, for headings:
// "sudoku holes-6, 64 tokens". No two points of a run have the same name.
func (p *Point) Task() string { return taskOf(p.Place) + p.extra }

// taskOf is the part of the name that every point has. Imported answers have no budget.
func taskOf(p place.Place) string {
	name := subject(p)
	if p.Budget > 0 {
		name += ", " + Count(p.Budget, "token")
	}
	if p.Batch > 1 {
		name += fmt.Sprintf(", batch %d", p.Batch)
	}
	return name + drafted(p)
}

// TaskName is the name of the task of a single cell, see [Point.Task].
func TaskName(c result.Cell) string { return taskOf(place.Of(c)) }

// Extra is what else the task is made of, beside subject, length and batch: a
// half-written answer to begin with (", half written, 3 errors"), and where runs
// have several, threads (", 2 threads"), splits and weights; else "".
func (p *Point) Extra() string { return drafted(p.Place) + p.extra }

func drafted(p place.Place) string {
	if !p.Planted.Known {
		return ""
	}
	return ", half written, " + Count(p.Planted.Value, "error")
}

// Count is [lists.Count].
func Count(n int, what string) string { return lists.Count(n, what) }

// Subject is Task without length, batch and extras.
func (p *Point) Subject() string { return subject(p.Place) }

func subject(p place.Place) string {
	if p.CostOnly {
		name := "cost only, " + Params(p.Params)
		if p.Prompt.Known {
			name += fmt.Sprintf(", prompt %d", p.Prompt.Value)
		}
		return name
	}
	if strings.HasPrefix(p.Rung, p.Workload) {
		return p.Rung
	}
	return strings.TrimSpace(p.Workload + " " + p.Rung)
}

// Params writes a number of parameters as people say it: "20M".
func Params(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.3gB parameters", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.3gM parameters", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.3gk parameters", float64(n)/1e3)
	}
	return fmt.Sprintf("%d parameters", n)
}

// Marks behind the name of a decoder in tables: it is below the floor, or uses weights
// for what they were not trained for.
const (
	BelowMark     = "↓"
	UntrainedMark = "ᵘ"
)

// Marks are those of a row, with a space in front of each.
func (r *Row) Marks() (marks string) {
	if len(r.Untrained) > 0 {
		marks = " " + UntrainedMark
	}
	if r.BelowFloor {
		marks += " " + BelowMark
	}
	return marks
}

// Untrained says which decoders use weights for what these were not trained for, and how.
func (v *View) Untrained() (list []string) {
	used := slices.DeleteFunc(slices.Clone(v.Rows), func(r *Row) bool { return len(r.Untrained) == 0 })
	for _, f := range lists.Split(used, func(r *Row) string { return Clean(strings.Join(r.Untrained, "; ")) }) {
		var names []string
		for _, r := range f.Of {
			names = lists.With(names, Clean(r.Name))
		}
		list = append(list, strings.Join(names, ", ")+": "+f.Key)
	}
	return list
}

// below reports whether a row does not reach a floor of quality. Rows without the
// metric, those of random weights among them, have no quality to be judged.
func (r *Row) below(f *result.Floor) bool {
	if f == nil {
		return false
	}
	e := r.Values[Metric(f.Metric)]
	return e != nil && e.Value < 100*f.Share
}

// FloorText is the run's floor in words, "80% exact match"; "" without one.
func (v *View) FloorText() string {
	f := v.Header.Floor
	if f == nil {
		return ""
	}
	title := f.Metric // of another version
	for _, d := range result.Metrics() {
		if d.Name == f.Metric {
			title = d.Title
		}
	}
	return fmt.Sprintf("%s%% %s", Number(100*f.Share), Clean(title))
}

// Swept names, for the rows of each decoder of a point that differ in one option alone, and
// that a number other than of steps, this option: a curve may be drawn through them.
func (p *Point) Swept() map[*Row]string {
	out := map[*Row]string{}
	for _, rows := range lists.Split(p.Rows, (*Row).Decoder) {
		differ := map[string]bool{}
		for _, r := range rows.Of[1:] {
			for _, options := range []map[string]any{r.Cell.Options, rows.Of[0].Cell.Options} {
				for k := range options {
					if fmt.Sprint(r.Cell.Options[k]) != fmt.Sprint(rows.Of[0].Cell.Options[k]) { // which may be anything in a foreign file
						differ[k] = true
					}
				}
			}
		}
		for option := range differ {
			_, all := rows.Of[0].Cell.Option(option)
			for _, r := range rows.Of {
				_, number := r.Cell.Option(option)
				all = all && number && r.Cell.Engine+r.Cell.Preset == rows.Of[0].Cell.Engine+rows.Of[0].Cell.Preset
			}
			if len(differ) == 1 && all && !steppy(option) {
				for _, r := range rows.Of {
					out[r] = option
				}
			}
		}
	}
	return out
}

// Curves tells the curves of a point apart, and names them: those of a decoder by the one
// option that it sweeps, else of its settings without their steps.
func (p *Point) Curves() (key, name func(*Row) string, option map[*Row]string) {
	option = p.Swept()
	key = func(r *Row) string {
		if option[r] != "" {
			return r.Decoder()
		}
		return r.Family()
	}
	name = func(r *Row) string {
		switch option[r] {
		case "":
			return r.FamilyName()
		case r.Decoder():
			return r.Decoder()
		}
		return r.Decoder() + " by " + option[r]
	}
	return key, name, option
}

// ShortName is the name of the row, without that of its decoder where an option says it
// again: "threshold=0.9".
func (r *Row) ShortName() string {
	if short, found := strings.CutPrefix(r.Name, r.Decoder()+" "); found && strings.HasPrefix(short, r.Decoder()+"=") {
		return short
	}
	return r.Name
}
