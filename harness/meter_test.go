package harness

import (
	"context"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/transport"
)

// metered is a fake engine whose network counts for itself.
type metered struct {
	fake
	meter engines.Meter
	extra engines.Meter // work of each call that its results do not count
}

func (m *metered) Meter() engines.Meter { return m.meter }

func (m *metered) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	results, err := m.fake.Generate(ctx, batch, sink)
	most := int64(0)
	for _, r := range results {
		most = max(most, int64(r.Usage.N(usage.NFE)))
		m.meter.Rows += int64(r.Usage.N(usage.QueryTokens))
	}
	m.meter.Passes += most + m.extra.Passes
	m.meter.Rows += m.extra.Rows
	return results, err
}

// TestForgottenPass: a pass that an engine leaves out of its counters makes its
// requests errors and its cell invalid, with a sentence that has both numbers.
func TestForgottenPass(t *testing.T) {
	for name, c := range map[string]struct {
		extra engines.Meter
		want  string
	}{
		"nothing":             {},
		"a pass":              {engines.Meter{Passes: 1, Rows: 7}, "rows in"},
		"rows of a pass":      {engines.Meter{Rows: 1}, "rows in"},
		"a pass without rows": {engines.Meter{Passes: 1}, "passes, and the requests of the batch count"},
		"counted too much":    {engines.Meter{Rows: -1}, "rows in"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &lab{clock: newClock()}
			l.options = func(o *Options) {
				o.Build = func(_ context.Context, spec transport.Spec) (transport.Transport, error) {
					e := &metered{fake: fake{lab: l, label: spec.Preset}}
					if spec.Preset == "a" {
						e.extra = c.extra
					}
					return l.reach(e), nil
				}
			}
			s := run(t, t.Context(), plan(t, fourInstances), l, newFile(t), false)
			file, sum := s.file, s.summary
			for _, q := range file.Requests {
				guilty := c.want != "" && q.Cell == file.Header.Cells[0].ID
				if guilty != (q.Status == "error") || guilty && !strings.Contains(q.Error, c.want) {
					t.Errorf("cell %s: %s %q", q.Cell, q.Status, q.Error)
				}
			}
			if (len(sum.Invalid) > 0) != (c.want != "") {
				t.Errorf("%d cells are invalid", len(sum.Invalid))
			}
		})
	}
}
