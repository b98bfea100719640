package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/wire"
	"dllmbench/engines/usage"
)

// told are the counters that answers have.
func told() []usage.Counter {
	return []usage.Counter{usage.NFE, usage.DenoisingSteps, usage.CanvasPositions, usage.CommittedTokens, usage.RevisedTokens}
}

// completion answers requests for completions, or chats.
func (s *Server) completion(chat bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begun := s.config.Now()
		number := s.numbers.Add(1)
		w.Header().Set("X-Request-Id", strconv.FormatInt(number, 10))
		refuse := func(f *failure) {
			s.metrics.refused(f.status)
			f.write(w)
		}
		body, f := s.body(w, r)
		if f != nil {
			refuse(f)
			return
		}
		a := &asked{chat: chat}
		if f = a.decode(body); f == nil {
			f = a.check()
		}
		if f != nil {
			refuse(f)
			return
		}
		p, f := s.plan(a)
		if f == nil {
			f = p.send()
		}
		if f != nil {
			if f.status == http.StatusTooManyRequests {
				f.after = s.wait()
			}
			refuse(f)
			return
		}
		e := &exchange{server: s, plan: p, w: w, rc: http.NewResponseController(w), begun: begun, number: number, sent: make([]cursor, len(p.answers))}
		defer e.leave()
		e.answer = e.envelope()
		if p.Stream {
			f = e.stream(r.Context())
		} else {
			f = e.whole(r.Context())
		}
		if f != nil {
			s.metrics.ended(e, f)
			if f.cause != nil {
				s.config.Log(f.cause)
			}
		}
		if f != nil && !e.headed { // also to whom only seems to be gone: who has closed what it sends by
			f.write(w)
		}
	}
}

// send puts the answers into the queue.
func (p *plan) send() *failure {
	var list []engines.Pending
	for _, a := range p.answers {
		if a.request.Budget == 0 { // the prompt alone is rated
			a.Done(engines.Result{Finish: engines.FinishBudget}, nil)
			continue
		}
		list = append(list, a)
	}
	if list == nil {
		return nil
	}
	if err := p.decoder.Send(list...); err != nil {
		return failureOf(err, 1)
	}
	return nil
}

// wait is how many seconds somebody who is refused may wait before the next try.
func (s *Server) wait() int {
	waiting, active := s.pool.Load()
	return min(60, max(1, int(s.metrics.each().Seconds()*float64(waiting+active))))
}

// exchange is a request and its answer on their way.
type exchange struct {
	server *Server
	*plan
	w      http.ResponseWriter
	rc     *http.ResponseController
	begun  time.Time
	number int64
	headed bool // the head of the answer was written
	ended  bool // it is counted
	sent   []cursor
	answer wire.Answer // what all answers to it begin with
	buffer []byte
}

// cursor is how much of an answer was sent.
type cursor struct {
	begun         bool // its first event was
	done          bool
	bytes, tokens int
	rating        *rating // of a stream with logprobs
	frame         string
	last          state
}

// leave lets answers go that are not done.
func (e *exchange) leave() {
	e.bell.close()
	for i, a := range e.answers {
		if !e.sent[i].done {
			a.leave(e.server.metrics.lose)
			e.decoder.Leave(a)
		}
	}
}

