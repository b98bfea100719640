package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"dllmbench/workloads"
)

// Case is an answer to be judged in a child: the instance, what its checker is
// made of where the instance does not say it, and the answer, which need not be UTF-8.
type Case struct {
	Instance workloads.Instance `json:"instance"`
	Checker  json.RawMessage    `json:"checker,omitempty"`
	Output   []byte             `json:"output"`
}

// Judge has answers judged, and chat templates run, in a child that lives from the first
// one on and is started again after it died. It is safe for concurrent use.
type Judge struct {
	Start func(context.Context) (*Client, error)
	Limit time.Duration // of each; memory is a limit of the client

	mu     sync.Mutex
	client *Client
}

// Close ends the child, if there is one.
func (j *Judge) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.client != nil {
		j.client.Close()
		j.client = nil
	}
}

// Judged is w with the answers that it runs judged by j, and any other w itself.
// An answer at which two children exceed a limit or die is wrong: it breaks every
// constraint. One child may have been stopped from outside. Where no child can be
// started the answer is judged in this process, within the limits of the checker.
func Judged(w workloads.Workload, j *Judge) workloads.Workload {
	e, ok := w.(workloads.Executor)
	if !ok {
		return w
	}
	if f, ok := w.(workloads.Finite); ok {
		return finite{judged{w, e, j}, f.Len}
	}
	return judged{w, e, j}
}

// finite is a judged workload that is a [workloads.Finite].
type finite struct {
	judged
	length func(workloads.Split, int) int
}

func (w finite) Len(split workloads.Split, rung int) int { return w.length(split, rung) }

type judged struct {
	workloads.Workload
	runs  workloads.Executor
	judge *Judge
}

// Abstains implements [workloads.Abstainer].
func (w judged) Abstains(inst workloads.Instance) string {
	return workloads.Abstains(w.Workload, inst)
}

// Check implements [workloads.Workload].
func (w judged) Check(inst workloads.Instance, output string) workloads.Score {
	checker, runs := w.runs.Executes(inst)
	if !runs {
		return w.Workload.Check(inst, output)
	}
	var why error
	for range 2 {
		r, started, err := w.judge.ask(order{Do: "judge", Case: &Case{inst, checker, []byte(output)}})
		if err == nil && r.Score == nil && r.Failure == nil {
			err = errors.New("worker: the answer says nothing of the score")
		}
		switch {
		case !started:
			return w.Workload.Check(inst, output)
		case err != nil:
			why = err
			continue
		case r.Failure != nil:
			panic(r.Failure.Text) // of the checker, as it would here
		}
		return *r.Score
	}
	v := workloads.Verdict{Total: len(inst.Constraints)}
	v.FailAll(0, v.Total, -1, "the answer could not be judged within its limits: %v", why)
	return v.Score()
}

// Render runs a chat template, which [Host] renders. The error says what it did, or
// which limit it exceeded.
func (j *Judge) Render(chat json.RawMessage) (string, error) {
	switch r, _, err := j.ask(order{Do: "render", Chat: chat}); {
	case err != nil:
		return "", err
	case r.Failure != nil:
		return "", errors.New(r.Failure.Text)
	case r.Text == nil:
		return "", errors.New("worker: the answer says nothing of the text")
	default:
		return *r.Text, nil
	}
}

// ask has one order carried out. A child that fails is not asked again.
func (j *Judge) ask(o order) (r reply, started bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.client == nil {
		if j.client, err = j.Start(context.Background()); err != nil {
			return r, false, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), j.Limit)
	defer cancel()
	defer j.client.Watch()()
	r, err = j.client.call(ctx, o)
	if err != nil {
		j.client.Close()
		j.client = nil
	}
	return r, true, err
}

// judge judges a case in the child.
func (s *server) judge(c Case) (r reply) {
	defer func() {
		if v := recover(); v != nil {
			r = reply{Failure: &failure{"panic", fmt.Sprint(v)}}
		}
	}()
	score := s.host.Judge(c)
	return reply{Score: &score}
}

// render renders in the child.
func (s *server) render(chat json.RawMessage) (r reply) {
	defer func() {
		if v := recover(); v != nil {
			r = reply{Failure: &failure{"panic", fmt.Sprint(v)}}
		}
	}()
	text, err := s.host.Render(chat)
	if err != nil {
		return reply{Failure: &failure{"error", err.Error()}}
	}
	return reply{Text: &text}
}
