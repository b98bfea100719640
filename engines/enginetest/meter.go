package enginetest

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
)

// everyPassCounts compares the counters with those of the network itself, alone
// and in a batch.
func (c *checks) everyPassCounts(t *testing.T) {
	e := c.engine(t, c.net)
	batches := [][]engines.Request{requests()}
	for _, r := range requests() {
		batches = append(batches, []engines.Request{r})
	}
	for _, batch := range batches {
		before := reading(c.net)
		results := generate(t, e, batch, nil)
		if gap := reading(c.net).Sub(before).Uncounted(results); gap != "" {
			t.Errorf("%d requests: %s", len(batch), gap)
		}
	}
}

func reading(s *model.Session) engines.Meter {
	tally := s.Tally()
	return engines.Meter{Passes: tally.Passes, Rows: tally.Rows}
}
