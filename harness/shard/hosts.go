package shard

import (
	"fmt"
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// where lists the hosts that cells were measured on, by cell id.
type where map[string][]string

func (w where) note(cell, host string) {
	if !slices.Contains(w[cell], host) {
		w[cell] = append(w[cell], host)
	}
}

// judge writes the validity of the whole: that of each cell, with the times of
// cells that would be compared across hosts taken away, and that of the run.
func (m *Merged) judge(parts []result.Validity, at where) {
	var all []string
	apart := map[place.Place][]string{} // hosts of the cells that are compared with each other
	for _, c := range m.Header.Cells {
		key := place.Of(c)
		for _, h := range at[c.ID] {
			if !slices.Contains(apart[key], h) {
				apart[key] = append(apart[key], h)
			}
			if !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	judged := map[string]result.Validity{}
	for _, v := range parts {
		judged[v.Cell] = v
	}
	run := result.Validity{Valid: true, Reasons: []string{}}
	bad, unjudged := 0, 0
	for _, c := range m.Header.Cells {
		v, ok := judged[c.ID]
		if !ok { // its part did not reach its end
			unjudged++
			continue
		}
		if n := len(apart[place.Of(c)]); n > 1 {
			v.Timing = append(v.Timing, fmt.Sprintf("the cells to compare with were measured on %d hosts; times of different machines are not compared", n))
		}
		if !v.Valid {
			bad++
		}
		m.Records = append(m.Records, v)
	}
	fail := func(format string, args ...any) {
		run.Valid = false
		run.Reasons = append(run.Reasons, fmt.Sprintf(format, args...))
	}
	if bad > 0 {
		fail("%d of %d cells are not valid", bad, len(m.Header.Cells))
	}
	if unjudged > 0 {
		fail("%d of %d cells were not run to their end", unjudged, len(m.Header.Cells))
	}
	if len(m.Missing) > 0 {
		fail("%d planned cells are in no part", len(m.Missing))
	}
	if len(all) > 1 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("measured on %d hosts: times of different tasks, lengths and batches may come from different machines", len(all)))
	}
	run.Warnings = m.Warnings
	m.Records = append(m.Records, run)
}
