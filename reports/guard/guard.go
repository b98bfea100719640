// Package guard turns a panic into an error that names what was being made.
// Reports are made from records that anybody may have written, on several
// goroutines at once, and a panic that leaves a goroutine ends the program.
package guard

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// Failure is a panic that was caught.
type Failure struct {
	What  string // what was being made: a cell, a figure, a file
	Value any    // of the panic
	At    string // file and line
}

// Error names what failed, why and where.
func (f *Failure) Error() string { return fmt.Sprintf("%s: panic: %v (%s)", f.What, f.Value, f.At) }

// Defect marks the failure as a mistake of this program, whatever was being made.
func (*Failure) Defect() {}

// Call calls f and returns its error, or its panic as a [*Failure]. A failure that
// f passes on is returned with both names.
func Call(what string, f func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *Failure:
			err = &Failure{what + ": " + v.What, v.Value, v.At}
		default:
			err = &Failure{what, v, origin()}
		}
	}()
	return f()
}

// Must calls f. A panic goes on as a [*Failure] that names what was made.
func Must(what string, f func()) {
	if err := Call(what, func() error { f(); return nil }); err != nil {
		panic(err)
	}
}

// Each calls f for 0 … n−1 on all processors, in order as far as that goes. After
// a failure nothing more is begun; the error is that of the lowest index, and a
// panic is one that names what was being made.
func Each(n int, what func(int) string, f func(int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for !failed.Load() { // what is taken is done, so that all before a failure are
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = Call(what(i), func() error { return f(i) }); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Together calls the functions at the same time and returns their errors and
// panics.
func Together(calls ...func() error) error {
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		wg.Go(func() { errs[i] = Call("report", call) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// origin is the place of the panic that is being handled.
func origin() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s/%s:%d", path.Base(path.Dir(f.File)), path.Base(f.File), f.Line)
		}
	}
}
