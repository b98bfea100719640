package python

import "dllmbench/workloads/jsonl"

// Checker is a checker that runs Python where a runner is there: a [Test], or one that
// looks for the program in an output first.
type Checker interface {
	jsonl.Checker
	// By is the same checker with a runner.
	By(*Runner) jsonl.Checker
}

// Judged is w with its Python run by r; nil leaves it without a verdict.
func Judged(w *jsonl.Workload, r *Runner) *jsonl.Workload {
	if r == nil {
		return w
	}
	return w.With(func(c jsonl.Checker) jsonl.Checker {
		if c, ok := c.(Checker); ok {
			return c.By(r)
		}
		return c
	})
}
