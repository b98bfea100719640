package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// writer collects sentences and the counts behind the verdict.
type writer struct {
	v            *view.View
	qualityLines []string
	speedLines   []string
	stepLines    []string
	costLines    []string

	unsolved int // tasks on which no decoder solves any instance
	alone    int // tasks that one decoder ran and solved something of: nobody to be better than

	claims int // sentences that rest on an interval

	tasks            tally // quality, by engine: not shown to be worse than the best
	leads            tally // quality, by engine: shown to be better than all others
	fastest          tally // speed, by engine: shown to be the fastest
	lossless         tally // speed, by engine: fastest of those not shown to solve less than the best
	drops, dropTasks int   // tasks where fewest steps are shown to solve less than most
}

// tally counts tasks by engine.
type tally struct {
	of      int // tasks
	engines []string
	n       map[string]int
}

func (t *tally) add(engine string) {
	if t.n == nil {
		t.n = map[string]int{}
	}
	if t.n[engine] == 0 {
		t.engines = append(t.engines, engine)
	}
	t.n[engine]++
}

// text is "block on 6, autoregressive on 2 of 8", the most first.
func (t *tally) text() string {
	list := slices.Clone(t.engines)
	slices.SortStableFunc(list, func(a, b string) int { return t.n[b] - t.n[a] })
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprintf("%s on %d", view.Clean(e), t.n[e])
	}
	return fmt.Sprintf("%s of %d", strings.Join(parts, ", "), t.of)
}

func (t *tally) sum() int {
	n := 0
	for _, k := range t.n {
		n += k
	}
	return n
}

// bestOf picks, for each engine of a point, the usable row that less prefers,
// in order of preference.
func bestOf(p *view.Point, has func(*view.Row) bool, compare func(a, b *view.Row) int) []*view.Row {
	best := map[string]*view.Row{}
	var engines []string
	for _, r := range p.Rows {
		if !r.Usable() || !has(r) {
			continue
		}
		old := best[r.Cell.Engine]
		if old == nil {
			engines = append(engines, r.Cell.Engine)
		}
		if old == nil || compare(r, old) < 0 {
			best[r.Cell.Engine] = r
		}
	}
	out := make([]*view.Row, len(engines))
	for i, e := range engines {
		out[i] = best[e]
	}
	slices.SortStableFunc(out, compare)
	return out
}

func byTime(a, b *view.Row) int {
	return cmp.Compare(a.Values[view.E2E].Value, b.Values[view.E2E].Value)
}

func byExact(a, b *view.Row) int {
	c := cmp.Compare(b.Values[view.Exact].Value, a.Values[view.Exact].Value)
	if c == 0 && timed(a) && timed(b) {
		return byTime(a, b)
	}
	return c
}

func timed(r *view.Row) bool  { return r.Values[view.E2E] != nil }
func scored(r *view.Row) bool { return r.Values[view.Exact] != nil }

// racing rows may be called the fastest: they have a time and reach the floor
// of quality, if the run has one.
func racing(r *view.Row) bool { return timed(r) && !r.BelowFloor }

