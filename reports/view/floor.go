package view

import (
	"fmt"

	"dllmbench/harness/result"
)

// BelowMark stands behind the name of a decoder below the floor in tables.
const BelowMark = "↓"

// below reports whether a row does not reach a floor of quality. Rows without the
// metric, those of random weights among them, have no quality to be judged.
func (r *Row) below(f *result.Floor) bool {
	if f == nil {
		return false
	}
	e := r.Values[Metric(f.Metric)]
	return e != nil && e.Value < 100*f.Share
}

// FloorText is the run's floor in words, "80% exact match"; "" without one.
func (v *View) FloorText() string {
	f := v.Header.Floor
	if f == nil {
		return ""
	}
	title := f.Metric // of another version
	for _, d := range result.Metrics() {
		if d.Name == f.Metric {
			title = d.Title
		}
	}
	return fmt.Sprintf("%s%% %s", Number(100*f.Share), Clean(title))
}
