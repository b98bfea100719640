package answer

import (
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
	"dllmbench/harness/prompt"
)

// TestDecode: an answer is timed once, watched in a run of its own, and said in words.
func TestDecode(t *testing.T) {
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	task, err := prompt.Find("lists", "", 0)
	if err != nil {
		t.Fatal(err)
	}
	request, err := task.Request(w.Codec, w.Model.Config().MaxPositions, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	preset, err := decoders.Find("autoregressive", "")
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Unix(0, 0)
	now := func() time.Time { clock = clock.Add(time.Millisecond); return clock }
	passes := 0
	watch := engines.SinkFunc(func(*engines.Event) { passes++ })
	a, err := Decode(t.Context(), w, Decoder{Preset: preset, Threads: 1}, request, now, watch)
	if err != nil {
		t.Fatal(err)
	}
	if a.elapsed != time.Millisecond || passes == 0 {
		t.Errorf("took %v, %d passes were watched", a.elapsed, passes)
	}
	var words strings.Builder
	if err := a.Explain(&words, task); err != nil || !strings.Contains(words.String(), task.Instance.ID) || !strings.Contains(words.String(), "1 ms") {
		t.Errorf("%s, %v", words.String(), err)
	}
	a.elapsed = 1620 * time.Millisecond
	if text := Table(task, []*Answer{a, a}, 80); strings.Count(text, preset.Engine+" / "+preset.Name) != 2 || !strings.Contains(text, "tokens per pass") || !strings.Contains(text, "1620 ms") {
		t.Errorf("\n%s", text)
	}
	request.Budget = 1 << 20
	if _, err := Decode(t.Context(), w, Decoder{Preset: preset, Threads: 1}, request, now, nil); exit.Code(err) != exit.Usage {
		t.Errorf("a budget beyond the context: %v", err)
	}
}
