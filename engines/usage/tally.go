package usage

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
