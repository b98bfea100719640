package network

import "fmt"

// The functions below say, in words, in which ways a use of weights departs from how
// they were trained; nothing where it does not. Decoders and ratings of texts say it alike.

// UntrainedCausal is for text that is read token by token.
func (s *Spec) UntrainedCausal() []string {
	switch {
	case s.FullContext:
		return []string{"the weights were trained to fill masks in text that they see as a whole, and are made to read it token by token"}
	case s.ContextBlock > 0:
		return []string{fmt.Sprintf("the weights were trained to read finished text in blocks of %d positions, and are made to read it token by token", s.ContextBlock)}
	}
	return nil
}

// UntrainedMasks is for masks that are filled.
func (s *Spec) UntrainedMasks() []string {
	if !s.MaskUnseen {
		return nil
	}
	return []string{fmt.Sprintf("the weights were trained from left to right alone, and never saw the mask token %d", s.Mask)}
}

// UntrainedWhole is for positions that see the whole text.
func (s *Spec) UntrainedWhole() []string {
	if s.ContextBlock == 0 {
		return nil
	}
	return []string{fmt.Sprintf("every position sees the whole text, the weights were trained to read it in blocks of %d positions", s.ContextBlock)}
}

// UntrainedBlock is for blocks of so many positions, 0 for one over the whole answer.
// aligned is true where their length is that of the training, if that has one.
func (s *Spec) UntrainedBlock(length int, aligned bool) (ways []string) {
	if aligned && s.ContextBlock > 0 && length != s.ContextBlock {
		said := "the whole answer"
		if length > 0 {
			said = fmt.Sprint(length)
		}
		ways = append(ways, fmt.Sprintf("blocks of %s, the weights were trained with blocks of %d", said, s.ContextBlock))
	}
	if s.FullContext {
		ways = append(ways, "finished text sees nothing behind it, the weights were trained with text that sees all of it")
	}
	return ways
}
