package denoise

import "dllmbench/engines/internal/sample"

// NoEnd takes the tokens that end the text (stop ids and padding) out of every
// row, so that the text fills its canvas (LLaDA's logits_eos_inf).
type NoEnd struct{}

// Adjust implements Adjust.
func (NoEnd) Adjust(s *Step, _ int, row []float32) {
	sample.Ban(row, s.Spec().Pad)
	sample.Ban(row, s.Req.Stop...)
}
