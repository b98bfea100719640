package view

import (
	"cmp"
	"slices"
	"sync"

	"dllmbench/harness/coherence"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// records gives the usable requests of rows. Those of a file in memory are at
// hand; those of an index are read again when something asks for them, because
// a million of them do not fit, and a few are kept for the next question.
type records struct {
	file  *result.File
	index *result.Index // of a file on disk; nil in memory
	// read reads requests: brief ones may lack their words; where instances are named, those
	// on others are left out.
	read func(cell string, brief bool, only []string) ([]*result.Request, error)
	most int // requests that are kept

	heaps map[string]*result.Allocations // of the last warm-up, by cell

	mu    sync.Mutex
	kept  map[*Row]*units
	order []*Row // of kept, oldest first
	held  int    // requests in kept
	err   error  // the first one
}

// keptRequests is how many requests of an index are kept; each takes about a
// kilobyte and a half. Comparisons do without them, so few are asked for again.
const keptRequests = 5000

// requests are all requests of a cell, nil after an error, which is remembered.
func (s *records) requests(cell string, brief bool, only []string) []*result.Request {
	list, err := s.read(cell, brief, only)
	if err != nil {
		s.failed(err)
		return nil
	}
	return list
}

// failed remembers an error, if it is the first one.
func (s *records) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = cmp.Or(s.err, err)
}

// instances are those of requests that the file describes.
func (s *records) instances(requests []*result.Request) map[string]result.Instance {
	if s.index == nil {
		return s.file.Instances
	}
	all, err := s.index.InstancesOf(requests)
	if err != nil {
		s.failed(err)
	}
	return all
}

// aside is where what comparisons need of a row is on disk.
type aside struct {
	at   int64
	size int // bytes; 0 where it is in memory
}

// setAside keeps what comparisons need of a row: with the row, or on disk.
func (s *records) setAside(r *Row, p *paired) {
	if r.paired = p; s.index == nil {
		return
	}
	data := p.pack()
	at, err := s.index.SetAside(data)
	if err != nil {
		s.failed(err)
		return
	}
	r.paired, r.aside = &paired{group: p.group, byBlock: p.byBlock}, aside{at, len(data)}
}

// pairs are what comparisons need of the row, which has requests.
func (r *Row) pairs() *paired {
	if r.aside.size == 0 {
		return r.paired
	}
	data, err := r.source.index.Aside(r.aside.at, r.aside.size)
	if err != nil {
		r.source.failed(err)
		return r.paired
	}
	whole := *r.paired
	whole.unpack(data)
	return &whole
}

// group makes the units of a row from its usable requests.
func (s *records) group(r *Row, usable []*result.Request, brief bool) *units {
	u := newUnits(r.Cell, usable)
	u.good, u.heap, u.brief = s.file.Header.Goodput, s.heaps[r.Cell.ID], brief
	if !r.Cell.CostOnly && !brief {
		u.observed = coherence.Observe(usable, s.instances(usable))
	}
	return u
}

// store keeps the units of a row until others take their place.
func (s *records) store(r *Row, u *units) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.kept[r]
	if old != nil && !old.brief {
		return
	}
	s.kept[r] = u
	if old != nil {
		return
	}
	s.order = append(s.order, r)
	for s.held += r.Requests; s.held > s.most && len(s.order) > 1; s.order = s.order[1:] {
		old := s.order[0]
		s.held -= old.Requests
		delete(s.kept, old)
	}
}

// data are the requests of the row, grouped; nil for rows without any. Those of
// a brief row may lack their words: see answers.
func (r *Row) data() *units { return r.load(r.Brief) }

// answers are the same with all that was written.
func (r *Row) answers() *units { return r.load(false) }

func (r *Row) load(brief bool) *units {
	s := r.source
	if s == nil {
		return nil
	}
	s.mu.Lock()
	u := s.kept[r]
	s.mu.Unlock()
	if u == nil || u.brief && !brief {
		u = s.group(r, usable(s.requests(r.Cell.ID, brief, nil)), brief)
		s.store(r, u)
	}
	return u
}

// usable leaves out requests that do not count.
func usable(list []*result.Request) []*result.Request {
	return slices.DeleteFunc(slices.Clone(list), func(q *result.Request) bool { return !place.Usable(q) })
}
