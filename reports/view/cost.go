package view

import "dllmbench/engines/usage"

// Cost is where the work and the time of an average answer of a row went:
// means over its usable requests, so that the parts add up to the whole.
type Cost struct {
	Requests int
	Batch    int
	Sum      usage.Usage // over the requests

	// Seconds of wall time by kind of work; nil when they were not measured.
	Forward, Sampling, Bookkeeping *float64
}

// Mean is the sum of some counters of an average answer; NaN where a request does
// not know one of them.
func (c *Cost) Mean(counters ...usage.Counter) float64 {
	sum := usage.Known(0)
	for _, counter := range counters {
		sum = sum.Plus(c.Sum[counter])
	}
	return sum.Float() / float64(c.Requests)
}

// FLOPs is the arithmetic of an average answer, and NaN where it is unknown.
func (c *Cost) FLOPs() float64 { return c.Mean(usage.FLOPs) }

// CacheBytes are the keys and values that an average answer reads and writes.
func (c *Cost) CacheBytes() float64 { return c.Mean(usage.CacheReadBytes, usage.CacheWriteBytes) }

// Bytes is all memory traffic that is counted.
func (c *Cost) Bytes() float64 { return c.Mean(usage.WeightBytes) + c.CacheBytes() }

// Intensity is the arithmetic intensity in FLOPs per byte, false where one of
// them is 0 or unknown.
func (c *Cost) Intensity() (float64, bool) {
	flops, bytes := c.FLOPs(), c.Bytes()
	return flops / bytes, flops > 0 && bytes > 0
}

// Rate is the floating-point operations per second of time in the network. It
// is false where that was not measured, and for batches, whose requests share
// their passes.
func (c *Cost) Rate() (float64, bool) {
	if flops := c.FLOPs(); c.Batch <= 1 && c.Forward != nil && *c.Forward > 0 && flops > 0 {
		return flops / *c.Forward, true
	}
	return 0, false
}

func (u *units) cost(batch int) *Cost {
	c := &Cost{Batch: batch, Sum: usage.Zero()}
	var forward, sampling, bookkeeping float64
	timed := 0
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			c.Requests++
			c.Sum.Add(q.Usage)
			if q.Spent != nil {
				timed++
				forward += float64(q.Spent.ForwardNs) / 1e9
				sampling += float64(q.Spent.SamplingNs) / 1e9
				bookkeeping += float64(q.Spent.BookkeepingNs) / 1e9
			}
		}
	}
	if timed > 0 {
		n := float64(timed)
		forward, sampling, bookkeeping = forward/n, sampling/n, bookkeeping/n
		c.Forward, c.Sampling, c.Bookkeeping = &forward, &sampling, &bookkeeping
	}
	return c
}
