package view

import (
	"testing"

	"dllmbench/harness/result"
)

func TestDecoderName(t *testing.T) {
	for want, c := range map[string]result.Cell{
		"ar":                        {Label: "ar", Options: map[string]any{"best_of": 1.0, "best_of_pick": "checker"}},
		"ar best_of=4 (oracle)":     {Label: "ar", Variant: "best_of=4", Options: map[string]any{"best_of": 4.0, "best_of_pick": "checker"}},
		"ar best_of=8":              {Label: "ar", Variant: "best_of=8", Options: map[string]any{"best_of": 8, "best_of_pick": "likelihood"}},
		"d steps=length":            {Label: "d", Variant: "steps=0"},
		"b steps_per_block=4 cfg=0": {Label: "b", Variant: "steps_per_block=4 cfg=0"},
		"block":                     {Engine: "block"},
	} {
		if got := DecoderName(c); got != want {
			t.Errorf("%+v is called %q, want %q", c, got, want)
		}
	}
}
