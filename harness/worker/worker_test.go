package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/measure"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// TestMain lets the test binary be its own child.
func TestMain(m *testing.M) {
	if os.Getenv("WORKER_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	if os.Getenv("WORKER_TEST_CHILD") == "left" {
		time.Sleep(time.Minute)
	}
	err := Serve(os.Stdin, os.Stdout, Host{
		Hello: Hello{Kernel: "generic"},
		Open: func(s transport.Spec) (engines.Engine, error) {
			switch s.Preset {
			case "missing":
				return nil, errors.New("no such weights")
			case "panic at once":
				panic("bad weights")
			}
			return &fake{spec: s}, nil
		},
		Judge: func(c Case) workloads.Score {
			switch s := string(c.Output); {
			case s == "hang":
				select {}
			case s == "exit":
				os.Exit(7)
			case s == "hog":
				new(fake).hog(math.MaxInt)
			case s == "once": // it dies the first time
				if os.Remove(string(c.Checker[1:len(c.Checker)-1])) == nil {
					os.Exit(7)
				}
			case s == "panic":
				panic("a bad checker")
			case s == "right\xff":
				return workloads.Score{Exact: true, Partial: 1, Aspects: map[string]float64{"pid": float64(os.Getpid())}}
			}
			return workloads.Score{Partial: 0.1, Violations: []workloads.Violation{{Constraint: 1, Offset: -1, Doc: c.Instance.ID}}}
		},
		Gauges: transport.Gauges{Now: time.Now, Peak: func() *int64 { n := int64(12345); return &n }},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// fake does what its preset says.
type fake struct{ spec transport.Spec }

func (f *fake) Info() engines.Info {
	return engines.Info{Engine: f.spec.Engine, Options: f.spec.Options, Threads: f.spec.Threads}
}

func (f *fake) Generate(ctx context.Context, batch []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	results := make([]engines.Result, len(batch))
	for i, r := range batch {
		results[i] = engines.Result{Tokens: r.Prompt, Useful: len(r.Prompt), CommitNs: []int64{3}, Finish: engines.FinishStop, Usage: engines.Usage{usage.NFE: usage.Known(int(r.Seed))}}
	}
	switch f.spec.Preset {
	case "panic":
		panic("index out of range")
	case "crash":
		go panic("in another goroutine")
		select {}
	case "exit":
		os.Exit(7)
	case "litter", "litter and exit":
		left := exec.Command(os.Args[0]) // with stdout and stderr of this one
		left.Env, left.Stdout, left.Stderr = append(os.Environ(), "WORKER_TEST_CHILD=left"), os.Stdout, os.Stderr
		if err := left.Start(); err != nil {
			panic(err)
		}
		results[0].Tokens = []int32{int32(left.Process.Pid)}
		if f.spec.Preset == "litter and exit" {
			os.Exit(7)
		}
	case "hang":
		for {
			time.Sleep(time.Millisecond)
		}
	case "patient":
		<-ctx.Done()
		return results, ctx.Err()
	case "fail":
		return nil, errors.New("no luck")
	case "hog":
		f.hog(400)
	case "judged":
		for i, r := range batch {
			results[i].Useful = 0
			if r.Oracle != nil && r.Oracle(r.Prompt) {
				results[i].Useful = 1
			}
		}
	}
	return results, nil
}

// hog takes memory, 4 MiB each time.
func (f *fake) hog(times int) {
	var all [][]byte
	for range times {
		block := make([]byte, 4<<20)
		for i := range block {
			block[i] = 1
		}
		all = append(all, block)
	}
	runtime.KeepAlive(all)
}

func start(t *testing.T, limits Limits) *Client {
	t.Helper()
	c, err := spawn(limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func spawn(limits Limits) (*Client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "WORKER_TEST_CHILD=1")
	return Start(context.Background(), cmd, limits)
}

func open(t *testing.T, c *Client, preset string) *Engine {
	t.Helper()
	e, err := c.Open(t.Context(), transport.Spec{Engine: "fake", Preset: preset, Options: engines.Options{"steps": 4, "top_p": 0.5, "rule": "x"}, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var batch = transport.Batch{Tokens: []engines.Request{{Prompt: []int32{1, 2}, Budget: 4, Seed: 1<<63 + 1}, {Prompt: []int32{3}, Budget: 4, Seed: 9}}}

func TestDecode(t *testing.T) {
	c := start(t, Limits{})
	if c.Hello.Kernel != "generic" {
		t.Errorf("hello: %+v", c.Hello)
	}
	first, second := open(t, c, "echo"), open(t, c, "echo")
	if info := first.Info(); info.Engine != "fake" || info.Threads != 2 || info.Options["steps"] != 4 || info.Options["top_p"] != 0.5 {
		t.Errorf("info: %+v", info)
	}
	for _, e := range []*Engine{first, second, first} {
		a, err := e.Send(t.Context(), batch)
		got := a.Results
		if err != nil || len(got) != 2 || got[0].Tokens[1] != 2 || got[1].Tokens[0] != 3 || got[1].Usage != (engines.Usage{usage.NFE: usage.Known(9)}) || got[0].CommitNs[0] != 3 {
			t.Fatalf("results %+v, error %v", got, err)
		}
		if a.Wall <= 0 || a.Wall > time.Minute || *a.Peak != 12345 || a.Broken {
			t.Errorf("measured: %+v", a)
		}
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := first.Send(t.Context(), batch); err == nil || !strings.Contains(err.Error(), "no engine 0 is open") {
		t.Errorf("a closed engine gives %v", err)
	}
	if _, err := second.Send(t.Context(), transport.Batch{Tokens: batch.Tokens, Sink: engines.SinkFunc(func(*engines.Event) {})}); err == nil {
		t.Error("a sink was accepted")
	}
}

func TestJudge(t *testing.T) {
	e := open(t, start(t, Limits{}), "judged")
	asked := []engines.Request{batch.Tokens[0], batch.Tokens[1], batch.Tokens[0]}
	asked[0].Oracle = func(tokens []int32) bool { return tokens[0] == 1 }
	asked[1].Oracle = func(tokens []int32) bool { return tokens[0] == 1 }
	a, err := e.Send(t.Context(), transport.Batch{Tokens: asked})
	got := a.Results
	if err != nil || got[0].Useful != 1 || got[1].Useful != 0 || got[2].Useful != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOpenErrors(t *testing.T) {
	c := start(t, Limits{})
	var died *transport.DiedError
	if _, err := c.Open(t.Context(), transport.Spec{Preset: "missing"}); err == nil || errors.As(err, &died) || err.Error() != "no such weights" {
		t.Errorf("error %v", err)
	}
	if _, err := c.Open(t.Context(), transport.Spec{Preset: "panic at once"}); !errors.As(err, &died) || !strings.Contains(err.Error(), "bad weights") {
		t.Errorf("error %v", err)
	}
	if _, err := open(t, c, "echo").Send(t.Context(), batch); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		preset, want string
		cause        error
		broken, died bool
	}{
		{"panic", "panic: index out of range", nil, true, false},
		{"crash", "panic: in another goroutine", nil, true, true},
		{"exit", "the worker process died (exit status 7)", nil, true, true},
		{"fail", "no luck", nil, false, false},
		{"patient", "deadline", context.DeadlineExceeded, false, false},
		{"hang", "did not answer in time", context.DeadlineExceeded, true, true},
	} {
		c := start(t, Limits{Grace: 50 * time.Millisecond})
		e := open(t, c, tt.preset)
		ctx, cancel := context.WithCancel(t.Context())
		if tt.cause != nil {
			ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
		}
		a, err := e.Send(ctx, batch)
		cancel()
		var died *transport.DiedError
		if err == nil || !strings.Contains(err.Error(), tt.want) || tt.cause != nil && !errors.Is(err, tt.cause) || a.Broken != tt.broken || errors.As(err, &died) != tt.died {
			t.Errorf("%s: error %v, broken %v", tt.preset, err, a.Broken)
		}
		if !tt.died {
			continue
		}
		if _, err := e.Send(t.Context(), batch); !errors.As(err, &died) {
			t.Errorf("%s: a dead worker gives %v", tt.preset, err)
		}
	}
}

// TestLeftBehind has a child start a process that holds its output: the end of the child
// is seen all the same, and what it has left behind ends too.
func TestLeftBehind(t *testing.T) {
	for _, preset := range []string{"litter", "litter and exit"} {
		begun := time.Now()
		c, err := spawn(Limits{Grace: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		a, err := open(t, c, preset).Send(t.Context(), batch)
		if err == nil {
			err = c.Close()
		} else if preset == "litter and exit" && strings.Contains(err.Error(), "exit status 7") {
			err = nil
		}
		if took := time.Since(begun); err != nil || took > 30*time.Second {
			t.Errorf("%s: %v after %v", preset, err, took)
		}
		if preset == "litter" && runtime.GOOS == "linux" {
			pid := int(a.Results[0].Tokens[0])
			for measure.Started(pid) != "" && time.Since(begun) < 30*time.Second {
				time.Sleep(10 * time.Millisecond)
			}
			if measure.Started(pid) != "" {
				t.Error("what the child left behind lives")
			}
		}
	}
}

func TestCancel(t *testing.T) {
	c := start(t, Limits{Grace: time.Minute})
	e := open(t, c, "patient")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	a, err := e.Send(ctx, batch)
	if !errors.Is(err, context.Canceled) || len(a.Results) != 2 || a.Broken {
		t.Errorf("%v, %v", a, err)
	}
}

// resident is the resident memory of a process, negative when unknown.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	var size, pages int64
	if _, scanErr := fmt.Sscan(string(text), &size, &pages); err != nil || scanErr != nil {
		return -1
	}
	return pages * int64(os.Getpagesize())
}

func TestMemoryLimit(t *testing.T) {
	if resident(os.Getpid()) < 0 {
		t.Skip("the memory of a process cannot be read here")
	}
	e := open(t, start(t, Limits{Memory: 200 << 20, Resident: resident}), "hog")
	if _, err := e.Send(t.Context(), batch); !errors.Is(err, transport.ErrMemory) || !strings.Contains(err.Error(), "limit of 200 MiB") {
		t.Errorf("error %v", err)
	}
}

// TestServeEndsWithItsInput is what keeps children from outliving their parent:
// even one that is busy returns when its orders end.
func TestServeEndsWithItsInput(t *testing.T) {
	in, orders := io.Pipe()
	out, answers := io.Pipe()
	go io.Copy(io.Discard, out)
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(in, answers, Host{Gauges: transport.Gauges{Now: time.Now}, Open: func(s transport.Spec) (engines.Engine, error) { return &fake{spec: s}, nil }})
	}()
	orders.Write(encode(order{Do: "open", Spec: &transport.Spec{Preset: "hang"}}))
	orders.Write(encode(order{Do: "decode", Requests: wire(batch.Tokens)}))
	orders.Close()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it goes on")
	}
}

func TestStartRefusesOthers(t *testing.T) {
	for _, args := range [][]string{{"echo", `{"protocol":99}`}, {"echo", "hello"}, {"true"}} {
		if _, err := exec.LookPath(args[0]); err != nil {
			t.Skip(err)
		}
		if c, err := Start(t.Context(), exec.Command(args[0], args[1:]...), Limits{}); err == nil {
			t.Errorf("%v was taken for a worker: %+v", args, c.Hello)
		}
	}
}

// program is a workload whose answers are run.
type program struct {
	workloads.Workload
	checker string // "" runs nothing
}

func (p program) Check(workloads.Instance, string) workloads.Score {
	return workloads.Score{Partial: 0.7}
}

func (p program) Executes(workloads.Instance) (json.RawMessage, bool) {
	return json.RawMessage(strconv.Quote(p.checker)), p.checker != ""
}

// TestJudged judges answers in a child that lives on, and calls an answer wrong
// that takes down two of them.
func TestJudged(t *testing.T) {
	starts := 0
	j := &Judge{Limit: 10 * time.Second, Start: func(context.Context) (*Client, error) {
		starts++
		return spawn(Limits{Memory: 300 << 20, Resident: resident})
	}}
	defer j.Close()
	inst := workloads.Instance{ID: "p/1", Constraints: []workloads.Constraint{{Kind: "a"}, {Kind: "b"}}}
	flag := filepath.ToSlash(filepath.Join(t.TempDir(), "flag"))
	if err := os.WriteFile(flag, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	w := Judged(program{checker: flag}, j)
	first := w.Check(inst, "right\xff")
	if !first.Exact || first.Partial != 1 || int(first.Aspects["pid"]) == os.Getpid() {
		t.Errorf("right: %+v", first)
	}
	if s := w.Check(inst, "wrong"); s.Exact || s.Partial != 0.1 || len(s.Violations) != 1 || s.Violations[0] != (workloads.Violation{Constraint: 1, Offset: -1, Doc: "p/1"}) {
		t.Errorf("wrong: %+v", s)
	}
	if s := w.Check(inst, "once"); s.Partial != 0.1 || starts != 2 {
		t.Errorf("a child that dies once: %+v after %d starts", s, starts)
	}
	hostile := map[string]string{"exit": "exit status 7", "hang": "did not answer in time"}
	if resident(os.Getpid()) >= 0 {
		hostile["hog"] = "limit of 300 MiB"
	}
	for output, why := range hostile {
		if output == "hang" {
			j.Limit = 50 * time.Millisecond
		}
		before := starts
		s := w.Check(inst, output)
		if s.Exact || s.Partial != 0 || len(s.Violations) != 2 || !strings.Contains(s.Violations[0].Doc, why) || starts-before > 2 {
			t.Errorf("%s: %+v after %d starts", output, s, starts-before)
		}
		j.Limit = 10 * time.Second
	}
	if s := w.Check(inst, "right\xff"); !s.Exact {
		t.Errorf("afterwards: %+v", s)
	}
	func() {
		defer func() {
			if p := recover(); p != "a bad checker" {
				t.Errorf("the checker panics with %v", p)
			}
		}()
		w.Check(inst, "panic")
	}()
	if s := Judged(program{}, j).Check(inst, "exit"); s.Partial != 0.7 {
		t.Errorf("nothing is run: %+v", s)
	}
	nowhere := &Judge{Start: func(context.Context) (*Client, error) { return nil, errors.New("no processes") }}
	if s := Judged(program{checker: flag}, nowhere).Check(inst, "exit"); s.Partial != 0.7 {
		t.Errorf("no child can be started: %+v", s)
	}
}
