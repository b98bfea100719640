package duel

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/gate"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
)

// The test binary is its own worker when these are set: what its engine costs,
// and how it misbehaves.
const (
	costKey = "DUEL_TEST_COST_MS"
	moodKey = "DUEL_TEST_MOOD"
)

func TestMain(m *testing.M) {
	text := os.Getenv(costKey)
	if text == "" {
		os.Exit(m.Run())
	}
	cost, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	// A clock that only decoding moves makes times exact.
	now := time.Unix(0, 0)
	mood := os.Getenv(moodKey)
	if mood == "dead" {
		os.Exit(2)
	}
	worker.Serve(os.Stdin, os.Stdout, worker.Host{
		Hello: worker.Hello{Kernel: "test"}, Gauges: transport.Gauges{Now: func() time.Time { return now }},
		Open: func(s transport.Spec) (engines.Engine, error) {
			if mood == "unknown" {
				return nil, errors.New("no such preset")
			}
			return &fake{&now, time.Duration(cost * 1e6), mood}, nil
		},
	})
}

// fake is an engine that takes a fixed time.
type fake struct {
	now  *time.Time
	cost time.Duration
	mood string
}

func (f *fake) Info() engines.Info {
	info := engines.Info{Engine: "fake", Preset: "fake"}
	switch f.mood {
	case "weights":
		info.WeightsDigest = "sha256:other"
	case "older":
		info.WeightsDigest = "sha256:weights"
	case "newer":
		info.WeightsDigest, info.WeightsAlone = "sha256:model", "sha256:weights"
	}
	return info
}

func (f *fake) Generate(_ context.Context, batch []engines.Request, _ engines.Sink) ([]engines.Result, error) {
	if f.mood == "fail" {
		return nil, errors.New("it broke")
	}
	*f.now = f.now.Add(f.cost)
	list := make([]engines.Result, len(batch))
	for i, r := range batch {
		n := r.Budget
		list[i] = engines.Result{Tokens: make([]int32, n), CommitNs: make([]int64, n), Useful: n, Finish: engines.FinishBudget, Elapsed: f.cost,
			Usage: engines.Usage{usage.NFE: usage.Known(n), usage.CommittedTokens: usage.Known(n), usage.CanvasPositions: usage.Known(n)}}
		if f.mood == "extra" {
			list[i].Usage.Increase(usage.NFE, 1)
		}
	}
	return list, nil
}

// side starts this test binary as a worker.
func side(cost, mood string, starts *int) Starter {
	return func(ctx context.Context) (*worker.Client, error) {
		*starts++
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), costKey+"="+cost, moodKey+"="+mood)
		return worker.Start(ctx, cmd, worker.Limits{})
	}
}

