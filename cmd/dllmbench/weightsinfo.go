package main

import (
	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/harness/scenario"
)

// weightsInfo is what a plan has to know of a model.
func weightsInfo(l *library.Shelf, w weights.Name) (scenario.WeightsInfo, error) {
	var info scenario.WeightsInfo
	config, err := l.Config(w)
	if err != nil {
		return info, err
	}
	if !w.Random() {
		got, err := l.Open(w)
		if err != nil {
			return info, err
		}
		info.Codec, info.Digest = got.Codec, got.Model.Digest()
	}
	info.Params, info.Context, info.Vocab = config.Params(), config.MaxPositions, config.VocabSize
	info.Special = append([]int32{config.MaskToken, config.Pad}, config.EOS...) // -1 for none is no token
	spec := config.Spec()
	info.Check = func(engine, preset string, o engines.Options, budget int) (engines.Info, error) {
		return decoders.Fits(spec, engine, preset, o, budget)
	}
	return info, nil
}
