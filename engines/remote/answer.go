package remote

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/remote/wire"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// chunk is an event of a stream, or a whole answer, as far as it is read.
type chunk struct {
	wire.Answer
	ID      unread          `json:"id"`
	Created unread          `json:"created"`
	Error   json.RawMessage `json:"error"`
	Timings map[string]any  `json:"timings"` // llama-server
	Metrics map[string]any  `json:"metrics"` // vLLM
	Warning json.RawMessage `json:"warning"` // Mercury: what it changed of the request
	Summary *struct {
		Content string `json:"content"`
	} `json:"reasoning_summary"`
}

// unread is a value that is not read, whatever it is.
type unread struct{}

// UnmarshalJSONFrom implements [jsonv2.UnmarshalerFrom].
func (unread) UnmarshalJSONFrom(d *jsontext.Decoder) error { return d.SkipValue() }

// lenient are the ways in which servers may break the rules of JSON. The second version of
// encoding/json takes a third of the time and memory of the first, for each event of each stream.
var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// maxDepth is how deep JSON may be nested.
const maxDepth = 64

// reported begins the words of a server that failed.
const reported = "the server reports an error in its answer: "

// errDone ends reading: the server said that nothing follows.
var errDone = errors.New("done")

// answer is what has come of an answer.
type answer struct {
	mode   engines.Mode
	bounds bounds
	quiet  func() // called after each read; nil for nothing
	text   strings.Builder
	finish engines.Finish
	wire   engines.Wire
	usages int  // events with counts
	begun  bool // an event with a choice has come

	heard chunk // the last event, kept for its memory

	// Of the read at work.
	fresh           string
	shown, thinking bool
	events          int
}

// read reads the stream to its end.
func (a *answer) read(body io.Reader, since func() time.Duration, deliver func(engines.Delivery)) error {
	p := parser{bounds: a.bounds}
	buffer := make([]byte, 4<<10) // as much as net/http reads at once
	total := 0
	for {
		n, err := body.Read(buffer)
		at := since()
		if a.quiet != nil {
			a.quiet()
		}
		if total += n; total > a.bounds.body {
			return fmt.Errorf("the server sent an answer of more than %d bytes", a.bounds.body)
		}
		a.fresh, a.shown, a.thinking, a.events = "", false, false, 0
		failed := p.feed(buffer[:n], a.take)
		if failed == nil && errors.Is(err, io.EOF) {
			failed = p.end(a.take)
		}
		a.arrived(at, deliver)
		ended := errors.Is(err, io.EOF)
		switch {
		case failed != nil && !errors.Is(failed, errDone):
			return failed
		case failed != nil && a.begun, ended && a.finish != "":
			return nil
		case failed != nil:
			return errors.New("the stream ended with [DONE] and no text and no finish_reason before it")
		case ended:
			return errors.New("incomplete: the stream ended without a finish_reason or [DONE]")
		case err != nil:
			return err
		}
	}
}

// arrived times what the read at work brought: all of its events are one delivery.
func (a *answer) arrived(at time.Duration, deliver func(engines.Delivery)) {
	first := func(t **int64, now bool) {
		if *t == nil && now {
			ns := at.Nanoseconds()
			*t = &ns
		}
	}
	first(&a.wire.FirstEventNs, a.events > 0)
	first(&a.wire.FirstReasoningNs, a.thinking)
	a.wire.Events, a.wire.EventsAtOnce = a.wire.Events+a.events, max(a.wire.EventsAtOnce, a.events)
	if a.shown {
		deliver(engines.Delivery{At: at, Text: a.fresh})
	}
}

// take takes an event of the stream.
func (a *answer) take(kind string, data []byte) error {
	a.events++
	switch {
	case string(bytes.TrimSpace(data)) == "[DONE]":
		return errDone
	case bytes.HasPrefix(data, []byte(":")): // a comment that a proxy took for data
		return nil
	case kind == "error" && !json.Valid(data):
		return fmt.Errorf("%s%s", reported, data)
	}
	return a.chunk(data)
}

