package bestof

import (
	"math"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// scorer rates texts by their likelihood in the causal mode of the weights.
type scorer struct {
	net     network.Network
	caches  []network.Cache
	windows []network.Window
}

// rated is how many tokens of an answer are rated: the useful ones and the stop
// id behind them.
func rated(req *engines.Request, r *engines.Result) int {
	n := r.Useful
	if n < len(r.Tokens) && slices.Contains(req.Stop, r.Tokens[n]) {
		n++
	}
	return n
}

// lay sets window k: the prompt and all rated tokens but the last, causal, with
// a row of logits for each rated token. An answer without any is asked for one
// row all the same, so that every candidate has its pass.
func (s *scorer) lay(k int, req *engines.Request, r *engines.Result) {
	if len(s.caches) <= k {
		s.caches, s.windows = append(s.caches, nil), append(s.windows, network.Window{})
	}
	p, rows := len(req.Prompt), max(rated(req, r), 1)
	n := p + rows - 1
	if c := s.caches[k]; c == nil || c.Capacity() < n {
		s.caches[k] = s.net.NewCache(n)
	}
	s.caches[k].Truncate(0)
	w := &s.windows[k]
	w.Cache = s.caches[k]
	w.Tokens = append(append(w.Tokens[:0], req.Prompt...), r.Tokens[:rows-1]...)
	w.Visible = network.CausalVisible(w.Visible[:0], 0, n)
	w.Logits = w.Logits[:0]
	for i := range rows {
		w.Logits = append(w.Logits, p-1+i)
	}
}

// rate is the mean log-probability, in nats, of an answer's rated tokens, given
// its rows; -Inf without any, and of broken rows. Mask and padding have no probability, as in
// autoregressive decoding.
func rate(req *engines.Request, r *engines.Result, rows [][]float32, spec *network.Spec) float64 {
	sum, n := 0.0, rated(req, r)
	for i, id := range r.Tokens[:n] {
		sample.Ban(rows[i], spec.Mask)
		if spec.Padding(spec.Pad) {
			sample.Ban(rows[i], spec.Pad)
		}
		sum += float64(rows[i][id]) - kernel.LogSumExp(rows[i])
	}
	if n == 0 || math.IsNaN(sum) {
		return math.Inf(-1)
	}
	return sum / float64(n)
}

// score rates the candidates of the round in one pass, and after the last round
// makes the choice.
func (c *contest) score() error {
	s, spec := &c.scorer, c.net.Spec()
	started := c.elapsed()
	for k, i := range c.open {
		s.lay(k, &c.trials[i].req, &c.trials[i].shown.Result)
	}
	laid := c.elapsed()
	pass, err := c.net.Forward(s.windows[:len(c.open)])
	if err != nil {
		return err
	}
	forward := c.elapsed()
	rows := make([][][]float32, len(c.open))
	for k, i := range c.open {
		t := &c.trials[i]
		rows[k], pass.Logits = pass.Logits[:len(s.windows[k].Logits)], pass.Logits[len(s.windows[k].Logits):]
		t.shown.score = rate(&t.req, &t.shown.Result, rows[k], &spec)
		if t.done == 0 || t.shown.score > t.best.score {
			t.best = t.shown
		}
		t.done++
	}
	drawn := c.elapsed()
	spent := engines.Spent{Forward: forward - laid, Sampling: drawn - forward, Bookkeeping: laid - started}
	for k, i := range c.open {
		t := &c.trials[i]
		// It is work on the answer's tokens, as that of a verification.
		var work usage.Tally
		pass.Cost[k].AddTo(&work, s.caches[k].Bytes())
		work[usage.SampledLogits] = int64(len(rows[k]) * spec.Vocab)
		t.usage.Add(work.Usage())
		t.spent.Add(spent)
		t.final = drawn
		var committed, revised []engines.Commit
		if t.done == c.tries {
			committed, revised = t.change(spec.Mask)
		}
		c.scored(i, started, spent, &pass.Cost[k], rows[k], committed, revised)
	}
	c.pass++
	return nil
}

// elapsed is the time since the start of the call.
func (c *contest) elapsed() time.Duration { return c.now().Sub(c.begin) }
