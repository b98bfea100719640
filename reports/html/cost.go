package html

import (
	"fmt"
	"math"

	"dllmbench/engines/usage"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// maxCosts is the most decoders of the cost breakdown.
const maxCosts = 300

// costs is the breakdown of work and time.
type costs struct {
	Crossings *table.Table // nil without any
	Note      string       // of them
	Tasks     []taskCost
	Cut       string
}

type taskCost struct {
	Task string
	Rows []rowCost
}

type rowCost struct {
	Name   string
	Engine engine
	Time   []segment // network, choosing tokens, all else
	Work   []segment // prefill, denoising or decoding, commit
	Bytes  []segment // weights, keys and values

	Ms, MFLOP, MB, Intensity, Rate string
}

// segment is a part of a bar, in per cent of the longest bar of the task.
type segment struct {
	Class, Title string
	X, Width     float64
}

// costsOf is nil when no row has requests.
func costsOf(v *view.View) *costs {
	c, total := &costs{Crossings: cells.Crossings(v.Crossings()), Note: cells.CrossingNote}, 0
	for _, p := range v.Points {
		rows := lists.Keep(p.Rows, (*view.Row).Usable)
		shown := rows[:min(len(rows), max(0, maxCosts-total))]
		if total += len(rows); len(shown) > 0 {
			c.Tasks = append(c.Tasks, taskCost{view.Clean(p.Task()), taskCosts(shown)})
		}
	}
	if len(c.Tasks) == 0 {
		return nil
	}
	if total > maxCosts {
		c.Cut = fmt.Sprintf("Only the first %d of %d cells are shown here; the counters of all of them are in results.jsonl.", maxCosts, total)
	}
	return c
}

// taskCosts makes the bars of one task, all on the scale of the longest. What is
// unknown is NaN.
func taskCosts(rows []*view.Row) []rowCost {
	var seconds, flops, bytes float64
	longest := func(most *float64, x float64) {
		if x > *most {
			*most = x
		}
	}
	list := make([]*view.Cost, len(rows))
	for i, r := range rows {
		c := r.Cost
		list[i] = c
		longest(&seconds, spent(c))
		longest(&flops, c.FLOPs())
		longest(&bytes, c.Bytes())
	}
	out := make([]rowCost, len(list))
	for i, c := range list {
		middle := "denoising"
		if place.Baseline(rows[i].Cell) {
			middle = "decoding"
		}
		intensity, _ := c.Intensity()
		rate, _ := c.Rate()
		out[i] = rowCost{
			Name: view.Clean(rows[i].Name), Engine: engineOf(rows[i].Look),
			Ms: amount(spent(c), 1e-3), MFLOP: amount(c.FLOPs(), 1e6), MB: amount(c.Bytes(), 1e6), Intensity: amount(intensity, 1), Rate: amount(rate, 1e9),
			Work: bar(flops, "MFLOP", 1e6, part{"p", "prefill", c.Mean(usage.FLOPs.In(usage.Prefill))},
				part{"d", middle, c.Mean(usage.FLOPs.In(usage.Denoise))}, part{"k", "commit", c.Mean(usage.FLOPs.In(usage.Commit))}),
			Bytes: bar(bytes, "MB", 1e6, part{"w", "weights read", c.Mean(usage.WeightBytes)}, part{"v", "keys and values read and written", c.CacheBytes()}),
		}
		if c.Forward != nil {
			out[i].Time = bar(seconds, "ms", 1e-3,
				part{"a", "network", *c.Forward}, part{"b", "choosing tokens", *c.Sampling}, part{"c", "bookkeeping", *c.Bookkeeping})
		}
	}
	return out
}

// spent is the wall time of an average answer in seconds.
func spent(c *view.Cost) float64 {
	if c.Forward == nil {
		return math.NaN()
	}
	return *c.Forward + *c.Sampling + *c.Bookkeeping
}

type part struct {
	class, name string
	value       float64
}

// bar puts the parts behind each other, on a scale that ends at most. It is empty
// where a part is unknown.
func bar(most float64, unit string, by float64, parts ...part) []segment {
	total := 0.0
	for _, p := range parts {
		total += p.value
	}
	if most <= 0 || math.IsNaN(total) {
		return nil
	}
	var out []segment
	at := 0.0
	for _, p := range parts {
		if p.value <= 0 {
			continue
		}
		width := 100 * p.value / most
		out = append(out, segment{p.class, fmt.Sprintf("%s: %s %s (%.0f%%)", p.name, view.Number(p.value/by), unit, 100*p.value/total), at, width})
		at += width
	}
	return out
}

// amount writes a positive number in units of by.
func amount(x, by float64) string {
	if !(x > 0) {
		return view.Unknown
	}
	return view.Number(x / by)
}
