package load

import (
	"fmt"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestSweep: a sweep goes on as long as some decoder gets through more with more clients.
func TestSweep(t *testing.T) {
	level := func(rates ...int64) *result.File { // requests a second of each cell
		f := &result.File{}
		for cell, rate := range rates {
			for i := range int64(20) {
				came, queue, took := i%2*1e9/rate, int64(0), (i/2+1)*1e9/rate-i%2*1e9/rate
				f.Requests = append(f.Requests, result.Request{Cell: fmt.Sprint(cell), Repetition: int(i % 2), Status: "success", IntendedNs: &came, QueueNs: &queue, E2ENs: &took})
			}
			f.Requests = append(f.Requests, result.Request{Cell: fmt.Sprint(cell), Status: "error"})
		}
		return f
	}
	if got := throughput(level(50))["0"]; got < 49.9 || got > 50.1 {
		t.Errorf("throughput %g a second, want 50", got)
	}
	var s Sweep
	for i, step := range []struct {
		rates []int64
		want  bool
	}{{[]int64{100, 50}, false}, {[]int64{100, 80}, false}, {[]int64{103, 82}, true}, {[]int64{200, 40}, false}, {[]int64{150, 84}, true}} {
		if got := s.Saturated(level(step.rates...)); got != step.want {
			t.Errorf("level %d: saturated is %v", i, got)
		}
	}
	for text, want := range map[string]int{"sweep": usualMost, "sweep:8": 8, "sweep:1": 0, "sweep:x": 0, "sweep:": 0, "poisson:5": -1} {
		most, ok, err := ParseSweep(text)
		if ok != (want >= 0) || (err == nil) != (want != 0) || want > 0 && most != want {
			t.Errorf("%q: %d, %v, %v", text, most, ok, err)
		}
	}
}

// TestNearestForm: a wrong name is answered with all that the caller takes, and the nearest.
func TestNearestForm(t *testing.T) {
	for text, want := range map[string]string{"sweeep": "did you mean sweep?", "poissn:3": "did you mean poisson?", "x": "allowed are sweep, sweep:MOST, poisson:RATE"} {
		if _, err := Parse(text, SweepForm); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := Parse("sweep:4"); err == nil || strings.Contains(err.Error(), "did you mean sweep") {
		t.Errorf("%v", err)
	}
}
