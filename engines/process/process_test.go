package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/child"
	"dllmbench/engines/usage"
)

func open(t *testing.T, kind string) *Engine {
	t.Helper()
	e, err := Start(t.Context(), command(t, kind))
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestWrite(t *testing.T) {
	t.Parallel()
	e := open(t, "good")
	info := e.Info()
	if c := info.Capabilities; info.Engine != "fake" || info.Preset != "two" || c.TokenIDs || !c.Repeatable || c.Deliveries != engines.Append || !slices.Equal(c.Counters, []string{"nfe", "committed_tokens"}) {
		t.Errorf("%+v", info)
	}
	var got []engines.Delivery
	r, err := e.Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 5, Seed: 1<<64 - 1}, func(d engines.Delivery) { got = append(got, d) })
	if err != nil || r.Text != "abcde" || r.Finish != engines.FinishBudget || r.Usage[usage.NFE] != usage.Known(3) || r.Usage[usage.FLOPs].Known() || r.Elapsed <= 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if len(got) != 3 || got[2].Text != "e" || r.Clock.Used == ChildClock && got[2].At != 4 || *e.Peak() != 777 {
		t.Errorf("%+v, by the clock of the %s", got, r.Clock.Used)
	}
	if stable, err := r.Stable(engines.Append, got); err != nil || len(stable) != 3 {
		t.Errorf("%v, %v", stable, err)
	}
	both := make([]int, 2)
	list, err := e.WriteBatch(t.Context(), []engines.TextRequest{{Prompt: "x", Budget: 5}, {Prompt: "y", Budget: 1}}, func(i int, d engines.Delivery) { both[i]++ })
	if err != nil || list[1].Text != "a" || !slices.Equal(both, []int{3, 1}) {
		t.Errorf("%+v, %v, %v", list, both, err)
	}
	var f *Failure
	if _, err := e.Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 5, Stop: []string{"."}}, nil); !errors.As(err, &f) || f.Error() != "the engine says: it takes no stop" {
		t.Errorf("a stop text: %v", err)
	}
	if _, err := e.Tokens(99, -1); err == nil {
		t.Error("an engine of text takes ids")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	e := open(t, "ids")
	if _, err := e.Tokens(98, -1); err == nil || !strings.Contains(err.Error(), "mask of the program is token 99") {
		t.Errorf("another mask: %v", err)
	}
	tokens, err := e.Tokens(99, -1)
	if err != nil {
		t.Fatal(err)
	}
	var events []engines.Event
	sink := engines.SinkFunc(func(e *engines.Event) { events = append(events, *e) })
	batch := []engines.Request{{Prompt: []int32{1}, Budget: 6, Stop: []int32{8}}, {Prompt: []int32{2}, Budget: 3}}
	for _, s := range []engines.Sink{nil, sink} {
		got, err := tokens.Generate(t.Context(), batch, s)
		if err != nil || !slices.Equal(got[0].Tokens, []int32{5, 6, 7, 8, 9, 10}) || got[0].Useful != 3 || got[0].Finish != engines.FinishStop || got[1].Finish != engines.FinishBudget || got[1].Useful != 3 {
			t.Fatalf("%+v, %v", got, err)
		}
		if want := map[string]int64{ChildClock: 4, ParentClock: -1}[got[0].Clock.Used]; got[0].CommitNs[4] != want {
			t.Errorf("commits at %v by the clock of the %s", got[0].CommitNs, got[0].Clock.Used)
		}
	}
	if len(events) != 5 || events[4].Request != 1 || events[2].Committed[1] != (engines.Commit{Pos: 5, ID: 10, Confidence: 0.5}) || events[1].Masked != 2 || events[0].Phase != engines.PhaseDenoise {
		t.Errorf("%+v", events)
	}
	letters := func(ids []int32) (text string) {
		for _, id := range ids {
			text += string(rune('a' + id))
		}
		return text
	}
	// It takes no stop texts, so it writes on; a text that ends within what it wrote cuts it here.
	cut := engines.Request{Prompt: []int32{1}, Budget: 6, Until: []string{"hi", "k"}, Text: letters}
	if got, err := tokens.Generate(t.Context(), []engines.Request{cut}, nil); err != nil || got[0].Useful != 2 || len(got[0].Tokens) != 6 || got[0].Finish != engines.FinishStop {
		t.Errorf("%+v, %v", got, err)
	}
	cut.Force, cut.Stop = true, []int32{50}
	if got, err := tokens.Generate(t.Context(), []engines.Request{cut}, nil); err != nil || got[0].Useful != 2 || got[0].Finish != engines.FinishBudget {
		t.Errorf("%+v, %v", got, err)
	}
	cut.Stop = []int32{8}
	if _, err := tokens.Generate(t.Context(), []engines.Request{cut}, nil); err == nil || !strings.Contains(err.Error(), "ended its text after 3 tokens, and is to write all of 6 (force_length)") {
		t.Errorf("an end that is forbidden: %v", err)
	}
	if _, err := tokens.Generate(t.Context(), []engines.Request{{Prompt: []int32{1}, Template: []int32{-1}, Budget: 1}}, nil); err == nil {
		t.Error("it takes no template, and got one")
	}
}