// await waits until an answer has changed; nil for ping waits for no ping.
func (e *exchange) await(ctx context.Context, ping <-chan time.Time) (pinged bool, err error) {
	select {
	case <-e.bell.rings:
		return false, nil
	case <-ping:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// whole writes an answer that is no stream.
func (e *exchange) whole(ctx context.Context) *failure {
	for !e.done() {
		if _, err := e.await(ctx, nil); err != nil {
			return failureOf(errGone, 0)
		}
		for i, a := range e.answers {
			s := a.read(0, 0)
			if e.sent[i].last, e.sent[i].done = s, s.done; s.done && s.err != nil {
				return failureOf(s.err, e.server.wait())
			}
		}
	}
	answer := e.answer
	answer.Fingerprint = e.server.fingerprint(e.plan) // the weights are loaded now
	written := 0
	var states []state
	for i, c := range e.sent {
		s := c.last
		choice := wire.Choice{Index: i, FinishReason: &s.finish}
		text := s.text
		if e.Logprobs != nil {
			data, err := e.rated(ctx, i)
			if err != nil {
				return failureOf(err, e.server.wait())
			}
			choice.Logprobs = data
		}
		if e.Echo {
			text = e.echoed(i) + text
		}
		if e.chat {
			choice.Message = &wire.Message{Role: "assistant", Content: &text}
		} else {
			choice.Text = &text
		}
		if e.TokenIDs {
			choice.TokenIDs = ids(s.tokens)
			e.showPrompt(&answer, &choice, i)
		}
		written += len(s.tokens)
		states = append(states, s)
		answer.Choices = append(answer.Choices, choice)
	}
	answer.Usage, answer.Counters = e.plan.usage(written), e.counters(states)
	data, err := json.Marshal(answer)
	if err != nil {
		return failureOf(err, 0)
	}
	e.w.Header().Set("Content-Type", "application/json")
	e.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	e.headed = true
	e.server.metrics.ended(e, nil)
	if _, err := e.w.Write(data); err != nil {
		return failureOf(errGone, 0)
	}
	return nil
}

// done reports whether all answers are there.
func (e *exchange) done() bool {
	return !slices.ContainsFunc(e.sent, func(c cursor) bool { return !c.done })
}

// echoed is the prompt of an answer as a text.
func (e *exchange) echoed(i int) string {
	if one := e.Prompt[i/e.n()]; one.ids == nil {
		return one.text
	}
	return e.host.Codec.Decode(e.prompts[i])
}

// rated are the logprobs of an answer, with echo those of its prompt too.
func (e *exchange) rated(ctx context.Context, i int) (json.RawMessage, error) {
	prompt := e.prompts[i]
	r := &rating{from: len(prompt), top: *e.Logprobs, done: make(chan error, 1)}
	shown := len(prompt)
	if e.Echo {
		r.from, shown = 1, 0
	}
	return e.rate(ctx, r, slices.Concat(prompt, e.sent[i].last.rated(0)), shown)
}

// rate has tokens rated from r.from on, and writes the logprobs of those from shown on.
func (e *exchange) rate(ctx context.Context, r *rating, ids []int32, shown int) (json.RawMessage, error) {
	r.ids = ids
	d := e.server.pool.Rater(e.host.Model)
	if err := d.Send(r); err != nil {
		return nil, err
	}
	select {
	case err := <-r.done:
		if err != nil {
			return nil, &engines.RequestError{Err: err}
		}
		return r.json(e.host.Codec, shown), nil
	case <-ctx.Done():
		d.Leave(r)
		return nil, errGone
	}
}

// envelope is what all answers to the request begin with.
func (e *exchange) envelope() wire.Answer {
	kind, object := "cmpl", "text_completion"
	if e.chat {
		kind, object = "chatcmpl", "chat.completion"
		if e.Stream {
			object += ".chunk"
		}
	}
	return wire.Answer{
		ID: fmt.Sprintf("%s-%x-%d", kind, e.server.begun.UnixNano(), e.number), Object: object, Created: e.begun.Unix(), Model: cmp.Or(e.Model, e.host.Name),
		Choices: []wire.Choice{},
	}
}

// showPrompt puts the ids of a prompt where vLLM has them.
func (e *exchange) showPrompt(a *wire.Answer, c *wire.Choice, i int) {
	if e.chat {
		a.PromptTokenIDs = ids(e.prompts[i])
	} else {
		c.PromptTokenIDs = ids(e.prompts[i])
	}
}

// ids are token ids as JSON.
func ids(list []int32) json.RawMessage {
	data := []byte{'['}
	for i, id := range list {
		if i > 0 {
			data = append(data, ',')
		}
		data = strconv.AppendInt(data, int64(id), 10)
	}
	return append(data, ']')
}
