package terminal

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
)

// letters is a codec of one byte per token: id 'a' is "a", 0 pads, 1 ends, 2 masks.
type letters struct{}

func (letters) Encode(text string) []int32 {
	var ids []int32
	for _, b := range []byte(text) {
		ids = append(ids, int32(b))
	}
	return ids
}

func (letters) Decode(ids []int32) string {
	var b strings.Builder
	for _, id := range ids {
		if id > 2 {
			b.WriteByte(byte(id))
		}
	}
	return b.String()
}
func (letters) PadID() int32    { return 0 }
func (letters) EndIDs() []int32 { return []int32{1} }
func (letters) MaskID() int32   { return 2 }
func (letters) VocabSize() int  { return 256 }

func TestCanvas(t *testing.T) {
	c := NewCanvas(letters{}, engines.Request{Budget: 6, Stop: []int32{1}}, false)
	steps := []struct {
		event engines.Event
		plain string
	}{
		{engines.Event{Committed: []engines.Commit{{Pos: 0, ID: 'a'}, {Pos: 2, ID: 'c'}, {Pos: 3, ID: 1}}}, "[a]░[c∎]░░"},
		{engines.Event{Committed: []engines.Commit{{Pos: 4, ID: 0}}, Revised: []engines.Commit{{Pos: 0, ID: 2}, {Pos: 2, ID: 'x'}}}, "{░}░{x}∎[·]░"},
		{engines.Event{Committed: []engines.Commit{{Pos: 1, ID: 10}, {Pos: 5, ID: 27}}}, `░[↵]x∎·[\x1b]`},
		{engines.Event{Committed: []engines.Commit{{Pos: 0, ID: 'q'}}}, `[q]↵x∎·\x1b`},
	}
	for i, s := range steps {
		c.Event(&s.event)
		if got := c.lines(false, 80); len(got) != 1 || got[0] != s.plain {
			t.Errorf("after pass %d: %q, want %q", i, got, s.plain)
		}
	}
	if got := c.lines(false, 5); !slices.Equal(got, []string{"[q]↵x", `∎·`, `\x1b`}) {
		t.Errorf("in five columns: %q", got)
	}
	if styled := strings.Join(c.lines(true, 80), ""); !strings.Contains(styled, "\x1b[1;4;36mq\x1b[0m") || strings.Contains(styled, "[q]") {
		t.Errorf("on a terminal: %q", styled)
	}

	// Left to right, what is not written is not there.
	ar := NewCanvas(letters{}, engines.Request{Budget: 6}, true)
	before := ar.Snapshot()
	ar.Event(&engines.Event{Committed: []engines.Commit{{Pos: 0, ID: 'a'}}})
	if a, b := before.lines(false, 80), ar.lines(false, 80); !slices.Equal(a, []string{""}) || !slices.Equal(b, []string{"[a]"}) {
		t.Errorf("autoregressive: %q, then %q", a, b)
	}
}
