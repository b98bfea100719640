package claims

import (
	"fmt"
	"maps"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// secondary adds evidence that decides nothing: how the times of a verdict depend
// on worker threads, what decoders solve in several independent tries, and how
// they compare on weights of their own. What the run does not hold is said to be
// missing. (Claims 1 and 5 ask for their own statistic on such weights.)
func secondary(ev *Evidence, r Rule, v *Verdict) {
	add := func(list ...Finding) { v.Sensitivity = append(v.Sensitivity, list...) }
	switch v.Claim {
	case 2:
		add(threads(ev, "time of full diffusion by threshold over autoregressive", plain(r.Decoder("reference")), plain(r.Decoder("fast")), unitSeconds)...)
	case 3:
		add(ev.planted()...)
		add(ev.onOwn("with re-masking minus without", first(r.Decoder("none")), first(r.Decoder("remasking")), false)...)
	case 6:
		add(threads(ev, "time of cached full diffusion over autoregressive", plain(r.Decoder("reference")), plain(r.Decoder("cached")), unitSeconds)...)
		add(ev.onOwn("cached full diffusion over autoregressive", plain(r.Decoder("reference")), plain(r.Decoder("cached")), true)...)
	case 7:
		large, small := r.Number("large"), r.Number("small")
		add(threads(ev, fmt.Sprintf("time of blocks of %g over blocks of %g", large, small), block(r, small), block(r, large), unitSeconds)...)
		add(ev.onOwn(fmt.Sprintf("blocks of %g over autoregressive", small), plain(r.Decoder("reference")), block(r, small), true)...)
		add(ev.onOwn(fmt.Sprintf("blocks of %g over blocks of %g", large, small), block(r, small), block(r, large), true)...)
	case 8:
		add(threads(ev, "tokens per second of block diffusion by threshold over autoregressive", plain(r.Decoder("reference")), plain(r.Decoder("diffusion")), unitRate)...)
		add(ev.onOwn("block diffusion over autoregressive", plain(r.Decoder("reference")), plain(r.Decoder("diffusion")), true)...)
		add(ev.passes(r.Decoder("drawn-reference"), r.Decoder("drawn"))...)
	}
}

// threads is the ratio of a measure, b over a, by number of worker threads, from
// the cells of experiment "threads": the same tasks with each number.
func threads(ev *Evidence, name string, a, b pick, m measure) []Finding {
	by := map[int][]duel{}
	for _, d := range duels(competent(ev.Find("threads"), &Verdict{}), a, b) {
		by[d.group.Threads] = append(by[d.group.Threads], d)
	}
	if len(by) == 0 {
		return []Finding{{Name: name + ", by worker threads", Matched: ByTokens, Unit: "ratio", Note: "not measured"}}
	}
	var list []Finding
	for _, n := range slices.Sorted(maps.Keys(by)) {
		word := "threads"
		if n == 1 {
			word = "thread"
		}
		list = append(list, ratio(fmt.Sprintf("%s, %d worker %s", name, n, word), ByTokens, by[n], m, 1))
	}
	return list
}

// passes is pass@k of Go functions by decoder b minus a, from independent samples
// of the cells of experiment "code-samples", for k = 1, 2, 4, … and their number.
func (ev *Evidence) passes(a, b string) []Finding {
	var x, y []result.Tries
	least := 0
	for _, d := range duels(ev.Find("code-samples"), plain(a), plain(b)) {
		for _, id := range d.a.Instances() {
			s, t := result.CountTries(d.a.Runs[id], Aspect("passes")), result.CountTries(d.b.Runs[id], Aspect("passes"))
			if s.N == 0 || t.N == 0 {
				continue
			}
			x, y = append(x, s), append(y, t)
			if n := min(s.N, t.N); least == 0 || n < least {
				least = n
			}
		}
	}
	if least < 2 {
		return []Finding{{Name: fmt.Sprintf("pass@k of %s minus %s", b, a), Matched: ByTokens, Unit: "points", Note: "not measured"}}
	}
	var list []Finding
	for k := 1; k <= least; k = next(k, least) {
		f := Finding{Name: fmt.Sprintf("pass@%d of %s minus %s", k, b, a), Matched: ByTokens, Unit: "points"}
		var p, q, diffs []float64
		for i := range x {
			p, q = append(p, stats.PassAtK(x[i].N, x[i].Right, k)), append(q, stats.PassAtK(y[i].N, y[i].Right, k))
			diffs = append(diffs, q[i]-p[i])
		}
		if e, err := ev.boot.Mean(diffs); err == nil {
			f.estimated(e, 100)
		}
		f.Note = fmt.Sprintf("%.1f%% minus %.1f%%, of %d samples", 100*stats.Mean(q), 100*stats.Mean(p), least)
		list = append(list, f)
	}
	return list
}

// next doubles k, and ends with most.
func next(k, most int) int {
	if k < most && 2*k > most {
		return most
	}
	return 2 * k
}
