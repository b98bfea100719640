package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/usage"
)

// Protocol is the name and version of the messages.
const Protocol = "dllmbench-engine/1"

// Bounds of what a child may write.
const (
	MaxLine   = 16 << 20 // bytes of a line
	maxLines  = 1 << 20  // lines of a batch
	maxBytes  = 256 << 20
	maxListed = 1 << 10 // entries of a list of names
)

// order is a line from parent to child.
type order struct {
	Type     string          `json:"type"`              // "open", "generate", "cancel", "ping" or "close"
	Options  engines.Options `json:"options,omitempty"` // of open
	Threads  int             `json:"threads,omitempty"` // of open
	ID       int             `json:"id,omitempty"`      // of all others but close
	Requests []request       `json:"requests,omitempty"`
	Trace    bool            `json:"trace,omitempty"`    // steps are wanted, and this batch is not timed
	LimitNs  int64           `json:"limit_ns,omitempty"` // time that the batch may take
}

// request is an [engines.TextRequest] or, with IDs, an [engines.Request].
type request struct {
	Prompt   string   `json:"prompt,omitempty"`
	Suffix   string   `json:"suffix,omitempty"`
	Stop     []string `json:"stop,omitempty"`
	IDs      []int32  `json:"ids,omitempty"`
	Template []int32  `json:"template,omitempty"` // -1 is to be written
	StopIDs  []int32  `json:"stop_ids,omitempty"`
	NeverIDs []int32  `json:"never_ids,omitempty"`
	Budget   int      `json:"budget"`
	Seed     uint64   `json:"seed"`
}

// encode makes a line; what it gets can always be encoded.
func encode(o order) []byte {
	var line bytes.Buffer
	to := json.NewEncoder(&line)
	to.SetEscapeHTML(false)
	if err := to.Encode(o); err != nil {
		panic("process: message cannot be encoded: " + err.Error())
	}
	return line.Bytes()
}

// Hello is the first line of a child.
type Hello struct {
	Protocol string `json:"protocol"`
	Engine   string `json:"engine"` // name of the decoder, for example "llada"
	Source   string `json:"source"` // where its code is from, with the commit; "" when unknown
}

// Ready describes an engine as it will run: the answer to "open".
type Ready struct {
	Preset    string          `json:"preset"`
	Options   engines.Options `json:"options"` // every one, with its resolved value
	Weights   Digest          `json:"weights"`
	Tokenizer Tokenizer       `json:"tokenizer"`
	Device    string          `json:"device"`    // "cpu", "cuda: NVIDIA L4"; "" when unknown
	Precision string          `json:"precision"` // of the weights, for example "bfloat16"
	Threads   int             `json:"threads"`   // 0 when unknown
	Cache     string          `json:"cache"`     // "none", "exact", "approximate" or "" when unknown
	// Takes are "text", "ids", "suffix", "template", "stop", "seed" and "batch"; Gives are
	// "text", "ids", "steps" and "commits" (times of all commits).
	Takes []string `json:"takes"`
	Gives []string `json:"gives"`
	// Counters are those that every result has, by the names of [usage.Usage].
	Counters   []string `json:"counters"`
	Deliveries string   `json:"deliveries"` // "whole" or "", "append" or "replace"
	Repeatable bool     `json:"repeatable"` // equal seeds give equal answers and counters
	Sync       bool     `json:"sync"`       // the device is synchronised at each time that is sent
	PeakBytes  *int64   `json:"peak_bytes"`
}

// Digest names a thing and its contents.
type Digest struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // "" when unknown
}

// Tokenizer is what is known of one; numbers are nil when unknown.
type Tokenizer struct {
	Digest
	Vocab *int   `json:"vocab"`
	Mask  *int32 `json:"mask"`
	Pad   *int32 `json:"pad"`
}

// reply is a line from child to parent.
type reply struct {
	Type string `json:"type"` // "hello", "ready", "start", "text", "step", "end", "done", "error" or "pong"
	Hello
	Ready
	ID      *int     `json:"id"`
	R       int      `json:"r"`       // the request of text and step, from 0
	TNs     *int64   `json:"t_ns"`    // since start: of text when it was there, of step when the pass began
	WallNs  *int64   `json:"wall_ns"` // of step what the pass took, of end or done the whole batch
	Text    string   `json:"text"`    // of text and error
	Results []result `json:"results"` // of done
	Kind    string   `json:"kind"`    // of error
	Fatal   bool     `json:"fatal"`   // of error: the child ends
	step
}

