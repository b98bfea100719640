package process

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExamine lets bad engines go through the suite: each problem is found by the check
// that is for it, and good engines pass all.
func TestExamine(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{ // the problems, "check: sentence", joined by " | "
		"good": "", "ids": "", "one": "", "replace": "", "no sync": "",
		"version":         `says hello: the fake speaks "dllmbench-engine/2", and this program speaks dllmbench-engine/1`,
		"crash":           "says hello: the fake died (exit status 1): ModuleNotFoundError: No module named 'torch'",
		"refuses":         "opens its engine: the engine says: unknown option steps",
		"no pong":         "opens its engine: the fake did not answer in time and was ended",
		"few results":     "answers a request: the fake gave 0 results for 1 requests | answers a batch: the fake gave 2 results for 3 requests",
		"no count":        "answers a request: it promised the counter nfe and did not give it",
		"no nfe":          "answers a request: it counted -2 forward passes",
		"other text":      "answers a request: it gave texts that do not fit together: delivery 1 of 3 is not the next part of the answer",
		"fast clock":      "answers a request: it says that 1.0",
		"changes":         "repeats itself: the same request and seed twice: the texts differ",
		"late answer":     `answers a request: the fake wrote "text" with the id`,
		"stop unheard":    `ends an answer at a stop text: the stop text "f" was to end it, and is in it`,
		"float time":      "answers a request: the fake wrote a message that has number 1.5 in t_ns, which is a whole number: ",
		"latin":           `answers a request: the fake wrote bytes that are no UTF-8: "{\"type\":\"caf\xe9\"}"`,
		"text for a list": "opens its engine: the fake wrote a message that has string in takes, which is a list: ",
		"leaves":          "answers a request: the fake died (exit status 0) | answers a batch: the fake died (exit status 0) | keeps a budget of one token: the fake died (exit status 0)",
		"ids wrong nfe":   "reports steps: it counted 4 forward passes, and its steps have 3",
		"dies on refusal": "refuses a request that has no sense, and lives: the fake died (exit status 3)",
		"goes on":         "stops when it is told to: it did not stop within 300ms: the fake did not answer in time and was ended",
		"stays":           "ends on close, and leaves nothing behind: the fake, or one that it started, did not end when its input did",
		"litter":          "ends on close, and leaves nothing behind: a process that it had started lived on, and was ended",
		"outlives":        "ends when its input does: the fake, or one that it started, did not end when its input did",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if kind == "litter" && runtime.GOOS == "windows" {
				t.Skip("there are no groups of processes")
			}
			c := command(t, kind)
			var all, problems []string
			timeout := 5 * time.Second
			if kind == "no pong" {
				timeout = 100 * time.Millisecond
			}
			n, err := Examine(t.Context(), Examination{Command: c, Prompt: "Hello", Budget: 6, Timeout: timeout}, func(f Finding) {
				if all = append(all, f.Check); f.Problem != "" {
					problems = append(problems, f.Check+": "+f.Problem)
				}
				if f.Problem == "" && f.Skipped != "" && want == "" && !strings.Contains(f.Skipped, "one request at a time") && !strings.Contains(f.Skipped, "promise") {
					t.Errorf("%s was not examined: %s", f.Check, f.Skipped)
				}
			})
			got := strings.Join(problems, " | ")
			if err != nil || n != len(problems) || (len(all) < len(checks)) != slices.Contains([]string{"version", "crash", "refuses", "no pong", "text for a list"}, kind) || !strings.HasPrefix(got, want) || (want == "") != (got == "") {
				t.Errorf("%d problems, %v: %s\nwant %s", n, err, got, want)
			}
		})
	}
}
