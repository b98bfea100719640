package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
)

// processor is a post_processor: what the reference puts around a text.
type processor struct {
	Type       string           `json:"type"`
	Processors []processor      `json:"processors,omitempty"` // Sequence
	Single     []around         `json:"single,omitempty"`     // TemplateProcessing, as the next two
	Pair       []around         `json:"pair,omitempty"`
	Tokens     map[string]named `json:"special_tokens,omitempty"`
}

type named struct {
	ID     string   `json:"id"`
	IDs    []int32  `json:"ids"`
	Tokens []string `json:"tokens"`
}

// around is a piece of a template: a token or a text.
type around struct {
	Special  *placed `json:"SpecialToken,omitempty"`
	Sequence *placed `json:"Sequence,omitempty"`
}

type placed struct {
	ID   string `json:"id"`
	Type int    `json:"type_id"`
}

// frame reads what stands in front of a text and behind it.
func (f *file) frame(t *Tokenizer) error {
	var post processor
	if f.PostProcessor != nil {
		if err := json.Unmarshal(f.PostProcessor, &post); err != nil {
			return fmt.Errorf("post_processor: %w", err)
		}
	}
	return post.frame(t)
}

func (p *processor) frame(t *Tokenizer) error {
	switch p.Type {
	case "", "ByteLevel", "TemplateProcessing", "Sequence":
	default:
		return fmt.Errorf("post_processor is %q, allowed are ByteLevel, TemplateProcessing, a Sequence of them, and none", p.Type)
	}
	side, texts := &t.begin, 0
	for _, piece := range p.Single {
		if piece.Special == nil {
			side = &t.end
			texts++
			continue
		}
		ids := p.Tokens[piece.Special.ID].IDs
		for _, id := range ids {
			if !t.known(id) || !t.tokens[id].added {
				return fmt.Errorf("post_processor puts token %d around a text, which is no added token", id)
			}
		}
		if len(ids) == 0 {
			return fmt.Errorf("post_processor puts %q around a text and gives no ids of it", piece.Special.ID)
		}
		*side = append(*side, ids...)
	}
	if p.Type == "TemplateProcessing" && texts != 1 {
		return fmt.Errorf("post_processor has a template with %d texts, allowed is one", texts)
	}
	for i := range p.Processors {
		if err := p.Processors[i].frame(t); err != nil {
			return err
		}
	}
	return nil
}

// Frame says which added tokens stand in front of a text and behind it, in the place of
// what the file says.
func (t *Tokenizer) Frame(begin, end []int32) { t.begin, t.end = begin, end }

// template is the inverse of frame; nil for nothing.
func (t *Tokenizer) template() json.RawMessage {
	if len(t.begin)+len(t.end) == 0 {
		return nil
	}
	p, a, b := processor{Type: "TemplateProcessing"}, around{Sequence: &placed{"A", 0}}, around{Sequence: &placed{"B", 1}}
	special := func(ids []int32) (list []around) {
		for _, id := range ids {
			list = append(list, around{Special: &placed{ID: t.tokens[id].text}})
		}
		return list
	}
	put := func(texts ...around) []around { return slices.Concat(special(t.begin), texts, special(t.end)) }
	p.Single, p.Pair = put(a), put(a, b)
	p.Tokens = map[string]named{}
	for _, id := range slices.Concat(t.begin, t.end) {
		name := t.tokens[id].text
		p.Tokens[name] = named{name, []int32{id}, []string{name}}
	}
	return encode(p, "")
}