// quality writes who solves most on a task.
func (w *writer) quality(p *view.Point) {
	rows := bestOf(p, scored, byExact)
	if len(rows) == 0 {
		return
	}
	best := rows[0]
	if best.Values[view.Exact].Value == 0 {
		w.unsolved++
		w.qualityLines = append(w.qualityLines, fmt.Sprintf("%s: no decoder solves any (n = %d%s).%s", view.Clean(p.Task()), best.Instances, notExcluded(best.Values[view.Exact]), inPart(p)))
		return
	}
	if len(rows) == 1 {
		w.alone++
		w.qualityLines = append(w.qualityLines, fmt.Sprintf("%s: %s (the only decoder with a score, n = %d).", view.Clean(p.Task()), solves(best), best.Instances))
		return
	}
	w.tasks.of++
	w.leads.of++
	w.tasks.add(best.Cell.Engine)
	even := []string{solves(best)}
	var worse []string
	pairs, decidable := best.Instances, false
	for _, r := range rows[1:] {
		c := w.v.Compare(best, r)
		side, known := c.SolvesMore()
		if c.Exact != nil {
			pairs = min(pairs, c.Exact.N)
		}
		decidable = decidable || known
		if side < 0 {
			w.claims++
			worse = append(worse, fmt.Sprintf("%s (%s)", solves(r), points(c.Exact)))
			continue
		}
		w.tasks.add(r.Cell.Engine)
		even = append(even, solves(r))
	}
	task := view.Clean(p.Task()) + ": "
	n := fmt.Sprintf("n = %d", best.Instances)
	if pairs < best.Instances {
		n += fmt.Sprintf(", of which some pairs share only %d", pairs)
	}
	if !decidable {
		n += ", too few to show any difference"
	}
	if len(even) == 1 {
		w.leads.add(best.Cell.Engine)
		w.qualityLines = append(w.qualityLines, task+even[0]+" solves most ("+n+"); less: "+and(worse)+".")
		return
	}
	line := task + and(even) + " cannot be told apart at " + n
	if len(worse) > 0 {
		line += ". Less: " + and(worse)
	}
	w.qualityLines = append(w.qualityLines, line+".")
}

// inPart lists, for a task that nobody solves, how much of the answer is right.
func inPart(p *view.Point) string {
	has := func(r *view.Row) bool { return r.Values[view.Partial] != nil }
	rows := bestOf(p, has, func(a, b *view.Row) int {
		return cmp.Compare(b.Values[view.Partial].Value, a.Values[view.Partial].Value)
	})
	if len(rows) == 0 || rows[0].Values[view.Partial].Value == 0 {
		return ""
	}
	parts := make([]string, len(rows))
	for i, r := range rows {
		parts[i] = fmt.Sprintf("%s %s%%", name(r), view.Partial.Text(r.Values[view.Partial]))
	}
	return " Right in part: " + and(parts) + "."
}

// speed writes who is fastest on a task, and at what quality.
func (w *writer) speed(p *view.Point) {
	rows := bestOf(p, racing, byTime)
	if len(rows) < 2 {
		if w.v.FloorText() != "" && len(bestOf(p, timed, byTime)) >= 2 {
			w.speedLines = append(w.speedLines, view.Clean(p.Task())+": "+w.few(rows))
		}
		return
	}
	w.fastest.of++
	line, won := w.fastestLine(p, rows)
	if won {
		w.fastest.add(rows[0].Cell.Engine)
	}
	// The fastest often pays with quality: name the fastest that does not.
	if best := bestOf(p, scored, byExact); len(best) > 0 && best[0].Values[view.Exact].Value > 0 {
		r := w.fastestWithoutLoss(p, best[0])
		if r != nil {
			w.lossless.of++
			w.lossless.add(r.Cell.Engine)
		}
		if r != nil && r != rows[0] {
			line += w.withoutLoss(p, best[0], r)
		} else if r != nil {
			line += w.noLoss(best[0], r)
		}
	}
	w.speedLines = append(w.speedLines, line)
}

// few says who reaches the floor where there is nobody to compare with.
func (w *writer) few(rows []*view.Row) string {
	if len(rows) == 0 {
		return "no decoder reaches the floor of " + w.v.FloorText() + "."
	}
	return fmt.Sprintf("only %s settings reach the floor of %s; its fastest is %s with %s.", view.Clean(rows[0].Cell.Engine), w.v.FloorText(), name(rows[0]), ms(rows[0]))
}

// withoutLoss names the fastest that is not shown to solve less than the best,
// and how much less it may solve all the same.
func (w *writer) withoutLoss(p *view.Point, best, r *view.Row) string {
	if r == best {
		return fmt.Sprintf(" Whatever took less time is shown to solve less than %s, which takes %s%s.", solves(best), ms(r), w.againstAR(p, r))
	}
	return fmt.Sprintf(" Without a shown loss against %s%s: %s, %s%s.", solves(best), w.mayLose(best, r), name(r), ms(r), w.againstAR(p, r))
}

