package diffusion

import (
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// full is the layout of full attention without cache: the whole sequence in
// every pass, each position seeing every other.
type full struct{}

// Lay implements denoise.Layout.
func (full) Lay(s *denoise.Step) {
	wholeSequence(s, &s.Window)
}

// Reference implements denoise.Layout.
func (full) Reference(s *denoise.Step, w *network.Window) { wholeSequence(s, w) }

// Kind implements denoise.Layout.
func (full) Kind() string { return "none" }

// approximate is what the layouts with a cache have in common: without it, every
// pass would be one over the whole sequence.
type approximate struct{}

// Reference implements denoise.Layout.
func (approximate) Reference(s *denoise.Step, w *network.Window) { wholeSequence(s, w) }

// Kind implements denoise.Layout.
func (approximate) Kind() string { return "approximate" }

// wholeSequence sets a window over the whole sequence.
func wholeSequence(s *denoise.Step, w *network.Window) {
	w.Pos, w.At, w.Tokens = 0, nil, s.Seq
	w.Visible = network.ConstVisible(w.Visible[:0], len(s.Seq), len(s.Seq))
}