// step is a forward pass from the view of one request.
type step struct {
	Pass    int      `json:"pass"`
	Step    int      `json:"step"` // -1 for passes that choose no token
	Block   int      `json:"block"`
	Phase   string   `json:"phase"`
	Rows    int64    `json:"rows"`
	Commits []commit `json:"commits"`
	Revised []commit `json:"revised"`
	Masked  int      `json:"masked"`
	Entropy *float64 `json:"entropy"`
}

// commit is [position, id] or [position, id, confidence], the last of which may be null.
type commit engines.Commit

// UnmarshalJSON reads one.
func (c *commit) UnmarshalJSON(data []byte) error {
	var list []*float64
	if err := json.Unmarshal(data, &list); err != nil || len(list) < 2 || len(list) > 3 || list[0] == nil || list[1] == nil {
		return fmt.Errorf("%.40s is no commit; one is [position, id] or [position, id, confidence]", data)
	}
	pos, id := *list[0], *list[1]
	if pos != math.Trunc(pos) || id != math.Trunc(id) || math.Abs(pos) > math.MaxInt32 || math.Abs(id) > math.MaxInt32 {
		return fmt.Errorf("%.40s is no commit: position and id are whole numbers", data)
	}
	*c = commit{Pos: int(pos), ID: int32(id), Confidence: math.NaN()}
	if len(list) == 3 && list[2] != nil {
		c.Confidence = *list[2]
	}
	return nil
}

// result is the answer to one request.
type result struct {
	Text     *string     `json:"text"`
	IDs      []int32     `json:"ids"`
	Finish   string      `json:"finish"`
	Usage    usage.Usage `json:"usage"`
	CommitNs []int64     `json:"commit_ns"` // of each id, -1 for never; null when unknown
}

// Failure is an error that the child reported.
type Failure struct {
	Kind string // "usage", "oom", "timeout", "cancelled", "unsupported" or "internal"
	Text string
}

func (f *Failure) Error() string {
	return "the engine says: " + brief(f.Text)
}

// brief is untrusted text in one line of a bounded length.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 2000 {
		text = strings.ToValidUTF8(text[:2000], "") + " …"
	}
	return text
}

// parse reads a line of a child. The error is a sentence without its subject: "it …".
func parse(line []byte) (r reply, err error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return r, fmt.Errorf("wrote an empty line on stdout, which is for the protocol alone (print to stderr)")
	}
	if !utf8.Valid(line) {
		return r, fmt.Errorf("wrote bytes that are no UTF-8: %q", clip(line))
	}
	if err := json.Unmarshal(line, &r); err != nil {
		switch {
		case line[0] != '{':
			return r, fmt.Errorf("wrote %q on stdout, which is for the protocol alone (print to stderr)", clip(line))
		case !json.Valid(line) && (bytes.Contains(line, []byte("NaN")) || bytes.Contains(line, []byte("Infinity"))):
			return r, fmt.Errorf("wrote NaN or Infinity, which JSON does not have (write null): %q", clip(line))
		case !json.Valid(line):
			return r, fmt.Errorf("wrote a line that is no JSON object: %q", clip(line))
		}
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return r, fmt.Errorf("wrote a message that has %s in %s, which is %s: %q", wrong.Value, strings.TrimPrefix(strings.TrimPrefix(wrong.Field, "Ready."), "Hello."), kindOf(wrong.Type), clip(line))
		}
		return r, fmt.Errorf("wrote a message that cannot be read: %v: %q", err, clip(line))
	}
	if r.Type == "" {
		return r, fmt.Errorf("wrote a line without a type: %q", clip(line))
	}
	return r, nil
}

// kindOf is what a field of this type holds, in words.
func kindOf(t reflect.Type) string {
	switch k := t.Kind(); {
	case k >= reflect.Int && k <= reflect.Uint64:
		return "a whole number"
	case k == reflect.Float64:
		return "a number"
	case k == reflect.Bool:
		return "true or false"
	case k == reflect.String:
		return "a text"
	case k == reflect.Slice:
		return "a list"
	}
	return "an object"
}

// clip is the beginning of a line.
func clip(line []byte) string {
	if len(line) > 120 {
		return string(line[:120]) + "…"
	}
	return string(line)
}
