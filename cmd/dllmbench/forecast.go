package main

import (
	"errors"
	"time"

	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/forecast"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// newCounter counts what the decoders of this program need.
func newCounter(models *library.Shelf, now func() time.Time) *forecast.Counter {
	return forecast.NewCounter(forecast.Engines{
		Open: builder(models, transport.Gauges{Now: now}),
		Tiny: func(s transport.Spec) (forecast.TinyEngine, int32, error) {
			config, err := models.Config(s.Weights)
			if err != nil {
				return nil, 0, err
			}
			tiny := library.Tiny(config)
			spec := tiny.Spec()
			e, err := decoders.Open(model.Random(tiny, library.RandomSeed), s.Threads, s.Engine, s.Preset, s.Options)
			return e, spec.Ordinary(), err
		},
		FLOPs: func(w weights.Name, rows, keys, logits int64) (float64, error) {
			config, err := models.Config(w)
			if err != nil {
				return 0, err
			}
			return float64(config.FLOPs(rows, keys, logits)), nil
		},
		Base: weights.Name{Kind: weights.Shape, Name: model.ShapeNames()[0]},
	})
}

// forecastOf estimates the time of a plan and gives errors their exit codes.
func forecastOf(con *console, plan *scenario.Plan, k *forecast.Counter, limit time.Duration) (*forecast.Forecast, error) {
	f, err := forecast.New(con.ctx, plan, k, con.now, limit)
	if errors.Is(err, harness.ErrInterrupted) {
		return nil, exit.Errorf(exit.Interrupted, "interrupted; nothing was measured")
	}
	return f, exit.With(exit.Setup, err)
}
