package gate

import (
	"math"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// TestLengths: where the outputs of two engines differ in length, the time of an answer
// is compared per useful token, and the finding says so. Times to the first token are not.
func TestLengths(t *testing.T) {
	q, err := Ask([]string{"e2e", "ttft"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		tokens int
		ratio  float64
		unit   string
	}{{6, 0.5, "ms/token"}, {3, 1, "ms"}} {
		f := change(run(8, 2, 1, 0.001), "c1", func(r *result.Request) { r.Usage[usage.UsefulTokens] = usage.Known(c.tokens) })
		report, err := ReportEngines("r", f, "", q, Policy{Alpha: 0.05, Noise: 0.02})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range report.Findings {
			ratio, unit := c.ratio, c.unit
			if x.Metric == "ttft" {
				ratio, unit = 1, "ms"
			}
			if math.Abs(x.Ratio.Value-ratio) > 0.01 || x.Timing.Unit != unit || strings.Contains(x.Sentence, "per useful token: outputs are 3 and 6 useful tokens long") != (unit != "ms") {
				t.Errorf("%s with %d tokens: %v %s, %s", x.Metric, c.tokens, x.Ratio.Value, x.Timing.Unit, x.Sentence)
			}
		}
	}
}
