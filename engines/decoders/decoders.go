// Package decoders lists the decoders of the program and opens them by name.
// Nothing registers itself: a decoder that is not named in [All] does not exist.
package decoders

import (
	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/bestof"
	"dllmbench/engines/block"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/hybrid"
	"dllmbench/engines/middle"
	"dllmbench/engines/network"
)

// Decoder is a family of decoding rules.
type Decoder struct {
	Name    string
	presets []engines.Preset
	// open makes an engine on a network, which it uses as long as it lives.
	open func(net network.Network, preset string, o engines.Options) (engines.Engine, error)
}

// All lists the decoders in the order of lists and tables. All of them can
// try several times, see package bestof, and those that write from left to right
// can fill gaps with both sides in view, see package middle.
func All() []Decoder {
	list := []Decoder{
		{"autoregressive", engines.Extend(autoregressive.Presets(), middle.Params()...), middle.Wrap(autoregressive.New)},
		{"diffusion", diffusion.Presets(), diffusion.New},
		{"block", engines.Extend(block.Presets(), middle.Params()...), middle.Wrap(block.New)},
		{"hybrid", engines.Extend(hybrid.Presets(), middle.Params()...), middle.Wrap(hybrid.New)},
	}
	for i := range list {
		list[i].presets = engines.Extend(list[i].presets, bestof.Params()...)
	}
	return list
}
