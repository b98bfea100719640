package python

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"dllmbench/engines/child"
)

//go:embed scripts/confine.py
var confine string

//go:embed scripts/answer.py
var answerScript string

//go:embed scripts/tests.py
var testsScript string

// maxLine is the most bytes of a message between the processes.
const maxLine = 8 << 20

// verdict is what tests found: why there is no finding, or for each test what is wrong.
type verdict struct {
	why      string
	failed   []string // "" where a test passed
	parses   bool
	confined []string
}

// struckError says that a process was killed though it kept its limits.
type struckError struct{ error }

// process is one of the two.
type process struct {
	*child.Process
	cmd *exec.Cmd
}

// start starts a script in a folder. What answers run in has no environment but a seed of
// hashes, so that the order of sets is the same each time; site are the user's packages.
func (r *Runner) start(what, script, dir string, site bool) (*process, error) {
	limits, err := json.Marshal(map[string]any{"limits": map[string]int64{
		"RLIMIT_CPU": int64(r.limits.CPU.Seconds()), "RLIMIT_AS": r.limits.Memory, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 64,
	}})
	if err != nil {
		return nil, err
	}
	args := []string{"-s", "-B", "-X", "utf8"}
	if !site {
		args = append(args, "-S")
	}
	cmd := exec.Command(r.Path, append(args, "-c", confine+script, string(limits))...)
	cmd.Dir, cmd.Env = dir, []string{"PYTHONHASHSEED=0", "OPENBLAS_NUM_THREADS=1"}
	if r.apart {
		separate(cmd)
	}
	p, err := child.Start(cmd, child.Limits{Name: what, Line: maxLine})
	return &process{p, cmd}, err
}

// end ends the process, with all that it started.
func (p *process) end() {
	p.Kill(&child.DiedError{Reason: "its work was done"})
	p.Close()
}

// read reads a line of JSON.
func (p *process) read(ctx context.Context, v any) error {
	line, err := p.Read(ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(line.Text, v)
}

// send sends a line of JSON.
func (p *process) send(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return p.Write(append(line, '\n'))
}

// run judges a program by tests. The error says why there is no verdict.
func (r *Runner) run(program string, t Test) (verdict, error) {
	dir, err := os.MkdirTemp("", "dllmbench-python-")
	if err != nil {
		return verdict{}, err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), r.limits.Wall)
	defer cancel()
	answer, err := r.start("the answer", answerScript, dir, false)
	if err != nil {
		return verdict{}, err
	}
	defer answer.end()
	tests, err := r.start("the process of the tests", testsScript, dir, strings.Contains(t.Given+strings.Join(t.Tests, ""), "numpy"))
	if err != nil {
		return verdict{}, err
	}
	defer tests.end()
	defer context.AfterFunc(ctx, func() { // one that does not listen is written to for ever
		late := &child.DiedError{Reason: fmt.Sprintf("not finished after %v", r.limits.Wall), Cause: ctx.Err()}
		answer.Kill(late)
		tests.Kill(late)
	})()
	var v verdict
	var first struct{ Confined []string }
	if err := answer.read(ctx, &first); err != nil {
		return v, err
	}
	v.confined = first.Confined
	var begun struct {
		Parses bool
		Error  []any // class, text and whether it ends a program
	}
	err = answer.send(program)
	if err == nil {
		err = answer.read(ctx, &begun)
	}
	if err != nil {
		return v, r.ended(answer, err)
	}
	if v.parses = begun.Parses; len(begun.Error) > 1 {
		v.why = fmt.Sprintf("the program does not run: %.100v: %.200v", begun.Error[0], begun.Error[1])
		return v, nil
	}
	err = tests.send(map[string]any{"given": t.Given, "entries": t.Entries, "tests": t.Tests})
	for err == nil {
		var line child.Line
		if line, err = tests.Read(ctx); err != nil {
			break
		}
		mark, text := line.Text[:min(1, len(line.Text))], line.Text[min(1, len(line.Text)):]
		switch string(mark) {
		case "?":
			err = r.pass(ctx, answer, tests, text)
		case "!":
			if err := json.Unmarshal(text, &v.failed); err != nil || len(v.failed) != len(t.Tests) {
				return v, errors.New("the process of the tests gave no verdict")
			}
			return v, nil
		}
	}
	return v, err
}

// pass has the answer do what the tests ask for. An answer that does not come is told to
// the tests as the end of its process.
func (r *Runner) pass(ctx context.Context, answer, tests *process, ask []byte) error {
	line, err := answer.Call(ctx, append(ask, '\n'))
	if err == nil {
		return tests.Write(append(line.Text, '\n'))
	}
	if ctx.Err() != nil {
		return err
	}
	if err = r.ended(answer, err); errors.As(err, new(*struckError)) {
		return err
	}
	return tests.send(map[string]any{"error": []any{"Ended", err.Error(), true}})
}

// ended tells a process that was killed from outside from one that brought it about.
func (r *Runner) ended(p *process, err error) error {
	p.Close()
	s := p.cmd.ProcessState
	if s != nil && s.ExitCode() < 0 && s.String() == "signal: killed" && s.UserTime()+s.SystemTime() < r.limits.CPU && !errors.Is(err, context.DeadlineExceeded) {
		return &struckError{err}
	}
	return err
}
