package decoders

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// spelled is a text of tokens: one to three bytes each, some of which are halves of a
// character.
func spelled(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		switch letter := string(rune('a' + id%26)); id % 4 {
		case 0:
			text.WriteString("\xc3")
		case 1:
			text.WriteString("\xa9" + letter)
		case 2:
			text.WriteString(letter)
		default:
			text.WriteString(letter + "." + letter)
		}
	}
	return text.String()
}

// stopTexts cuts one and the same text at odd places, and compares with the text without.
func (c *checks) stopTexts(t *testing.T) {
	e := c.engine(t, c.net)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 12, Seed: 1, Text: spelled, Never: []int32{enginetest.Pad}}
	whole := generate(t, e, []engines.Request{req}, nil)[0]
	whole.Tokens = whole.Tokens[:whole.Useful]
	text := spelled(whole.Tokens)
	n := len(text)
	// Texts that may be taken back when they are all there, and tries of which one is chosen.
	mayDiffer := c.revises() || c.preset.LeftToRight && c.opts["best_of"] != nil
	for name, stops := range map[string][]string{
		"a byte":      {text[n/2 : n/2+1]},
		"two tokens":  {text[n/2-2 : n/2+2]},
		"the end":     {text[n-3:]},
		"overlapping": {text[n/2 : n/2+4], text[n/2-2 : n/2+3]},
		"the start":   {text[:2]},
		"never":       {"no such text", text + "!"},
	} {
		req.Until, req.Force = stops, false
		got := generate(t, e, []engines.Request{req}, nil)[0]
		useful, want := engines.Answer(codec{}, whole.Tokens, nil, stops)
		own, cut := engines.Answer(codec{}, got.Tokens, nil, stops)
		if got.Useful != own || engines.FirstStop(cut, stops) >= 0 {
			t.Errorf("%s: %d useful tokens, the text %q ends after %d", name, got.Useful, cut, own)
		}
		if !mayDiffer && (got.Useful != useful || cut != want) {
			t.Errorf("%s: %d useful tokens %q, want %d and %q", name, got.Useful, cut, useful, want)
		}
		if found := engines.FirstStop(spelled(got.Tokens[:len(got.Tokens)-masks(got.Tokens)]), stops) >= 0; found != (got.Finish == engines.FinishStop) {
			t.Errorf("%s: finish is %s for %q", name, got.Finish, spelled(got.Tokens))
		}
		if c.preset.LeftToRight && !mayDiffer && got.Finish == engines.FinishStop && engines.FirstStop(spelled(got.Tokens[:len(got.Tokens)-1]), stops) >= 0 {
			t.Errorf("%s: wrote on behind the stop text: %q", name, spelled(got.Tokens))
		}
		if !mayDiffer && (got.Usage[usage.NFE].Above(whole.Usage[usage.NFE]) || name == "never" && got.Usage != whole.Usage) {
			t.Errorf("%s: %s passes, without it %s", name, got.Usage[usage.NFE], whole.Usage[usage.NFE])
		}
		req.Force, req.Stop = true, []int32{enginetest.End, 30, 31, 32}
		forced := generate(t, e, []engines.Request{req}, nil)[0]
		if useful, _ := engines.Answer(codec{}, forced.Tokens, nil, stops); len(forced.Tokens) != req.Budget || forced.Finish != engines.FinishBudget || useful != forced.Useful ||
			slices.ContainsFunc(forced.Tokens, func(id int32) bool {
				return slices.Contains(req.Stop, id) || id == enginetest.Pad || id == enginetest.Mask
			}) {
			t.Errorf("%s, with the length forced: %v, %d useful, %s", name, forced.Tokens, forced.Useful, forced.Finish)
		}
		req.Stop = nil
	}
	for _, bad := range []engines.Request{
		{Prompt: req.Prompt, Budget: 8, Until: []string{""}, Text: spelled},
		{Prompt: req.Prompt, Budget: 8, Until: []string{"x"}},
		{Prompt: req.Prompt, Budget: 2, Until: []string{"x"}, Text: spelled, Template: []int32{engines.Gap, 9}},
	} {
		if _, err := e.Generate(t.Context(), []engines.Request{bad}, nil); err == nil {
			t.Errorf("%v was decoded", bad)
		}
	}
}

// masks counts the masks behind a text.
func masks(tokens []int32) int {
	n := slices.Index(tokens, enginetest.Mask)
	if n < 0 {
		return 0
	}
	return len(tokens) - n
}

// codec is that of spelled.
type codec struct{}

func (codec) Encode(string) []int32     { return nil }
func (codec) Decode(ids []int32) string { return spelled(ids) }
func (codec) MaskID() int32             { return enginetest.Mask }
func (codec) EndIDs() []int32           { return []int32{enginetest.End} }
func (codec) PadID() int32              { return enginetest.Pad }
func (codec) VocabSize() int            { return 40 }