// noLoss says of the fastest itself that it is not shown to solve less.
func (w *writer) noLoss(best, r *view.Row) string {
	if r == best {
		return fmt.Sprintf(" %s is not shown to solve less than any other.", name(r))
	}
	return fmt.Sprintf(" %s is not shown to solve less than %s%s.", name(r), solves(best), w.mayLose(best, r))
}

// mayLose is the loss that an interval leaves open.
func (w *writer) mayLose(best, r *view.Row) string {
	if d := w.v.Compare(best, r).Exact; d.CI.Low <= -0.5 {
		return fmt.Sprintf(" (a loss of up to %.0f points is not excluded)", -d.CI.Low)
	}
	return ""
}

// fastestWithoutLoss is the fastest row whose exact match is not shown to be
// below the best row's; nil where a faster one has too few instances to tell.
func (w *writer) fastestWithoutLoss(p *view.Point, best *view.Row) *view.Row {
	var out *view.Row
	var unknown []*view.Row
	for _, r := range p.Rows {
		if !r.Usable() || !scored(r) || !racing(r) || out != nil && byTime(r, out) >= 0 {
			continue
		}
		if r != best {
			side, known := w.v.Compare(best, r).SolvesMore()
			if !known {
				unknown = append(unknown, r)
			}
			if !known || side < 0 {
				continue
			}
		}
		out = r
	}
	if out != nil && slices.ContainsFunc(unknown, func(r *view.Row) bool { return byTime(r, out) < 0 }) {
		return nil
	}
	return out
}

// fastestLine says who of the rows, fastest first, is fastest, and whether
// that is shown against each other engine.
func (w *writer) fastestLine(p *view.Point, rows []*view.Row) (string, bool) {
	best, task := rows[0], view.Clean(p.Task())+": "
	var even, open []string
	var next *stats.Estimate
	for _, r := range rows[1:] {
		s := w.v.Compare(r, best).Speed
		switch side, known := view.Side(s); {
		case !known:
			open = append(open, fmt.Sprintf("%s (%s)", name(r), ms(r)))
		case side <= 0:
			even = append(even, fmt.Sprintf("%s (%s)", name(r), ms(r)))
		}
		if next == nil {
			next = s
		}
	}
	switch {
	case len(open) > 0:
		return fmt.Sprintf("%sfastest was %s with %s, before %s, but there are too few pairs for an interval (six are needed).", task, name(best), ms(best), and(open)), false
	case len(even) > 0:
		even = append([]string{fmt.Sprintf("%s (%s)", name(best), ms(best))}, even...)
		return fmt.Sprintf("%s%s cannot be told apart in speed.", task, and(even)), false
	}
	w.claims += len(rows) - 1
	against := w.againstAR(p, best)
	if best == p.Reference || against == "" {
		against = fmt.Sprintf(", %s as fast as %s", times(next), name(rows[1]))
	}
	return fmt.Sprintf("%s%s is fastest, %s%s.", task, name(best), ms(best), against), true
}

// againstAR is ", 2.1 times as fast as ar (2.0 to 2.2)", or "" without a
// reference or for the reference itself.
func (w *writer) againstAR(p *view.Point, r *view.Row) string {
	s := p.Against[r].Speed
	if p.Reference == nil || s == nil {
		return ""
	}
	side, known := view.Side(s)
	if known && side == 0 {
		return ", not told apart from " + name(p.Reference)
	}
	if known && r != p.Reference {
		w.claims++
	}
	return fmt.Sprintf(", %s as fast as %s", times(s), name(p.Reference))
}

