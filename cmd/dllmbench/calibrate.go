package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
)

// speed is how fast a network is on this machine, in the simplest terms: every
// forward pass takes a fixed time, and work beyond that of one row comes at a
// fixed rate.
type speed struct {
	pass    time.Duration // of one row through the network
	row     float64       // FLOPs of that pass
	rate    float64       // FLOP/s of the rest
	opening time.Duration // to make or load the weights
}

// of is the estimated time of a request.
func (s speed) of(c cost) time.Duration {
	rest := max(0, c.flops-float64(c.nfe)*s.row) / s.rate
	return time.Duration(c.nfe)*s.pass + time.Duration(rest*float64(time.Second))
}

// calibrated holds measured speeds by weights and threads.
type calibrated struct {
	models *library.Shelf
	now    func() time.Time
	known  map[string]speed
}

// measured is the largest random network that is calibrated itself; the speed
// of larger ones is taken to fall with their size.
const measured = "20m"

const measuredParams = 25_000_000

// speed measures how fast weights are with a number of threads: a left to right
// decoder for passes of one row, one denoising step for many rows.
func (k *calibrated) speed(w weights.Name, threads int) (speed, error) {
	key := fmt.Sprintf("%s/%d", w, threads)
	if s, ok := k.known[key]; ok {
		return s, nil
	}
	config, err := k.models.Config(w)
	if err != nil {
		return speed{}, err
	}
	var s speed
	if w.Random() && config.Params() > measuredParams {
		base, err := k.speed(weights.Name{Kind: weights.Shape, Name: measured}, threads)
		if err != nil {
			return speed{}, err
		}
		small, err := k.models.Config(weights.Name{Kind: weights.Shape, Name: measured})
		if err != nil {
			return speed{}, err
		}
		times := float64(config.Params()) / float64(small.Params())
		scaled := func(d time.Duration) time.Duration { return time.Duration(float64(d) * times) }
		s = speed{scaled(base.pass), base.row * times, base.rate, scaled(base.opening)}
	} else if s, err = k.measure(w, threads); err != nil {
		return speed{}, err
	}
	k.known[key] = s
	return s, nil
}

// measure times a few passes.
func (k *calibrated) measure(w weights.Name, threads int) (speed, error) {
	start := k.now()
	loaded, err := k.models.Open(w)
	if err != nil {
		return speed{}, err
	}
	s := speed{opening: k.now().Sub(start)}
	const tokens = 16
	wide := min(64, loaded.Model.Config().MaxPositions-1)
	narrow, err := k.decode(loaded.Model, threads, "autoregressive", "greedy", nil, tokens)
	if err != nil {
		return speed{}, err
	}
	broad, err := k.decode(loaded.Model, threads, "diffusion", "llada", engines.Options{"steps": 1}, wide)
	if err != nil {
		return speed{}, err
	}
	s.pass, s.row = narrow.time/tokens, narrow.flops/tokens
	beyond := max(broad.time-s.pass, broad.time/10) // a machine with a hiccup must not look infinitely fast
	s.rate = max(1, broad.flops-s.row) / beyond.Seconds()
	return s, nil
}

// timing is what decoding once took.
type timing struct {
	time  time.Duration
	flops float64
}

// Rounds of a calibration: at most so many, and no more after so long.
const (
	mostRounds   = 10
	roundsEnough = 300 * time.Millisecond
)

// decode times a decoder, after one run for warming up; the median round counts:
// a run meets the load that this one met.
func (k *calibrated) decode(m *model.Model, threads int, engine, preset string, o engines.Options, budget int) (timing, error) {
	p, err := findPreset(engine, preset)
	if err != nil {
		return timing{}, err
	}
	if o, err = engines.Resolve(p, o); err != nil {
		return timing{}, err
	}
	e, err := newEngine(m, threads, engine, preset, o)
	if err != nil {
		return timing{}, err
	}
	defer e.Close()
	spec := m.Spec()
	request := []engines.Request{{Prompt: []int32{spec.Ordinary()}, Budget: budget}}
	var all []time.Duration
	var t timing
	begin := k.now()
	for round := 0; round < 3 || round < mostRounds && k.now().Sub(begin) < roundsEnough; round++ {
		start := k.now()
		results, err := e.Generate(context.Background(), request, nil)
		if err != nil {
			return timing{}, err
		}
		all = append(all, max(k.now().Sub(start), time.Nanosecond))
		t.flops = float64(results[0].Usage.N(usage.FLOPs))
	}
	slices.Sort(all[1:])
	t.time = all[1+len(all[1:])/2]
	return t, nil
}
