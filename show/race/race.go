// Package race has decoders write the same answer one after another, each alone, and
// tells pass by pass what they did, in messages that a page replays on one clock. It needs
// no files and no other process, so that it runs in a browser too.
package race

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/model"
	"dllmbench/harness/prompt"
	"dllmbench/harness/scenario"
	"dllmbench/harness/trace"
	"dllmbench/workloads"
)

// Limits of a race.
const (
	MaxLanes  = 4
	MaxPasses = 4096 // of one decoder
	MaxBytes  = 1 << 16
)

// Request asks for a race.
type Request struct {
	Workload string `json:"workload,omitempty"` // "" for a prompt of one's own
	Rung     string `json:"rung,omitempty"`     // "" is the first
	Index    int    `json:"index,omitempty"`
	Prompt   string `json:"prompt,omitempty"`
	Chat     bool   `json:"chat,omitempty"`   // the prompt is a question, in the form of the chat template
	Budget   int    `json:"budget,omitempty"` // 0 is what the task needs
	Seed     uint64 `json:"seed,omitempty"`
	Lanes    []Lane `json:"lanes"`
}

// Lane is a decoder of a race.
type Lane struct {
	Engine  string          `json:"engine"`
	Preset  string          `json:"preset,omitempty"` // "" is the first of the engine
	Options engines.Options `json:"options,omitempty"`
}

