package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// ReportRuns compares the first run with each of the others.
func ReportRuns(names []string, files []*result.File, q Question, p Policy) *Report {
	old := files[0]
	r := NewReport("compare", old, p)
	r.Old = SideOf(names[0], old.Header.Env)
	var series []Series
	for i, f := range files[1:] {
		name := names[i+1]
		side := ""
		if len(files) > 2 {
			side = name
		}
		r.New = append(r.New, SideOf(name, f.Header.Env))
		if id := f.Header.RunID; id != "" && slices.ContainsFunc(files[:i+1], func(o *result.File) bool { return o.Header.RunID == id }) {
			r.Notes = append(r.Notes, fmt.Sprintf("%s is the same run as one named before it (%s): a run compared with itself shows no difference.", name, id))
		}
		for _, found := range CompareCounters(old, f, p) {
			found.Side = side
			r.Findings = append(r.Findings, found)
		}
		for _, why := range Unknown(NewLedger(old), NewLedger(f)) {
			if !slices.Contains(r.Notes, why) {
				r.Notes = append(r.Notes, why)
			}
		}
		series = append(series, CompareRuns(old, f, side, q, p)...)
		if a, b := old.Header.Env, f.Header.Env; len(place.Machines(a, b)) > 0 && len(q.Times) > 0 {
			series = append(series, compareRatios(old, f, side)...)
			if note := agreement(old, f, p); a.Kernel != b.Kernel && note != "" {
				r.Notes = append(r.Notes, note)
			}
		}
	}
	r.Findings = append(r.Findings, Judge(series, p)...)
	return r
}

// CompareCounters compares the counters of two runs; runs on different kernel
// variants are not comparable.
func CompareCounters(old, new *result.File, p Policy) []Finding {
	if a, b := old.Header.Env.Kernel, new.Header.Env.Kernel; a != b {
		return []Finding{{Cell: "all cells", Metric: Counters, Verdict: NotComparable,
			Sentence: fmt.Sprintf("counters and outputs hold for one kernel variant: the old side ran on %s kernels, the new one on %s", a, b)}}
	}
	return CompareLedgers(NewLedger(old), NewLedger(new), p)
}

// ReportEngines compares the engines of a run with a reference, "" for the usual one.
func ReportEngines(run string, f *result.File, reference string, q Question, p Policy) (*Report, error) {
	pairs, notes, err := Match(f.Header, reference)
	if err != nil {
		return nil, err
	}
	r := NewReport("compare engines of "+run, f, p)
	r.Old = SideOf("reference", f.Header.Env)
	requests := f.ByCell()
	untrained := func(c result.Cell) bool {
		return slices.ContainsFunc(requests[c.ID], func(q result.Request) bool { return q.Untrained != nil })
	}
	for i, m := range pairs {
		if name := place.Decoder(m.Old); i == 0 {
			r.Old.Name = name
		} else if name != r.Old.Name {
			r.Old.Name = "reference"
		}
		r.Old.Untrained = r.Old.Untrained || untrained(m.Old)
		name := place.Decoder(m.New)
		at := slices.IndexFunc(r.New, func(s Side) bool { return s.Name == name })
		if at < 0 {
			at, r.New = len(r.New), append(r.New, SideOf(name, f.Header.Env))
		}
		r.New[at].Untrained = r.New[at].Untrained || untrained(m.New)
	}
	r.Findings = Judge(CompareEngines(f, pairs, q, p), p)
	r.Notes = notes
	r.Tallies = TallyEngines(f, pairs)
	return r, nil
}

// NewReport begins a report on a run.
func NewReport(title string, f *result.File, p Policy) *Report {
	return &Report{Title: title, Scenario: f.Header.Scenario, Policy: p, Env: f.Header.Env, Started: f.Header.Started}
}

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

// precisions is the precision of a cell, with that of the one it is compared with in front
// where this is another.
func precisions(old, new result.Cell) string {
	if old.Precision != "" && old.Precision != new.Precision {
		return old.Precision + " → " + new.Precision
	}
	return new.Precision
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
		s := Series{Cell: newKeys[b.ID], Side: side, Decoder: place.Decoder(b), Engine: b.Engine, Precision: precisions(a, b), Note: notInterleaved, Verdict: NotComparable, Seed: new.Header.Seed}
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

// Pairing is two cells of one place of a run, to be compared.
type Pairing struct {
	Place    string // in words
	Old, New result.Cell
}

// Match pairs every cell of a run with the reference of its place, which is chosen
// by [place.Reference]. notes say what is not compared; a name that no cell has
// is an error.
func Match(h result.Header, reference string) (list []Pairing, notes []string, err error) {
	names, places := place.Titles(h), lists.Split(h.Cells, place.Of)
	for _, why := range names.Apart() {
		notes = append(notes, "not compared: "+why)
	}
	notes = append(notes, place.Kinship(h)...)
	var alone, without, decoders []string
	for _, at := range places {
		title, ref := names.Title(at.Key), place.Reference(at.Of, reference)
		for i, c := range at.Of {
			decoders = lists.With(decoders, place.Decoder(c))
			if i != ref && ref >= 0 {
				list = append(list, Pairing{title, at.Of[ref], c})
			}
		}
		if ref < 0 {
			without = append(without, title)
		} else if len(at.Of) == 1 {
			alone = append(alone, title)
		}
	}
	if reference != "" && len(without) == len(places) {
		return nil, nil, fmt.Errorf("no engine is named %q; there are %s", reference, strings.Join(decoders, ", "))
	}
	if len(without) > 0 {
		notes = append(notes, fmt.Sprintf("not compared: no %s at %s", cmp.Or(reference, "reference"), firstOf(without)))
	}
	if len(alone) > 0 {
		notes = append(notes, "not compared: one engine alone at "+firstOf(alone))
	}
	return list, notes, nil
}

// firstOf names the first of a list and counts the others.
func firstOf(list []string) string {
	if n := len(list) - 1; n > 0 {
		return fmt.Sprintf("%s, and at %d more", list[0], n)
	}
	return list[0]
}

// CompareEngines makes the comparisons of pairs of cells of one run, see [Match].
// They were decoded in turns, in blocks, unless the scenario's order says otherwise.
func CompareEngines(f *result.File, pairs []Pairing, q Question, p Policy) []Series {
	r := read(f)
	var list []candidate
	for _, m := range pairs {
		name := place.Decoder(m.New)
		s := Series{Cell: m.Place, Side: name, Decoder: name, Engine: m.New.Engine, Precision: precisions(m.Old, m.New), Seed: f.Header.Seed}
		if !place.InTurns(m.Old.Group, m.New.Group) {
			s.Problem, s.Verdict = "times are not compared: the two were not decoded in turns, because they stand in different entries of the scenario or its order is once, or sequential on different checkpoints", NotComparable
		}
		for _, c := range []result.Cell{m.Old, m.New} {
			r.bar(&s, place.Decoder(c), c)
		}
		list = append(list, candidate{s, m.New, r.requests[m.Old.ID], r.requests[m.New.ID]})
	}
	return q.series(list, p)
}
