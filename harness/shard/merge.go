// Package shard divides a run among several processes or machines and puts the
// parts together again.
//
// What is divided are groups: cells that decode the same instances in turns. A
// group is never split, because its times are compared in pairs and those of
// different machines must not be. [Assign] depends on the plan alone, so that
// all parts agree on it without talking to each other.
//
// [Merge] joins result files of one run. Records are taken as they are; each
// part keeps a session of its own with its environment, so that the merged file
// still says where a request was measured.
package shard

import (
	"fmt"
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
	Warnings []string
}

// Merge joins the results of parts of one run. Its error says in words why the
// files do not belong together: another scenario, another version of the
// program, or a cell that two of them hold.
func Merge(files []File) (*Merged, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("nothing to merge")
	}
	first := files[0]
	for _, f := range files[1:] {
		if err := belong(first, f); err != nil {
			return nil, err
		}
	}
	owner := map[string]int{} // by cell id: index of the file
	for i, f := range files {
		for _, c := range f.Header.Cells {
			if other, taken := owner[c.ID]; taken {
				return nil, fmt.Errorf("cell %s (%s) is in %s and in %s: a cell belongs to one part", c.ID, c.Label, files[other].Name, f.Name)
			}
			owner[c.ID] = i
		}
	}
	m := &Merged{Metrics: first.Metrics}
	m.header(files)
	m.records(files)
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
	return nil
}

// header makes the header of the whole: cells in the order of the plan.
func (m *Merged) header(files []File) {
	m.Header = files[0].Header
	m.Header.Shard, m.Header.Cells = nil, nil
	cells := map[string]result.Cell{}
	var order, kernels []string
	for _, f := range files {
		if f.Header.Started < m.Header.Started {
			m.Header.Started, m.Header.RunID = f.Header.Started, f.Header.RunID
		}
		kernels = with(kernels, f.Header.Env.Kernel)
		for _, c := range f.Header.Cells {
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
	}
	if len(kernels) > 1 {
		m.Warnings = append(m.Warnings, "the parts ran on different compute kernels ("+strings.Join(kernels, ", ")+"): outputs may differ in the last bit of a choice")
	}
}

// records takes over the records of all files. Sessions are numbered anew.
func (m *Merged) records(files []File) {
	next := 0
	hosts := map[string][]string{} // that a cell was measured on
	var validity []result.Validity
	known := map[string]bool{}
	var rest []any
	for _, f := range files {
		number := map[int]int{} // old to new
		host := map[int]string{}
		for _, s := range f.sessions() {
			number[s.Session], host[next] = next, s.Env.Host
			s.Session = next
			m.Records = append(m.Records, s)
			next++
		}
		for _, l := range f.Activities {
			l.Session = number[l.Session]
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
			hosts[r.Cell] = with(hosts[r.Cell], host[r.Session])
			rest = append(rest, r)
		}
		validity = append(validity, f.Validity...)
	}
	m.Records = append(m.Records, rest...)
	m.judge(validity, hosts)
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
func (m *Merged) judge(parts []result.Validity, hosts map[string][]string) {
	var all []string
	apart := map[place.Place][]string{} // hosts of the cells that are compared with each other
	for _, c := range m.Header.Cells {
		key := place.Of(c)
		for _, h := range hosts[c.ID] {
			apart[key], all = with(apart[key], h), with(all, h)
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
