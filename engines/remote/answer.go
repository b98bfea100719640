package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"dllmbench/engines"
)

// answer is what has come of an answer.
type answer struct {
	mode   engines.Mode
	bounds bounds
	text   strings.Builder
	finish engines.Finish
	fresh  string // what the read at work brought: new text, or with Replace the last frame
	news   bool   // it brought any
	begun  bool   // an event with a choice has come
}

// errDone ends reading.
var errDone = errors.New("done")

// read reads the stream to its end.
func (a *answer) read(body io.Reader, since func() time.Duration, deliver func(engines.Delivery)) error {
	p := parser{bounds: a.bounds}
	buffer := make([]byte, 8<<10)
	total := 0
	for {
		n, err := body.Read(buffer)
		at := since()
		if total += n; total > a.bounds.body {
			return fmt.Errorf("the server sent an answer of more than %d bytes", a.bounds.body)
		}
		failed := p.feed(buffer[:n], a.take)
		if failed == nil && errors.Is(err, io.EOF) {
			failed = p.end(a.take)
		}
		if a.news {
			if a.mode == engines.Replace {
				a.text.Reset()
			}
			a.text.WriteString(a.fresh)
			deliver(engines.Delivery{At: at, Text: a.fresh})
			a.fresh, a.news = "", false
		}
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

// event is what is read of an event.
type event struct {
	Object  string
	Error   json.RawMessage // an object with a message, or a text
	Message string          // of an event whose Object is "error"
	Choices []struct {
		Text         string
		Delta        struct{ Content string }
		FinishReason string `json:"finish_reason"`
	}
}

// failure is what the server says went wrong; "" for nothing.
func (e *event) failure() string {
	if e.Object == "error" {
		return e.Message
	}
	if len(e.Error) == 0 || string(e.Error) == "null" {
		return ""
	}
	var inner struct{ Message string }
	if json.Unmarshal(e.Error, &inner) == nil && inner.Message != "" {
		return inner.Message
	}
	return string(e.Error)
}

// take takes an event.
func (a *answer) take(kind string, data []byte) error {
	switch {
	case string(data) == "[DONE]":
		return errDone
	case bytes.HasPrefix(data, []byte(":")): // a comment that a gateway sent as data
		return nil
	}
	var e event
	err := json.Unmarshal(data, &e)
	said := e.failure()
	if kind == "error" && said == "" {
		said = string(data)
	}
	if said != "" {
		return fmt.Errorf("the server reports an error in its stream: %.400q", said)
	}
	if err != nil {
		return fmt.Errorf("an event is no JSON of a completion: %w", err)
	}
	for _, choice := range e.Choices {
		a.begun = true
		if text := choice.Text + choice.Delta.Content; text != "" {
			if a.mode == engines.Replace {
				a.fresh = ""
			}
			a.fresh, a.news = a.fresh+text, true
		}
		switch choice.FinishReason {
		case "":
		case "length":
			a.finish = engines.FinishBudget
		case "error", "abort":
			return fmt.Errorf("the server ended its answer with finish_reason %q", choice.FinishReason)
		default:
			a.finish = engines.FinishStop
		}
	}
	return nil
}
