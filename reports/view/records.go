package view

import (
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
	file *result.File
	read func(cell string, brief bool) ([]*result.Request, error) // brief ones may lack their words
	most int                                                      // requests that are kept

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
func (s *records) requests(cell string, brief bool) []*result.Request {
	list, err := s.read(cell, brief)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err == nil {
			s.err = err
		}
		return nil
	}
	return list
}

// group makes the units of a row from its usable requests.
func (s *records) group(r *Row, usable []*result.Request, brief bool) *units {
	u := newUnits(r.Cell, usable)
	u.good, u.heap, u.brief = s.file.Header.Goodput, s.heaps[r.Cell.ID], brief
	if !r.Cell.CostOnly && !brief {
		u.observed = coherence.Observe(usable, s.file.Instances)
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
		u = s.group(r, usable(s.requests(r.Cell.ID, brief)), brief)
		s.store(r, u)
	}
	return u
}

// usable leaves out requests that do not count.
func usable(list []*result.Request) []*result.Request {
	return slices.DeleteFunc(slices.Clone(list), func(q *result.Request) bool { return !place.Usable(q) })
}
