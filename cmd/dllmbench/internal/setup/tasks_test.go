package setup

import (
	"testing"

	"dllmbench/workloads/card"
)

// TestPublishedOfCards: what a card knows of other people's values is told with its settings.
func TestPublishedOfCards(t *testing.T) {
	c, err := card.Load("gsm8k")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range published(c) {
		if v.Model != "LLaDA-8B-Base" {
			continue
		}
		for name, want := range map[string]any{"style": "base", "shots": 5, "budget": 1024, "steps": 1024, "rule": "gsm8k-flexible", "engine": "diffusion", "chat": false} {
			if v.Setting[name] != want {
				t.Errorf("%s is %v, want %v", name, v.Setting[name], want)
			}
		}
		if v.Value != 70.3 || v.N != 1319 || v.Margin != 5 || v.Source == "" {
			t.Errorf("%+v", v)
		}
		return
	}
	t.Error("nothing is known of LLaDA")
}
