package threshold

import (
	"errors"
	"math"
	"testing"
)

// FuzzParse: an expression that is taken has finite bounds and can be checked; a mistake
// lies within the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"p(95)<2s && avg<=20ms", "value>=80%", "count!=3", "p(1e-300)<1", "value<1e306s", "min>-1GB", "p()<1", "&&", "value<0x1p4", "value<1_0", "value<.", "value<µs", "p(99.9)<1µs"} {
		for _, unit := range []string{"ms", "%", "MB", "forward passes"} {
			f.Add(text, unit)
		}
	}
	f.Fuzz(func(t *testing.T, text, unit string) {
		l, err := Parse(text, unit)
		var mistake *SyntaxError
		if errors.As(err, &mistake) {
			if mistake.Offset < 0 || mistake.Offset > len(text) || mistake.Msg == "" {
				t.Errorf("%q: %q at %d", text, mistake.Msg, mistake.Offset)
			}
			return
		}
		if err != nil || l.String() != text {
			t.Fatalf("%q is read as %q, %v", text, l, err)
		}
		for _, term := range l.Terms {
			if math.IsInf(term.Bound, 0) || math.IsNaN(term.Bound) || term.Aggregate == Percentile && !(term.Percent > 0 && term.Percent < 100) {
				t.Errorf("%q: %+v", text, term)
			}
			one, err := Parse(term.Text, unit)
			if err != nil || one.Terms[0] != term {
				t.Errorf("%q alone is %+v, in %q it is %+v: %v", term.Text, one, text, term, err)
			}
		}
		for _, n := range []numbers{unknown, upTo(8), upTo(150), {value: math.NaN(), each: []float64{math.NaN()}}} {
			if out, _ := l.Check(n); len(out) != len(l.Terms) {
				t.Errorf("%q: %d outcomes", text, len(out))
			}
		}
	})
}
