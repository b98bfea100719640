package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/likelihood"
)

// rating asks for the log-probabilities of the tokens of an answer. They are those of the
// whole vocabulary, untempered, in one pass over the text: the bits of a row do not depend
// on how the text came about.
type rating struct {
	ids  []int32
	from int // the first that is rated
	top  int
	room int // tokens that ids may grow to, where they grow
	list []likelihood.Token
	done chan error
	at   int // characters of the text in front of it
}

// Request implements engines.Pending.
func (r *rating) Request() engines.Request { return engines.Request{Prompt: r.ids} }

// Wrote implements engines.Pending.
func (r *rating) Wrote(engines.Progress) bool { return true }

// Done implements engines.Pending.
func (r *rating) Done(_ engines.Result, err error) { r.done <- err }

// Rate implements pool.Rated.
func (r *rating) Rate(s *likelihood.Scorer) (err error) {
	if r.from < len(r.ids) {
		r.list, err = s.Tokens(likelihood.Text{Prompt: r.ids[:r.from], Answer: r.ids[r.from:]}, r.top, r.room)
	}
	return err
}

// logprobs is what OpenAI's completions say of tokens; a null stands for the first token of
// a text, which nothing predicts.
type logprobs struct {
	Tokens  []string             `json:"tokens"`
	Own     []*float64           `json:"token_logprobs"`
	Top     []map[string]float64 `json:"top_logprobs"`
	Offsets []int                `json:"text_offset"` // characters
}

// json is the answer's logprobs, for the tokens of a text from one on.
func (r *rating) json(codec engines.Codec, from int) json.RawMessage {
	l := logprobs{Tokens: []string{}, Own: []*float64{}, Top: []map[string]float64{}, Offsets: []int{}}
	for i := from; i < len(r.ids); i++ {
		text := codec.Decode(r.ids[i : i+1])
		l.Tokens, l.Offsets = append(l.Tokens, shown(text)), append(l.Offsets, r.at)
		r.at += utf8.RuneCountInString(text)
		if i < r.from {
			l.Own, l.Top = append(l.Own, nil), append(l.Top, nil)
			continue
		}
		t := r.list[i-r.from]
		own := -t.Nats
		top := map[string]float64{shown(text): own}
		for _, other := range t.Top {
			if other.ID == r.ids[i] {
				continue
			}
			name := shown(codec.Decode([]int32{other.ID}))
			if _, taken := top[name]; taken || name == "" {
				name = fmt.Sprintf("token_id:%d", other.ID)
			}
			top[name] = -other.Nats
		}
		l.Own, l.Top = append(l.Own, &own), append(l.Top, top)
	}
	data, _ := json.Marshal(l) // finite numbers and texts
	return data
}

// shown is the text of a token. One that is a part of a character stands as its bytes, as
// OpenAI has it.
func shown(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	b.WriteString("bytes:")
	for i := range len(text) {
		fmt.Fprintf(&b, `\x%02x`, text[i])
	}
	return b.String()
}
