package network

import (
	"fmt"
	"slices"
)

// NoToken is the id of a special token that a network does not have.
const NoToken int32 = -1

// Spec describes a network: what a decoder may ask of it and how its weights
// were trained.
type Spec struct {
	Architecture string // as messages call it: "qwen3"; may be ""

	Vocab   int // token ids run from 0 to Vocab-1
	Context int // positions of the longest sequence
	Layers  int

	// End are the tokens that end a text; there may be none or several.
	End []int32
	// Mask stands for "not yet known". Weights that were trained from left to
	// right alone have none (NoToken), and masked decoding is not for them.
	Mask int32
	// Pad fills a row behind its text. It may be one of End, or NoToken.
	Pad int32

	Digest        string  // "sha256:<hex>" of all that decides what is written: weights, configuration and tokenizer
	Weights       string  // "sha256:<hex>" of the weights alone
	Kernel        string  // compute kernels, for example "avx2"
	Params        int64   // trainable numbers
	BitsPerWeight float64 // of the matrices, as they are kept in memory
	Precision     string  // of the matrices, and of what is multiplied by them: "float32", "Q4_0, Q6_K by int8"

	Training
}

// Training is how weights were trained, as far as decoders have to know.
type Training struct {
	// Shift is true when a mask predicts through the row in front of it, as a
	// token does (Dream, Fast-dLLM v2).
	Shift bool
	// ContextBlock is how finished text sees itself while a block is decoded:
	// 0 is causal, otherwise block-causal in blocks of this many positions,
	// counted from position 0 (BD3-LM, SDAR).
	ContextBlock int
	// FullContext is true when finished text saw all of the answer, masks too, and
	// was never read from left to right (LLaDA, Dream). ContextBlock is 0 then.
	FullContext bool
	// Length is that of the longest text of the training, in positions, where the
	// network takes longer ones; 0 where it is Context.
	Length int
	// MaskUnseen is true where the mask token has no part in training: weights that
	// read from left to right, for which somebody names one all the same.
	MaskUnseen bool
	// MaskNever is true where the mask has no probability, whatever its logit says: it
	// was left out in training (the zero masking probabilities of MDLM, BD3-LM).
	MaskNever bool
	// SelfPrediction is true when a written token predicts itself, so that its
	// row can judge it (LLaDA2.1's editing).
	SelfPrediction bool
	// Delimiters are the tokens that end a sentence, line or paragraph.
	Delimiters []int32
	// FIM are the tokens of fill-in-the-middle training; nil without it.
	FIM *FIM
}

// FIM are tokens that lay out an infilling task for a left-to-right decoder:
//
//	prompt Prefix text Gap text Gap text Middle fill Gap fill EOS
//
// The text of the template comes first, with Gap where something is missing,
// then, behind Middle, the fills in order with Gap between them.
type FIM struct {
	Prefix int32 `json:"prefix"`
	Gap    int32 `json:"gap"`
	Middle int32 `json:"middle"`
	// Counted is true when Gap stands in the text once for each missing token, as
	// masks do for a decoder that sees the canvas, and not once for each gap. So
	// the decoder knows how long a fill has to be.
	Counted bool `json:"counted,omitempty"`
}

// Trained says in words how the weights were trained.
func (s *Spec) Trained() string {
	text := "to read from left to right"
	switch {
	case s.ContextBlock > 0:
		text = fmt.Sprintf("in blocks of %d", s.ContextBlock)
	case s.FullContext:
		text = "with full attention"
	case s.HasMask() && !s.MaskUnseen:
		text += " and to fill masks"
	}
	if s.Shift {
		text += ", a mask is predicted by the row in front of it"
	}
	if s.Length > 0 {
		text += fmt.Sprintf(", on texts of up to %d positions", s.Length)
	}
	return text
}

// HasMask reports whether the network knows a mask token.
func (s *Spec) HasMask() bool { return s.Mask != NoToken }

// Padding reports whether a token is padding and nothing else: an id that also
// ends texts is not.
func (s *Spec) Padding(id int32) bool {
	return id == s.Pad && id != NoToken && !slices.Contains(s.End, id)
}

// Special lists the tokens with a meaning of their own: ends, padding, mask,
// delimiters and the marks of fill-in-the-middle.
func (s *Spec) Special() []int32 {
	list := slices.Concat(s.End, []int32{s.Pad, s.Mask}, s.Delimiters)
	if s.FIM != nil {
		list = append(list, s.FIM.Prefix, s.FIM.Gap, s.FIM.Middle)
	}
	return slices.DeleteFunc(list, func(id int32) bool { return id == NoToken })
}

// Ordinary is a token that is none of Special.
func (s *Spec) Ordinary() int32 {
	special, id := s.Special(), int32(0)
	for slices.Contains(special, id) {
		id++
	}
	return id
}