// TestFaults holds each way to be wrong against the one sentence that says so.
func TestFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"silent":           "the fake did not answer in time and was ended",
		"prints":           `the fake wrote "Loading checkpoint shards: 100%" on stdout, which is for the protocol alone (print to stderr)`,
		"version":          `the fake speaks "dllmbench-engine/2", and this program speaks dllmbench-engine/1`,
		"crash":            "the fake died (exit status 1): ModuleNotFoundError: No module named 'torch'",
		"deaf":             "the fake did not answer in time and was ended",
		"refuses":          "the engine says: unknown option steps",
		"counter":          `the fake promises the counter "nfes"; known are nfe, query_tokens, attended_keys`,
		"useless":          "the fake takes neither text nor ids",
		"one way":          "an engine that takes ids gives ids",
		"mode":             `the fake delivers in the mode "stream"; known are whole, append and replace`,
		"hangs":            "the fake did not answer in time and was ended",
		"oom":              "memory limit exceeded: the engine says: CUDA out of memory",
		"fails":            "the engine says: CUDA out of memory",
		"fatal":            "the fake gave up: CUDA out of memory",
		"no start":         `the fake wrote "done" before it started batch 1`,
		"start twice":      "the fake started batch 1 twice",
		"bare error":       "the fake says: out of order",
		"other id":         `the fake wrote "start" with the id 2 while batch 1 was at work`,
		"long line":        "the fake wrote a line of more than 16777216 bytes",
		"half line":        "the fake died (exit status 4) in the middle of a line",
		"prints at work":   `the fake wrote "step 1/8" on stdout`,
		"dies":             "the fake died (exit status 1): RuntimeError: device-side assert triggered",
		"few results":      "the fake gave 0 results for 1 requests",
		"nan":              "wrote NaN or Infinity, which JSON does not have (write null)",
		"back in time":     "the fake wrote a text at 8ns behind one at 10ns",
		"ids token":        "the fake wrote token 100 of a vocabulary of 100",
		"ids long":         "the fake wrote 12 tokens with a budget of 6",
		"ids times":        "the fake gave 5 commit times for 6 tokens",
		"no such program!": "cannot be started",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := command(t, kind)
			if slices.Contains([]string{"silent", "deaf"}, kind) {
				c.Opening = 50 * time.Millisecond
			}
			if strings.Contains(want, "started") && strings.HasPrefix(kind, "no such") {
				c.Args = []string{"./no such program"}
			}
			e, err := Start(t.Context(), c)
			if err == nil {
				defer e.Close()
				limit := 20 * time.Second
				if kind == "hangs" {
					limit = 50 * time.Millisecond
				}
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				if strings.HasPrefix(kind, "ids") {
					var tokens engines.Engine
					if tokens, err = e.Tokens(99, -1); err == nil {
						_, err = tokens.Generate(ctx, []engines.Request{{Prompt: []int32{1}, Budget: 6}}, nil)
					}
				} else {
					_, err = e.Write(ctx, engines.TextRequest{Prompt: "x", Budget: 6}, func(engines.Delivery) {})
				}
			}
			if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n") {
				t.Fatalf("error %v, want %s", err, want)
			}
			var died *child.DiedError
			if kind == "crash" && (!errors.As(err, &died) || !strings.HasPrefix(died.Log, "Traceback")) {
				t.Errorf("the log is %+v", died)
			}
			if kind == "oom" && !errors.Is(err, child.ErrMemory) || kind == "hangs" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v has another cause", err)
			}
		})
	}
}

