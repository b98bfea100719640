package remote_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote"
	"dllmbench/engines/remote/stub"
)

// TestAIPerf reads the streams of one stub, a process of its own, by this client and by AIPerf, in turns, and says how
// much later than the server wrote them each has the first and the last text. It runs where
// AIPERF names the program and TOKENIZER a tokenizer that it finds, and wants a machine
// with nothing else to do. A stub waits a second for each thousand streams with its first text.
//
//	AIPERF=venv/bin/aiperf TOKENIZER=folder go test ./engines/remote -run AIPerf -v -timeout 30m
func TestAIPerf(t *testing.T) {
	program, tokenizer := os.Getenv("AIPERF"), os.Getenv("TOKENIZER")
	if program == "" || tokenizer == "" {
		t.Skip("AIPERF or TOKENIZER is not set")
	}
	const events, gap = 40, 100 * time.Millisecond
	for _, streams := range []int{50, 500, 2000} {
		t.Run(fmt.Sprint(streams), func(t *testing.T) {
			first := max(200*time.Millisecond, time.Duration(streams)*time.Millisecond)
			server := start(t, stub.Plan{Pieces: slices.Repeat([]string{"token "}, events), First: first, Gap: gap, Role: true, Usage: stub.LastUsage})
			clients := map[string]func(t *testing.T) [][2]time.Duration{
				"dllmbench": func(t *testing.T) [][2]time.Duration { return ours(t, server.URL, streams) },
				"AIPerf":    func(t *testing.T) [][2]time.Duration { return theirs(t, program, tokenizer, server.URL, streams) },
			}
			for _, name := range []string{"dllmbench", "AIPerf", "AIPerf", "dllmbench"} {
				read := clients[name](t)
				var wrote [][2]time.Duration
				for _, a := range server.Answers(t) {
					if len(a.Wrote) == events {
						wrote = append(wrote, [2]time.Duration{a.Wrote[0].Sub(a.Came), a.Wrote[events-1].Sub(a.Came)})
					}
				}
				if len(read) < streams || len(wrote) < streams {
					t.Fatalf("%s read %d of %d streams, the server wrote %d", name, len(read), streams, len(wrote))
				}
				text := name + ":"
				for i, what := range []string{"first", "last"} {
					for _, p := range []int{50, 99} {
						text += fmt.Sprintf(" %s text at p%d %v late;", what, p, (at(read, i, p) - at(wrote, i, p)).Round(10*time.Microsecond))
					}
				}
				t.Log(text)
			}
		})
	}
}

// at is a percentile of one of two times.
func at(list [][2]time.Duration, which, percent int) time.Duration {
	var one []time.Duration
	for _, pair := range list {
		one = append(one, pair[which])
	}
	slices.Sort(one)
	return one[(len(one)-1)*percent/100]
}

// ours are the times of the first and the last text as this client reads them.
func ours(t *testing.T, url string, streams int) [][2]time.Duration {
	e, err := remote.Open(remote.Config{Name: "stub", API: remote.Chat, URL: url, Mode: engines.Append, LimitField: "max_tokens", InFlight: streams}, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	read := make([][2]time.Duration, streams)
	var all sync.WaitGroup
	for i := range streams {
		all.Go(func() {
			_, err := e.Write(t.Context(), engines.TextRequest{Prompt: fmt.Sprint(i), Budget: 64}, func(d engines.Delivery) {
				if read[i][0] == 0 {
					read[i][0] = d.At
				}
				read[i][1] = d.At
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	return read
}

// theirs are those of AIPerf.
func theirs(t *testing.T, program, tokenizer, url string, streams int) (read [][2]time.Duration) {
	folder := t.TempDir()
	out, err := exec.CommandContext(t.Context(), program, "profile", "--model", "stub", "--tokenizer", tokenizer, "--url", url[:len(url)-len("/v1")], "--endpoint-type", "chat", "--streaming",
		"--concurrency", fmt.Sprint(streams), "--request-count", fmt.Sprint(streams), "--synthetic-input-tokens-mean", "8", "--output-tokens-mean", "64", "--ui", "none",
		"--output-artifact-dir", folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(filepath.Join(folder, "profile_export.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r struct {
			Metrics struct {
				First struct{ Value float64 } `json:"time_to_first_token"` // ms
				Last  struct{ Value float64 } `json:"request_latency"`
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		ms := func(x float64) time.Duration { return time.Duration(x * float64(time.Millisecond)) }
		read = append(read, [2]time.Duration{ms(r.Metrics.First.Value), ms(r.Metrics.Last.Value)})
	}
	return read
}
