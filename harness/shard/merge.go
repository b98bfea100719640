// Package shard divides a run among several processes or machines and puts the
// parts together again.
//
// What is divided are units: cells that decode the same instances in turns, with all
// of these or, where there are too few such groups for all workers, some of them. A
// pair is never split, because its times are compared and those of different machines
// must not be. [Units] and [Assign] depend on the plan alone, so that all parts agree
// without talking to each other.
//
// [Merge] joins result files of one run. Records are taken as they are; each
// part keeps a session of its own with its environment, so that the merged file
// still says where a request was measured.
package shard

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Source is a results file to be merged.
type Source struct {
	Name string // for messages
	// Open opens it; it is read twice, and requests are never held.
	Open func() (io.ReadCloser, error)
}

// Merged is what the files hold together.
type Merged struct {
	Header  result.Header
	Metrics []result.Metric
	Missing []string // planned cells that no file holds
	Lacking []string // units of divided groups that no file holds
	Torn    []string // names of files whose last line has no end
	// Warnings are complete once Write has returned.
	Warnings []string

	parts   []held
	divided map[string]*result.Divided // by cell id
	units   map[string]bool            // that the files hold
	judged  map[string]result.Validity // by cell id
	judge   Judge
}

// held is what is held of a file.
type held struct {
	Source
	cells    []result.Cell
	sessions []session
}

// session is a session of a part: its number there, and in the whole.
type session struct {
	old, number int
	first       bool   // it is the one that is written for its number
	what        string // all of it but for its number and when it began
	host, kind  string
}

// mostSessions is how many sessions keep numbers of their own. Of more, as those of a hundred
// thousand units, those that differ only in when they began are one.
const mostSessions = 1000

// Judge judges the cells of a divided group by the records of all parts: it is
// harness.Rejudge. It is given what reads the requests of a cell, so that those of one cell are
// held at a time.
type Judge func(result.Divided, []result.Cell, func(cell string) []result.Request, *result.File) []result.Validity

// Merge looks through the parts of one run. Its error says in words why the
// files do not belong together: another scenario, another version of the
// program, or a cell or unit that two of them hold. Whole describes the plan where the parts
// do not; nil where they do. What is held are cells and sessions, and no requests.
func Merge(sources []Source, whole *result.Shard, judge Judge) (*Merged, error) {
	if len(sources) == 0 {
		return nil, fmt.Errorf("nothing to merge")
	}
	m := &Merged{divided: map[string]*result.Divided{}, units: map[string]bool{}, judged: map[string]result.Validity{}, judge: judge}
	var first result.Header
	owner := map[string]int{} // by unit or cell id: index of the file
	if whole != nil {
		m.divides(whole)
	}
	for i, s := range sources {
		f, err := s.scan(nil)
		if err != nil {
			return nil, &ReadError{err}
		}
		if f.Torn {
			m.Torn = append(m.Torn, s.Name)
		}
		if part := f.Header.Shard; part != nil && whole != nil {
			part.Cells, part.Divided = nil, nil
		}
		if i == 0 {
			first, m.Metrics = f.Header, f.Metrics
			m.Header = f.Header
		}
		if err := belong(sources[0].Name, s.Name, first, f.Header); err != nil {
			return nil, err
		}
		if err := m.own(i, sources, f.Header, owner); err != nil {
			return nil, err
		}
		m.add(s, f)
	}
	m.number()
	if m.Header.Shard = first.Shard; whole != nil {
		m.Header.Shard = whole
	}
	m.header()
	return m, nil
}

// ReadError is a file that cannot be read.
type ReadError struct{ error }

func (e *ReadError) Unwrap() error { return e.error }

// scan reads the file, its requests and instances only where take is there for them.
func (s Source) scan(take func(any) error) (*result.File, error) {
	in, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return result.Scan(in, s.Name, take)
}

// own notes what file i holds, and refuses what another one holds too.
func (m *Merged) own(i int, sources []Source, h result.Header, owner map[string]int) error {
	if h.Shard != nil {
		m.divides(h.Shard)
	}
	for _, c := range h.Cells {
		if other, taken := owner["cell "+c.ID]; taken && m.divided[c.ID] == nil {
			return fmt.Errorf("cell %s (%s) is in %s and in %s: a cell belongs to one part", c.ID, c.Label, sources[other].Name, sources[i].Name)
		}
		owner["cell "+c.ID] = i
	}
	if s := h.Shard; s != nil {
		for _, u := range s.Units {
			if other, taken := owner[u]; taken {
				return fmt.Errorf("unit %s is in %s and in %s: a unit belongs to one part", u, sources[other].Name, sources[i].Name)
			}
			owner[u], m.units[u] = i, true
		}
	}
	return nil
}

