package result

import (
	"encoding/json"
	"fmt"

	"dllmbench/engines/usage"
	"dllmbench/harness/internal/bounds"
)

// What the fields of each type of record may be. Ranges stand beside the fields.
var (
	headerBounds      = bounds.Of[Header]()
	metricBounds      = bounds.Of[Metric]()
	requestBounds     = bounds.Of[Request]()
	sampleBounds      = bounds.Of[Sample]()
	instanceBounds    = bounds.Of[Instance]()
	sessionBounds     = bounds.Of[Session]()
	activityBounds    = bounds.Of[Activity]()
	allocationsBounds = bounds.Of[Allocations]()
	validityBounds    = bounds.Of[Validity]()
)

// Check says why no run can have given this record, or nil: a field is out of its
// range, or two contradict each other.
func (r *Request) Check() error {
	if err := requestBounds(r); err != nil {
		return err
	}
	if problem := r.contradiction(); problem != "" {
		return fmt.Errorf("%s", problem)
	}
	if len(r.Extra) > 0 {
		var s Sample
		if err := json.Unmarshal(r.Extra, &s); err != nil {
			return fmt.Errorf("extra: %v", err)
		}
		if err := sampleBounds(&s); err != nil {
			return fmt.Errorf("extra.%w", err)
		}
	}
	return nil
}

// contradiction says which fields of a record contradict each other, or "".
func (r *Request) contradiction() string {
	for c, count := range r.Usage {
		if n, known := count.Value(); known && (n < 0 || n > bounds.Most) {
			return fmt.Sprintf("usage.%s is %d; allowed is 0 to 1e18, or null", usage.Counter(c), n)
		}
	}
	if r.Status != "error" { // what is wrong with the counters may be the error
		if problem := r.Usage.Problem(); problem != "" {
			return "usage: " + problem
		}
		useful := r.Usage[usage.UsefulTokens]
		if r.OwnTokens != nil {
			useful = usage.Known(*r.OwnTokens)
		}
		if r.Draft == nil && useful.Above(r.Usage[usage.CommittedTokens]) {
			return fmt.Sprintf("usage: %s useful tokens of %s committed ones", useful, r.Usage[usage.CommittedTokens])
		}
	}
	for _, t := range []struct {
		name string
		ns   *int64
	}{{"ttft_ns", r.TTFTNs}, {"ttfc_ns", r.TTFCNs}, {"ttfb_ns", r.TTFBNs}} {
		if t.ns != nil && r.E2ENs != nil && *t.ns > *r.E2ENs {
			return fmt.Sprintf("%s is %d; allowed is at most e2e_ns, %d", t.name, *t.ns, *r.E2ENs)
		}
	}
	for _, list := range []struct {
		name  string
		pairs [][2]int64
	}{{"chunks", r.Chunks}, {"deliveries", r.Deliveries}} {
		for i, p := range list.pairs {
			if i > 0 && p[0] < list.pairs[i-1][0] {
				return fmt.Sprintf("%s[%d] came after %d ns; allowed is at least %d, the time of the one before it", list.name, i, p[0], list.pairs[i-1][0])
			}
			if r.E2ENs != nil && p[0] > *r.E2ENs {
				return fmt.Sprintf("%s[%d] came after %d ns; allowed is at most e2e_ns, %d", list.name, i, p[0], *r.E2ENs)
			}
		}
	}
	if r.Violations != nil && r.Constraints != nil && *r.Violations > *r.Constraints {
		return fmt.Sprintf("violations is %d; allowed is at most constraints, %d", *r.Violations, *r.Constraints)
	}
	for i, k := range r.Broken {
		if r.Constraints != nil && k >= *r.Constraints {
			return fmt.Sprintf("broken[%d] is %d; allowed is 0 to %d, the indices of the constraints", i, k, *r.Constraints-1)
		}
	}
	return ""
}

// check says why no run can have this header, or nil.
func (h *Header) check() error {
	if err := headerBounds(h); err != nil {
		return err
	}
	seen := map[string]int{}
	for i, c := range h.Cells {
		if c.ID == "" {
			return fmt.Errorf("cells[%d].id is empty; every cell has an id", i)
		}
		if first, twice := seen[c.ID]; twice {
			return fmt.Errorf("cells[%d].id is %q, as is cells[%d].id; every cell stands in the header once", i, c.ID, first)
		}
		seen[c.ID] = i
	}
	if s := h.Shard; s != nil && s.Index >= s.Count {
		return fmt.Errorf("shard.index is %d; allowed is 0 to %d", s.Index, s.Count-1)
	}
	return nil
}

// forget makes sizes that older files call -1 unknown.
func (e *Env) forget() { e.L3Bytes, e.MemBytes = max(0, e.L3Bytes), max(0, e.MemBytes) }

// check refuses a request that cannot be.
func (d *decoder) check(r *Request) error {
	if n, known := d.samples[r.Cell]; known && r.Sample >= n {
		return fmt.Errorf("sample is %d; allowed is 0 to %d", r.Sample, n-1)
	}
	if n := len(d.described); n > 0 && r.Constraints != nil && r.Instance != d.last {
		if _, known := d.described[NameOf(r.Instance)]; !known {
			return fmt.Errorf("instance is %.80q; allowed are the %d that the file describes before", r.Instance, n)
		}
		d.last = r.Instance
	}
	return r.Check()
}

// without adds to what is wrong with a line what can be used without it.
func (d *decoder) without(wrong error) error {
	switch {
	case wrong == nil:
		return nil
	case d.older:
		return fmt.Errorf("%w. Without this line the others can be used", wrong)
	}
	return fmt.Errorf("%w. Without this line the others can be used, and run --resume measures again what is missing", wrong)
}