// TestClock: the child's clock holds only where it promises to be synchronised and agrees.
func TestClock(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"no sync", "fast clock"} {
		r, err := open(t, kind).Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 6}, func(engines.Delivery) {})
		if err != nil || r.Clock.Used != ParentClock || r.Elapsed > time.Second {
			t.Errorf("%s: %+v, %v", kind, r, err)
		}
	}
	for _, tt := range []struct {
		parent, child time.Duration
		want          string
	}{
		{time.Second, time.Second - 10*time.Millisecond, ChildClock}, {time.Second, time.Second - 11*time.Millisecond, ParentClock},
		{5 * time.Millisecond, 4 * time.Millisecond, ChildClock}, {5 * time.Millisecond, -1, ParentClock}, {5 * time.Millisecond, 7 * time.Millisecond, ParentClock},
	} {
		e := &Engine{ready: Ready{Sync: true}}
		if got := e.clock(&reading{Parent: tt.parent, Child: tt.child}, 0); got != tt.want {
			t.Errorf("%v against %v: the clock of the %s", tt.child, tt.parent, got)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	e := open(t, "good")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	r, err := e.Write(ctx, engines.TextRequest{Prompt: "x", Budget: 1000}, func(engines.Delivery) {})
	if !errors.Is(err, context.Canceled) || r.Finish != engines.FinishCancelled || r.Text != "ab" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := e.Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 2}, func(engines.Delivery) {}); err != nil || r.Text != "ab" {
		t.Errorf("afterwards: %+v, %v", r, err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET_KEY", "planted")
	t.Setenv("WANTED", "given")
	t.Setenv("LANG", "C")
	list := environment([]string{"WANTED", "A=b", "NOT_SET_ANYWHERE"})
	if !slices.Contains(list, "WANTED=given") || !slices.Contains(list, "A=b") || !slices.Contains(list, "LANG=C") || strings.Contains(strings.Join(list, " "), "planted") {
		t.Errorf("%v", list)
	}
	if environment(nil) == nil && os.Getenv("PATH") == "" {
		t.Error("nil is everything")
	}
}

// FuzzFollow: whatever a child writes, a batch ends with an answer or an error of one
// line, and what it holds was asked for.
func FuzzFollow(f *testing.F) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("no shell")
	}
	for _, s := range []string{
		`{"type":"start","id":1}` + "\n" + `{"type":"text","id":1,"r":0,"text":"a"}` + "\n" + `{"type":"done","id":1,"wall_ns":5,"results":[{"text":"a","finish":"stop","usage":{"nfe":1}}]}`,
		`{"type":"start","id":1}` + "\n" + `{"type":"step","id":1,"phase":"denoise","commits":[[0,5,null]],"revised":[[1,2]]}` + "\n" + `{"type":"end","id":1}` + "\n" + `{"type":"done","id":1,"results":[{"ids":[5],"commit_ns":[3],"finish":"budget"}]}`,
		`{"type":"start","id":1}` + "\n" + `{"type":"step","id":1,"commits":[[0.5,5]]}`, `{"type":"error","id":1,"kind":"oom"}`, `{"type":"step","id":1,"commits":[[1e300,1]]}`,
		`[]`, `{"type":1}`, `NaN`, ``, "\x00", `{"type":"start","id":null}`, `{"type":"done","id":1,"results":[]}`, `{"type":"start","id":1}` + "\n" + `{"type":"text","id":1,"r":-1}`,
	} {
		f.Add([]byte(s + "\n"))
	}
	begin := `{"type":"hello","protocol":"` + Protocol + `","engine":"cat"}` + "\n" + `{"type":"ready","takes":["text","ids"],"gives":["text","ids","steps"],"deliveries":"append","sync":true}` + "\n"
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "lines")
		if err := os.WriteFile(path, append([]byte(begin), data...), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		e, err := Start(ctx, Command{Args: []string{shell, "-c", `cat "$0"; read a; read b`, path}, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		tokens, err := e.Tokens(2, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tokens.Generate(ctx, []engines.Request{{Prompt: []int32{7}, Stop: []int32{1}, Budget: 4}}, engines.SinkFunc(func(e *engines.Event) {
			for _, c := range slices.Concat(e.Committed, e.Revised) {
				if c.Pos < 0 || c.Pos > 3 || c.ID < 0 {
					t.Errorf("%+v", c)
				}
			}
		}))
		switch {
		case err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 3000):
			t.Errorf("%q", err)
		case err == nil && (len(got) != 1 || len(got[0].Tokens) > 4 || got[0].Useful > len(got[0].Tokens) || len(got[0].CommitNs) != len(got[0].Tokens)):
			t.Errorf("%+v", got)
		}
	})
}
