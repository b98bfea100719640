package block

import (
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/model"
)

// layout returns the layout of a cache policy.
func layout(cache string) denoise.Layout {
	if cache == "none" {
		return recomputed{}
	}
	return cached{}
}

// cached feeds what is finished and not yet stored, and the block at work.
type cached struct{}

// Lay implements denoise.Layout.
func (cached) Lay(s *denoise.Step) {
	from := s.Cached
	if s.Config().Shift { // the first mask is predicted by the row in front of it
		from = min(from, s.Start-1)
	}
	window(s, &s.Window, from)
	s.PromptRows = max(0, min(s.P, s.Start)-from)
	s.CommitRows = s.Start - from - s.PromptRows
	s.Cached = s.Start
}

// Reference implements denoise.Layout.
func (cached) Reference(s *denoise.Step, w *model.Window) { window(s, w, 0) }

// Kind implements denoise.Layout.
func (cached) Kind() string { return "exact" }

// recomputed feeds everything from position 0 under the same mask.
type recomputed struct{}

// Lay implements denoise.Layout.
func (recomputed) Lay(s *denoise.Step) { window(s, &s.Window, 0) }

// Reference implements denoise.Layout.
func (recomputed) Reference(s *denoise.Step, w *model.Window) { window(s, w, 0) }

// Kind implements denoise.Layout.
func (recomputed) Kind() string { return "none" }

// window covers [from, End): finished text sees itself as the weights were
// trained, the block at work sees all of it and itself.
func window(s *denoise.Step, w *model.Window, from int) {
	w.Pos, w.At, w.Tokens = from, nil, s.Seq[from:s.End]
	w.Visible = contextVisible(w.Visible[:0], s, from)
	w.Visible = model.ConstVisible(w.Visible, s.End-s.Start, s.End)
}

// contextVisible appends the mask of the finished positions [from, Start):
// causal, or block-causal in blocks counted from position 0.
func contextVisible(dst []int, s *denoise.Step, from int) []int {
	cfg := s.Config()
	if cfg.Context != "block" {
		return model.CausalVisible(dst, from, s.Start-from)
	}
	for p := from; p < s.Start; p++ {
		dst = append(dst, min((p/cfg.BlockSize+1)*cfg.BlockSize, s.Start))
	}
	return dst
}
