package engines

import (
	"fmt"

	"dllmbench/engines/usage"
)

// Meter is the work of a network since it was made, counted by the network
// itself and for nobody in particular.
type Meter struct {
	Passes int64 `json:"passes"`
	Rows   int64 `json:"rows"` // rows pushed through it
}

// Sub is the work since an earlier reading.
func (m Meter) Sub(before Meter) Meter {
	return Meter{m.Passes - before.Passes, m.Rows - before.Rows}
}

// Metered is an Engine whose network counts for itself, so that its Usage can be
// checked. Extra passes for a Tracer are in the meter and in no Usage.
type Metered interface {
	Engine
	Meter() Meter
}

// Uncounted says which of this work is not in the counters of a batch, or what
// is there too much; "" if all is well. Rows belong to one request each. A pass
// is counted by every request that took part in it, so the passes are at least
// those of the busiest request and at most the sum.
func (m Meter) Uncounted(results []Result) string {
	sum, most, rated := usage.Zero(), int64(0), false
	for _, r := range results {
		sum.Add(r.Usage)
		rated = rated || r.Ratings != nil // several of its texts are in one pass
		n, _ := r.Usage[usage.NFE].Value()
		most = max(most, n)
	}
	rows, counted := sum[usage.QueryTokens].Value()
	passes, told := sum[usage.NFE].Value()
	switch {
	case counted && rows != m.Rows:
		return fmt.Sprintf("the network computed %d rows in %d passes, and the counters of the batch have %d rows", m.Rows, m.Passes, rows)
	case told && (m.Passes < most && !rated || m.Passes > passes):
		return fmt.Sprintf("the network made %d passes, and the requests of the batch count %d to %d", m.Passes, most, passes)
	}
	return ""
}
