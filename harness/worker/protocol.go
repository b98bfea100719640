package worker

import (
	"encoding/json"

	"dllmbench/engines"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// Protocol is the version of the messages. A client refuses another one.
const Protocol = 2

// maxLine is the most bytes of one message.
const maxLine = 256 << 20

// Hello is the first line of a child.
type Hello struct {
	Protocol int    `json:"protocol"`
	Kernel   string `json:"kernel"` // variant of the compute kernels
}

// order is a line from parent to child.
type order struct {
	Do       string          `json:"do"`               // "open", "decode", "close", "cancel", "say", "judge" or "render"
	Engine   int             `json:"engine,omitempty"` // number that the parent gave it
	Spec     *transport.Spec `json:"spec,omitempty"`   // of open
	Requests []request       `json:"requests,omitempty"`
	LimitNs  int64           `json:"limit_ns,omitempty"` // of decode; 0 is none
	Right    bool            `json:"right,omitempty"`    // of say
	Case     *Case           `json:"case,omitempty"`     // of judge
	Chat     json.RawMessage `json:"chat,omitempty"`     // of render
}

// reply is a line from child to parent.
type reply struct {
	transport.Answer
	Ask     *question        `json:"ask,omitempty"`
	Info    *engines.Info    `json:"info,omitempty"`
	Failure *failure         `json:"failure,omitempty"`
	Score   *workloads.Score `json:"score,omitempty"` // of judge
	Text    *string          `json:"text,omitempty"`  // of render
}

// question asks whether an answer is right.
type question struct {
	Request int     `json:"request"`
	Tokens  []int32 `json:"tokens"`
}

// failure is an error that crossed the pipe.
type failure struct {
	Kind string `json:"kind"` // "panic", "limit" (the time is up), "cancelled" or "error"
	Text string `json:"text"`
}

// request is an engines.Request, without its function.
type request struct {
	engines.Request
	Judged bool `json:"judged,omitempty"` // the parent can tell whether an answer is right
}

func wire(batch []engines.Request) []request {
	list := make([]request, len(batch))
	for i, r := range batch {
		list[i] = request{r, r.Oracle != nil}
	}
	return list
}

// encode makes a line; what it gets can always be encoded.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("worker: message cannot be encoded: " + err.Error())
	}
	return append(data, '\n')
}
