package model

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/network"
)

// Memory is what a decoder needs, in bytes.
type Memory struct {
	Weights     int64
	Cache       int64 // keys and values
	Activations int64 // between the layers of a pass over all positions
	Logits      int64 // of such a pass
	Given       int64 // of them, at a time, where rules rate each row for itself: see network.Streamer
}

// Total is the sum.
func (m Memory) Total() int64 { return m.Weights + m.Cache + m.Activations + m.Logits }

// Memory is what a session takes for a batch of sequences of a length, in passes over
// all of their positions and with the logits of all of them, as the first pass of
// decoders that see whole texts. One that only reads the last token of each needs next
// to no activations, and as many rows of logits as there are sequences.
func (m *Model) Memory(length, batch int) Memory {
	c := &m.cfg
	rows := int64(length) * int64(batch)
	capacity := int64(roundUp(length, kernel.PanelWidth))
	q, kv := c.Heads*c.HeadDim, c.KVHeads*c.HeadDim
	row := 2*c.HiddenSize + (q + 2*kv) + q
	if c.Experts > 0 { // rows of one expert, and what the router makes of each
		row += 2*c.HiddenSize + 3*c.Experts + 3*c.ExpertsPerRow
	}
	if c.architecture().outNorm {
		row += c.HiddenSize
	}
	need := Memory{
		Weights: m.bodyBytes + m.expertBytes + m.embed.bytes(), Cache: int64(batch) * capacity * c.heldBytes(),
		Activations: (rows*int64(row) + min(rows, feedRows)*3*int64(c.inner())) * kernel.FloatBytes, Logits: rows * int64(c.VocabSize) * kernel.FloatBytes,
	}
	need.Given = need.Logits
	if rows*int64(c.VocabSize) >= network.ManyLogits {
		need.Given = min(rows, givenRows) * int64(c.VocabSize) * kernel.FloatBytes
	}
	if m.head != m.embed {
		need.Weights += m.head.bytes()
	}
	return need
}
