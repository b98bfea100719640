package guard

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCall(t *testing.T) {
	broken := errors.New("broken")
	if err := Call("cell", func() error { return broken }); err != broken {
		t.Errorf("an error becomes %v", err)
	}
	err := Call("figure", func() error {
		Must("cell 3", func() {
			var list []int
			list[2]++
		})
		return nil
	})
	var f *Failure
	if !errors.As(err, &f) || f.What != "figure: cell 3" || !strings.Contains(f.At, "guard_test.go:") || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("a panic becomes %v", err)
	}
}

// Panics of many goroutines are one error, that of the lowest index.
func TestEach(t *testing.T) {
	err := Each(100, func(i int) string { return fmt.Sprint("item ", i) }, func(i int) error {
		if i >= 7 {
			panic(i)
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "item 7: panic: 7 ") {
		t.Errorf("error %v", err)
	}
}

func TestTogether(t *testing.T) {
	if err := Together(func() error { panic("one") }, func() error { return errors.New("two") }); err == nil || !strings.Contains(err.Error(), "one") || !strings.Contains(err.Error(), "two") {
		t.Errorf("error %v", err)
	}
}
