package tokenizer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// JSON writes the tokenizer as a tokenizer.json that [Parse] and the Hugging
// Face library read with the same result. Equal tokenizers give equal bytes.
// Of a file that was parsed, only what decides about ids is kept.
func (t *Tokenizer) JSON() []byte {
	f := file{Version: "1.0", AddedTokens: []addedToken{}, PostProcessor: t.template(),
		Model: bpeModel{Type: "BPE", FuseUnk: false, IgnoreMerges: t.ignoreMerges, Vocab: vocabulary{}, Merges: make([]mergeRule, len(t.order))}}
	if t.nfc {
		f.Normalizer = &step{Type: "NFC"}
	}
	if t.spaces != nil {
		t.spaces.describe(&f)
	} else {
		steps, decoder := t.split.describe(), byteLevel(true)
		f.PreTokenizer, f.Decoder = &steps, &decoder
	}
	for i, tok := range t.tokens {
		id := int32(i)
		f.Model.Vocab[t.name(id)] = id
		if tok.added {
			f.AddedTokens = append(f.AddedTokens, addedToken{id, tok.text, tok.flags.alone, tok.flags.left, tok.flags.right, tok.flags.normal, tok.special})
		}
	}
	for i, p := range t.order {
		f.Model.Merges[i] = mergeRule{t.name(p.left), t.name(p.right)}
	}
	return encode(f, " ")
}

// Class writes a tokenizer_config.json for a model of this many positions. By it
// the Hugging Face library takes tokenizer.json as it is: by the type of the model
// alone it would take a class that adds tokens and splits of its own.
func (t *Tokenizer) Class(positions int) []byte {
	name := func(id int32) string {
		if !t.known(id) {
			return ""
		}
		return t.tokens[id].text
	}
	class := struct {
		Class   string `json:"tokenizer_class"`
		Clean   bool   `json:"clean_up_tokenization_spaces"`
		Longest int    `json:"model_max_length"`
		End     string `json:"eos_token,omitempty"`
		Pad     string `json:"pad_token,omitempty"`
		Mask    string `json:"mask_token,omitempty"`
	}{Class: "PreTrainedTokenizerFast", Longest: positions, Pad: name(t.special.Pad), Mask: name(t.special.Mask)}
	if len(t.special.End) > 0 {
		class.End = name(t.special.End[0])
	}
	return append(encode(class, " "), '\n')
}

// name is the token as it stands in vocab.
func (t *Tokenizer) name(id int32) string {
	switch tok := t.tokens[id]; {
	case tok.byte:
		return byteName(tok.text[0])
	case tok.added || t.spaces != nil:
		return tok.text
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
