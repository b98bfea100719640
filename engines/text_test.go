package engines

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// at makes deliveries that come a millisecond after each other.
func at(texts ...string) []Delivery {
	var list []Delivery
	for i, text := range texts {
		list = append(list, Delivery{At: time.Duration(i+1) * time.Millisecond, Text: text})
	}
	return list
}

func TestStable(t *testing.T) {
	for _, tt := range []struct {
		name  string
		mode  Mode
		shown []string
		final string
		want  string // text of each stable delivery with its ms, 9 being the end
	}{
		{"whole", Whole, nil, "hello", "hello@9"},
		{"nothing", Whole, nil, "", ""},
		{"append", Append, []string{"", "he", "", "llo"}, "hello", "he@2 llo@4"},
		{"append, and the rest with the end", Append, []string{"he"}, "hello", "he@1 llo@9"},
		{"the same token twice", Append, []string{"h", "ha", "ha"}, "hhaha", "h@1 ha@2 ha@3"},
		{"replace, growing", Replace, []string{"he", "hell", "hello"}, "hello", "he@1 ll@2 o@3"},
		{"first letter last", Replace, []string{"xello", "xello", "hello"}, "hello", "hello@3"},
		{"a right text that is changed and comes back", Replace, []string{"hello", "jello", "hello"}, "hello", "hello@3"},
		{"a wrong text in the middle holds back", Replace, []string{"h?llo", "h?ll", "hello"}, "hello", "h@1 ello@3"},
		{"longer than the answer", Replace, []string{"hello!!", "hello"}, "hello", "hello@1"},
		{"never shown as it ends", Replace, []string{"a", "b"}, "hello", "hello@9"},
		{"the end brings the rest", Replace, []string{"he"}, "hello", "he@1 llo@9"},
		{"half a character is none", Replace, []string{"\xc3\xa8", "\xc3\xa9"}, "\xc3\xa9", "é@2"},
		{"empty frames", Replace, []string{"", "", "h"}, "h", "h@3"},
	} {
		r := TextResult{Text: tt.final, Elapsed: 9 * time.Millisecond}
		got, err := r.Stable(tt.mode, at(tt.shown...))
		var words []string
		for _, d := range got {
			words = append(words, d.Text+"@"+string(rune('0'+d.At/time.Millisecond)))
		}
		if text := strings.Join(words, " "); err != nil || text != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, text, err, tt.want)
		}
	}
}

func TestStableRefusesTheWrongMode(t *testing.T) {
	frames := []string{"h", "he", "hel", "hell"}
	if _, err := (TextResult{Text: "hell"}).Stable(Append, at(frames...)); err == nil || !strings.Contains(err.Error(), "replaces its text") {
		t.Errorf("frames that replace each other, appended: %v", err)
	}
	if _, err := (TextResult{Text: "hello"}).Stable(Append, at("he", "world")); err == nil || !strings.Contains(err.Error(), "delivery 2 of 2") {
		t.Errorf("a text that is not in the answer: %v", err)
	}
	if got, err := (TextResult{Text: strings.Repeat("ha", 9)}).Stable(Append, at(slices.Repeat([]string{"ha"}, 9)...)); err != nil || len(got) != 9 {
		t.Errorf("the same text again and again: %v, %v", got, err)
	}
}
