package harness

import (
	"reflect"
	"testing"

	"dllmbench/engines"
)

// TestUntrained: a text that is longer than those of the training is an untrained use
// of its own.
func TestUntrained(t *testing.T) {
	for _, c := range []struct {
		info      engines.Info
		positions int
		want      []string
	}{
		{engines.Info{}, 5000, nil},
		{engines.Info{Trained: 2048, Untrained: []string{"a"}}, 2048, []string{"a"}},
		{engines.Info{Trained: 2048, Untrained: []string{"a"}}, 2049, []string{"a", "texts are longer than the 2048 positions of the training"}},
	} {
		if got := untrained(c.info, c.positions); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v of %d: %q", c.info, c.positions, got)
		}
	}
}
