package summary

import (
	"strings"
	"testing"
)

// TestOracle: who tries until the checker accepts solves everything and is called
// neither best nor fastest; the summary says so.
func TestOracle(t *testing.T) {
	f := trio(duel(40, 30, 10, 20), 40, 1)
	oracle := &f.Header.Cells[2]
	oracle.Label, oracle.Engine, oracle.Options = "tries", "autoregressive", map[string]any{"best_of": 8, "best_of_pick": "checker"}
	got := text(t, f)
	if strings.Contains(got, "tries (oracle)") {
		t.Errorf("an oracle is praised:\n%s", got)
	}
	for _, want := range []string{"best was ar on 1 of 1", "ar 75%", "marked (oracle), are shown and never called best"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	oracle.Options = map[string]any{"best_of": 8, "best_of_pick": "likelihood"}
	if got := text(t, f); !strings.Contains(got, "tries 100%") || strings.Contains(got, "oracle") {
		t.Errorf("a decoder without the checker:\n%s", got)
	}
}
