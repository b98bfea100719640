package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"

	"gopkg.in/yaml.v3"
)

// Endpoint is an engine that is not of this program, which a scenario names and the user's
// file of endpoints describes. It takes text.
type Endpoint struct {
	Preset engines.Preset  // its options, and what a scenario may set of them
	About  result.Endpoint // what records say of it
	Fills  bool            // it can fill a gap in a text
	Chats  bool            // it takes questions, turns before them, and what the system says first
	Begins bool            // it goes on with an answer that is begun
	Shared bool            // it has the tokenizer that counts, and takes its ids
	Ends   string          // why an answer cannot be made to go on to its budget; "" where it can
	// Open makes the engine.
	Open func(context.Context, engines.Setting) (engines.TextEngine, error) `json:"-"`
}

// endpoint finds the endpoint that an engine names.
func (p *parser) endpoint(n *yaml.Node, e *Engine) {
	name := p.text(n, "endpoint")
	switch {
	case name == "":
		return
	case p.catalog.Endpoint == nil:
		p.add(place(n), "no endpoints are known here; this command runs engines of this program")
		return
	}
	found, err := p.catalog.Endpoint(name)
	if err != nil {
		list := []error{err}
		if many, ok := err.(interface{ Unwrap() []error }); ok { // the mistakes of the file, which every endpoint finds
			list = many.Unwrap()
		}
		for _, err := range list {
			if !slices.ContainsFunc(p.list, func(old Problem) bool { return old.Msg == err.Error() }) {
				p.add(place(n), "%v", err)
			}
		}
		return
	}
	e.Endpoint, e.Preset, e.Weights = found, found.Preset, weights.Name{Kind: weights.Endpoint, Name: name}
}

// reference are the weights whose tokenizer counts budgets and useful text of endpoints in an
// entry: its own, else those of its first engine of this program; none where there is no such.
func (s *Scenario) reference(t Task) (weights.Name, bool) {
	if t.Weights.Kind != "" {
		return t.Weights, true
	}
	for _, e := range t.engines {
		if s.Engines[e].Endpoint == nil {
			return s.weightsOf(t, e), true
		}
	}
	return weights.Name{}, false
}

// beside gives the sides of an entry that endpoints are on what they need: the tokenizer that
// counts, and what makes all cells of the entry comparable.
func (x *expander) beside(t Task, sides []side) ([]side, error) {
	counting, name := engines.Codec(byteCodec{}), "bytes"
	if w, ok := x.s.reference(t); ok {
		info, err := x.info(w)
		if err != nil {
			return nil, err
		}
		counting, name = info.Codec, w.String()
	}
	if counting == nil {
		return nil, fmt.Errorf("weights %s have no tokenizer", name)
	}
	k := &kin{root: result.WithEndpoints, counting: counting}
	own, h := name+" "+idsDigest(counting, []string{probe}), sha256.New()
	for i := range sides {
		s := &sides[i]
		fmt.Fprintf(h, "%s %s\n", s.weights, s.info.Digest)
		if s.endpoint != nil {
			s.info = WeightsInfo{Codec: counting, Context: MaxTokens * 4}
		}
		s.kin = k
		if s.endpoint != nil && !s.endpoint.Shared || s.info.Codec != counting {
			s.tokensOf = own
		}
	}
	k.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return sides, nil
}

// byteCodec takes every byte of a text as a token: it counts where no weights do.
type byteCodec struct{}

func (byteCodec) Encode(text string) []int32 {
	ids := make([]int32, len(text))
	for i := range len(text) {
		ids[i] = int32(text[i])
	}
	return ids
}

func (byteCodec) Decode(ids []int32) string {
	var text []byte
	for _, id := range ids {
		if 0 <= id && id < 256 {
			text = append(text, byte(id))
		}
	}
	return string(text)
}

func (byteCodec) MaskID() int32   { return -1 }
func (byteCodec) EndIDs() []int32 { return []int32{256} }
func (byteCodec) PadID() int32    { return -1 }
func (byteCodec) VocabSize() int  { return 257 }
