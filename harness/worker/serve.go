package worker

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// Host is what a child needs from its program.
type Host struct {
	Hello Hello
	Open  func(transport.Spec) (engines.Engine, error)
	Judge func(Case) workloads.Score
	// Render runs a chat template, which may be anybody's.
	Render func(chat json.RawMessage) (string, error)
	transport.Gauges
}

// Serve decodes what is asked for on in until it ends. It does not wait for a
// batch that is still being decoded then: the process is expected to end. Its
// error is one of reading, writing or of the protocol.
func Serve(in io.Reader, out io.Writer, host Host) error {
	host.Hello.Protocol = Protocol
	s := &server{host: host, out: out, engines: map[int]*transport.Local{}, answers: make(chan bool)}
	if err := s.send(host.Hello); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	for lines.Scan() {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return fmt.Errorf("worker: not an order: %w", err)
		}
		if err := s.obey(o); err != nil {
			return err
		}
	}
	return lines.Err()
}

// forever is the time limit of a batch that has none.
const forever = 365 * 24 * time.Hour

// server is the state of Serve.
type server struct {
	host    Host
	engines map[int]*transport.Local
	answers chan bool   // of the parent to questions
	asked   atomic.Bool // a question waits for its answer

	cancel atomic.Pointer[context.CancelFunc] // of the batch at work; nil when there is none

	mu  sync.Mutex
	out io.Writer
}

func (s *server) send(v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.out.Write(encode(v))
	return err
}

// obey carries out one order. A batch is decoded beside it: the next ones are heard.
func (s *server) obey(o order) error {
	if (o.Do == "open" || o.Do == "close") && s.cancel.Load() != nil {
		return fmt.Errorf("worker: asked to %s while decoding", o.Do)
	}
	switch o.Do {
	case "open":
		if s.engines[o.Engine] != nil {
			return fmt.Errorf("worker: engine %d is open already", o.Engine)
		}
		return s.send(s.open(o))
	case "close":
		if e, ok := s.engines[o.Engine]; ok {
			e.Close()
		}
		delete(s.engines, o.Engine)
		return s.send(reply{})
	case "decode":
		if o.LimitNs < 0 {
			return fmt.Errorf("worker: a time limit of %d ns", o.LimitNs)
		}
		engine, ok := s.engines[o.Engine]
		if !ok {
			return s.send(reply{Failure: &failure{"error", fmt.Sprintf("no engine %d is open", o.Engine)}})
		}
		ctx, cancel := context.WithCancel(context.Background())
		if !s.cancel.CompareAndSwap(nil, &cancel) {
			cancel()
			return errors.New("worker: asked to decode while decoding")
		}
		go func() {
			r := s.decode(ctx, engine, o.Requests, cmp.Or(time.Duration(o.LimitNs), forever))
			cancel()
			s.cancel.Store(nil) // before the answer, which the next order may follow at once
			s.send(r)           // if the parent is gone, the orders end too
		}()
	case "cancel":
		if cancel := s.cancel.Load(); cancel != nil {
			(*cancel)()
		}
	case "judge":
		if o.Case == nil {
			return errors.New("worker: asked to judge nothing")
		}
		go func() { s.send(s.judge(*o.Case)) }() // the orders end even if this does not
	case "render":
		go func() { s.send(s.render(o.Chat)) }()
	case "say":
		if !s.asked.CompareAndSwap(true, false) {
			return errors.New("worker: an answer to no question")
		}
		s.answers <- o.Right
	default:
		return fmt.Errorf("worker: unknown order %q", o.Do)
	}
	return nil
}

// open makes an engine.
func (s *server) open(o order) (r reply) {
	defer func() {
		if v := recover(); v != nil {
			r = reply{Failure: &failure{"panic", fmt.Sprint(v)}}
		}
	}()
	if o.Spec == nil {
		return reply{Failure: &failure{"error", "no engine was named"}}
	}
	engine, err := s.host.Open(*o.Spec)
	if err != nil {
		return reply{Failure: &failure{"error", err.Error()}}
	}
	s.engines[o.Engine] = transport.Tokens(engine, s.host.Gauges)
	info := engine.Info()
	return reply{Info: &info}
}

// decode decodes one batch, and collects the garbage of earlier ones first, which is no
// part of its time.
func (s *server) decode(ctx context.Context, engine *transport.Local, requests []request, limit time.Duration) reply {
	batch := make([]engines.Request, len(requests))
	for i, r := range requests {
		batch[i] = r.Request
		if r.Judged {
			batch[i].Oracle = func(tokens []int32) bool {
				s.asked.Store(true)
				if s.send(reply{Ask: &question{i, tokens}}) != nil {
					return false
				}
				return <-s.answers
			}
		}
	}
	runtime.GC()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	a, err := engine.Send(ctx, transport.Batch{Tokens: batch, Heap: true, Peak: true})
	r := reply{Answer: a}
	if err != nil {
		r.Failure = &failure{kindOf(err), err.Error()}
	}
	return r
}

func kindOf(err error) string {
	var crashed *transport.PanicError
	switch {
	case errors.As(err, &crashed):
		return "panic"
	case errors.Is(err, context.DeadlineExceeded):
		return "limit"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	}
	return "error"
}
