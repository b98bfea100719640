package tokenizer

import (
	"bytes"
	"encoding/json"
)

// JSON writes the tokenizer as a tokenizer.json that [Parse] and the Hugging
// Face library read with the same result. Equal tokenizers give equal bytes.
// Of a file that was parsed, only what decides about ids is kept; a
// post-processor, for example, is not.
func (t *Tokenizer) JSON() []byte {
	normalizer := (*typed)(nil)
	if t.nfc {
		normalizer = &typed{"NFC"}
	}
	added := []addedToken{}
	for id, tok := range t.tokens {
		if tok.added {
			added = append(added, addedToken{ID: int32(id), Content: tok.text, Special: tok.special})
		}
	}
	merges := make([]mergeRule, len(t.order))
	for i, p := range t.order {
		merges[i] = mergeRule{t.name(p.left), t.name(p.right)}
	}
	return encode(struct {
		Version       string       `json:"version"`
		Truncation    *struct{}    `json:"truncation"`
		Padding       *struct{}    `json:"padding"`
		AddedTokens   []addedToken `json:"added_tokens"`
		Normalizer    *typed       `json:"normalizer"`
		PreTokenizer  preTokenizer `json:"pre_tokenizer"`
		PostProcessor *struct{}    `json:"post_processor"`
		Decoder       preTokenizer `json:"decoder"`
		Model         any          `json:"model"`
	}{
		Version: "1.0", AddedTokens: added, Normalizer: normalizer, PreTokenizer: t.split.describe(),
		Decoder: byteLevel(true),
		Model: struct {
			Type         string      `json:"type"`
			Dropout      *float64    `json:"dropout"`
			UnkToken     *string     `json:"unk_token"`
			Prefix       *string     `json:"continuing_subword_prefix"`
			Suffix       *string     `json:"end_of_word_suffix"`
			FuseUnk      bool        `json:"fuse_unk"`
			ByteFallback bool        `json:"byte_fallback"`
			IgnoreMerges bool        `json:"ignore_merges"`
			Vocab        orderedIDs  `json:"vocab"`
			Merges       []mergeRule `json:"merges"`
		}{Type: "BPE", IgnoreMerges: t.ignoreMerges, Vocab: orderedIDs{t}, Merges: merges},
	}, " ")
}

// name is the token as it stands in vocab.
func (t *Tokenizer) name(id int32) string {
	if t.tokens[id].added {
		return t.tokens[id].text
	}
	return toAlphabet(t.tokens[id].text)
}

// orderedIDs writes vocab in the order of ids, which a Go map would not keep.
type orderedIDs struct{ t *Tokenizer }

// MarshalJSON writes an object of names and ids.
func (v orderedIDs) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for id := range v.t.tokens {
		if id > 0 {
			out = append(out, ',')
		}
		out = append(out, encode(v.t.name(int32(id)), "")...)
		out = append(out, ':')
		out = append(out, encode(id, "")...)
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
