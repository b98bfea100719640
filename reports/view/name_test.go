package view

import (
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

func TestDecoderName(t *testing.T) {
	for want, c := range map[string]result.Cell{
		"ar":                        {Label: "ar", Options: map[string]any{"best_of": 1.0, "best_of_pick": "checker"}},
		"ar best_of=4 (oracle)":     {Label: "ar", Variant: "best_of=4", Options: map[string]any{"best_of": 4.0, "best_of_pick": "checker"}},
		"ar best_of=8":              {Label: "ar", Variant: "best_of=8", Options: map[string]any{"best_of": 8, "best_of_pick": "likelihood"}},
		"d steps=length":            {Label: "d", Variant: "steps=0"},
		"b steps_per_block=4 cfg=0": {Label: "b", Variant: "steps_per_block=4 cfg=0"},
		"b revise_steps=0":          {Label: "b", Variant: "revise_steps=0"},
		"block":                     {Engine: "block"},
	} {
		if got := DecoderName(c); got != want {
			t.Errorf("%+v is called %q, want %q", c, got, want)
		}
	}
}

// TestShortName: an option is not said twice, and a name is never lost.
func TestShortName(t *testing.T) {
	for want, variant := range map[string]string{"threshold=0.9": "threshold=0.9", "threshold steps=4 threshold=0.9": "steps=4 threshold=0.9", "threshold": ""} {
		cell := result.Cell{Label: "threshold", Variant: variant}
		if got := (&Row{Cell: cell, Name: DecoderName(cell)}).ShortName(); got != want {
			t.Errorf("%q: %q, want %q", variant, got, want)
		}
	}
}

// TestRatio: a small ratio is never written as 0.
func TestRatio(t *testing.T) {
	for value, want := range map[float64]string{12.34: "12.3× ?", 1.234: "1.23× ?", 0.1: "0.10× ?", 0.0123: "0.01× ?", 0.0034: "0.003× ?"} {
		if got := Ratio(&stats.Estimate{Value: value}); got != want {
			t.Errorf("%g: %q, want %q", value, got, want)
		}
	}
}

func TestSwept(t *testing.T) {
	row := func(label string, options ...any) *Row {
		r := &Row{Cell: result.Cell{Label: label, Engine: "block", Options: map[string]any{}}}
		for i := 0; i < len(options); i += 2 {
			r.Cell.Options[options[i].(string)] = options[i+1]
		}
		return r
	}
	p := &Point{Rows: []*Row{
		row("one", "threshold", 0.5, "steps", 4.0), row("one", "threshold", 0.9, "steps", 4.0),
		row("steps", "steps", 4.0), row("steps", "steps", 8.0),
		row("two", "threshold", 0.5, "steps", 4.0), row("two", "threshold", 0.9, "steps", 8.0),
		row("words", "rule", "a"), row("words", "rule", []any{"b"}),
		row("alone", "threshold", 0.5),
		row("some", "threshold", 0.5), row("some"),
	}}
	got := p.Swept()
	for i, r := range p.Rows {
		if want := map[bool]string{true: "threshold"}[i < 2]; got[r] != want {
			t.Errorf("%s %v: %q", r.Cell.Label, r.Cell.Options, got[r])
		}
	}
}
