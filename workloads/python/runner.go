package python

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits are what neither process of a judgement may exceed.
type Limits struct {
	CPU    time.Duration // of the processor; whole seconds
	Wall   time.Duration // of both together
	Memory int64         // bytes of address space
}

// DefaultLimits are those of runs: 3 s as in the authors' program for HumanEval, but of
// the processor, so that a busy machine makes no answer wrong.
func DefaultLimits() Limits { return Limits{3 * time.Second, 30 * time.Second, 1 << 30} }

// Runner judges with a Python of the user's. It is safe for concurrent use.
type Runner struct {
	Path, Version string
	// Confined names what is in force: limits of the system as Python calls them,
	// "files", "calls" (no sockets, programs, signals), "processes" and "namespaces".
	Confined []string

	limits Limits
	apart  bool // in name spaces of its own

	mu    sync.Mutex
	known map[string]verdict // of programs that were judged, with their tests
}

// maxKnown bounds the verdicts that are kept.
const maxKnown = 100_000

// Find makes a runner of the Python with a name or path, such as "python3". It has to
// tell a right answer from a wrong one first.
func Find(ctx context.Context, python string, limits Limits) (*Runner, error) {
	out, err := exec.CommandContext(ctx, python, "-I", "-c",
		`import json, sys; print(json.dumps([sys.executable, "%d.%d.%d" % sys.version_info[:3], str(sys.version_info >= (3, 8))]))`).Output()
	if err != nil {
		return nil, fmt.Errorf("%s does not run: %w", python, err)
	}
	var said [3]string // path, version, and whether it is new enough
	if json.Unmarshal(out, &said) != nil || !filepath.IsAbs(said[0]) {
		return nil, fmt.Errorf("%s is no Python: it says %.80q", python, out)
	}
	if said[2] != "True" {
		return nil, fmt.Errorf("%s is Python %s; at least 3.8 is needed", python, said[1])
	}
	for _, apart := range []bool{namespaces, false} {
		r := &Runner{Path: said[0], Version: said[1], limits: limits, apart: apart, known: map[string]verdict{}}
		if err = r.try(); err == nil {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%s cannot judge here: %w", said[0], err)
}

// try judges a right and a wrong answer, and notes what confines them.
func (r *Runner) try() error {
	t := Test{Tests: []string{"assert f([1]) == [1, 2]"}}
	right, err := r.run("def f(x):\n    return x + [2]\n", t)
	wrong, otherwise := r.run("def f(x):\n    return x\n", t)
	if err := errors.Join(err, otherwise); err != nil {
		return err
	}
	if right.failed[0] != "" || wrong.failed[0] == "" {
		return fmt.Errorf("of a right and a wrong answer it says %q and %q", right.failed[0], wrong.failed[0])
	}
	r.Confined = right.confined
	if r.apart {
		r.Confined = append(r.Confined, "namespaces")
	}
	for _, need := range []string{"RLIMIT_CPU", "RLIMIT_FSIZE", "processes"} {
		if !slices.Contains(r.Confined, need) {
			return fmt.Errorf("the system does not limit what a process may do (%s), at least not for this user", need)
		}
	}
	return nil
}

// Says describes what answers are run in, and what they are not kept from.
func (r *Runner) Says() string {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(r.Confined, n) })
	}
	var kept, open []string
	for _, c := range []struct {
		what string
		in   bool
	}{
		{"network", has("calls", "namespaces")},
		{"files", has("files")},
		{"other processes", has("calls", "namespaces")},
		{"starting processes", has("processes")},
		{"memory above its limit", has("RLIMIT_AS")},
	} {
		if c.in {
			kept = append(kept, c.what)
		} else {
			open = append(open, c.what)
		}
	}
	text := fmt.Sprintf("Python %s, %s of processor time each", r.Version, r.limits.CPU)
	if len(kept) > 0 {
		text += "; kept from " + strings.Join(kept, ", ")
	}
	if len(open) > 0 {
		text += "; NOT kept from " + strings.Join(open, ", ")
	}
	return text
}

// judged is run, with the same answer judged once, and again where a process may have been
// ended from outside.
func (r *Runner) judged(program string, t Test) verdict {
	key := strings.Join(append([]string{program, t.Given, strings.Join(t.Entries, " ")}, t.Tests...), "\x00")
	r.mu.Lock()
	v, ok := r.known[key]
	r.mu.Unlock()
	if ok {
		return v
	}
	v, err := r.run(program, t)
	if errors.As(err, new(*struckError)) {
		v, err = r.run(program, t)
	}
	if err != nil {
		v = verdict{why: "could not be judged within its limits: " + err.Error()}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) < maxKnown {
		r.known[key] = v
	}
	return v
}
