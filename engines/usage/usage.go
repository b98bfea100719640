package usage

import (
	"fmt"
	"strings"
)

// Usage is the work done for one request, with a value for each counter. The
// zero value knows nothing; a sum begins with [Zero].
type Usage [Size]Count

// Zero is the sum of nothing: every counter is known to be 0.
func Zero() Usage {
	var u Usage
	for c := range u {
		u[c] = Known(0)
	}
	return u
}

// Add adds the counters of v to u. A counter that is unknown in either is
// unknown in the sum.
func (u *Usage) Add(v Usage) {
	for c := range u {
		if table[c].Peak {
			u[c] = u[c].max(v[c])
		} else {
			u[c] = u[c].Plus(v[c])
		}
	}
}

// N is the number of a counter that the engine is known to count; it panics
// where it is unknown after all.
func (u Usage) N(c Counter) int {
	n, known := u[c].Value()
	if !known {
		panic("usage: " + c.String() + " is unknown")
	}
	return int(n)
}

// Increase adds a number to a counter, if it is known.
func (u *Usage) Increase(c Counter, n int) { u[c] = u[c].Plus(Known(n)) }

// Problem says in which way the counters contradict themselves, or "". Counters
// are never negative, and the parts of one sum to it. What is unknown contradicts
// nothing.
func (u *Usage) Problem() string {
	for c, count := range u {
		if n, known := count.Value(); known && n < 0 {
			return fmt.Sprintf("%s is %d", Counter(c), n)
		}
	}
	for _, c := range Split() {
		sum := Known(0)
		for _, k := range Kinds() {
			sum = sum.Plus(u[c.In(k)])
		}
		if u[c].Known() && sum.Known() && sum != u[c] {
			return fmt.Sprintf("%s %s are counted, and %s by kind of row", u[c], c.Entry().Words, sum)
		}
	}
	return ""
}

// Diff says in which counters u differs from v, or "".
func (u *Usage) Diff(v Usage) string {
	var list []string
	for c := range u {
		if u[c] != v[c] {
			list = append(list, fmt.Sprintf("%s %s against %s", Counter(c), u[c], v[c]))
		}
	}
	return strings.Join(list, ", ")
}

// MarshalJSON writes an object with a number or null for each counter, and in it
// an object of parts for each kind of rows.
func (u Usage) MarshalJSON() ([]byte, error) {
	out := append(make([]byte, 0, 1200), '{')
	for c := range totals {
		out = append(append(append(out, '"'), table[c].Name...), `":`...)
		out = append(u[c].append(out), ',')
	}
	for _, k := range Kinds() {
		out = append(append(append(out, '"'), k.String()...), `":{`...)
		for c := range split {
			out = append(append(append(out, '"'), table[c].Part...), `":`...)
			out = append(u[c.In(k)].append(out), ',')
		}
		out[len(out)-1] = '}'
		out = append(out, ',')
	}
	out[len(out)-1] = '}'
	return out, nil
}

// Tally counts in plain numbers: all counters that an engine can count are
// known. Decoders count in one while they work, because it costs an addition.
type Tally [Size]int64

// Pass is what one forward pass adds to the counters that are split by kind of
// row.
type Pass [split]int64

// Add adds the work of a pass, or of a part of one, to a kind of rows.
func (t *Tally) Add(k Kind, p *Pass) {
	part := (*Pass)(t[NFE.In(k):])
	for c, n := range p {
		part[c] += n
		t[c] += n
	}
}

// Usage turns the numbers into counts. What engines do not count, see
// [Entry.Answer], is unknown where it is 0.
func (t Tally) Usage() Usage {
	var u Usage
	for c, n := range t {
		if n != 0 || !table[c].Answer {
			u[c] = Known(n)
		}
	}
	return u
}
