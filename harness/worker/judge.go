package worker

import (
	"context"
	"encoding/json"
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

// Judge has answers judged in a child that lives from the first answer on and is
// started again after it died. It is safe for concurrent use.
type Judge struct {
	Start func(context.Context) (*Client, error)
	Limit time.Duration // of one answer; memory is a limit of the client

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
		r, started, err := w.judge.ask(Case{inst, checker, []byte(output)})
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

// ask has one case judged. A child that fails is not asked again.
func (j *Judge) ask(c Case) (r reply, started bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.client == nil {
		if j.client, err = j.Start(context.Background()); err != nil {
			return r, false, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), j.Limit)
	defer cancel()
	defer j.client.watchMemory()()
	r, err = j.client.call(ctx, order{Do: "judge", Case: &c})
	if err == nil && r.Score == nil && r.Failure == nil {
		err = fmt.Errorf("worker: the answer says nothing of the score")
	}
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
