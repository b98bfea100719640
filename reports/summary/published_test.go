package summary

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestPublishedWords: a reproduced value, one that needs more items, and one of a counter,
// each with the settings that deviate.
func TestPublishedWords(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Steps, shape.Lengths, shape.Instances = shape.Tasks[6:7], []int{8}, nil, 40
	file := fixture.New(shape)
	file.Header.Published = []result.Published{
		{Task: "lists", Engine: "ar", Metric: "exact_match", Value: 82, N: 500, Margin: 30, Source: "Doe 2025"},
		{Task: "lists", Engine: "ar", Metric: "exact_match", Value: 82.5, N: 500, Margin: 8, Source: "Roe 2025", Setting: map[string]any{"temperature": 0.5, "shots": 4}},
		{Task: "lists", Engine: "diffusion", Metric: "nfe", Value: 16, Margin: 0.8, Source: "Poe 2025", Setting: map[string]any{"steps": 16}},
	}
	for _, s := range Make(view.New(file)).Sections {
		if s.Title != "Against the published values" {
			continue
		}
		for i, wants := range [][]string{
			{"lists sort-4, 16 tokens, ar, exact: ", " (n = 40), against 82% [78.4, 85.1] (n = 500) as published (Doe 2025): reproduced within 30 points, difference "},
			{"inconclusive within 8 points", "Settings that deviate: temperature 0 here and 0.5 there.", "records do not tell: shots 4.", "About ", " items show equality if there is no difference (with 80% probability): ", " more, which take about "},
			{"diffusion steps=8, NFE, forward passes: 8 (n = 40), against 16 as published (Poe 2025): not reproduced, difference −8. Settings that deviate: steps 8 here and 16 there."},
		} {
			for _, want := range wants {
				if !strings.Contains(s.Lines[i], want) {
					t.Errorf("no %q in %s", want, s.Lines[i])
				}
			}
		}
		return
	}
	t.Error("no section")
}
