// Package setup says what a scenario may name, and opens it: decoders on weights,
// workloads, task files, and what reads this machine. The lists themselves are in
// engines/decoders, workloads/all, workloads/taskfile, harness/result, reports and
// engines/model/builtin; what they do not name cannot be used. Errors carry exit codes.
package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/claims"
	"dllmbench/harness/exit"
	"dllmbench/harness/forecast"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
	"dllmbench/reports"
	"dllmbench/workloads/all"
	"dllmbench/workloads/card"
	"dllmbench/workloads/taskfile"
)

// outputFormats lists what a scenario's outputs may name.
func outputFormats() []scenario.OutputFormat {
	var list []scenario.OutputFormat
	for _, f := range reports.Formats() {
		list = append(list, scenario.OutputFormat{Name: f.Name, Path: f.Path})
	}
	return list
}

// Catalog is what scenarios may name.
func Catalog() scenario.Catalog {
	return scenario.Catalog{
		Presets: decoders.Presets(), Workloads: all.Workloads(), Metrics: result.Metrics(), Builtin: builtin.Names(),
		Shape: func(name string) error {
			_, err := model.Shape(name)
			return err
		},
		CPUs: runtime.NumCPU(), Claims: claims.Count(), Formats: taskfile.Formats(), Cards: card.Names(), Open: taskFile, Outputs: outputFormats(),
	}
}

// weightsInfo is what a plan has to know of a model.
func weightsInfo(l *library.Shelf, w weights.Name, j *worker.Judge) (scenario.WeightsInfo, error) {
	var info scenario.WeightsInfo
	config, err := l.Config(w)
	if err != nil {
		return info, err
	}
	if w.Random() {
		var bytes int64
		info.Precision, bytes = config.RandomStorage()
		info.TooLarge = tooLarge(bytes, measure.Available())
	} else {
		got, err := l.Open(w)
		if err != nil {
			return info, err
		}
		if info.Codec = got.Codec; got.Model != nil {
			spec := got.Model.Spec()
			info.Digest, info.WeightsAlone, info.Precision = spec.Digest, spec.Weights, spec.Precision
			got.Model = nil // what a plan holds must not hold its numbers
		}
		light := library.Weights{Codec: got.Codec, Config: got.Config} // the numbers are not held for it
		info.Chat = func(o scenario.Chat) (scenario.Form, error) {
			f, err := Form(j, w, light, o)
			if f == nil || err != nil {
				return nil, err
			}
			return f, nil
		}
	}
	info.Params, info.Context, info.Vocab = config.Params(), config.Positions(), config.VocabSize
	info.Special = append([]int32{config.MaskToken, config.Pad}, config.EOS...) // -1 for none is no token
	spec := config.Spec()
	info.Trained, info.Longest = spec.Trained(), spec.Length
	info.Shape = fmt.Sprintf("%d layers of width %d, %d in the feed-forward part, %d heads of %d, %d for keys and values, vocabulary of %d",
		config.Layers, config.HiddenSize, config.IntermediateSize, config.Heads, config.HeadDim, config.KVHeads, config.VocabSize)
	info.Check = func(engine, preset string, o engines.Options, budget int) (engines.Info, error) {
		if budget == 0 {
			return decoders.Rates(spec, engine, preset, o)
		}
		return decoders.Fits(spec, engine, preset, o, budget)
	}
	return info, nil
}

// tooLarge says why weights of so many bytes have no room in the memory that is available;
// "" where they have, or nothing is known. Caches and activations take some of it, too.
func tooLarge(bytes, available int64) string {
	if need := bytes + bytes/7; need > available && available > 0 {
		return fmt.Sprintf("it needs %.3g GB of memory, and %.3g GB are available", float64(need)/1e9, float64(available)/1e9)
	}
	return ""
}

// Open loads weights outside of a run. Of large random ones it says how much memory they
// take; those that have no room in the available memory, in bytes, are refused, unless they are wanted anyway.
func Open(name weights.Name, anyway bool, available int64, notes io.Writer) (library.Weights, error) {
	if name.Random() {
		config, err := (&library.Shelf{}).Config(name)
		if err != nil {
			return library.Weights{}, exit.With(exit.Setup, err)
		}
		_, bytes := config.RandomStorage()
		if why := tooLarge(bytes, available); why != "" && !anyway {
			return library.Weights{}, exit.Errorf(exit.Setup, "%s: %s; --large draws it all the same", name, why)
		}
		if bytes > 1<<30 {
			fmt.Fprintf(notes, "note: %s takes %.3g GB of memory\n", name, float64(bytes)/1e9)
		}
	}
	w, err := library.Open(name)
	return w, exit.With(exit.Setup, err)
}