// Parse reads a request of at most [MaxBytes] bytes and checks what needs no weights.
func Parse(data []byte) (Request, error) {
	var r Request
	if len(data) > MaxBytes {
		return r, fmt.Errorf("the request has %d bytes, allowed are %d", len(data), MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("the request is no race: %w", err)
	}
	if d.More() {
		return r, errors.New("behind the request there is more")
	}
	switch {
	case len(r.Lanes) == 0 || len(r.Lanes) > MaxLanes:
		return r, fmt.Errorf("%d decoders, allowed are 1 to %d", len(r.Lanes), MaxLanes)
	case r.Index < 0 || r.Index > 1e9:
		return r, fmt.Errorf("index is %d, allowed is 0 to 1000000000", r.Index)
	case r.Budget < 0:
		return r, fmt.Errorf("budget is %d, allowed is 0 or more", r.Budget)
	case (r.Workload == "") == (r.Prompt == ""):
		return r, errors.New("a race needs either a workload or a prompt of one's own")
	case r.Chat && r.Prompt == "":
		return r, errors.New("chat is for a prompt of one's own")
	}
	return r, nil
}

// Races runs races on weights with a tokenizer.
type Races struct {
	// Hold keeps the weights in memory for a race: the model, and what lets go of it.
	Hold    func() (m *model.Model, release func(), err error)
	Codec   engines.Codec
	Form    scenario.Form // of the weights' chat template; nil for none
	Threads int
	Now     func() time.Time
	Warm    time.Duration // decoding before the clock starts, of each decoder
	// Best is a time in which a decoder writes the answer again and again; its fastest run
	// counts, since others were held up.
	Best time.Duration
	// Judged makes a workload whose checker runs answers judge them elsewhere; nil leaves
	// that here.
	Judged func(workloads.Workload) workloads.Workload
}

// Keep is a [Races.Hold] of weights that always are in memory.
func Keep(m *model.Model) func() (*model.Model, func(), error) {
	return func() (*model.Model, func(), error) { return m, func() {}, nil }
}

// entry is a decoder at the start.
type entry struct {
	lane   int
	engine *decoders.Engine
}

// Run runs a race and hands each message to tell, which may keep it. First all decoders
// write, one after another and each by itself: only that is timed. Then those that predict
// more than they write do so once more, and what they predict is told. The error is that
// of the request, of tell or of the context.
func (r *Races) Run(ctx context.Context, q Request, tell func(any) error) error {
	task, err := r.task(q)
	if err != nil {
		return err
	}
	m, release, err := r.Hold()
	if err != nil {
		return err
	}
	defer release()
	request, err := task.Request(r.Codec, m.Spec().Context, q.Budget, q.Seed)
	if err != nil {
		return err
	}
	var all []*entry
	defer func() {
		for _, e := range all {
			e.engine.Close()
		}
	}()
	for i, l := range q.Lanes {
		e, err := r.enter(m, i, l, request)
		if err != nil {
			return fmt.Errorf("decoder %d: %w", i+1, err)
		}
		all = append(all, e)
	}
	words := &vocabulary{codec: r.Codec, told: map[int32]bool{}}
	if err := tell(taskOf(task, request, words)); err != nil {
		return err
	}
	for _, e := range all {
		if err := tell(laneOf(e)); err != nil {
			return err
		}
		if err := r.timed(ctx, e, task, request, words, tell); err != nil {
			return err
		}
	}
	for _, e := range all {
		if e.engine.Info().Writing.Unit == 1 {
			continue // what it predicts is what it writes
		}
		if err := r.predictions(ctx, e, request, words, tell); err != nil {
			return err
		}
	}
	return tell(End{Kind: "end"})
}

// task is what the request names.
func (r *Races) task(q Request) (prompt.Task, error) {
	switch {
	case q.Chat && r.Form == nil:
		return prompt.Task{}, errors.New("the weights have no chat template, as models that only continue texts: leave chat away")
	case q.Chat:
		return prompt.Task{Text: q.Prompt, Form: r.Form}, nil
	case q.Workload == "":
		return prompt.Task{Text: q.Prompt}, nil
	}
	t, err := prompt.Find(q.Workload, q.Rung, q.Index)
	if err == nil && r.Judged != nil {
		t.Workload = r.Judged(t.Workload)
	}
	return t, err
}

// enter opens a decoder and asks it whether it takes the request.
func (r *Races) enter(m *model.Model, i int, l Lane, request engines.Request) (*entry, error) {
	preset, err := decoders.Find(l.Engine, l.Preset)
	if err != nil {
		return nil, err
	}
	options, err := engines.Resolve(preset, l.Options)
	if err != nil {
		return nil, err
	}
	engine, err := decoders.Open(m, r.Threads, preset.Engine, preset.Name, options)
	if err != nil {
		return nil, err
	}
	if err := engine.Check([]engines.Request{request}); err != nil {
		engine.Close()
		return nil, err
	}
	return &entry{lane: i, engine: engine}, nil
}

// errPasses says that a decoder takes too long for a page.
var errPasses = fmt.Errorf("more than %d passes: choose fewer steps", MaxPasses)

// decode decodes and has each pass watched; what watch returns ends it. With probe the
// network is asked what it predicts.
func decode(ctx context.Context, e *entry, request engines.Request, probe bool, watch func(*engines.Event, *trace.Pass) error) (engines.Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	passes, rec := 0, &trace.Recorder{Passes: make([][]trace.Pass, 1)}
	watched := func(ev *engines.Event) {
		rec.Passes[0] = rec.Passes[0][:0]
		rec.Event(ev)
		if passes++; passes > MaxPasses {
			stop(errPasses)
		}
		if err := watch(ev, &rec.Passes[0][0]); err != nil {
			stop(err)
		}
	}
	var sink engines.Sink = engines.SinkFunc(watched)
	if probe {
		sink = engines.Relay(rec, watched)
	}
	results, err := e.engine.Generate(ctx, []engines.Request{request}, sink)
	if cause := context.Cause(ctx); cause != nil {
		return engines.Result{}, cause
	}
	if err != nil {
		return engines.Result{}, err
	}
	return results[0], nil
}

// timed decodes by the clock, with nothing else at work, and tells of it afterwards.
func (r *Races) timed(ctx context.Context, e *entry, t prompt.Task, request engines.Request, words *vocabulary, tell func(any) error) error {
	if err := r.warm(ctx, e, request); err != nil {
		return err
	}
	var passes []Pass
	var result engines.Result
	for begin, runs := r.Now(), 0; runs == 0 || r.Now().Sub(begin) < r.Best; runs++ {
		player := trace.NewPlayer(request.Budget, r.Codec.MaskID())
		var these []Pass
		one, err := decode(ctx, e, request, false, func(ev *engines.Event, p *trace.Pass) error {
			these = append(these, Pass{Kind: "pass", Lane: e.lane, Step: player.Step(p), End: ms(ev.Start + ev.Forward + ev.Sampling), FLOPs: ev.FLOPs})
			return nil
		})
		if err != nil {
			return err
		}
		if runs == 0 || one.Elapsed < result.Elapsed {
			passes, result = these, one
		}
	}
	for _, p := range passes {
		p.Words = words.of(&p.Step)
		if err := tell(p); err != nil {
			return err
		}
	}
	return tell(r.doneOf(e, t, request, result))
}

// errWarm ends what only warms up.
var errWarm = errors.New("warm")

// warm decodes for a while, so that caches, and compilers in a browser, have seen the code.
func (r *Races) warm(ctx context.Context, e *entry, request engines.Request) error {
	begin := r.Now()
	_, err := decode(ctx, e, request, false, func(*engines.Event, *trace.Pass) error {
		if r.Now().Sub(begin) >= r.Warm {
			return errWarm
		}
		return nil
	})
	if errors.Is(err, errWarm) {
		return nil
	}
	return err
}

// predictions decodes once more, untimed, and tells what the network predicts in each pass.
func (r *Races) predictions(ctx context.Context, e *entry, request engines.Request, words *vocabulary, tell func(any) error) error {
	player := trace.NewPlayer(request.Budget, r.Codec.MaskID())
	pass := -1
	_, err := decode(ctx, e, request, true, func(_ *engines.Event, p *trace.Pass) error {
		pass++
		step := player.Step(p)
		if step.Guess == nil && step.Heat == "" {
			return nil
		}
		return tell(Guess{Kind: "guess", Lane: e.lane, Pass: pass, Guess: step.Guess, Heat: step.Heat, Words: words.of(&step)})
	})
	return err
}

// ms is a time in milliseconds.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
