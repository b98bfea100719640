// Package likelihood tells how probable a given text is to a network: exactly
// where it is read from left to right, and by an upper bound of the negative
// log-likelihood where masks are filled in any order.
//
// The mask of a pass is that of the decoder of the same name: causal for
// autoregressive, everything sees everything for full diffusion, and for block
// diffusion a causal prefix and a block that sees the prefix and itself.
//
// For L masked positions the bound is that of an order drawn at random,
//
//	-log p(x) ≤ E_k[(L/k) Σ_{i∈M} -log p(x_i | x outside M)],
//
// with k uniform on 1..L and M uniform among the sets of k positions: the form
// of LLaDA's equation 6 (Nie et al. 2025, arXiv 2502.09992) in which the number
// of masks is exact. A network whose conditionals all come from one joint law
// meets it with equality; any other leaves a slack, which is why bounds of
// different families must not be ranked against each other without saying so.
//
// Probabilities are those of the whole vocabulary, as in training: what the
// network gives to tokens that no decoder draws counts against the text. Where the
// mask was left out in training (network.Training.MaskNever) it is here.
package likelihood

import (
	"errors"
	"fmt"
	"math"

	"dllmbench/engines/network"
)

// Text is a text to be rated.
type Text struct {
	Prompt []int32 // is given
	Answer []int32 // is rated, its end token included; not empty
}

// Result is a negative log-likelihood, or an upper bound of one.
type Result struct {
	// Nats is the share of each rated position, in nats. In a bound it is the
	// mean surprise of the position when its block is written in random order.
	Nats []float64
	// SE is the standard error in nats of Total over the draws of masks; 0 where
	// the result is exact.
	SE     float64
	Passes int // passes of the text through the network
}

// Total is the negative log-likelihood (or bound) of the whole text in nats.
func (r *Result) Total() float64 {
	sum := 0.0
	for _, n := range r.Nats {
		sum += n
	}
	return sum
}

// Scorer rates texts on one network. It is not safe for concurrent use.
type Scorer struct {
	net   network.Network
	spec  network.Spec
	lanes []lane
	batch []network.Window
}

// lane is one place in a batch of passes.
type lane struct {
	cache  network.Cache
	stored int // leading positions whose keys and values are final for the text at work
	window network.Window
	seq    []int32
}

// lanes of a batch: enough rows to keep the network's threads at work.
const lanes = 16

// New returns a scorer on a network, which it uses as long as it lives.
func New(net network.Network) *Scorer {
	return &Scorer{net: net, spec: net.Spec(), lanes: make([]lane, lanes)}
}

// Spec is that of the network.
func (s *Scorer) Spec() network.Spec { return s.spec }

// AR returns the exact negative log-likelihood of the answer from left to right,
// in one causal pass. The error says which token or length is not allowed.
func (s *Scorer) AR(t Text) (Result, error) {
	list, err := s.ARs(t.Prompt, [][]int32{t.Answer})
	if err != nil {
		return Result{}, err
	}
	return list[0], nil
}

// ARs is AR for several answers to a prompt, which is read once: the pass of the first one
// keeps its keys and values for the others.
func (s *Scorer) ARs(prompt []int32, answers [][]int32) ([]Result, error) {
	longest := 0
	for _, answer := range answers {
		if err := s.check(Text{prompt, answer}, true); err != nil {
			return nil, err
		}
		longest = max(longest, len(answer))
	}
	s.begin(len(prompt)+longest, 1)
	var list []Result
	for i, answer := range answers {
		from := 0
		if i > 0 {
			from = len(prompt) - 1
		}
		tokens, err := s.read(Text{prompt, answer}, from, 0)
		if err != nil {
			return nil, err
		}
		r := Result{Nats: make([]float64, len(tokens)), Passes: 1}
		for k, token := range tokens {
			r.Nats[k] = token.Nats
		}
		list = append(list, r)
	}
	return list, nil
}

// check refuses texts that cannot be rated. Whoever predicts a position through
// the one in front of it needs a prompt.
func (s *Scorer) check(t Text, leads bool) error {
	if len(t.Answer) == 0 {
		return errors.New("the answer is empty; its end token belongs to it")
	}
	if leads && len(t.Prompt) == 0 {
		return errors.New("the prompt is empty, and the first token of the answer is predicted from it")
	}
	if n := len(t.Prompt) + len(t.Answer); n > s.spec.Context {
		return fmt.Errorf("prompt and answer have %d tokens, the model's context holds %d (max_position_embeddings)", n, s.spec.Context)
	}
	for i, id := range t.Answer {
		if id < 0 || int(id) >= s.spec.Vocab || id == s.spec.Mask {
			return fmt.Errorf("token %d of the answer is %d, allowed is 0 to %d without the mask %d", i, id, s.spec.Vocab-1, s.spec.Mask)
		}
	}
	return nil
}

// begin forgets the last text and makes room for n positions in so many lanes.
func (s *Scorer) begin(n, lanes int) {
	for i := range s.lanes[:lanes] {
		l := &s.lanes[i]
		if l.cache == nil || l.cache.Capacity() < n {
			l.cache = s.net.NewCache(n)
		}
		l.cache.Truncate(0)
		l.stored = 0
	}
}

// surprise is -log of the probability that logits give to a token, in nats.
func surprise(logits []float32, id int32) (float64, error) { return behind(logits, logSum(logits), id) }

// logSum is the logarithm of the sum of the exponentials of logits.
func logSum(logits []float32) float64 {
	top := math.Inf(-1)
	for _, x := range logits {
		top = max(top, float64(x))
	}
	sum := 0.0
	for _, x := range logits {
		sum += math.Exp(float64(x) - top)
	}
	return top + math.Log(sum)
}

// behind is surprise with the logSum of the logits.
func behind(logits []float32, sum float64, id int32) (float64, error) {
	nats := sum - float64(logits[id])
	if math.IsNaN(nats) || math.IsInf(nats, 0) {
		return 0, fmt.Errorf("the network gives token %d no finite log-probability", id)
	}
	return max(nats, 0), nil
}
