package remote

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
)

// TestStreams reads the recorded streams whole, cut at many places, and byte by byte: what is
// read does not depend on how the network cuts it, and what one read brings is one delivery.
func TestStreams(t *testing.T) {
	t.Parallel()
	for _, s := range remotetest.Streams() {
		t.Run(s.Name, func(t *testing.T) {
			check := func(at ...int) []engines.Delivery {
				var list []engines.Delivery
				a := answer{mode: s.Mode, bounds: usual}
				err := a.read(&remotetest.Cuts{Body: s.Body, At: at}, func() time.Duration { return 0 }, func(d engines.Delivery) { list = append(list, d) })
				if s.Error != "" {
					if err == nil || !strings.Contains(err.Error(), s.Error) {
						t.Fatalf("cut at %v: error %v, want %q", at[:min(3, len(at))], err, s.Error)
					}
				} else if err != nil {
					t.Fatalf("cut at %v: %v", at[:min(3, len(at))], err)
				}
				if a.text.String() != s.Text || s.Error == "" && a.finish != s.Finish {
					t.Fatalf("cut at %v: %q, finish %s", at[:min(3, len(at))], a.text.String(), a.finish)
				}
				for name, want := range map[string]int{"prompt_tokens": s.Prompt, "completion_tokens": s.Completion} {
					if got, known := a.usage(name); known != (want >= 0) || known && int(got) != want {
						t.Fatalf("cut at %v: %s is %v, want %d", at[:min(3, len(at))], name, got, want)
					}
				}
				if n := utf8.RuneCountInString(s.Thought); n > 0 && a.wire.ReasoningChars != n { // a summary of Mercury is none of it
					t.Fatalf("cut at %v: %d characters of thinking, want %d", at[:min(3, len(at))], a.wire.ReasoningChars, n)
				}
				if _, err := (engines.TextResult{Text: a.text.String()}).Stable(s.Mode, list); err != nil {
					t.Fatalf("cut at %v: %v", at[:min(3, len(at))], err)
				}
				return list
			}
			if n := len(check()); n != 1 {
				t.Errorf("one read brought %d deliveries", n)
			}
			for i := range s.Body {
				if i%7 == len(s.Name)%7 { // each byte of the longest character in one of the streams
					if n := len(check(i)); n > 2 {
						t.Errorf("two reads brought %d deliveries", n)
					}
				}
			}
			every := make([]int, len(s.Body))
			for i := range every {
				every[i] = i
			}
			if list := check(every...); len(list) > s.Events {
				t.Errorf("%d deliveries of %d events with text", len(list), s.Events)
			}
		})
	}
}
