package gate

import (
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// reading is a results file as comparisons read it; all maps are by cell.
type reading struct {
	requests map[string][]result.Request
	bad      map[string]string // why a cell must not be used at all
	untimed  map[string]string // why its times must not be used
}

func read(f *result.File) reading {
	r := reading{f.ByCell(), map[string]string{}, map[string]string{}}
	for _, v := range f.Validity {
		switch {
		case !v.Valid && len(v.Reasons) > 0:
			r.bad[v.Cell] = v.Reasons[0]
		case len(v.Timing) > 0:
			r.untimed[v.Cell] = v.Timing[0]
		}
	}
	return r
}

// bar notes in a comparison why a cell, called name, must not be used.
func (r reading) bar(s *Series, name string, c result.Cell) {
	switch {
	case r.bad[c.ID] != "":
		s.Problem, s.Verdict, s.spoiled = name+" is not valid: "+r.bad[c.ID], Invalid, true
	case r.untimed[c.ID] != "" && !s.spoiled:
		s.Problem, s.Verdict = "times of "+name+" are not valid: "+r.untimed[c.ID], Invalid
	}
}

// notInterleaved limits every time that is compared across two runs.
const notInterleaved = "the runs were not interleaved, so drift of the machine counts as a difference"

// CompareRuns makes the comparisons of two runs of a scenario: each cell of the
// new one with that of the same key. The runs were not interleaved, which every
// sentence on times says; times of different machines are not comparable.
func CompareRuns(old, new *result.File, side string, q Question, p Policy) []Series {
	cells, oldKeys, newKeys := map[string]result.Cell{}, place.Keys(old.Header), place.Keys(new.Header)
	for _, c := range old.Header.Cells {
		cells[oldKeys[c.ID]] = c
	}
	machines := place.Machines(old.Header.Env, new.Header.Env)
	before, after := read(old), read(new)
	var list []candidate
	for _, b := range new.Header.Cells {
		a, ok := cells[newKeys[b.ID]]
		s := Series{Cell: newKeys[b.ID], Side: side, Decoder: place.Decoder(b), Engine: b.Engine, Note: notInterleaved, Verdict: NotComparable}
		differ := append(place.Differs(place.In(old.Header, a), place.In(new.Header, b)), machines...)
		switch {
		case !ok:
			s.Problem, s.spoiled = "the old side has no such cell", true
		case len(differ) > 0 && !differ[0].Clock:
			s.Problem, s.spoiled = sides(differ[0]), true
		case len(differ) > 0:
			s.Problem = "times are not compared: " + sides(differ[0])
			fallthrough
		default:
			after.bar(&s, "the new side", b)
			before.bar(&s, "the old side", a)
		}
		list = append(list, candidate{s, b, before.requests[a.ID], after.requests[b.ID]})
	}
	return q.series(list, p)
}

// sides says in what the two sides differ.
func sides(d place.Difference) string { return d.Between(" on the old side", " on the new one") }
