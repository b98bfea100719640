package network

import "slices"

// Window is one sequence's part of a forward pass: the consecutive positions
// [Pos, Pos+len(Tokens)), or with At any positions that the cache already holds.
//
// The pass writes their keys and values into Cache, overwriting what was there,
// and row i attends to the keys [0, Visible[i]). That one number per row
// expresses every mask a decoder needs: Pos+i+1 is causal, the total length is
// full attention, and the end of a block is block diffusion.
type Window struct {
	Tokens  []int32
	Pos     int
	At      []int // position of each row, ascending and all below the cache length; nil for consecutive ones
	Visible []int // one per token: number of leading keys the row sees
	Cache   Cache
	Logits  []int // rows (indices into Tokens) whose logits are wanted; nil for none

	// PromptRows leading rows are of the prompt, and the StoredRows behind them are
	// finished text, where the cache keeps them for later passes: see usage.Kind.
	PromptRows, StoredRows int

	// Partial, when not nil, lets the pass take over what an earlier one left for
	// some rows; see Partial. All windows of a batch have it, or none.
	Partial *Partial
}

// Position is the position of row i.
func (w *Window) Position(i int) int {
	if w.At != nil {
		return w.At[i]
	}
	return w.Pos + i
}

// End is the first position behind the window.
func (w *Window) End() int { return w.Position(len(w.Tokens)-1) + 1 }

// Row is the row of a position, or -1 if the window does not hold it.
func (w *Window) Row(pos int) int {
	if w.At != nil {
		if i, found := slices.BinarySearch(w.At, pos); found {
			return i
		}
		return -1
	}
	if i := pos - w.Pos; i >= 0 && i < len(w.Tokens) {
		return i
	}
	return -1
}

// CausalVisible appends the causal mask of n rows starting at position pos.
func CausalVisible(dst []int, pos, n int) []int {
	for i := range n {
		dst = append(dst, pos+i+1)
	}
	return dst
}

// ConstVisible appends n rows that all see the first keys positions.
func ConstVisible(dst []int, n, keys int) []int {
	for range n {
		dst = append(dst, keys)
	}
	return dst
}

// Mode says what a partial pass does with a row.
type Mode uint8

// The modes of a row.
const (
	Fresh    Mode = iota // everything is computed
	Adaptive             // values are computed; if they changed little, the rest is taken over
	Kept                 // everything is taken over
)

// Partial is the feature caching of dLLM-Cache (Liu et al. 2025, arXiv
// 2506.06295): for rows that are not fresh, the outputs of attention and MLP
// that an earlier partial pass left in the window's cache are added to the
// residual stream instead of being computed. Of the adaptive rows, the Share
// whose values turned the furthest from the stored ones (lowest cosine
// similarity, in each layer for itself) are computed after all; in the first
// layer all of them are, since little work depends on it and their tokens may
// have changed.
type Partial struct {
	Modes []Mode  // of each row
	Share float64 // of the adaptive rows, in [0, 1]; rounded up
}
