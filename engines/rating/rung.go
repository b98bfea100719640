// Package rating says how probable texts are under weights: the reference answers
// of a workload in every mode of decoding ([Rung]), and outputs of a run ([Judge]).
package rating

import (
	"context"
	"fmt"
	"math"

	"dllmbench/engines"
	"dllmbench/engines/likelihood"
	"dllmbench/workloads"
)

// Options say what is estimated.
type Options struct {
	Blocks     []int // block lengths of block diffusion; 0 is the whole answer
	Repeats    int   // independent estimates of each bound
	Pads       int   // padding behind the answer that the bounds rate too
	Seed       uint64
	ByPosition bool // bits by position of the answer instead of by text
}

// Rung rates the reference answers of the first instances of a rung.
func Rung(ctx context.Context, w workloads.Workload, rung int, split workloads.Split, instances int, codec engines.Codec, scorer *likelihood.Scorer, o Options) ([]Row, error) {
	e := &ratings{options: o, workload: w, rung: rung, codec: codec, scorer: scorer}
	for i := range instances {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := e.rate(w.Generate(split, rung, i)); err != nil {
			return nil, err
		}
	}
	return e.rows(), nil
}

// ratings collects what the modes say about the answers of one rung.
type ratings struct {
	options  Options
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
func (e *ratings) mode(name string, bound bool) *modeRating {
	for _, m := range e.modes {
		if m.name == name {
			return m
		}
	}
	m := &modeRating{name: name, bound: bound}
	e.modes = append(e.modes, m)
	return m
}

func (e *ratings) add(name string, bound bool, r likelihood.Result, tokens int) {
	m := e.mode(name, bound)
	m.results, m.tokens = append(m.results, r), append(m.tokens, tokens)
}

// rate asks every mode about the reference answer of an instance.
func (e *ratings) rate(inst workloads.Instance) error {
	t := reference(e.codec, inst.Prompt, inst.Answer, true)
	fail := func(err error) error { return fmt.Errorf("%s: %w", inst.ID, err) }
	r, err := e.scorer.AR(t)
	if err != nil {
		return fail(err)
	}
	e.add("ar", false, r, len(t.Answer))
	o := likelihood.Options{Repeats: e.options.Repeats, Pads: e.options.Pads, Seed: e.options.Seed + uint64(len(e.modes[0].results))}
	if r, err = e.scorer.Full(t, o); err != nil {
		return fail(err)
	}
	e.add("full", true, r, len(r.Nats))
	for _, length := range e.options.Blocks {
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
func (e *ratings) rows() []Row {
	var rows []Row
	for _, m := range e.modes {
		row := Row{Workload: e.workload.Name(), Rung: e.workload.Rungs()[e.rung].Name, Mode: m.name, Bound: m.bound}
		if e.options.ByPosition {
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
func (m *modeRating) byPosition(row Row) []Row {
	var rows []Row
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
func (r *Row) fill(nats, tokens []float64) {
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

// Row is one line of the result: a mode on a rung, or on one position.
// What does not exist is null.
type Row struct {
	Workload     string   `json:"workload"`
	Rung         string   `json:"rung"`
	Mode         string   `json:"mode"`               // "ar", "full", "block N", "block whole", "oracle"
	Position     *int     `json:"position,omitempty"` // of the answer, from 0; by position only
	Instances    int      `json:"instances"`
	Tokens       int      `json:"tokens"` // rated, over all instances
	BitsPerToken float64  `json:"bits_per_token"`
	SE           *float64 `json:"bits_per_token_se"` // standard error over instances
	Nats         float64  `json:"nats"`              // mean of a text, or of the position
	NatsSE       *float64 `json:"nats_se"`           // standard error over instances
	DrawsSE      *float64 `json:"draws_se"`          // the part of nats_se that comes from the drawn masks
	Gap          *float64 `json:"gap_nats"`          // to autoregressive, mean of a text
	GapSE        *float64 `json:"gap_nats_se"`       // standard error over instances
	Passes       int      `json:"passes"`            // forward passes
	Bound        bool     `json:"bound"`             // an upper bound
}

// bits turns nats into bits.
func bits(nats float64) float64 { return nats / math.Ln2 }
