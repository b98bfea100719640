package main

import (
	"fmt"
	"math"

	"dllmbench/engines"
	"dllmbench/engines/likelihood"
	"dllmbench/workloads"
)

// rungRating collects what the modes say about the answers of one rung.
type rungRating struct {
	cmd      *likelihoodCmd
	workload workloads.Workload
	rung     int
	codec    engines.Codec
	scorer   *likelihood.Scorer

	modes []*modeRating
}

// modeRating is what one mode says: one result for each instance.
type modeRating struct {
	name    string
	bound   bool
	results []likelihood.Result
	tokens  []int // rated in each instance
}

// mode returns the collection of that name, making it the first time.
func (e *rungRating) mode(name string, bound bool) *modeRating {
	for _, m := range e.modes {
		if m.name == name {
			return m
		}
	}
	m := &modeRating{name: name, bound: bound}
	e.modes = append(e.modes, m)
	return m
}

func (e *rungRating) add(name string, bound bool, r likelihood.Result, tokens int) {
	m := e.mode(name, bound)
	m.results, m.tokens = append(m.results, r), append(m.tokens, tokens)
}

// rate asks every mode about the reference answer of an instance.
func (e *rungRating) rate(inst workloads.Instance) error {
	t := reference(e.codec, inst.Prompt, inst.Answer, true)
	fail := func(err error) error { return fmt.Errorf("%s: %w", inst.ID, err) }
	r, err := e.scorer.AR(t)
	if err != nil {
		return fail(err)
	}
	e.add("ar", false, r, len(t.Answer))
	o := likelihood.Options{Repeats: e.cmd.Repeats, Pads: e.cmd.Pads, Seed: e.cmd.Seed + uint64(len(e.modes[0].results))}
	if r, err = e.scorer.Full(t, o); err != nil {
		return fail(err)
	}
	e.add("full", true, r, len(r.Nats))
	for _, length := range e.cmd.Blocks {
		name := fmt.Sprintf("block %d", length)
		if length == 0 {
			name = "block whole"
		}
		if r, err = e.scorer.Block(t, length, o); err != nil {
			return fail(err)
		}
		e.add(name, length != 1, r, len(r.Nats))
	}
	if p, ok := e.workload.(workloads.Prober); ok {
		if nats := -p.LogProb(inst, inst.Answer); !math.IsInf(nats, 0) && !math.IsNaN(nats) {
			e.add("oracle", false, likelihood.Result{Nats: []float64{nats}}, len(t.Answer))
		}
	}
	return nil
}

// rows are the lines of the rung.
func (e *rungRating) rows() []bitsRow {
	var rows []bitsRow
	for _, m := range e.modes {
		row := bitsRow{Workload: e.workload.Name(), Rung: e.workload.Rungs()[e.rung].Name, Mode: m.name, Bound: m.bound}
		if e.cmd.ByPosition {
			if m.name != "oracle" { // it knows whole texts
				rows = append(rows, m.byPosition(row)...)
			}
			continue
		}
		var nats, tokens, gaps []float64
		draws := 0.0
		for i := range m.results {
			r := &m.results[i]
			nats, tokens = append(nats, r.Total()), append(tokens, float64(m.tokens[i]))
			row.Tokens += m.tokens[i]
			row.Passes += r.Passes
			draws += r.SE * r.SE
		}
		row.fill(nats, tokens)
		if n := len(nats); m.bound {
			draws = math.Sqrt(draws) / float64(n)
			row.DrawsSE = &draws
		}
		if m != e.modes[0] && len(nats) == len(e.modes[0].results) {
			for i := range nats {
				gaps = append(gaps, nats[i]-e.modes[0].results[i].Total())
			}
			gap, se := meanOf(gaps)
			row.Gap, row.GapSE = &gap, se
		}
		rows = append(rows, row)
	}
	return rows
}

// byPosition are lines for each position that any answer has.
func (m *modeRating) byPosition(row bitsRow) []bitsRow {
	var rows []bitsRow
	for at := 0; ; at++ {
		var nats, ones []float64
		for i := range m.results {
			if at < len(m.results[i].Nats) {
				nats, ones = append(nats, m.results[i].Nats[at]), append(ones, 1)
			}
		}
		if len(nats) == 0 {
			return rows
		}
		line := row
		line.Position, line.Tokens = &at, len(nats)
		line.fill(nats, ones)
		rows = append(rows, line)
	}
}

// fill sets means and their errors over instances. Bits per token are a ratio
// of sums; its error is that of the residuals (Cochran, Sampling Techniques,
// equation 6.13, for an infinite population).
func (r *bitsRow) fill(nats, tokens []float64) {
	r.Instances = len(nats)
	r.Nats, r.NatsSE = meanOf(nats)
	perText, _ := meanOf(tokens)
	ratio := r.Nats / perText
	r.BitsPerToken = bits(ratio)
	residuals := make([]float64, len(nats))
	for i := range nats {
		residuals[i] = bits(nats[i]-ratio*tokens[i]) / perText
	}
	_, r.SE = meanOf(residuals)
}

// meanOf returns the mean of values and its standard error, nil for one value.
func meanOf(values []float64) (float64, *float64) {
	n, mean, square := float64(len(values)), 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	if len(values) < 2 {
		return mean, nil
	}
	for _, v := range values {
		square += (v - mean) * (v - mean)
	}
	se := math.Sqrt(square / (n - 1) / n)
	return mean, &se
}
