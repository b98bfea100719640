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
	"fmt"
	"reflect"
	"slices"
	"strings"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// File is a results file to be merged, as [result.Read] gives it.
type File struct {
	Name string // for messages
	*result.File
}

// Merged is what the files hold together.
type Merged struct {
	Header   result.Header
	Metrics  []result.Metric
	Records  []any    // in the order in which they are to be written
	Missing  []string // planned cells that no file holds
	Lacking  []string // units of divided groups that no file holds
	Warnings []string

	divided map[string]*result.Divided // by cell id
	units   map[string]bool            // that the files hold
}

// Judge judges the cells of a divided group by the records of all parts: it is
// harness.Rejudge.
type Judge func(result.Divided, []result.Cell, map[string][]result.Request, *result.File) []result.Validity

// Merge joins the results of parts of one run. Its error says in words why the
// files do not belong together: another scenario, another version of the
// program, or a cell or unit that two of them hold.
func Merge(files []File, judge Judge) (*Merged, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("nothing to merge")
	}
	m := &Merged{divided: map[string]*result.Divided{}, units: map[string]bool{}}
	owner := map[string]int{} // by unit or cell id: index of the file
	for i, f := range files {
		if err := belong(files[0], f); err != nil {
			return nil, err
		}
		if s := f.Header.Shard; s != nil {
			for _, d := range s.Divided {
				for _, c := range d.Cells {
					m.divided[c] = &d
				}
			}
		}
		for _, c := range f.Header.Cells {
			if other, taken := owner["cell "+c.ID]; taken && m.divided[c.ID] == nil {
				return nil, fmt.Errorf("cell %s (%s) is in %s and in %s: a cell belongs to one part", c.ID, c.Label, files[other].Name, f.Name)
			}
			owner["cell "+c.ID] = i
		}
		if s := f.Header.Shard; s != nil {
			for _, u := range s.Units {
				if other, taken := owner[u]; taken {
					return nil, fmt.Errorf("unit %s is in %s and in %s: a unit belongs to one part", u, files[other].Name, f.Name)
				}
				owner[u], m.units[u] = i, true
			}
		}
	}
	m.Metrics = files[0].Metrics
	m.header(files)
	m.records(files, judge)
	return m, nil
}

// belong says why b is no part of the run that a is one of, or nil.
func belong(a, b File) error {
	x, y := a.Header, b.Header
	if d := result.Differs(&x, &y); d != nil {
		return fmt.Errorf("%s and %s are no parts of one run: %s is %s in the first and %s in the second", a.Name, b.Name, d.What, d.A, d.B)
	}
	if x.Shard != nil && y.Shard != nil && !slices.Equal(x.Shard.Cells, y.Shard.Cells) {
		return fmt.Errorf("%s and %s are parts of different plans: %d and %d cells", a.Name, b.Name, len(x.Shard.Cells), len(y.Shard.Cells))
	}
	if x.Shard != nil && y.Shard != nil && !reflect.DeepEqual(x.Shard.Divided, y.Shard.Divided) {
		return fmt.Errorf("%s and %s are parts of different divisions: of %d and of %d", a.Name, b.Name, x.Shard.Count, y.Shard.Count)
	}
	return nil
}

