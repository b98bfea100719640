// Package wire has the JSON of OpenAI's interface, for those who ask and those who answer.
package wire

import "encoding/json"

// Answer is a whole answer, or an event of a stream.
type Answer struct {
	ID             string          `json:"id,omitempty"`
	Object         string          `json:"object,omitempty"`
	Created        int64           `json:"created,omitempty"` // seconds since 1970
	Model          string          `json:"model,omitempty"`
	Fingerprint    string          `json:"system_fingerprint,omitempty"`
	PromptTokenIDs json.RawMessage `json:"prompt_token_ids,omitempty"` // of a chat
	Choices        []Choice        `json:"choices"`
	Usage          map[string]any  `json:"usage,omitempty"`
	Counters       map[string]any  `json:"dllmbench,omitempty"` // what our own server counts
}

// Choice is one answer of several, or what an event adds to it.
type Choice struct {
	Index          int             `json:"index"`
	Text           *string         `json:"text,omitempty"` // of a completion
	Delta          *Message        `json:"delta,omitempty"`
	Message        *Message        `json:"message,omitempty"`
	Logprobs       json.RawMessage `json:"logprobs,omitempty"`
	FinishReason   *string         `json:"finish_reason"`
	PromptTokenIDs json.RawMessage `json:"prompt_token_ids,omitempty"`
	TokenIDs       json.RawMessage `json:"token_ids,omitempty"`
}

// Message is what somebody says in a chat.
type Message struct {
	Role             string  `json:"role,omitempty"`
	Content          *string `json:"content,omitempty"`
	Reasoning        string  `json:"reasoning,omitempty"`         // vLLM
	ReasoningContent string  `json:"reasoning_content,omitempty"` // SGLang, llama-server
}

// Said is the text of the message, also of one that is nil.
func (m *Message) Said() string {
	if m == nil || m.Content == nil {
		return ""
	}
	return *m.Content
}

// Failure is the answer to a request that failed, or the event that ends its stream.
type Failure struct {
	Error Error `json:"error"`
}

// Error says why.
type Error struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"` // the field that is wrong
	Code    string  `json:"code"`
}
