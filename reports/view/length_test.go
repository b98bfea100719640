package view

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/engines/usage"
)

// TestLengths: a decoder that writes half as much in the same time is not as fast. Its
// times are compared per useful token, and whatever shows the comparison can say so;
// within a tenth times are those of answers.
func TestLengths(t *testing.T) {
	for _, c := range []struct {
		tokens   usage.Count
		perToken bool
		speed    float64
		takes    string
	}{
		{usage.Known(5), true, 0.5, "2 ms/token"}, {usage.Known(9), true, 0.9, "1.11 ms/token"}, {usage.Known(0), true, 0.1, "10 ms/token"},
		{usage.Known(95), true, 9.5, "0.105 ms/token"}, {usage.Known(11), false, 1, "10 ms"}, {usage.Known(10), false, 1, "10 ms"}, {usage.Count{}, false, 1, "10 ms"},
	} {
		r := (&run{}).cell("ar", "autoregressive", 1).cell("diff", "diffusion", 1)
		r.file.Header.Cells[0].Baseline = true
		for i := range 8 {
			for rep := range 2 {
				r.request("ar", fmt.Sprint(i), rep, i, 10, true)
				r.request("diff", fmt.Sprint(i), rep, i, 10, true).Usage[usage.UsefulTokens] = c.tokens
			}
		}
		v := New(&r.file)
		p := v.Points[0]
		diff := p.Rows[1]
		got := p.Against[diff]
		if p.PerToken() != c.perToken || got.PerToken != c.perToken || got.Speed == nil || math.Abs(got.Speed.Value-c.speed) > 1e-9 {
			t.Errorf("%s tokens against 10: per token %t, %+v", c.tokens, p.PerToken(), got.Speed)
		}
		if takes := Number(diff.Takes().Value) + " " + diff.TakesUnit(); takes != c.takes {
			t.Errorf("%s tokens: takes %s, want %s", c.tokens, takes, c.takes)
		}
		if marked := strings.HasSuffix(Versus(got), tokenMark); marked != c.perToken || (v.LengthNote() != "") != c.perToken || (p.Lengths() != "") != c.perToken {
			t.Errorf("%s tokens: %q, %q, %q", c.tokens, Versus(got), v.LengthNote(), p.Lengths())
		}
	}
}
