package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
	"dllmbench/engines/remote/stub"
)

// against opens an engine of a server at that address.
func against(t *testing.T, url string, mode engines.Mode) *Engine {
	t.Helper()
	e, err := Open(Config{Name: "test", API: Chat, URL: url, Mode: mode, LimitField: "max_tokens", InFlight: 64}, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// planned starts a stub.
func planned(t *testing.T, p stub.Plan) *stub.Server {
	t.Helper()
	s, err := stub.Start("127.0.0.1:0", p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestTimes holds what the client reads against what the server wrote: nothing is read before
// it was written, and the first delivery is the first text, not the role before it.
func TestTimes(t *testing.T) {
	t.Parallel()
	for _, mode := range []engines.Mode{engines.Append, engines.Replace} {
		p := stub.Plan{Pieces: []string{"a", "ab", "abc"}, First: 60 * time.Millisecond, Gap: 20 * time.Millisecond, Jitter: 0.5, Seed: 7, Role: true, Replace: mode == engines.Replace}
		s := planned(t, p)
		e := against(t, s.URL(), mode)
		var list []engines.Delivery
		start := time.Now()
		res, err := e.Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 3}, func(d engines.Delivery) { list = append(list, d) })
		a := s.Answers()[0]
		if want := map[engines.Mode]string{engines.Append: "aababc", engines.Replace: "abc"}[mode]; err != nil || res.Text != want || res.Finish != engines.FinishStop {
			t.Fatalf("%s: %+v, %v", mode, res, err)
		}
		if a.Prompt != "x" || len(a.Wrote) != 3 || a.Set[0] < 30*time.Millisecond || a.Set[0] > 90*time.Millisecond {
			t.Fatalf("%+v", a)
		}
		read := 0
		for _, d := range list {
			if read++; mode == engines.Replace {
				read = len(d.Text)
			} else if d.Text != p.Pieces[read-1] { // a slow machine brings two at once
				read = strings.Index("aababc", d.Text)/2 + 2
			}
			if at := start.Add(d.At); at.Before(a.Wrote[min(read, 3)-1]) {
				t.Errorf("%s: piece %d was read %v before it was written", mode, read, a.Wrote[read-1].Sub(at))
			}
		}
		if list[0].At < a.Set[0] || res.Elapsed < list[len(list)-1].At {
			t.Errorf("%s: the first text came at %v, due %v; the end at %v", mode, list[0].At, a.Set[0], res.Elapsed)
		}
	}
}

// TestTogether: events in one write are one delivery.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := planned(t, stub.Plan{Pieces: strings.Split("abcdef", ""), Together: 3})
	n := 0
	res, err := against(t, s.URL(), engines.Append).Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 6}, func(engines.Delivery) { n++ })
	if err != nil || res.Text != "abcdef" || n > 2 {
		t.Errorf("%d deliveries of %q, %v", n, res.Text, err)
	}
}

// TestFailures: as many requests fail as the plan says, each with what became of it, and none
// passes for a good answer.
func TestFailures(t *testing.T) {
	t.Parallel()
	s := planned(t, stub.Plan{Pieces: strings.Split("abcd", ""), Refused: 0.3, Status: 500, Broken: 0.2, Cut: 0.2, Seed: 3})
	e := against(t, s.URL(), engines.Append)
	var mu sync.Mutex
	count := map[string]int{}
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			res, err := e.Write(t.Context(), engines.TextRequest{Prompt: fmt.Sprint(i), Budget: 4}, func(engines.Delivery) {})
			kind := "good"
			for said, name := range map[string]string{"500": "refused", "broken by plan": "broken", "EOF": "cut"} {
				if err != nil && strings.Contains(err.Error(), said) {
					kind = name
				}
			}
			if (err == nil) != (res.Text == "abcd") || err != nil && kind == "good" {
				t.Errorf("%q, %v", res.Text, err)
			}
			mu.Lock()
			defer mu.Unlock()
			count[kind]++
		})
	}
	all.Wait()
	for kind, share := range map[string]float64{"good": 0.3, "refused": 0.3, "broken": 0.2, "cut": 0.2} {
		if got := float64(count[kind]) / 60; got < share-0.15 || got > share+0.15 {
			t.Errorf("%s: %.2f of the requests, want about %.2f", kind, got, share)
		}
	}
}

