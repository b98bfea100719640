package load

import (
	"fmt"
	"strconv"
	"strings"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// SweepForm is what [ParseSweep] takes, beside the name alone.
const SweepForm = "sweep:MOST"

// usualMost is the most clients of a sweep that does not say how many.
const usualMost = 64

// growth is by how much the throughput of some decoder has to grow with twice the clients:
// below it all of them are saturated.
const growth = 1.05

// ParseSweep reads "sweep" and "sweep:MOST": closed loops of 1, 2, 4, … clients, up to so
// many. ok is false for other loads, which [Parse] reads.
func ParseSweep(text string) (most int, ok bool, err error) {
	name, value, given := strings.Cut(text, ":")
	if name != "sweep" {
		return 0, false, nil
	}
	if !given {
		return usualMost, true, nil
	}
	if most, err = strconv.Atoi(value); err != nil || most < 2 || most > maxClients {
		return 0, true, fmt.Errorf("load %q: allowed is sweep: and the most clients, from 2 to %d", text, maxClients)
	}
	return most, true, nil
}

// Sweep decides how far a sweep goes.
type Sweep struct {
	best map[string]float64 // requests a second by cell
}

// Saturated takes the run of the next number of clients, and reports whether no cell
// answered more requests a second in it than in one before.
func (s *Sweep) Saturated(f *result.File) bool {
	now, grows := throughput(f), s.best == nil
	if s.best == nil {
		s.best = map[string]float64{}
	}
	for cell, rate := range now {
		if rate > growth*s.best[cell] {
			grows = true
		}
		s.best[cell] = max(s.best[cell], rate)
	}
	return !grows
}

// throughput is the number of answered requests a second of the sessions of each cell.
func throughput(f *result.File) map[string]float64 {
	type session struct {
		cell       string
		repetition int
	}
	answered, ends := map[string]float64{}, map[session]int64{}
	for i := range f.Requests {
		if r := &f.Requests[i]; place.Usable(r) && r.IntendedNs != nil && r.QueueNs != nil && r.E2ENs != nil {
			at := session{r.Cell, r.Repetition}
			ends[at] = max(ends[at], *r.IntendedNs+*r.QueueNs+*r.E2ENs)
			answered[r.Cell]++
		}
	}
	seconds := map[string]float64{}
	for at, ns := range ends {
		seconds[at.cell] += float64(ns) / 1e9
	}
	rates := map[string]float64{}
	for cell, n := range answered {
		rates[cell] = n / max(seconds[cell], 1e-9)
	}
	return rates
}
