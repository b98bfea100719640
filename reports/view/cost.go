package view

import "dllmbench/harness/result"

// Cost is where the work and the time of an average answer of a row went:
// means over its usable requests, so that the parts add up to the whole.
type Cost struct {
	Requests int
	Batch    int
	Prefill  Share
	Denoise  Share // decoding of autoregressive rows included
	Commit   Share
	Total    Share

	// Seconds of wall time by kind of work; nil when they were not measured.
	Forward, Sampling, Bookkeeping *float64
}

// Share is one kind of work of an average answer.
type Share struct {
	Passes      float64
	QueryTokens float64
	FLOPs       float64
	WeightBytes float64 // read
	CacheBytes  float64 // read and written
}

// Bytes is all memory traffic that is counted.
func (s Share) Bytes() float64 { return s.WeightBytes + s.CacheBytes }

// Intensity is the arithmetic intensity in FLOPs per byte, false without bytes.
func (c *Cost) Intensity() (float64, bool) {
	if c.Total.Bytes() <= 0 || c.Total.FLOPs <= 0 {
		return 0, false
	}
	return c.Total.FLOPs / c.Total.Bytes(), true
}

// Rate is the floating-point operations per second of time in the network. It
// is false where that was not measured, and for batches, whose requests share
// their passes.
func (c *Cost) Rate() (float64, bool) {
	if c.Batch > 1 || c.Forward == nil || *c.Forward <= 0 || c.Total.FLOPs <= 0 {
		return 0, false
	}
	return c.Total.FLOPs / *c.Forward, true
}

// Cost is nil for rows without requests.
func (r *Row) Cost() *Cost { return r.cost }

func (u *units) cost(batch int) *Cost {
	c := &Cost{Batch: batch}
	var forward, sampling, bookkeeping float64
	timed := 0
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			c.Requests++
			c.Prefill.add(q.Prefill)
			c.Denoise.add(q.Denoise)
			c.Commit.add(q.Commit)
			c.Total.add(result.Work{
				Passes: q.NFE, QueryTokens: q.QueryTokens, FLOPs: q.FLOPs, WeightBytes: q.WeightBytes,
				CacheReadBytes: q.CacheReadBytes, CacheWriteBytes: q.CacheWriteBytes,
			})
			if q.Spent != nil {
				timed++
				forward += float64(q.Spent.ForwardNs) / 1e9
				sampling += float64(q.Spent.SamplingNs) / 1e9
				bookkeeping += float64(q.Spent.BookkeepingNs) / 1e9
			}
		}
	}
	for _, s := range []*Share{&c.Prefill, &c.Denoise, &c.Commit, &c.Total} {
		s.divide(float64(c.Requests))
	}
	if timed > 0 {
		n := float64(timed)
		forward, sampling, bookkeeping = forward/n, sampling/n, bookkeeping/n
		c.Forward, c.Sampling, c.Bookkeeping = &forward, &sampling, &bookkeeping
	}
	return c
}

func (s *Share) add(w result.Work) {
	s.Passes += float64(w.Passes)
	s.QueryTokens += float64(w.QueryTokens)
	s.FLOPs += float64(w.FLOPs)
	s.WeightBytes += float64(w.WeightBytes)
	s.CacheBytes += float64(w.CacheReadBytes + w.CacheWriteBytes)
}

func (s *Share) divide(n float64) {
	s.Passes /= n
	s.QueryTokens /= n
	s.FLOPs /= n
	s.WeightBytes /= n
	s.CacheBytes /= n
}
