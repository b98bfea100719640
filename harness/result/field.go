package result

import "dllmbench/engines/usage"

// Field reads a number of a request; false when it was not measured.
type Field func(*Request) (float64, bool)

// Number is a number that may be null, in units of so many.
func Number[T int | int64 | float64](of func(*Request) *T, unit float64) Field {
	return func(q *Request) (float64, bool) {
		if x := of(q); x != nil {
			return float64(*x) / unit, true
		}
		return 0, false
	}
}

// Truth is 1 where something is true and 0 where it is false.
func Truth(of func(*Request) *bool) Field {
	return func(q *Request) (float64, bool) {
		switch x := of(q); {
		case x == nil:
			return 0, false
		case *x:
			return 1, true
		}
		return 0, true
	}
}

// Counted is a counter. An unknown one is NaN, and so is any mean or sum over it.
func Counted(c usage.Counter) Field {
	return func(q *Request) (float64, bool) { return q.Usage[c].Float(), true }
}

// Aspect is one of the further scores of a workload.
func Aspect(name string) Field {
	return func(q *Request) (float64, bool) { x, ok := q.Aspects[name]; return x, ok }
}

// Solved is 1 for an answer that is fully correct.
func Solved() Field { return Truth(func(q *Request) *bool { return q.Exact }) }

// ByCell sorts the requests of a file by cell, by its id.
func (f *File) ByCell() map[string][]Request {
	out := map[string][]Request{}
	for _, r := range f.Requests {
		out[r.Cell] = append(out[r.Cell], r)
	}
	return out
}

// Tries counts the independent answers to an instance, N, and those that are right.
type Tries struct{ N, Right int }

// CountTries counts the runs of one instance that right could judge (1 for a right
// answer). Answers with the same seed are the same answer and count once.
func CountTries(runs []*Request, right func(*Request) (float64, bool)) Tries {
	var t Tries
	seen := map[uint64]bool{}
	for _, q := range runs {
		x, ok := right(q)
		if !ok || seen[q.Seed] {
			continue
		}
		seen[q.Seed] = true
		t.N++
		if x == 1 {
			t.Right++
		}
	}
	return t
}
