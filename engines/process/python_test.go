package process

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// counting is an engine on adapters/dllmbench_engine.py that writes 5, 6, 7 … , two in a
// pass of a millisecond, and prints what it likes.
const counting = `
import sys, time
sys.path.insert(0, "../../adapters")
from dllmbench_engine import Engine, Refused, serve

class Counting(Engine):
    name, source = "counting", "tests"

    def open(self, options, threads):
        print("loading")
        return dict(options=options, takes=["ids", "batch"], gives=["ids", "steps", "commits"], counters=["nfe"], repeatable=True, sync=True)

    def generate(self, requests, job):
        job.start()
        results, passes = [], 0
        for r, request in enumerate(requests):
            ids, times = [], []
            while len(ids) < request["budget"]:
                job.check()
                time.sleep(0.001)
                new = [[len(ids) + k, 5 + len(ids) + k] for k in range(min(2, request["budget"] - len(ids)))]
                ids, times = ids + [i for _, i in new], times + [job.now()] * len(new)
                if job.trace:
                    job.step(r=r, **{"pass": passes}, step=passes, phase="denoise", t_ns=job.now(), rows=2, commits=new, masked=0)
                passes += 1
            results.append(dict(ids=ids, finish="budget", commit_ns=times, usage=dict(nfe=(len(ids) + 1) // 2)))
        job.end()
        return results

serve(Counting())
`

// TestPython lets the template and an engine on the module of the adapters go through the
// suite.
func TestPython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	for _, args := range [][]string{{"../../adapters/minimal.py"}, {"-c", counting}} {
		all := 0
		x := Examination{Command: Command{Args: append([]string{python}, args...), Now: time.Now}, Prompt: "Hello", Budget: 32, Timeout: 10 * time.Second}
		problems, err := Examine(t.Context(), x, func(f Finding) {
			if all++; f.Problem != "" {
				t.Errorf("%s: %s: %s\n%s", args[0], f.Check, f.Problem, f.Log)
			}
			if f.Check == "stops when it is told to" && args[0] == "-c" && !strings.Contains(f.Note, "after it began") {
				t.Errorf("cancelled: %+v", f)
			}
		})
		if problems > 0 || err != nil || all != len(checks) {
			t.Errorf("%s: %d problems in %d checks, %v", args[0], problems, all, err)
		}
	}
}
