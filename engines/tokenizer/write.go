package tokenizer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// JSON writes the tokenizer as a tokenizer.json that [Parse] and the Hugging
// Face library read with the same result. Equal tokenizers give equal bytes.
// Of a file that was parsed, only what decides about ids is kept; a
// post-processor, for example, is not.
func (t *Tokenizer) JSON() []byte {
	steps, decoder := t.split.describe(), byteLevel(true)
	f := file{
		Version: "1.0", AddedTokens: []addedToken{}, PreTokenizer: &steps, Decoder: &decoder,
		Model: bpeModel{Type: "BPE", FuseUnk: false, IgnoreMerges: t.ignoreMerges, Vocab: vocabulary{}, Merges: make([]mergeRule, len(t.order))},
	}
	if t.nfc {
		f.Normalizer = &typed{"NFC"}
	}
	for i, tok := range t.tokens {
		id := int32(i)
		f.Model.Vocab[t.name(id)] = id
		if tok.added {
			f.AddedTokens = append(f.AddedTokens, addedToken{ID: id, Content: tok.text, Special: tok.special})
		}
	}
	for i, p := range t.order {
		f.Model.Merges[i] = mergeRule{t.name(p.left), t.name(p.right)}
	}
	return encode(f, " ")
}

// name is the token as it stands in vocab.
func (t *Tokenizer) name(id int32) string {
	if t.tokens[id].added {
		return t.tokens[id].text
	}
	return toAlphabet(t.tokens[id].text)
}

// MarshalJSON writes an object of names and ids in the order of the ids.
func (v vocabulary) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range slices.SortedFunc(maps.Keys(v), func(a, b string) int { return int(v[a] - v[b]) }) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, encode(name, "")...), ':')
		out = append(out, encode(v[name], "")...)
	}
	return append(out, '}'), nil
}

// encode writes a value of this file as JSON and keeps <, > and & readable.
func encode(v any, indent string) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		panic("tokenizer: a tokenizer cannot fail to encode")
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}