// Engine makes the engine that the parent names.
func Engine(models *library.Shelf, s transport.Spec) (engines.Engine, error) {
	w, err := models.Open(s.Weights)
	if err != nil {
		return nil, err
	}
	e, err := decoders.Open(w.Model, s.Threads, s.Engine, s.Preset, s.Options)
	if err != nil {
		return nil, err
	}
	e.Reads(w.Codec)
	return e, nil
}

// Builder makes the engines of a run in this process, which the gauges read.
func Builder(models *library.Shelf, gauges transport.Gauges) func(context.Context, transport.Spec) (transport.Transport, error) {
	return func(ctx context.Context, s transport.Spec) (transport.Transport, error) {
		if s.Open != nil {
			return elsewhere(ctx, s, gauges)
		}
		e, err := Engine(models, s)
		if err != nil {
			return nil, err
		}
		return transport.Tokens(e, gauges), nil
	}
}

// elsewhere makes the engine of an endpoint. One that shares the tokenizer is asked with ids.
func elsewhere(ctx context.Context, s transport.Spec, gauges transport.Gauges) (transport.Transport, error) {
	e, err := s.Open(ctx, engines.Setting{Options: s.Options, Threads: s.Threads})
	if err != nil {
		return nil, err
	}
	shared, ok := e.(engines.Sharing)
	if !ok {
		return transport.Texts(e, gauges), nil
	}
	ids, err := shared.Share(s.Codec)
	if err != nil {
		transport.Texts(e, gauges).Close()
		return nil, err
	}
	return transport.Tokens(ids, gauges), nil
}

// Counter counts what the decoders of this program need.
func Counter(models *library.Shelf, now func() time.Time) *forecast.Counter {
	return forecast.NewCounter(forecast.Engines{
		Open: Builder(models, transport.Gauges{Now: now}),
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
		Pass: func(ctx context.Context, w weights.Name, threads, rows int) (time.Duration, error) {
			got, err := models.Open(w)
			if err != nil || ctx.Err() != nil {
				return 0, cmp.Or(err, ctx.Err())
			}
			s := model.NewSession(got.Model, threads)
			defer s.Close()
			rows = min(rows, s.Spec().Context)
			window := network.Window{Tokens: make([]int32, rows), Visible: network.CausalVisible(nil, 0, rows), Cache: s.NewCache(rows), Logits: []int{rows - 1}}
			begin := now()
			_, err = s.Forward([]network.Window{window})
			return now().Sub(begin), err
		},
		Base: weights.Name{Kind: weights.Shape, Name: model.ShapeNames()[0]},
	})
}

// Forecast estimates the time of a plan and gives errors their exit codes.
func Forecast(ctx context.Context, now func() time.Time, plan *scenario.Plan, k *forecast.Counter, limit time.Duration) (*forecast.Forecast, error) {
	f, err := forecast.New(ctx, plan, k, now, limit)
	if errors.Is(err, harness.ErrInterrupted) {
		err = context.Canceled
	}
	return f, Planned(err)
}

// Expand makes the cells of a scenario: a mistake in it is one of usage,
// anything else concerns the weights.
func Expand(ctx context.Context, s *scenario.Scenario, models *library.Shelf) (*scenario.Plan, error) {
	return expanded(ctx, s, s.Expand, models)
}

// Sketch is Expand for a plan that is not run, see [scenario.Scenario.Sketch].
func Sketch(ctx context.Context, s *scenario.Scenario, models *library.Shelf) (*scenario.Plan, error) {
	return expanded(ctx, s, s.Sketch, models)
}

// Planned gives an error of planning its exit code.
func Planned(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return exit.Errorf(exit.Interrupted, "interrupted; nothing was measured")
	case errors.As(err, new(scenario.Problems)):
		return exit.With(exit.Usage, err)
	}
	return exit.With(exit.Setup, err)
}

func expanded(ctx context.Context, s *scenario.Scenario, expand func(context.Context, func(weights.Name) (scenario.WeightsInfo, error)) (*scenario.Plan, error), models *library.Shelf) (*scenario.Plan, error) {
	if err := library.Missing(s.Uses()...); err != nil { // all at once, before any is loaded
		return nil, Planned(err)
	}
	judge := Judge()
	plan, err := expand(ctx, func(w weights.Name) (scenario.WeightsInfo, error) { return weightsInfo(models, w, judge) })
	judge.Close() // the child that ran chat templates; it starts again for an answer
	if err != nil {
		return nil, Planned(err)
	}
	var order []weights.Name
	for i, g := range plan.Groups {
		order = append(order, g.Weights)
		plan.Groups[i].Workload = worker.Judged(g.Workload, judge)
	}
	models.Plan(order)
	return plan, nil
}

// Text opens weights that can read and write text.
func Text(models *library.Shelf, w weights.Name) (library.Weights, error) {
	got, err := models.Open(w)
	if err == nil && got.Codec == nil {
		return got, exit.Errorf(exit.Usage, "%s are random weights without a tokenizer; they measure cost and cannot write text", w)
	}
	return got, exit.With(exit.Setup, err)
}
