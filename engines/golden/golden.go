// Package golden compares a network with logits that another program computed from the
// same weights: the largest ones behind a few prompts, and what it writes greedily.
//
// A file is JSON: {"source": "what computed it", "prompts": [...]}, where a prompt has
// "text" (optional), its "ids" without tokens that are put around a text, "top", the
// largest logits of the last position as [[id, logit], ...], and "answer" (optional), the
// ids of the greedy continuation. Logits of a network with full attention are those of a
// pass over the prompt alone. testdata/golden.py writes such a file with transformers.
package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/network"
	"dllmbench/engines/userfile"
)

// Limits on what a file may hold.
const (
	maxFile    = 64 << 20 // bytes
	maxPrompts = 1000
	maxTop     = 10_000
)

// File is what another program computed.
type File struct {
	Source  string   `json:"source"`
	Prompts []Prompt `json:"prompts"`
}

// Prompt is a text with what follows it.
type Prompt struct {
	Text   *string `json:"text"`
	IDs    []int32 `json:"ids"`
	Top    []Logit `json:"top"`
	Answer []int32 `json:"answer"`
}

// Logit is that of a token.
type Logit struct {
	ID    int32
	Value float64
}

// UnmarshalJSON reads a pair.
func (l *Logit) UnmarshalJSON(data []byte) error {
	var pair []float64
	if err := json.Unmarshal(data, &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[0] != math.Trunc(pair[0]) || math.Abs(pair[0]) > math.MaxInt32 {
		return fmt.Errorf("%.60s is not a token id and a logit", data)
	}
	*l = Logit{int32(pair[0]), pair[1]}
	return nil
}

// MarshalJSON writes a pair.
func (l Logit) MarshalJSON() ([]byte, error) { return json.Marshal([]any{l.ID, l.Value}) }

// Read reads a file for a network. The error names the prompt and the key.
func Read(path string, spec network.Spec) (File, error) {
	text, err := userfile.Read(path, maxFile)
	if err != nil {
		return File{}, err
	}
	f, err := parse(text, spec)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return f, err
}

func parse(text []byte, spec network.Spec) (f File, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, err
	}
	if n := len(f.Prompts); n < 1 || n > maxPrompts {
		return f, fmt.Errorf("prompts has %d entries, allowed is 1 to %d", n, maxPrompts)
	}
	for i, p := range f.Prompts {
		fail := func(format string, args ...any) (File, error) {
			return f, fmt.Errorf("prompt %d: %s", i+1, fmt.Sprintf(format, args...))
		}
		top := make([]int32, len(p.Top))
		for i, l := range p.Top {
			top[i] = l.ID
		}
		switch {
		case len(p.IDs) < 1 || len(p.IDs)+len(p.Answer) > spec.Context:
			return fail("ids and answer have %d and %d tokens, allowed is at least 1 and together the model's context, %d", len(p.IDs), len(p.Answer), spec.Context)
		case len(p.Top) < 1 || len(p.Top) > maxTop:
			return fail("top has %d logits, allowed is 1 to %d", len(p.Top), maxTop)
		case p.Answer != nil && spec.FullContext:
			return fail("answer is for networks that read from left to right, and this one has full attention")
		}
		for key, ids := range map[string][]int32{"ids": p.IDs, "top": top, "answer": p.Answer} {
			for _, id := range ids {
				if id < 0 || int(id) >= spec.Vocab {
					return fail("%s has the token %d, allowed is 0 to %d: the logits are those of another model", key, id, spec.Vocab-1)
				}
			}
		}
		if slices.Sort(top); len(slices.Compact(top)) < len(p.Top) {
			return fail("top has a token twice")
		}
	}
	return f, nil
}

// Outcome is what comparing a prompt gave.
type Outcome struct {
	Prompt
	Ours   []int32 // the ids that our tokenizer gives the text; those of the file without text or tokenizer
	Worst  Logit   // the token whose logit differs most, and by how much
	Moved  int     // tokens of Top that have another rank here
	Missed Logit   // the token with the largest logit here that is not in Top, and how far it is above the least one there
	Same   int     // tokens at the beginning of Answer that are written here too
	Gap    float64 // between our two largest logits where the answers part
}

