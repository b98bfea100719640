package decode

import "dllmbench/engines"

// Turns is what a decoder does with a request around each pass.
type Turns struct {
	Plan      func(*Job)       // sets the window
	Reference Reference        // the same pass without cache, for probes
	Choose    func(*Job) error // reads the logits and commits
	Rate      func(*Job)       // gives commits the confidence that only events need; may be nil
	Settle    func(*Job)       // moves on, or ends the request
}

// Do runs passes over all active jobs until none is left.
func (r *Run) Do(t Turns) ([]engines.Result, error) {
	for r.Next() {
		for _, j := range r.Active {
			t.Plan(j)
		}
		if r.trace.Probe {
			if err := r.Probe(t.Reference); err != nil {
				return nil, err
			}
		}
		if err := r.Forward(); err != nil {
			return nil, err
		}
		for _, j := range r.Active {
			if err := t.Choose(j); err != nil {
				return nil, err
			}
		}
		if r.Observed() && t.Rate != nil {
			for _, j := range r.Active {
				t.Rate(j)
			}
		}
		r.Record()
		for _, j := range r.Active {
			t.Settle(j)
		}
	}
	return r.Results()
}