// header makes the header of the whole: cells in the order of the plan.
func (m *Merged) header(files []File) {
	m.Header = files[0].Header
	m.Header.Shard, m.Header.Cells, m.Header.LeftOut, m.Header.Docs = nil, nil, nil, nil
	cells := map[string]result.Cell{}
	var order, kernels []string
	for _, f := range files {
		if f.Header.Started < m.Header.Started {
			m.Header.Started, m.Header.RunID = f.Header.Started, f.Header.RunID
		}
		kernels = with(kernels, f.Header.Env.Kernel)
		for _, note := range f.Header.LeftOut {
			m.Header.LeftOut = with(m.Header.LeftOut, note)
		}
		for name, text := range f.Header.Docs {
			if m.Header.Docs == nil {
				m.Header.Docs = map[string]string{}
			}
			m.Header.Docs[name] = text
		}
		for _, c := range f.Header.Cells {
			if _, there := cells[c.ID]; there {
				continue
			}
			cells[c.ID] = c
			order = append(order, c.ID)
		}
	}
	if s := files[0].Header.Shard; s != nil {
		order = s.Cells
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
	if len(kernels) > 1 {
		m.Warnings = append(m.Warnings, "the parts ran on different compute kernels ("+strings.Join(kernels, ", ")+"): outputs may differ in the last bit of a choice")
	}
}

// records takes over the records of all files. Sessions are numbered anew.
func (m *Merged) records(files []File, judge Judge) {
	next := 0
	hosts := map[string][]string{} // that a cell was measured on
	var whole result.File          // for the cells of divided groups
	kinds := map[string][]string{} // of machines that a cell was measured on
	validity := map[string]result.Validity{}
	known := map[string]bool{}
	var rest []any
	for _, f := range files {
		number := map[int]int{}                           // old to new
		host, class := map[int]string{}, map[int]string{} // by new number
		for _, s := range f.sessions() {
			number[s.Session], host[next], class[next] = next, s.Env.Host, kind(s)
			s.Session = next
			whole.Sessions = append(whole.Sessions, s)
			m.Records = append(m.Records, s)
			next++
		}
		for _, l := range f.Activities {
			l.Session = number[l.Session]
			whole.Activities = append(whole.Activities, l)
			rest = append(rest, l)
		}
		for _, a := range f.Allocations {
			a.Session = number[a.Session]
			rest = append(rest, a)
		}
		for _, r := range f.Requests {
			if inst, ok := f.Instances[r.Instance]; ok && !known[r.Instance] {
				known[r.Instance] = true
				rest = append(rest, inst)
			}
			r.Session = number[r.Session]
			hosts[r.Cell], kinds[r.Cell] = with(hosts[r.Cell], host[r.Session]), with(kinds[r.Cell], class[r.Session])
			rest = append(rest, r)
			if m.divided[r.Cell] != nil {
				whole.Requests = append(whole.Requests, r)
			}
		}
		for _, v := range f.Validity {
			validity[v.Cell] = v
		}
	}
	m.Records = append(m.Records, rest...)
	byCell := whole.ByCell()
	for id, d := range m.divided {
		if id != d.Cells[0] {
			continue
		}
		var cells []result.Cell
		for _, c := range m.Header.Cells {
			if m.divided[c.ID] == d {
				cells = append(cells, c)
			}
		}
		for _, v := range judge(*d, cells, byCell, &whole) {
			validity[v.Cell] = v
		}
	}
	m.judge(validity, hosts, kinds)
}

// kind is what machines must have in common for their times to be mixed: the processor,
// the kernels and how much of the machine a run had.
func kind(s result.Session) string {
	e := s.Env
	return fmt.Sprint(e.CPU, "|", e.Kernels(), "|", e.Cores, e.CPUsUsable, e.GOMAXPROCS, e.MaxMHz, "|", e.Virtual, "|", e.Container, "|", s.Isolated)
}

// sessions of a file; of one without, a file of an older program, the one that
// its header describes.
func (f File) sessions() []result.Session {
	if len(f.Sessions) > 0 {
		return f.Sessions
	}
	return []result.Session{{Started: f.Header.Started, Env: f.Header.Env}}
}

// with is a list of different words with one more.
func with(list []string, word string) []string {
	if slices.Contains(list, word) {
		return list
	}
	return append(list, word)
}

// judge writes the validity of the whole: that of each cell, with the times of
// cells that would be compared across hosts taken away, and that of the run.
func (m *Merged) judge(judged map[string]result.Validity, hosts, kinds map[string][]string) {
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
			r.hosts, all = with(r.hosts, h), with(all, h)
		}
		for _, k := range kinds[c.ID] {
			r.kinds = with(r.kinds, k)
		}
	}
	run := result.Validity{Valid: true, Reasons: []string{}}
	bad, unjudged := 0, 0
	for _, c := range m.Header.Cells {
		v, ok := judged[c.ID]
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
