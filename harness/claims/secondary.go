package claims

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// This file holds secondary evidence, which decides nothing. What the run does not
// hold is said to be missing.

// threads shows the ratio of a measure, b over a, by number of worker threads, from
// the cells of experiment "threads": the same tasks with each number.
func (d *decision) threads(name string, a, b pick, m measure) {
	parts := lists.Split(pairs(competent(d.Find("threads"), &Verdict{}), a, b), func(p pair) int { return p.b.Threads })
	if len(parts) == 0 {
		d.sensitivity(missing(name+", by worker threads", "ratio"))
	}
	for _, p := range sorted(parts) {
		d.sensitivity(ratio(fmt.Sprintf("%s, %s", name, lists.Count(p.Key, "worker thread")), ByTokens, p.Of, m, 1))
	}
}

// samples shows pass@k of Go functions by decoder b minus a, from independent samples
// of the cells of experiment "code-samples", for k = 1, 2, 4, … and their number.
func (d *decision) samples(a, b string) {
	type counts struct{ a, b result.Tries }
	var all []counts
	least := 0
	for _, p := range pairs(d.Find("code-samples"), plain(a), plain(b)) {
		for _, id := range p.a.Instances() {
			c := counts{result.CountTries(p.a.Runs[id], result.Aspect("passes")), result.CountTries(p.b.Runs[id], result.Aspect("passes"))}
			n := min(c.a.N, c.b.N)
			if n == 0 {
				continue
			}
			all = append(all, c)
			if least == 0 || n < least {
				least = n
			}
		}
	}
	if least < 2 {
		d.sensitivity(missing(fmt.Sprintf("pass@k of %s minus %s", b, a), "points"))
		return
	}
	for k := 1; k <= least; k = next(k, least) {
		var x, y, diffs []float64
		for i, c := range all {
			x, y = append(x, stats.PassAtK(c.a.N, c.a.Right, k)), append(y, stats.PassAtK(c.b.N, c.b.Right, k))
			diffs = append(diffs, y[i]-x[i])
		}
		d.sensitivity(d.mean(fmt.Sprintf("pass@%d of %s minus %s", k, b, a), ByTokens, "points", diffs).
			noted("%.1f%% minus %.1f%%, of %d samples", 100*stats.Mean(y), 100*stats.Mean(x), least))
	}
}

// next doubles k, and ends with most.
func next(k, most int) int {
	if k < most && 2*k > most {
		return most
	}
	return 2 * k
}

// planted shows what decoders do to a half-written answer with planted errors, from
// the cells of experiment "remasking-planted": by decoder and number of errors,
// the share of the wrong tokens that are mended and of the right ones that are
// spoiled, over all tasks.
func (d *decision) planted() {
	cells := lists.Keep(cellsOf(d.Find("remasking-planted"), ""), func(c *Cell) bool { return c.Planted != nil })
	if len(cells) == 0 {
		d.sensitivity(missing("planted errors that are mended", "%"))
	}
	for _, decoder := range lists.Split(cells, func(c *Cell) string { return c.Label }) {
		for _, p := range sorted(lists.Split(decoder.Of, func(c *Cell) int { return *c.Planted })) {
			d.fates(decoder.Key, p.Key, p.Of)
		}
	}
}

// fates are the two findings of a decoder at a number of errors.
func (d *decision) fates(label string, wrong int, cells []*Cell) {
	var mended, errors, spoiled, right []float64
	hits, n := 0.0, 0
	for _, c := range cells {
		for _, id := range c.Instances() {
			given := c.Runs[id][0].Draft
			if given == nil {
				continue
			}
			mended, errors = append(mended, float64(given.Mended)), append(errors, float64(given.Wrong))
			spoiled, right = append(spoiled, float64(given.Spoiled)), append(right, float64(given.Right))
			if x, ok := c.Value(id, solved); ok {
				hits += x
				n++
			}
		}
	}
	show := func(what string, num, den []float64) {
		f := finding(fmt.Sprintf("%s, %s: %s", label, lists.Count(wrong, "planted error"), what), ByTokens, "%").of(d.boot.RatioOfSums(num, den))
		if n > 0 {
			f = f.noted("solves %.1f%%", 100*hits/float64(n))
		}
		d.sensitivity(f)
	}
	if wrong > 0 && len(mended) > 0 {
		show("mended", mended, errors)
	}
	if len(right) > 0 {
		show("right tokens spoiled", spoiled, right)
	}
}

