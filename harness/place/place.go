// Package place is the one rule of comparability.
//
// A [Place] holds everything that must be equal before two readings may be
// compared: the weights, the task and its size, the machine's share. Every
// reader of records groups cells by it, names it with [Names], and says with
// [Differs] why two cells are not compared. The package also says what a cell is
// called in two runs ([Keys]), which requests count ([Usable]), and which cell
// the others are compared with ([Reference]).
package place

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines/weights"
	"dllmbench/harness/result"
)

// Place is what cells must share to be compared. It is comparable, so it works
// as a key of maps. A new field needs an entry in the table of fields.
type Place struct {
	Origin   string // program that measured where it was not this one; "" for its own
	Weights  string
	Digest   string // of the model: weights, configuration and tokenizer; "" in older files
	Alone    string // digest of the weights alone
	CostOnly bool
	Params   int64

	Workload string
	Rung     string
	Split    string
	Dataset  string
	Chance   Maybe[float64]
	Knobs    string // of the rung, sorted: "digits=2 terms=4"
	Prompt   Maybe[int]
	// Planted is the number of wrong tokens of the half-written answer that
	// decoders start from; unknown where they start from nothing.
	Planted Maybe[int]
	Samples int // independent answers to an instance; 0 for one
	// Ends is what ends an answer beside the tokens that do: stop texts, or nothing before its
	// budget; "" in most.
	Ends  string
	Score string // how answers are scored where choices are rated: "likelihood acc, 128 draws"; "" in most
	// Chat tells forms of prompts apart: "chat" and a hash; "" for prompts as they are.
	Chat string

	Budget  int
	Batch   int
	Threads int
	Load    string // how requests arrived, see [In]
}

// Maybe is a value that may be unknown.
type Maybe[T comparable] struct {
	Value T
	Known bool
}

func maybe[T comparable](p *T) Maybe[T] {
	if p == nil {
		return Maybe[T]{}
	}
	return Maybe[T]{*p, true}
}

// String is "" for an unknown value.
func (m Maybe[T]) String() string {
	if !m.Known {
		return ""
	}
	return fmt.Sprint(m.Value)
}

// Of is the place of a cell among those of its run. Cells of related checkpoints are at
// one place: what they share stands there instead of their weights.
func Of(c result.Cell) Place {
	if f := c.Family; f != nil {
		c.Weights, c.Digest, c.WeightsAlone, c.Params, c.Budget = "family:"+f.Root, f.Digest, f.Digest, 0, f.Budget
	}
	var knobs []string
	for _, k := range slices.Sorted(maps.Keys(c.Knobs)) {
		knobs = append(knobs, fmt.Sprintf("%s=%v", k, c.Knobs[k]))
	}
	form := ""
	if c.Chat != "" {
		form = fmt.Sprintf("chat %.6x", sha256.Sum256([]byte(c.Chat)))
	}
	if c.Family != nil { // each of them has its own form
		form, _, _ = strings.Cut(form, " ")
		if c.Family.Root == result.WithEndpoints { // whose servers keep theirs to themselves
			form = ""
		}
	}
	return Place{Origin: c.Origin, Chat: form, Weights: c.Weights, Digest: c.Digest, Alone: c.WeightsAlone, CostOnly: c.CostOnly, Params: c.Params,
		Workload: c.Workload, Rung: c.Rung, Split: c.Split, Dataset: c.Dataset, Chance: maybe(c.Chance), Knobs: strings.Join(knobs, " "),
		Prompt: maybe(c.PromptLen), Planted: maybe(c.Planted), Samples: c.Samples, Ends: ends(c), Score: score(c), Budget: c.Budget, Batch: c.Batch, Threads: c.Threads}
}

// ends is [Place].Ends of a cell.
func ends(c result.Cell) string {
	var list []string
	for _, s := range c.Stop {
		list = append(list, fmt.Sprintf("%q", s))
	}
	if c.ForceLength {
		list = append(list, "budget")
	}
	return strings.Join(list, " ")
}

// score is [Place].Score of a cell.
func score(c result.Cell) string {
	if c.Score == "" {
		return ""
	}
	return fmt.Sprintf("%s %s, %d draws", c.Score, c.Primary, c.Draws)
}

// In is the place of a cell among those of several runs.
func In(h result.Header, c result.Cell) Place {
	p := Of(c)
	p.Load = h.Load
	return p
}

// ButWeights is the place without its weights and the form of their chats, to compare decoders trained apart.
func (p Place) ButWeights() Place {
	p.Weights, p.Digest, p.Alone, p.Params = "", "", "", 0
	p.Chat, _, _ = strings.Cut(p.Chat, " ") // each model has its own form
	return p
}

// Network is the name of the weights without their kind and precision.
func (p Place) Network() string { return weights.Parse(p.Weights).Name }

// ButPrecision is the place without what tells precisions of the same weights apart.
func (p Place) ButPrecision() Place {
	w := weights.Parse(p.Weights)
	w.Precision = ""
	p.Weights, p.Digest, p.Alone = w.String(), "", ""
	return p
}

// String names the task of the place, for sentences.
func (p Place) String() string {
	if p.Workload == "" {
		return p.Weights
	}
	return p.Workload + " " + p.Rung
}

// Usable reports whether a request counts: it was decoded to its end, by a stop
// token or by its budget. Its times may be void all the same: they are null then.
func Usable(r *result.Request) bool { return r.Status == "success" || r.Status == "truncated" }

// Failure says how the first request ended that is not usable; "" if all are.
func Failure(list []result.Request) string {
	for i := range list {
		if r := &list[i]; !Usable(r) {
			return fmt.Sprintf("%s ended with status %s: %s", r.Instance, r.Status, r.Error)
		}
	}
	return ""
}