func plan(t *testing.T) *scenario.Plan {
	t.Helper()
	s, err := scenario.Load("s.yaml", []byte("version: 1\nengines:\n  - {name: a, engine: fake, preset: fake}\ncost:\n  - {shape: any, prompt: 3, budget: 2, batches: 3}\nmeasurement: {threads: 1}\n"),
		scenario.Catalog{Presets: []engines.Preset{{Engine: "fake", Name: "fake"}}, Shape: func(string) error { return nil }}, scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Expand(context.Background(), func(weights.Name) (scenario.WeightsInfo, error) {
		return scenario.WeightsInfo{Context: 100, Vocab: 50}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRun times a program that takes 12 ms against one that takes 10: every
// block says so exactly, each has two new processes, and both sides' counters
// are there.
func TestRun(t *testing.T) {
	var starts [2]int
	shown := 0
	out, err := Run(t.Context(), plan(t), Options{Sides: [2]Starter{side("10", "", &starts[0]), side("12", "extra", &starts[1])},
		Blocks: 4, Now: time.Now, Progress: func(int, int) { shown++ }})
	if err != nil {
		t.Fatal(err)
	}
	if out.Blocks != 4 || starts != [2]int{5, 5} || shown != 4 || out.Hello[1].Kernel != "test" {
		t.Errorf("%d blocks, starts %v, progress %d, %+v", out.Blocks, starts, shown, out.Hello)
	}
	c := out.Cells[0]
	if c.Problem != "" || len(c.Pairs.New) != 4 || len(c.Pairs.AA) != 4 {
		t.Fatalf("%+v", c)
	}
	for i := range c.Pairs.New {
		if math.Abs(c.Pairs.Old[i]-10) > 1e-9 || math.Abs(c.Pairs.New[i]-12) > 1e-9 || math.Abs(c.Pairs.AA[i]) > 1e-12 {
			t.Errorf("block %d: %v and %v ms, A/A %v", i, c.Pairs.Old[i], c.Pairs.New[i], c.Pairs.AA[i])
		}
	}
	for i, nfe := range []int{2, 3} {
		if list := out.Requests[i]; len(list) != 3 || list[0].Usage[usage.NFE] != usage.Known(nfe) {
			t.Errorf("side %d: %d records", i, len(list))
		}
	}
}

// TestLeastBlocks checks that a short time does not make fewer blocks than a
// verdict needs, and a long one not more than the most.
func TestLeastBlocks(t *testing.T) {
	var n int
	out, err := Run(t.Context(), plan(t), Options{Sides: [2]Starter{side("1", "", &n), side("1", "", &n)}, Least: 2, Now: time.Now})
	if err != nil || out.Blocks != 2 {
		t.Errorf("error %v, %+v", err, out)
	}
}

// TestStopped has the process stopped while a block is made, which is made again, and in
// every try.
func TestStopped(t *testing.T) {
	for _, tt := range []struct {
		last    int // visit in which it is stopped, from the 12th on
		problem string
	}{{12, ""}, {1 << 30, "a block has no times, and so had it when it was made again: stopped"}} {
		var n, visits int
		out, err := Run(t.Context(), plan(t), Options{Sides: [2]Starter{side("10", "", &n), side("12", "", &n)}, Blocks: 1, Now: time.Now,
			Stopped: func(time.Time) string {
				if visits++; visits >= 12 && visits <= tt.last {
					return "stopped"
				}
				return ""
			}})
		if err != nil {
			t.Fatal(err)
		}
		c := out.Cells[0]
		if c.Problem != tt.problem || len(c.Pairs.New) != 1 && tt.problem == "" || tt.problem != "" && c.Verdict != gate.Invalid {
			t.Errorf("%d visits: %+v", visits, c)
		}
	}
}

// TestProblemsOfACell checks what one side cannot do: no cell with a problem has
// times, and the problem names the side.
func TestProblemsOfACell(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     string
		verdict  gate.Verdict
	}{
		{"unknown", "", "the old side cannot decode it: no such preset", gate.NotComparable},
		{"", "unknown", "the new side cannot decode it: no such preset", gate.NotComparable},
		{"", "fail", "the new side failed: cost/any/prompt-3/0 ended with status error: it broke", gate.Invalid},
		{"", "weights", "on the old side and sha256:other on the new one", gate.NotComparable},
	} {
		var n int
		out, err := Run(t.Context(), plan(t), Options{Sides: [2]Starter{side("1", c.old, &n), side("1", c.new, &n)}, Blocks: 1, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if got := out.Cells[0]; !strings.Contains(got.Problem, c.want) || got.Verdict != c.verdict || len(got.Pairs.New) != 0 {
			t.Errorf("%q, %q: %+v", c.old, c.new, got)
		}
	}
}

// TestOlderDigest: an older program knows models by their weights alone; it is timed
// where these are equal, and the outcome says so.
func TestOlderDigest(t *testing.T) {
	for _, c := range []struct {
		old, new    string
		alone, fine bool
	}{{"older", "newer", true, true}, {"newer", "newer", false, true}, {"weights", "newer", false, false}, {"newer", "older", false, false}} {
		var n int
		out, err := Run(t.Context(), plan(t), Options{Sides: [2]Starter{side("1", c.old, &n), side("1", c.new, &n)}, Blocks: 1, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if out.WeightsAlone != c.alone || (out.Cells[0].Problem == "") != c.fine {
			t.Errorf("%q, %q: %v, %+v", c.old, c.new, out.WeightsAlone, out.Cells[0])
		}
	}
}

// TestSideThatDoesNotStart checks that the error says which side it was, and
// that an interruption stays one.
func TestSideThatDoesNotStart(t *testing.T) {
	var n int
	for i := range 2 {
		sides := [2]Starter{side("1", "", &n), side("1", "", &n)}
		sides[i] = side("1", "dead", &n)
		_, err := Run(t.Context(), plan(t), Options{Sides: sides, Blocks: 1, Now: time.Now})
		var failed *SideError
		if !errors.As(err, &failed) || failed.Side != i {
			t.Errorf("side %d: %v", i, err)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(stopped, plan(t), Options{Sides: [2]Starter{side("1", "", &n), side("1", "", &n)}, Blocks: 1, Now: time.Now}); !errors.Is(err, harness.ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
}