// divides notes the divided groups of a plan.
func (m *Merged) divides(plan *result.Shard) {
	for _, d := range plan.Divided {
		for _, c := range d.Cells {
			if m.divided[c] == nil {
				m.divided[c] = &d
			}
		}
	}
}

// belong says why a file of header y is no part of the run that one of header x is of, or nil.
func belong(a, b string, x, y result.Header) error {
	if d := result.Differs(&x, &y); d != nil {
		return fmt.Errorf("%s and %s are no parts of one run: %s is %s in the first and %s in the second", a, b, d.What, d.A, d.B)
	}
	if x.Shard != nil && y.Shard != nil && !slices.Equal(x.Shard.Cells, y.Shard.Cells) {
		return fmt.Errorf("%s and %s are parts of different plans: %d and %d cells", a, b, len(x.Shard.Cells), len(y.Shard.Cells))
	}
	if x.Shard != nil && y.Shard != nil && !reflect.DeepEqual(x.Shard.Divided, y.Shard.Divided) {
		return fmt.Errorf("%s and %s are parts of different divisions: of %d and of %d", a, b, x.Shard.Count, y.Shard.Count)
	}
	return nil
}

// add holds what is needed of a file.
func (m *Merged) add(s Source, f *result.File) {
	if f.Header.Started < m.Header.Started {
		m.Header.Started, m.Header.RunID = f.Header.Started, f.Header.RunID
	}
	for what, doc := range f.Header.Docs { // of its own groups
		if _, told := m.Header.Docs[what]; !told {
			if m.Header.Docs == nil {
				m.Header.Docs = map[string]string{}
			}
			m.Header.Docs[what] = doc
		}
	}
	p := held{Source: s, cells: f.Header.Cells}
	for _, r := range sessions(f) {
		old := r.Session
		r.Session, r.Started = 0, ""
		text, err := json.Marshal(r)
		if err != nil {
			panic("shard: a session cannot be encoded: " + err.Error())
		}
		p.sessions = append(p.sessions, session{old: old, what: string(text), host: r.Env.Host, kind: kind(r)})
	}
	for _, v := range f.Validity {
		if v.Cell != "" {
			m.judged[v.Cell] = v
		}
	}
	m.parts = append(m.parts, p)
}

// sessions of a file; of one without, a file of an older program, the one that
// its header describes.
func sessions(f *result.File) []result.Session {
	if len(f.Sessions) > 0 {
		return f.Sessions
	}
	return []result.Session{{Started: f.Header.Started, Env: f.Header.Env}}
}

// number numbers the sessions of the whole.
func (m *Merged) number() {
	n := 0
	for _, p := range m.parts {
		n += len(p.sessions)
	}
	next, known := 0, map[string]int{}
	for _, p := range m.parts {
		for i := range p.sessions {
			s := &p.sessions[i]
			at, there := known[s.what]
			if !there || n <= mostSessions {
				at, s.first = next, true
				known[s.what] = at
				next++
			}
			s.number, s.what = at, ""
		}
	}
}

// header makes the header of the whole: cells in the order of the plan.
func (m *Merged) header() {
	plan := m.Header.Shard
	m.Header.Shard, m.Header.Cells = nil, nil
	cells := map[string]result.Cell{}
	var order []string
	for _, p := range m.parts {
		for _, c := range p.cells {
			if _, there := cells[c.ID]; !there {
				cells[c.ID] = c
				order = append(order, c.ID)
			}
		}
	}
	if plan != nil {
		order = plan.Cells
	}
	for _, id := range order {
		if c, ok := cells[id]; ok {
			m.Header.Cells = append(m.Header.Cells, c)
		} else {
			m.Missing = append(m.Missing, id)
		}
		if d := m.divided[id]; d != nil && d.Cells[0] == id {
			for _, u := range d.Units {
				if !m.units[u] {
					m.Lacking = append(m.Lacking, u)
				}
			}
		}
	}
}

