package gate

import (
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// barred says why cells of a file must not be used, by id: at all, and for
// their times.
func barred(f *result.File) (cells, times map[string]string) {
	cells, times = map[string]string{}, map[string]string{}
	for _, v := range f.Validity {
		switch {
		case !v.Valid && len(v.Reasons) > 0:
			cells[v.Cell] = v.Reasons[0]
		case len(v.Timing) > 0:
			times[v.Cell] = v.Timing[0]
		}
	}
	return cells, times
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
	tests := 0
	for _, c := range new.Header.Cells {
		tests += q.size(c)
	}
	machines := place.Machines(old.Header.Env, new.Header.Env)
	before, after := old.ByCell(), new.ByCell()
	badOld, untimedOld := barred(old)
	badNew, untimedNew := barred(new)
	var list []Series
	for _, b := range new.Header.Cells {
		a, ok := cells[newKeys[b.ID]]
		s := Series{Cell: newKeys[b.ID], Side: side, Decoder: place.Decoder(b), Engine: b.Engine, Note: notInterleaved, Verdict: NotComparable}
		differ := append(place.Differs(place.In(old.Header, a), place.In(new.Header, b)), machines...)
		switch {
		case !ok:
			s.Problem, s.spoiled = "the old side has no such cell", true
		case len(differ) > 0 && !differ[0].Clock:
			s.Problem, s.spoiled = sides(differ[0]), true
		case badOld[a.ID] != "":
			s.spoil("the old side is not valid: " + badOld[a.ID])
		case badNew[b.ID] != "":
			s.spoil("the new side is not valid: " + badNew[b.ID])
		case untimedOld[a.ID] != "":
			s.Problem, s.Verdict = "times of the old side are not valid: "+untimedOld[a.ID], Invalid
		case untimedNew[b.ID] != "":
			s.Problem, s.Verdict = "times of the new side are not valid: "+untimedNew[b.ID], Invalid
		case len(differ) > 0:
			s.Problem = "times are not compared: " + sides(differ[0])
		}
		list = append(list, q.series(s, b, before[a.ID], after[b.ID], stats.MinBlocks(p.Alpha, max(1, tests)))...)
	}
	return list
}

// sides says in what the two sides differ.
func sides(d place.Difference) string { return d.Between(" on the old side", " on the new one") }
