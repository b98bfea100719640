package server

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"dllmbench/engines/remote/wire"
)

// stream writes answers as server-sent events while they are written: text that will not
// change any more, or in frames the whole text as it is. What has changed since the last
// write goes out together, so that a slow reader gets fewer events and holds nothing up.
func (e *exchange) stream(ctx context.Context) *failure {
	ping := time.NewTicker(e.server.config.Timeout.Ping)
	defer ping.Stop()
	for !e.done() {
		pinged, err := e.await(ctx, ping.C)
		if err != nil {
			return failureOf(errGone, 0)
		}
		if pinged && e.headed {
			e.buffer = append(e.buffer, ":\n\n"...)
		}
		for i := range e.answers {
			if f := e.advance(ctx, i); f != nil {
				return e.broken(f)
			}
		}
		if e.done() {
			e.close()
			e.server.metrics.ended(e, nil)
		}
		if e.flush() != nil {
			return failureOf(errGone, 0)
		}
	}
	return nil
}

// advance adds the events of what is new of an answer.
func (e *exchange) advance(ctx context.Context, i int) *failure {
	c := &e.sent[i]
	if c.done {
		return nil
	}
	s := e.answers[i].read(c.bytes, c.tokens)
	if s.done && s.err != nil {
		return failureOf(s.err, e.server.wait())
	}
	c.last, c.done = s, s.done
	head := ""
	if e.Echo && !c.begun {
		head = e.echoed(i)
	}
	fresh := s.text != "" && (!e.frames || s.text != c.frame) || s.done && head != ""
	if !fresh && !s.done {
		return nil
	}
	if e.answer.Fingerprint == "" {
		e.answer.Fingerprint = e.server.fingerprint(e.plan)
	}
	if !c.begun && e.chat {
		role := ""
		e.event(i, wire.Choice{Delta: &wire.Message{Role: "assistant", Content: &role}}, s)
	}
	if fresh {
		choice := e.piece(head + s.text)
		if e.TokenIDs {
			choice.TokenIDs = ids(s.tokens)
		}
		if f := e.rateNew(ctx, i, &choice, s.tokens); f != nil {
			return f
		}
		e.event(i, choice, s)
		c.tokens += len(s.tokens)
		if c.frame = s.text; !e.frames {
			c.bytes += len(s.text)
		}
	}
	if s.done {
		choice := e.piece("")
		if e.frames {
			choice = e.piece(s.text)
		}
		if e.chat {
			choice.Delta.Content = nil
		}
		choice.FinishReason = &s.finish
		if e.TokenIDs && len(s.tokens) > 0 && !fresh {
			choice.TokenIDs = ids(s.tokens)
		}
		if f := e.rateNew(ctx, i, &choice, s.rated(c.tokens)); f != nil {
			return f
		}
		e.event(i, choice, s)
	}
	return nil
}

// rateNew gives a choice the logprobs of tokens that no event had before, if they are asked for:
// with echo the first event has those of the prompt too.
func (e *exchange) rateNew(ctx context.Context, i int, c *wire.Choice, tokens []int32) *failure {
	r := e.sent[i].rating
	echoes := e.Echo && r == nil
	if e.Logprobs == nil || len(tokens) == 0 && !echoes {
		return nil
	}
	if r == nil {
		r = &rating{ids: e.prompts[i], top: *e.Logprobs, room: len(e.prompts[i]) + e.answers[i].request.Budget + 1, done: make(chan error, 1)}
		e.sent[i].rating = r
	}
	shown := len(r.ids)
	if r.from = shown; echoes {
		r.from, shown = 1, 0
	}
	data, err := e.rate(ctx, r, slices.Concat(r.ids, tokens), shown)
	if err != nil {
		return failureOf(err, e.server.wait())
	}
	c.Logprobs = data
	return nil
}

// piece is a choice with a text.
func (e *exchange) piece(text string) wire.Choice {
	if e.chat {
		return wire.Choice{Delta: &wire.Message{Content: &text}}
	}
	return wire.Choice{Text: &text}
}

// event adds an event to what is written next.
func (e *exchange) event(i int, c wire.Choice, s state) {
	answer := e.answer
	c.Index = i
	if !e.sent[i].begun && e.TokenIDs {
		e.showPrompt(&answer, &c, i)
	}
	e.sent[i].begun = true
	answer.Choices = []wire.Choice{c}
	if e.Options.Always && e.Options.Usage {
		answer.Usage = e.plan.usage(e.written())
	}
	if c.FinishReason != nil && e.done() && !e.Options.Usage {
		answer.Counters = e.counters(e.states())
	}
	e.put(answer)
}

// put adds an event of this JSON.
func (e *exchange) put(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic("server: an answer has no JSON: " + err.Error())
	}
	e.buffer = append(append(append(e.buffer, "data: "...), data...), "\n\n"...)
}

// written counts the tokens of all answers.
func (e *exchange) written() (n int) {
	for _, c := range e.sent {
		n += c.last.count
	}
	return n
}

func (e *exchange) states() (list []state) {
	for _, c := range e.sent {
		list = append(list, c.last)
	}
	return list
}

// close adds what comes behind all answers.
func (e *exchange) close() {
	if e.Options.Usage {
		answer := e.answer
		answer.Usage, answer.Counters = e.plan.usage(e.written()), e.counters(e.states())
		e.put(answer)
	}
	e.buffer = append(e.buffer, "data: [DONE]\n\n"...)
}

// broken ends a stream that has begun with an error; one that has not is answered with it.
func (e *exchange) broken(f *failure) *failure {
	if e.headed {
		e.buffer = slices.Concat(e.buffer, []byte("data: "), f.json(), []byte("\n\ndata: [DONE]\n\n"))
		e.flush()
	}
	return f
}

// flush writes what was added. A reader who does not take it in time is given up.
func (e *exchange) flush() error {
	if len(e.buffer) == 0 {
		return nil
	}
	if !e.headed {
		e.headed = true
		e.w.Header().Set("Content-Type", "text/event-stream")
		e.w.Header().Set("Cache-Control", "no-store")
	}
	_, err := e.w.Write(e.buffer)
	if e.buffer = e.buffer[:0]; err == nil {
		err = e.rc.Flush()
	}
	return err
}
