package engines

import (
	"errors"
	"slices"
	"strings"
)

// FirstStop is the byte of a text at which the first of some stop texts begins, as
// evaluation harnesses cut (lm-eval's until): the earliest occurrence of any of them,
// wherever tokens end; -1 where none occurs.
func FirstStop(text string, stops []string) int {
	first := -1
	for _, s := range stops {
		if at := strings.Index(text, s); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// Cut cuts the text of tokens at its first stop text, which is no part of it. It returns
// the number of tokens that have a byte in what is left, the last of which may have bytes
// behind it, and the text. found is false where no stop text occurs: then nothing is cut.
func Cut(decode func([]int32) string, tokens []int32, stops []string) (useful int, text string, found bool) {
	text = decode(tokens)
	at := FirstStop(text, stops)
	if at < 0 {
		return len(tokens), text, false
	}
	for end := 0; end < at && useful < len(tokens); useful++ {
		end += len(decode(tokens[useful : useful+1]))
	}
	return useful, text[:at], true
}

// CheckStops says what is wrong with the stop texts of a request.
func (r *Request) CheckStops() error {
	switch {
	case len(r.Until) == 0:
		return nil
	case r.Text == nil:
		return errors.New("stop texts need a tokenizer, and the engine was given none")
	case r.Template != nil:
		return errors.New("a request with a template has gaps of a given length, which no stop text ends")
	}
	for _, s := range r.Until {
		if s == "" {
			return errors.New("a stop text is empty")
		}
	}
	return nil
}

// Answer is what counts of an answer in tokens of a codec: its leading tokens in front of a
// stop id, mask or padding, cut at the first stop text, and their text.
func Answer(c Codec, tokens, stop []int32, until []string) (useful int, text string) {
	if n := slices.IndexFunc(tokens, func(id int32) bool { return slices.Contains(stop, id) || id == c.MaskID() || id == c.PadID() }); n >= 0 {
		tokens = tokens[:n]
	}
	useful, text, _ = Cut(c.Decode, tokens, until)
	return useful, text
}