// steps writes what the fewest steps of a family lose against the most.
func (w *writer) steps(p *view.Point) {
	families := map[string][]*view.Row{}
	var order []string
	for _, r := range p.Rows {
		if _, ok := r.Steps(); !ok || !r.Usable() || !scored(r) {
			continue
		}
		f := r.Family()
		if families[f] == nil {
			order = append(order, f)
		}
		families[f] = append(families[f], r)
	}
	for _, f := range order {
		rows := families[f]
		count := func(r *view.Row) float64 { n, _ := r.Steps(); return n }
		slices.SortStableFunc(rows, func(a, b *view.Row) int { return cmp.Compare(count(a), count(b)) })
		few, most := rows[0], rows[len(rows)-1]
		if count(few) == count(most) || few.Values[view.Exact].Value == 0 && most.Values[view.Exact].Value == 0 {
			continue
		}
		c := w.v.Compare(most, few)
		if c.Exact == nil {
			continue
		}
		w.dropTasks++
		line := fmt.Sprintf("%s: %s with %s instead of %s denoising steps solves %.0f%% instead of %.0f%%",
			view.Clean(p.Task()), view.Clean(few.FamilyName()), view.Number(count(few)), view.Number(count(most)),
			few.Values[view.Exact].Value, most.Values[view.Exact].Value)
		if side, _ := c.SolvesMore(); side == 0 {
			line += fmt.Sprintf(", a difference that n = %d does not show (%s)", c.Exact.N, points(c.Exact))
		} else {
			w.claims++
			if side < 0 {
				w.drops++
			}
			line += " (" + points(c.Exact) + ")"
		}
		if c.Speed != nil {
			line += ", and " + asFast(c.Speed)
			if side, _ := view.Side(c.Speed); side != 0 {
				w.claims++
			}
		}
		w.stepLines = append(w.stepLines, line+".")
	}
}

func name(r *view.Row) string { return view.Clean(r.Name) }

// solves is "ar 54% [35, 72]".
func solves(r *view.Row) string { return name(r) + " " + percent(r.Values[view.Exact]) }

func ms(r *view.Row) string { return view.Number(r.Values[view.E2E].Value) + " ms" }

// points is "−21 points, −38 to −4".
func points(e *stats.Estimate) string {
	if e.CI == nil {
		return signed(e.Value) + " points, no interval"
	}
	return fmt.Sprintf("%s points, %s to %s", signed(e.Value), signed(e.CI.Low), signed(e.CI.High))
}

// signed is a whole number of points; what rounds to nothing has no sign.
func signed(x float64) string {
	s := strings.ReplaceAll(fmt.Sprintf("%+.0f", x), "-", "−")
	if s == "−0" || s == "+0" {
		return "0"
	}
	return s
}

// times is "2.1 times (2.0 to 2.2)".
func times(e *stats.Estimate) string {
	if e.CI == nil {
		return fmt.Sprintf("%s times (too few pairs for an interval)", view.Number(e.Value))
	}
	return fmt.Sprintf("%s times (%s to %s)", view.Number(e.Value), view.Number(e.CI.Low), view.Number(e.CI.High))
}

// asFast is "is 2.1 times (2.0 to 2.2) as fast", or says that this is not shown.
func asFast(e *stats.Estimate) string {
	if side, known := view.Side(e); known && side == 0 {
		return "is not told apart in speed (" + times(e) + ")"
	}
	return "is " + times(e) + " as fast"
}

// notExcluded is what a share of none leaves open.
func notExcluded(e *stats.Estimate) string {
	if e.CI == nil {
		return ""
	}
	return fmt.Sprintf(", up to %.0f%% are not excluded", e.CI.High)
}

func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// parallelism says for each task what AUP the decoders with several settings have.
func (w *writer) parallelism() []string {
	var lines []string
	var at *view.Point
	for _, x := range w.v.Parallelisms() {
		part := fmt.Sprintf("%s %s (%d settings)", view.Clean(x.Label), view.Number(x.AUP), x.Settings)
		if x.Point == at {
			lines[len(lines)-1] += ", " + part
			continue
		}
		at = x.Point
		lines = append(lines, view.Clean(x.Point.Task())+": AUP "+part)
	}
	if len(lines) > 0 {
		lines = append([]string{"AUP has no interval here: which of two decoders has more is not shown."}, lines...)
	}
	return lines
}
