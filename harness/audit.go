package harness

import (
	"fmt"
	"slices"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Thresholds of the audit; docs/measurement.md says why.
const (
	// minBlocks is the fewest pairs for a signed-rank test at 1% (two-sided p ≥ 2/2⁸).
	minBlocks = 8
	// maxDrift is how much slower the first repetition may be than the others.
	maxDrift = 1.25
	// maxLag is how late a request of twenty may be sent, as a share of the median
	// latency, and an event of a hundred be read, as a share of the time to the first
	// text; lagFloor is how late in any case.
	maxLag   = 0.1
	lagFloor = int64(time.Millisecond)
)

// finding is a validity record in the making, of a cell or of what surrounds a group.
type finding struct{ result.Validity }

// note adds a sentence to one of the lists of a record, if it holds.
func note(list *[]string, holds bool, format string, args ...any) {
	if holds {
		*list = append(*list, fmt.Sprintf(format, args...))
	}
}

// Audit judges each cell of a plan by the records of a file that has each (cell,
// repetition, instance) once, and the run by its cells. A cell is not valid when its
// numbers cannot be trusted: it failed, is incomplete, or equal seeds gave different
// outputs or counters. Where only the clocks cannot be trusted, only its times are
// not valid. Cells may also carry warnings.
func Audit(plan *scenario.Plan, f *result.File) []result.Validity {
	byCell := f.ByCell()
	read := func(cell string) []result.Request { return byCell[cell] }
	var list []result.Validity
	bad, untimed := 0, 0
	for _, round := range plan.Rounds() {
		control := controlOf(round.Cells(), read)
		for _, g := range round {
			q := asked{g.Instances(), g.Planned, g.Runs(), g.Order == scenario.Once}
			shared := surroundings(g.Cells, read, f)
			for _, c := range g.Cells {
				v := audit(q, c, byCell[c.ID], shared, control)
				if !v.Valid {
					bad++
				} else if len(v.Timing) > 0 {
					untimed++
				}
				list = append(list, v)
			}
		}
	}
	run := result.Validity{Valid: bad == 0, Reasons: []string{}}
	note(&run.Reasons, bad > 0, "%d of %d cells are not valid", bad, len(list))
	note(&run.Warnings, untimed > 0, "the times of %d of %d cells are not valid", untimed, len(list))
	n := hosts(f.Sessions)
	note(&run.Warnings, n > 1, "measured on %d hosts: times of different tasks, lengths and batches may come from different machines", n)
	return append(list, run)
}

// asked is what each cell of a group has to do.
type asked struct {
	instances, planned int // see [scenario.Group.Planned]
	runs               int // of each instance
	once               bool
}

// Rejudge judges the cells of a group that was divided by instances, once the requests of
// all parts are together: each (cell, repetition, instance) once. They are read twice, and those
// of one cell are held at a time. Pairs were measured on one host each, so several hosts do not
// void the times here: whoever joins the parts knows whether they are of one kind.
func Rejudge(d result.Divided, cells []result.Cell, read func(cell string) []result.Request, f *result.File) (list []result.Validity) {
	one := *f
	one.Sessions = slices.Clone(f.Sessions)
	for i := range one.Sessions {
		one.Sessions[i].Env.Host = ""
	}
	q := asked{d.Instances, 0, d.Runs, d.Once}
	control := controlOf(cells, read)
	for _, group := range lists.Split(cells, func(c result.Cell) string { return c.Weights }) { // of the round
		shared := surroundings(group.Of, read, &one)
		for _, c := range group.Of {
			list = append(list, audit(q, c, read(c.ID), shared, control))
		}
	}
	return list
}

// audit judges one cell by its requests; shared is what holds for the times of its whole
// group, and control that of its round.
func audit(q asked, c result.Cell, requests []result.Request, shared finding, control *control) result.Validity {
	f := finding{result.Validity{Cell: c.ID, Reasons: []string{}, Timing: slices.Clone(shared.Timing)}}
	f.completeness(q, requests)
	n := unstable(requests)
	note(&f.Reasons, n > 0, "%d of %d instances gave different outputs or counters in repetitions with the same seed", n, q.instances)
	f.times(q, c, requests)
	note(&f.Warnings, q.planned > 0, "%d of %d instances were decoded%s", q.instances, q.planned, result.Narrow)
	f.cached(c, requests)
	f.empty(c, requests)
	f.lengths(c, requests, control)
	f.Valid, f.Warnings = len(f.Reasons) == 0, append(f.Warnings, shared.Warnings...)
	return f.Validity
}

// empty remarks on answers of which nothing is left, for their score says nothing of the task:
// as a rule a stop text stands at their beginning, or the prompt does not suit the model.
func (f *finding) empty(c result.Cell, requests []result.Request) {
	written, empty, cut := 0, 0, 0
	for _, r := range requests {
		if c.CostOnly || c.Score != "" || !place.Usable(&r) || r.Chars == nil {
			continue
		}
		if written++; *r.Chars == 0 {
			empty++
			if n, known := r.Usage[usage.CommittedTokens].Value(); known && n > 1 && r.Finish == "stop" && len(c.Stop) > 0 {
				cut++
			}
		}
	}
	why := ""
	if cut > 0 {
		why = fmt.Sprintf(", %d of them because a stop text (%q) stands at their beginning", cut, c.Stop)
	}
	note(&f.Warnings, 2*empty > written, "%d of %d%s%s", empty, written, result.Empty, why)
}

// control is the first baseline of a round.
type control struct {
	result.Cell
	length float64 // see [place.MeanLength]
}

// controlOf is the control among the cells of a round; nil for none.
func controlOf(turns []result.Cell, read func(cell string) []result.Request) *control {
	for _, c := range turns {
		if place.Baseline(c) && !c.CostOnly {
			return &control{c, place.MeanLength(read(c.ID))}
		}
	}
	return nil
}

// lengths remarks on texts of another length than those of the control, because headlines
// then compare times per useful token.
func (f *finding) lengths(c result.Cell, requests []result.Request, control *control) {
	if control == nil || control.ID == c.ID {
		return
	}
	own := place.MeanLength(requests)
	note(&f.Warnings, place.UnequalLengths(own, control.length),
		"its texts have %.1f useful tokens on average, those of %s %.1f: times are compared per useful token", own, control.Label+place.On(control.Cell), control.length)
}

// completeness looks for requests that were not run or failed.
func (f *finding) completeness(q asked, requests []result.Request) {
	planned := q.runs * q.instances
	missing := planned - len(requests)
	note(&f.Reasons, missing > 0, "%d of %d requests were not run", missing, planned)
	failures := map[string][]string{} // by status
	var void []string
	for _, r := range requests {
		switch {
		case !place.Usable(&r):
			failures[r.Status] = append(failures[r.Status], r.Error)
		case r.Void != "":
			void = append(void, r.Void)
		}
	}
	for _, status := range []string{"error", "timeout", "oom", "incomplete"} {
		if list := failures[status]; len(list) > 0 {
			note(&f.Reasons, true, "%d of %d requests ended with status %s: %s", len(list), planned, status, list[0])
		}
	}
	if n := len(failures["refused"]); n > 0 { // what a load is to find out
		note(&f.Reasons, n == len(requests), "all requests were refused: %s", failures["refused"][0])
		note(&f.Warnings, n < len(requests), "%d of %d requests were refused and count as failed (%s); times are those of the others", n, planned, failures["refused"][0])
	}
	if n := len(void); n > 0 {
		note(&f.Timing, n == len(requests), "no request has times: %s", void[n-1])
		note(&f.Warnings, n < len(requests), "%d of %d requests have no times: %s", n, planned, void[n-1])
	}
}

// times judges the clock readings of a cell.
func (f *finding) times(q asked, c result.Cell, requests []result.Request) {
	blocks := map[int]bool{}
	for _, r := range requests {
		if place.Usable(&r) && r.E2ENs != nil {
			blocks[r.PairBlock] = true
		}
	}
	if q.once {
		note(&f.Warnings, true, "each instance was decoded once (order: once); times are not paired")
		return
	}
	what := "blocks"
	if len(blocks) == 1 {
		what = "block"
	}
	note(&f.Warnings, len(blocks) < minBlocks, "%d ABBA %s; a paired test at level 0.01 needs at least %d", len(blocks), what, minBlocks)
	ratio := drift(requests)
	note(&f.Warnings, ratio > maxDrift, "the first repetition took %.2f times as long as the others; more warm-up is needed", ratio)
	f.noise(requests)
	f.lag(c, requests)
}

// lag judges the sender of requests that came as a load.
func (f *finding) lag(c result.Cell, requests []result.Request) {
	var lags, latencies, waits []int64
	for _, r := range requests {
		if place.Usable(&r) && r.LagNs != nil && r.E2ENs != nil && r.QueueNs != nil {
			lags, latencies, waits = append(lags, *r.LagNs), append(latencies, *r.QueueNs+*r.E2ENs), append(waits, *r.QueueNs-*r.LagNs)
		}
	}
	if len(lags) == 0 {
		return
	}
	slices.Sort(lags)
	slices.Sort(latencies)
	slices.Sort(waits)
	late, typical := lags[(len(lags)-1)*95/100], latencies[len(latencies)/2]
	note(&f.Timing, late > max(lagFloor, int64(maxLag*float64(typical))),
		"requests were sent late: 5%% of them %.3g ms or more after they had come and the decoder had room, with a median latency of %.3g ms", float64(late)/1e6, float64(typical)/1e6)
	held := waits[len(waits)/2]
	note(&f.Warnings, c.Endpoint != nil && held > int64(maxLag*float64(typical)),
		"half of the requests waited %.3g ms or more in this program, because in_flight of endpoint %s is less than the load brings: the server does not see that load", float64(held)/1e6, c.Label)
}

// unstable counts the instances that differ in repetitions with the same seed.
func unstable(requests []result.Request) int {
	type outcome struct {
		sha  string
		work [4]usage.Count
	}
	type draw struct {
		instance string
		seed     uint64
	}
	seen := map[draw]outcome{}
	differ := map[string]bool{}
	for _, r := range requests {
		if !place.Usable(&r) || r.Varies {
			continue
		}
		o := outcome{r.OutputSHA256, [4]usage.Count{r.Usage[usage.NFE], r.Usage[usage.UsefulTokens], r.Usage[usage.CommittedTokens], r.Usage[usage.FLOPs]}}
		at := draw{r.Instance, r.Seed}
		if before, ok := seen[at]; !ok {
			seen[at] = o
		} else if before != o {
			differ[r.Instance] = true
		}
	}
	return len(differ)
}

// drift is the median over instances of the latency of the first repetition
// divided by the median latency of the others; 0 when there is too little to say.
func drift(requests []result.Request) float64 {
	first, later := map[string]float64{}, map[string][]float64{}
	for _, r := range requests {
		if r.E2ENs == nil || r.Sample != 0 { // other samples are other work
			continue
		}
		if r.Repetition == 0 {
			first[r.Instance] = float64(*r.E2ENs)
		} else {
			later[r.Instance] = append(later[r.Instance], float64(*r.E2ENs))
		}
	}
	var ratios []float64
	for instance, t := range first {
		if others := later[instance]; len(others) > 0 {
			if m := median(others); m > 0 {
				ratios = append(ratios, t/m)
			}
		}
	}
	if len(ratios) < 4 {
		return 0
	}
	return median(ratios)
}

// median of a list that is not empty, which it sorts.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