// Write writes the records of all files, file by file, and what is judged of them. begun is
// where w writes: the cells of divided groups are read back to be judged.
func (m *Merged) Write(w *result.Writer, begun string) error {
	hosts, kinds := map[string][]string{}, map[string][]string{} // that a cell was measured on
	known := map[result.Name]bool{}                              // instances
	var kernels []string
	for _, p := range m.parts {
		at := map[int]session{}
		for _, s := range p.sessions {
			at[s.old] = s
		}
		f, err := p.scan(func(record any) error {
			switch r := record.(type) {
			case result.Instance:
				name := result.NameOf(r.ID)
				if known[name] {
					return nil
				}
				known[name] = true
			case result.Request:
				s := at[r.Session]
				r.Session = s.number
				if r.Status != "error" && r.Status != "oom" { // nothing was measured
					hosts[r.Cell], kinds[r.Cell] = lists.With(hosts[r.Cell], s.host), lists.With(kinds[r.Cell], s.kind)
				}
				record = r
			}
			return w.Write(record)
		})
		if err != nil {
			return err
		}
		kernels = lists.With(kernels, f.Header.Env.Kernel)
		for _, s := range sessions(f) {
			if to := at[s.Session]; to.first {
				s.Session = to.number
				w.Write(s) // Sync returns the first error
			}
		}
		for _, l := range f.Activities {
			l.Session = at[l.Session].number
			w.Write(l)
		}
		for _, a := range f.Allocations {
			a.Session = at[a.Session].number
			w.Write(a)
		}
	}
	if err := w.Sync(); err != nil {
		return err
	}
	if len(kernels) > 1 {
		m.Warnings = append(m.Warnings, "the parts ran on different compute kernels ("+strings.Join(kernels, ", ")+"): outputs may differ in the last bit of a choice")
	}
	if err := m.rejudge(begun); err != nil {
		return err
	}
	return m.verdicts(w, hosts, kinds)
}

// rejudge judges the cells of divided groups, one group after another, by what was written.
func (m *Merged) rejudge(begun string) error {
	if len(m.divided) == 0 {
		return nil
	}
	x, err := result.OpenIndex(begun)
	if err != nil {
		return err
	}
	defer x.Close()
	byID := map[string]result.Cell{}
	for _, c := range m.Header.Cells {
		byID[c.ID] = c
	}
	for id, d := range m.divided {
		if d.Cells[0] != id {
			continue
		}
		var cells []result.Cell
		for _, id := range d.Cells {
			if c, ok := byID[id]; ok {
				cells = append(cells, c)
			}
		}
		var broken error
		read := func(cell string) []result.Request {
			list, err := x.RequestsOf(cell)
			broken = cmp.Or(broken, err)
			return list
		}
		for _, v := range m.judge(*d, cells, read, &x.File) {
			m.judged[v.Cell] = v
		}
		if broken != nil {
			return broken
		}
	}
	return nil
}

// kind is what machines must have in common for their times to be mixed: the processor,
// the kernels and how much of the machine a run had.
func kind(s result.Session) string {
	e := s.Env
	return fmt.Sprint(e.CPU, "|", e.Kernels(), "|", e.Cores, e.CPUsUsable, e.GOMAXPROCS, e.MaxMHz, "|", e.Virtual, "|", e.Container, "|", s.Isolated)
}

// verdicts writes the validity of the whole: that of each cell, with the times of
// cells that would be compared across hosts taken away, and that of the run.
func (m *Merged) verdicts(w *result.Writer, hosts, kinds map[string][]string) error {
	var all []string
	type rivals struct { // cells that are compared with each other
		hosts, kinds []string
		together     *result.Divided // in which all of them took turns, each pair on one host; nil for none
	}
	at := map[place.Place]*rivals{}
	for _, c := range m.Header.Cells {
		key, d := place.Of(c), m.divided[c.ID]
		if d != nil && d.Once {
			d = nil
		}
		r, known := at[key]
		if !known {
			r = &rivals{together: d}
			at[key] = r
		}
		if r.together != d {
			r.together = nil
		}
		for _, h := range hosts[c.ID] {
			r.hosts, all = lists.With(r.hosts, h), lists.With(all, h)
		}
		for _, k := range kinds[c.ID] {
			r.kinds = lists.With(r.kinds, k)
		}
	}
	run := result.Validity{Valid: true, Reasons: []string{}}
	bad, unjudged := 0, 0
	for _, c := range m.Header.Cells {
		v, ok := m.judged[c.ID]
		if !ok { // its part did not reach its end
			unjudged++
			continue
		}
		switch r := at[place.Of(c)]; {
		case len(r.hosts) > 1 && r.together == nil:
			v.Timing = append(v.Timing, fmt.Sprintf("the cells to compare with were measured on %d hosts; times of different machines are not compared", len(r.hosts)))
		case len(r.kinds) > 1 && r.together != nil:
			v.Timing = append(v.Timing, fmt.Sprintf("measured on machines of %d kinds (processor, kernels or limits), whose times are not mixed", len(r.kinds)))
		case len(r.hosts) > 1:
			v.Warnings = append(v.Warnings, fmt.Sprintf("measured on %d hosts of one kind, each pair on one of them: ratios are of pairs, times are of all hosts together", len(r.hosts)))
		}
		if !v.Valid {
			bad++
		}
		w.Write(v) // the last Write returns the first error
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
	return w.Write(run)
}
