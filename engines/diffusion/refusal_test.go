package diffusion

import (
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// refused checks that options are refused with messages that hold these parts.
func refused(t *testing.T, preset string, all map[string]engines.Options) {
	t.Helper()
	for part, opts := range all {
		if _, err := New(enginetest.NewSession(t), preset, opts); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s %v: the error is %v, want one with %q", preset, opts, err, part)
		}
	}
}

func TestRefusals(t *testing.T) {
	refused(t, "llada", map[string]engines.Options{
		"without eos_confidence_last and stop_at_end": {"eos_logits_inf": true, "stop_at_end": true},
	})
	refused(t, "dream", map[string]engines.Options{
		"alg_temp (0.5) has no meaning for alg origin": {"alg": "origin", "alg_temp": 0.5},
	})
	refused(t, "dinfer", map[string]engines.Options{
		"low_threshold (0.4) is above threshold (0.3)": {"selection": "hierarchy", "threshold": 0.3},
	})
}
