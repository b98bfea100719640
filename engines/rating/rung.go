// Package rating says how probable texts are under weights: the reference answers
// of a workload in every mode of decoding ([Rung]), and outputs of a run ([Judge]).
package rating

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

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

// mode is one way to rate an answer, and what it says.
type mode struct {
	name    string
	ways    []string // in which it asks for what the weights were not trained for
	bound   bool
	whole   bool // it knows whole texts only, and not positions
	rate    func(inst workloads.Instance, t likelihood.Text, o likelihood.Options) (likelihood.Result, error)
	results []likelihood.Result // one for each instance that it can rate
	tokens  []int               // rated in each of them
}

// modesOf lists the modes, the autoregressive one first.
func modesOf(w workloads.Workload, scorer *likelihood.Scorer, blocks []int) []*mode {
	type (
		text    = likelihood.Text
		options = likelihood.Options
		result  = likelihood.Result
	)
	spec := scorer.Spec()
	list := []*mode{
		{name: "ar", ways: spec.UntrainedCausal(), rate: func(_ workloads.Instance, t text, _ options) (result, error) { return scorer.AR(t) }},
		{name: "full", ways: slices.Concat(spec.UntrainedMasks(), spec.UntrainedWhole()), bound: true, rate: func(_ workloads.Instance, t text, o options) (result, error) { return scorer.Full(t, o) }},
	}
	for _, length := range blocks {
		m := &mode{name: fmt.Sprintf("block %d", length), bound: length != 1, ways: slices.Concat(spec.UntrainedMasks(), spec.UntrainedBlock(length, true))}
		if length == 0 {
			m.name = "block whole"
		}
		m.rate = func(_ workloads.Instance, t text, o options) (result, error) { return scorer.Block(t, length, o) }
		list = append(list, m)
	}
	if p, ok := w.(workloads.Prober); ok {
		list = append(list, &mode{name: "oracle", whole: true, rate: func(inst workloads.Instance, _ text, _ options) (r result, err error) {
			if nats := -p.LogProb(inst, inst.Answer); !math.IsInf(nats, 0) && !math.IsNaN(nats) {
				r.Nats = []float64{nats}
			}
			return r, nil
		}})
	}
	return list
}

// Rung rates the reference answers of the first instances of a rung.
func Rung(ctx context.Context, w workloads.Workload, rung int, split workloads.Split, instances int, codec engines.Codec, scorer *likelihood.Scorer, o Options) ([]Row, error) {
	modes := modesOf(w, scorer, o.Blocks)
	for i := range instances {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		inst := w.Generate(split, rung, i)
		t := reference(codec, inst.Prompt, inst.Answer, true)
		for _, m := range modes {
			r, err := m.rate(inst, t, likelihood.Options{Repeats: o.Repeats, Pads: o.Pads, Seed: o.Seed + uint64(i) + 1})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", inst.ID, err)
			}
			if len(r.Nats) > 0 {
				tokens := len(r.Nats)
				if m.whole {
					tokens = len(t.Answer)
				}
				m.results, m.tokens = append(m.results, r), append(m.tokens, tokens)
			}
		}
	}
	var rows []Row
	for _, m := range modes {
		row := Row{Workload: w.Name(), Rung: w.Rungs()[rung].Name, Mode: m.name, Bound: m.bound, Untrained: strings.Join(m.ways, "; ")}
		switch {
		case len(m.results) == 0:
		case !o.ByPosition:
			rows = append(rows, m.byText(row, modes[0]))
		case !m.whole:
			rows = append(rows, m.byPosition(row)...)
		}
	}
	return rows, nil
}

// byText is the line of the mode, compared with the autoregressive one.
func (m *mode) byText(row Row, ar *mode) Row {
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
	if m.bound {
		draws = math.Sqrt(draws) / float64(len(nats))
		row.DrawsSE = &draws
	}
	if m != ar && len(nats) == len(ar.results) {
		for i := range nats {
			gaps = append(gaps, nats[i]-ar.results[i].Total())
		}
		gap, se := meanOf(gaps)
		row.Gap, row.GapSE = &gap, se
	}
	return row
}

// byPosition are lines for each position that any answer has.
func (m *mode) byPosition(row Row) []Row {
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
	SE           *float64 `json:"bits_per_token_se"`   // standard error over instances
	Nats         float64  `json:"nats"`                // mean of a text, or of the position
	NatsSE       *float64 `json:"nats_se"`             // standard error over instances
	DrawsSE      *float64 `json:"draws_se"`            // the part of nats_se that comes from the drawn masks
	Gap          *float64 `json:"gap_nats"`            // to autoregressive, mean of a text
	GapSE        *float64 `json:"gap_nats_se"`         // standard error over instances
	Passes       int      `json:"passes"`              // forward passes
	Bound        bool     `json:"bound"`               // an upper bound
	Untrained    string   `json:"untrained,omitempty"` // in which ways the weights were not trained to be asked so
}

// bits turns nats into bits.
func bits(nats float64) float64 { return nats / math.Ln2 }
