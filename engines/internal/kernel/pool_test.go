package kernel

import (
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestPoolDo(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		p := NewPool(threads)
		if p.Threads() != threads {
			t.Errorf("Threads() = %d, want %d", p.Threads(), threads)
		}
		for _, n := range []int{-1, 0, 1, 2, 7, 1000} {
			for range 50 {
				hits := make([]atomic.Int32, max(n, 0))
				p.Do(n, func(i int) { hits[i].Add(1) })
				for i := range hits {
					if got := hits[i].Load(); got != 1 {
						t.Fatalf("threads %d, n %d: index %d ran %d times", threads, n, i, got)
					}
				}
			}
		}
		p.Close()
		p.Close()
	}
}

// TestPoolResultsVisible writes from the workers without atomics; under -race
// it checks that Do orders memory both ways.
func TestPoolResultsVisible(t *testing.T) {
	p := NewPool(4)
	defer p.Close()
	x := make([]int, 100)
	for round := 1; round <= 300; round++ {
		p.Do(len(x), func(i int) { x[i] += round })
		if want := round * (round + 1) / 2; slices.Min(x) != want || slices.Max(x) != want {
			t.Fatalf("round %d: %v, want all %d", round, x, want)
		}
	}
}

// TestPoolSleepingWorkers starts jobs after pauses long enough for the workers
// to park, and jobs long enough for the caller to sleep.
func TestPoolSleepingWorkers(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	for range 5 {
		time.Sleep(5 * time.Millisecond)
		var slow atomic.Int32
		p.Do(3, func(i int) {
			if i > 0 {
				time.Sleep(5 * time.Millisecond)
			}
			slow.Add(1)
		})
		if slow.Load() != 3 {
			t.Fatalf("%d of 3 calls had returned", slow.Load())
		}
	}
}

func TestPoolPanic(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		p := NewPool(threads)
		for round := range 100 {
			var ran atomic.Int32
			got := func() (v any) {
				defer func() { v = recover() }()
				p.Do(1000, func(i int) {
					ran.Add(1)
					if i == round {
						panic("deliberate")
					}
					runtime.Gosched()
				})
				return nil
			}()
			if got != "deliberate" {
				t.Fatalf("threads %d: Do panicked with %v", threads, got)
			}
			if ran.Load() == 1000 && round == 0 && threads == 1 {
				t.Error("indices were handed out after a panic")
			}
			var sum atomic.Int32
			p.Do(10, func(i int) { sum.Add(int32(i)) })
			if sum.Load() != 45 {
				t.Fatalf("threads %d: the pool does not work after a panic", threads)
			}
		}
		p.Close()
	}
}

func TestPoolNestedUsePanics(t *testing.T) {
	for _, threads := range []int{1, 2} {
		p := NewPool(threads)
		func() {
			defer func() {
				if v := recover(); v != errNested {
					t.Errorf("threads %d: panic %v, want %q", threads, v, errNested)
				}
			}()
			p.Do(2, func(int) { p.Do(1, func(int) {}) })
			t.Errorf("threads %d: nested Do did not panic", threads)
		}()
		p.Close()
	}
}

func TestPoolCloseEndsWorkers(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 10 {
		p := NewPool(4)
		p.Do(4, func(int) {})
		p.Close()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestNewPoolPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewPool(0) did not panic")
		}
	}()
	NewPool(0)
}

// TestPoolWokenTooEarly: a worker that was the last to leave a job and then slept
// wakes the caller in a later job, while another worker is still inside.
func TestPoolWokenTooEarly(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	release, done := make(chan struct{}), make(chan struct{})
	var entered, left atomic.Int64
	go func() {
		defer close(done)
		p.Do(2, func(int) {
			for entered.Add(1); entered.Load() < 2; { // one call is the caller's, one a worker's
				runtime.Gosched()
			}
			stack := make([]byte, 1<<14)
			if strings.Contains(string(stack[:runtime.Stack(stack, false)]), "(*Pool).work(") {
				<-release
			}
			left.Add(1)
		})
	}()
	for woken := 0; woken < 3; runtime.Gosched() {
		if p.waiting.CompareAndSwap(true, false) { // what the late worker does
			p.idle <- struct{}{}
			woken++
		}
	}
	select {
	case <-done:
		t.Error("Do returned before its function")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	<-done
	if left.Load() != 2 {
		t.Errorf("%d calls have returned, want 2", left.Load())
	}
}
