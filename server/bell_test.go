//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"testing"
	"time"
)

// TestBell: what comes faster than the pace comes together, and nothing is held back for
// longer because nothing follows.
func TestBell(t *testing.T) {
	const pace = 20 * time.Millisecond
	b := newBell(pace, time.Now)
	begin := time.Now()
	rings := 0
	for time.Since(begin) < 4*pace {
		b.soon()
		select {
		case <-b.rings:
			rings++
		default:
			time.Sleep(time.Millisecond)
		}
	}
	if took := time.Since(begin); rings < 1 || rings > 1+int(took/pace) {
		t.Errorf("%d rings in %v", rings, took)
	}
	b.soon()
	select {
	case <-b.rings:
	case <-time.After(10 * time.Second):
		t.Error("the last news was not told")
	}
	b.soon()
	b.close()
	select {
	case <-b.rings: // at once, where the machine was slow
	default:
	}
	time.Sleep(2 * pace)
	if len(b.rings) > 0 {
		t.Error("it rings after its end")
	}
}