// own are the tasks of experiment "own-weights", each as one group: its cells are
// of different weights, trained for the kind of their decoder alone. They show
// how much of a verdict comes from sharing one network.
func (ev *index) own() []*Group {
	var list []*Group
	for _, part := range lists.Split(ev.Find(ownExperiment), func(g *Group) place.Place { return g.ButWeights() }) {
		task := *part.Of[0]
		task.Place, task.Cells = part.Key, cellsOf(part.Of, "")
		list = append(list, &task)
	}
	return list
}

// OwnWeights begins the names of findings in which each decoder has weights of its own.
const OwnWeights = "each decoder on its own weights: "

// onOwn compares b with a on the tasks of own that one of their decoders solves:
// right answers, and with costs also FLOPs and passes. Times are left out:
// decoders on different weights do not take turns.
func (d *decision) onOwn(name string, a, b pick, costs bool) {
	name = OwnWeights + name
	ps := pairs(competent(d.own(), &Verdict{}), a, b)
	if len(ps) == 0 {
		d.sensitivity(missing(name, "points"))
		return
	}
	right := points(name+", solved", ByTokens, ps, solved).noted("on %s", ps[0].a.Weights)
	if x, y := ps[0].a.Weights, ps[0].b.Weights; x != y {
		right = right.noted("on %s and %s", y, x)
	}
	d.sensitivity(right)
	if costs {
		d.sensitivity(ratio(name+", FLOPs", ByTokens, ps, unitFLOPs, 1), ratio(name+", passes", ByTokens, ps, unitNFE, 1))
	}
}

// perToken is how many passes a decoder took for each token that it wrote, in the
// mean over the second cells of pairs: what decides the cost on random weights, which
// have no trained confidence and write their whole budget. Positions behind
// an early end were not written; autoregressive decoding takes one pass a token.
func perToken(ps []pair) (float64, bool) {
	nfe, tokens := 0.0, 0.0
	for _, p := range ps {
		x, ok := p.b.Mean(passes)
		written, also := p.b.Mean(committed)
		if ok && also {
			n := float64(len(p.b.Runs))
			nfe, tokens = nfe+n*x, tokens+n*written
		}
	}
	return nfe / tokens, tokens > 0
}

// expected is the time ratio of a decoder over the reference in a group of
// cost-only cells, at the passes per token that trained weights take.
type expected struct {
	group *Group
	Finding
}

// onRandomWeights computes the expected ratios of the engine with a role; what cannot
// be computed is excluded with its reason.
func (d *decision) onRandomWeights(experiment, role string, perToken float64) []expected {
	var list []expected
	reference, label := d.Decoder("reference"), d.Decoder(role)
	for _, g := range d.Find(experiment) {
		ar, cells := plain(reference)(g), lists.Keep(g.Labelled(label), func(c *Cell) bool { return c.mean(passes) > 0 })
		if ar == nil || len(cells) == 0 {
			continue
		}
		at := fmt.Sprintf("%s, budget %d, batch %d", g.Weights, g.Budget, g.Batch)
		n := perToken * float64(g.Budget)
		low, high := around(cells, n)
		if low == nil || high == nil {
			d.v.exclude("%s, %s, budget %d, batch %d: %.3g passes lie outside what was measured", g.Weights, label, g.Budget, g.Batch, n)
			continue
		}
		f := ratioOf(fmt.Sprintf("time of %s over %s on random weights %s", label, reference, at), ByTokens, between(ar, low, high, n), 1)
		f.Note = strings.TrimPrefix(fmt.Sprintf("%s; at %.3g passes for %d tokens, as on the trained weights", f.Note, n, g.Budget), "; ")
		list = append(list, expected{g, f})
	}
	return list
}

// between are ln(time/reference) of a decoder on random weights if it took that number
// of passes, from two cells with fewer and with more, between which time is linear
// in passes. Units are those of all three cells.
func between(reference, low, high *Cell, n float64) (logs []float64) {
	x, y := low.mean(passes), high.mean(passes)
	share := 0.0
	if y > x {
		share = (n - x) / (y - x)
	}
	ref, first, second := reference.units(), low.units(), high.units()
	for _, id := range slices.Sorted(maps.Keys(ref)) {
		a, ok := first[id]
		b, also := second[id]
		if ok && also {
			logs = appendFinite(logs, math.Log(((1-share)*a.seconds+share*b.seconds)/ref[id].seconds))
		}
	}
	return logs
}

// around are the cells with the nearest numbers of passes on both sides; nil
// where there is none.
func around(cells []*Cell, n float64) (low, high *Cell) {
	for _, c := range cells {
		x := c.mean(passes)
		if x <= n && (low == nil || x > low.mean(passes)) {
			low = c
		}
		if x >= n && (high == nil || x < high.mean(passes)) {
			high = c
		}
	}
	return low, high
}