// OK reports whether nothing differs by more than a tolerance. Where answers part, the
// two largest logits have to be that close (both may be off).
func (o *Outcome) OK(tolerance float64) bool {
	return slices.Equal(o.Ours, o.IDs) && o.Worst.Value <= tolerance && o.Missed.Value <= tolerance && (o.Same == len(o.Answer) || o.Gap <= 2*tolerance)
}

// Compare computes a prompt. The codec may be nil.
func Compare(n network.Network, codec engines.Codec, p Prompt) (Outcome, error) {
	o := Outcome{Prompt: p, Ours: p.IDs}
	if p.Text != nil && codec != nil {
		o.Ours = codec.Encode(*p.Text)
	}
	cache := n.NewCache(len(p.IDs) + len(p.Answer))
	logits, err := last(n, cache, 0, p.IDs)
	if err != nil {
		return o, err
	}
	o.logits(logits)
	for at, id := range p.Answer {
		best, gap := largest(logits)
		if best != id {
			o.Gap = gap
			break
		}
		if o.Same++; o.Same == len(p.Answer) {
			break
		}
		if logits, err = last(n, cache, len(p.IDs)+at, []int32{id}); err != nil {
			return o, err
		}
	}
	return o, nil
}

// last are the logits of the last of some tokens, read as the network was trained to
// read a text.
func last(n network.Network, cache network.Cache, from int, ids []int32) ([]float32, error) {
	w := network.Window{Tokens: ids, Pos: from, Visible: network.CausalVisible(nil, from, len(ids)), Cache: cache, Logits: []int{len(ids) - 1}}
	end := from + len(ids)
	for i, spec := 0, n.Spec(); i < len(ids); i++ {
		if spec.FullContext {
			w.Visible[i] = end
		} else if b := spec.ContextBlock; b > 0 {
			w.Visible[i] = min(((from+i)/b+1)*b, end)
		}
	}
	pass, err := n.Forward([]network.Window{w})
	if err != nil {
		return nil, err
	}
	return pass.Logits[0], nil
}

// logits compares the tokens of Top.
func (o *Outcome) logits(ours []float32) {
	listed, least := map[int32]bool{}, math.Inf(1)
	for _, l := range o.Top {
		listed[l.ID], least = true, min(least, l.Value)
		if d := math.Abs(float64(ours[l.ID]) - l.Value); d > o.Worst.Value || o.Worst.Value == 0 {
			o.Worst = Logit{l.ID, d}
		}
	}
	here := slices.Clone(o.Top)
	slices.SortStableFunc(here, func(a, b Logit) int {
		switch x, y := ours[a.ID], ours[b.ID]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for i := range here {
		if here[i].ID != o.Top[i].ID {
			o.Moved++
		}
	}
	for id, v := range ours {
		if d := float64(v) - least; !listed[int32(id)] && d > o.Missed.Value {
			o.Missed = Logit{int32(id), d}
		}
	}
}

// largest is the token with the largest logit, and how far the second one is below it.
func largest(logits []float32) (best int32, gap float64) {
	first, second := math.Inf(-1), math.Inf(-1)
	for id, v := range logits {
		if v := float64(v); v > first {
			best, first, second = int32(id), v, first
		} else if v > second {
			second = v
		}
	}
	return best, first - second
}

// tolerances are by how much logits may differ, by what weights are kept as. Numbers that
// are kept as they were give those of the reference up to the order of its sums; for others
// these are rough bounds for what quantising weights and rounding activations changes.
var tolerances = []struct {
	kind  string
	logit float64
}{{"Q4", 2}, {"Q5", 1.5}, {"Q6", 1}, {"Q8", 0.5}, {"keys and values", 0.2}, {"", 1e-3}}

// Tolerance is by how much logits may differ, for types of tensors such as "1 Q8_0, 2 F32".
func Tolerance(types string) float64 {
	for _, t := range tolerances {
		if strings.Contains(types, t.kind) {
			return t.logit
		}
	}
	return 0
}