// TestCancelled: a request that is given up ends at once, with what has come.
func TestCancelled(t *testing.T) {
	t.Parallel()
	s := planned(t, stub.Plan{Pieces: []string{"a", "b"}, Gap: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	res, err := against(t, s.URL(), engines.Append).Write(ctx, engines.TextRequest{Prompt: "x", Budget: 2}, func(engines.Delivery) { cancel() })
	if err != context.Canceled || res.Text != "a" || res.Finish != engines.FinishCancelled {
		t.Errorf("%+v, %v", res, err)
	}
}

// TestConnections: connections are used again, as many as there are requests at once.
func TestConnections(t *testing.T) {
	t.Parallel()
	s := remotetest.Serve(remotetest.Replay([]byte(`data: {"choices":[{"text":"a","finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n"), 1<<20))
	defer s.Close()
	e := against(t, s.URL, engines.Append)
	for range 20 {
		if res, err := e.Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 1}, func(engines.Delivery) {}); err != nil || res.Text != "a" {
			t.Fatal(res, err)
		}
	}
	if n := s.Connections(); n > 3 {
		t.Errorf("20 requests in turn took %d connections", n)
	}
	r := s.Requests()[0]
	for name, want := range map[string]string{"Accept": "text/event-stream", "Accept-Encoding": "", "Expect": "", "Content-Type": "application/json"} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	if r.Path != "/v1/chat/completions" || !strings.Contains(string(r.Body), `"max_tokens":1`) || strings.Contains(string(r.Body), "max_completion_tokens") {
		t.Errorf("%s %s", r.Path, r.Body)
	}
}

// TestSalts: each request has a salt of its own where that is asked for.
func TestSalts(t *testing.T) {
	t.Parallel()
	e, err := Open(Config{Name: "test", API: Chat, LimitField: "max_tokens", Spent: &Spending{}}, engines.Options{"cache_salt": true}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 3 {
		body, err := e.body(engines.TextRequest{Prompt: "x", Budget: 1})
		var asked struct {
			Salt string `json:"cache_salt"`
		}
		if err := errors.Join(err, json.Unmarshal(body, &asked)); err != nil || asked.Salt == "" || len(asked.Salt) > 128 || strings.ContainsAny(asked.Salt, "@/\\") || seen[asked.Salt] {
			t.Errorf("salt %q, %v", asked.Salt, err)
		}
		seen[asked.Salt] = true
	}
}

// TestWrongUTF8: bytes that are no text become the mark for that, and nothing is lost.
func TestWrongUTF8(t *testing.T) {
	t.Parallel()
	for _, piece := range []int{1, 60, 1 << 20} {
		s := remotetest.Serve(remotetest.Replay(remotetest.WrongUTF8(), piece))
		defer s.Close()
		res, err := against(t, s.URL, engines.Append).Write(t.Context(), engines.TextRequest{Prompt: "x", Budget: 1}, func(engines.Delivery) {})
		if err != nil || res.Text != "a\ufffdb\ufffdc" {
			t.Errorf("pieces of %d bytes: %q, %v", piece, res.Text, err)
		}
	}
}

// TestEnds: what is sent of stop texts and of a length that is forced, and who cannot be told.
func TestEnds(t *testing.T) {
	t.Parallel()
	stops := []string{"1", "2", "3", "4", "5"}
	for _, c := range []struct {
		config Config
		force  bool
		want   string
	}{
		{Config{API: Completions, URL: "http://127.0.0.1:1/v1", Stop: []string{"own"}}, false, `"stop":["own","1","2","3","4","5"]`},
		{Config{API: Chat, URL: "https://api.example.org/v1", KeyEnv: "SOME_KEY"}, false, `"stop":["1","2","3","4"]`},
		{Config{API: Completions, URL: "http://127.0.0.1:1/v1", Stop: []string{"own"}}, true, `"ignore_eos":true,"max_tokens":7,"min_tokens":7,"prompt":"x","stop":["own"]`},
		{Config{API: FIM, URL: "http://127.0.0.1:1/v1"}, true, "!kind fim has no ignore_eos"},
		{Config{API: Chat, URL: "https://api.example.org/v1", KeyEnv: "SOME_KEY"}, true, "!hosted services have none"},
	} {
		c.config.LimitField = "max_tokens"
		body, err := (&Engine{config: c.config}).body(engines.TextRequest{Prompt: "x", Budget: 7, Stop: stops, Force: c.force})
		part, bad := strings.CutPrefix(c.want, "!")
		if got := string(body); bad && (err == nil || !strings.Contains(err.Error(), part)) || !bad && (err != nil || !strings.Contains(got, part)) {
			t.Errorf("%s, forced %v: %s, %v; want %s", c.config.API, c.force, got, err, c.want)
		}
	}
}