// chunk takes an event, or the whole answer.
func (a *answer) chunk(data []byte) error {
	c := &a.heard
	*c = chunk{Answer: wire.Answer{Choices: c.Choices[:0]}}
	if !utf8.Valid(data) {
		a.wire.Replaced++
	}
	if depth(data) > maxDepth {
		return fmt.Errorf("the server sent JSON of more than %d levels", maxDepth)
	}
	if err := jsonv2.Unmarshal(data, c, lenient); err != nil {
		return fmt.Errorf("an event is no JSON of a completion: %w", err)
	}
	if some(c.Error) {
		return fmt.Errorf("%s%s", reported, sentence(c.Error))
	}
	if c.Object == "error" {
		return fmt.Errorf("%s%s", reported, sentence(data))
	}
	a.facts(c)
	for i, choice := range c.Choices {
		if i > 0 {
			break // one answer was asked for
		}
		text := ""
		if choice.Text != nil {
			text = *choice.Text
		}
		for _, m := range []*wire.Message{choice.Delta, choice.Message} {
			if m != nil {
				text += m.Said()
				a.think(m.Reasoning + m.ReasoningContent)
				a.gives("role", m.Role != "" && m.Said() == "" && a.text.Len() == 0 && !a.begun)
			}
		}
		a.gives("token_ids", some(choice.TokenIDs))
		a.gives("logprobs", some(choice.Logprobs))
		if text != "" {
			a.show(text)
		}
		switch reason := choice.FinishReason; {
		case reason == nil, *reason == "":
		case *reason == "length":
			a.finish = engines.FinishBudget
		case *reason == "error", *reason == "abort":
			return fmt.Errorf("the server ended the answer with finish_reason %q", *reason)
		default:
			a.finish = engines.FinishStop
		}
		a.begun = true
	}
	return nil
}

// show takes text of an event.
func (a *answer) show(text string) {
	if a.shown = true; a.mode == engines.Replace {
		a.text.Reset()
		a.fresh = ""
	}
	a.text.WriteString(text)
	a.fresh += text
}

// think takes reasoning, which is no part of the answer.
func (a *answer) think(text string) {
	if text != "" {
		a.thinking = true
		a.wire.ReasoningChars += utf8.RuneCountInString(text)
		a.gives("reasoning", true)
	}
}

// gives notes once what the answer holds.
func (a *answer) gives(what string, held bool) {
	if held && !slices.Contains(a.wire.Gives, what) {
		a.wire.Gives = append(a.wire.Gives, what)
	}
}

// facts takes what an event says beside the text.
func (a *answer) facts(c *chunk) {
	w := &a.wire
	w.Model, w.Fingerprint = cmp.Or(c.Model, w.Model), cmp.Or(c.Fingerprint, w.Fingerprint)
	if some(c.Warning) {
		w.Warning = sentence(c.Warning)
	}
	if c.Summary != nil {
		a.think(c.Summary.Content)
	}
	if len(c.Usage) > 0 {
		a.usages++
		a.gives("usage apart", len(c.Choices) == 0)
	}
	count(w, "usage", c.Usage)
	count(w, "timings", c.Timings)
	count(w, "metrics", c.Metrics)
	count(w, "dllmbench", c.Counters)
}

// told notes where the counts came.
func (a *answer) told() {
	a.gives("usage always", a.usages > 1)
	a.gives("usage at the end", a.usages == 1 && !slices.Contains(a.wire.Gives, "usage apart"))
}

// some reports whether a value of JSON is there.
func some(v json.RawMessage) bool { return len(v) > 0 && string(v) != "null" }

// sentence is the text of an error or warning: its message, where it has one.
func sentence(v json.RawMessage) string {
	var e struct {
		Message string          `json:"message"`
		Code    json.RawMessage `json:"code"`
	}
	var text string
	switch {
	case json.Unmarshal(v, &text) == nil:
		return text
	case json.Unmarshal(v, &e) == nil && e.Message != "" && some(e.Code):
		return e.Message + " (" + strings.Trim(string(e.Code), `"`) + ")"
	case e.Message != "":
		return e.Message
	}
	return string(v)
}

// depth is how deep JSON is nested.
func depth(data []byte) (most int) {
	level, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			level++
			most = max(most, level)
		case !quoted && (c == '}' || c == ']'):
			level--
		}
	}
	return most
}

func (a *answer) usage(name string) (float64, bool) {
	v, known := a.wire.Counts["usage."+name]
	return v, known && v >= 0 && v == math.Trunc(v)
}
