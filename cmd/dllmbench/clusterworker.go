package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/cluster"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
	"dllmbench/harness/trace"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
)

// clusterWorkerCmd does what is queued.
type clusterWorkerCmd struct {
	clusterFlags
	codeFlags     `embed:""`
	Endpoints     string        `placeholder:"FILE" help:"The file of endpoints of this machine; by default endpoints.yaml here, or in the folder of user settings."`
	AllowEndpoint []string      `placeholder:"NAME" help:"An endpoint of that file that scenarios of the queue may use; may be repeated. Others, and programs, they may not."`
	AllowDir      []string      `placeholder:"DIR" help:"A folder whose files scenarios of the queue may name, as weights and tasks; may be repeated. Others they may not."`
	Dir           string        `placeholder:"DIR" help:"Folder for units at work, one for each worker: what an interruption leaves there is continued if the unit comes back; by default a temporary one."`
	Isolate       bool          `help:"Decode each cell in its own process, as with run."`
	MaxMemory     int           `range:"0 to 1073741824" placeholder:"MIB" help:"With --isolate: limit of the resident memory of such a process, in MiB."`
	Idle          time.Duration `range:"above 0s to 720h" placeholder:"TIME" help:"End after so long without work; by default never."`
	Local         bool          `hidden:"" help:"Work for the process that started this one: trust its scenario, and end when standard input ends."`
}

func (*clusterWorkerCmd) Help() string {
	return `A worker does one unit at a time, and has its machine and the endpoints of the unit for itself meanwhile. It takes units for its
class: the same processor, compute kernels, GPU, driver and build of dllmbench. Scenarios of the queue are not trusted: they
start no programs, and reach only the endpoints and files that flags allow. Ctrl-C or SIGTERM gives the unit back; finished
batches are kept in --dir.

Examples:

    dllmbench cluster worker --server nats://queue:4222
    dllmbench cluster worker --allow-dir /models --dir work --idle 10m`
}

// Run works until a signal.
func (c *clusterWorkerCmd) Run(con *console) error {
	if c.MaxMemory > 0 && !c.Isolate {
		return exit.Errorf(exit.Usage, "--max-memory is a number of MiB and needs --isolate")
	}
	if err := c.allows(con); err != nil {
		return exit.With(exit.Usage, err)
	}
	var err error
	if con.python, err = c.runner(con); err != nil {
		return err
	}
	var leave func()
	if c.Dir, leave, err = con.private(c.Dir); err != nil {
		return err
	}
	defer leave()
	con.keep("finished batches are kept, and the unit goes back to the queue", 5*time.Second)
	ctx := con.ctx
	if c.Local {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go func() {
			io.Copy(io.Discard, con.stdin)
			cancel()
		}()
	}
	w := &clusterWorker{flags: c, con: con, machine: setup.Machine(con.now), weights: &library.Shelf{}}
	w.about = cluster.MachineOf(w.machine.Session.Env, os.DirFS("/"))
	cl, closed, err := c.join(ctx, con, w.about)
	if err != nil {
		return c.ended(ctx, err)
	}
	defer closed()
	err = (&cluster.Worker{
		Cluster: cl, ID: fmt.Sprintf("%s-%d-%s", w.about.Host, os.Getpid(), strings.ToLower(rand.Text()[:6])), Machine: w.about, Idle: c.Idle,
		Do: w.do, Advance: w.advance.Load, Patience: func() time.Duration { return time.Duration(w.patience.Load()) },
		Landed: func(t cluster.Task) { os.RemoveAll(w.folder(t)) }, Log: w.log,
	}).Work(ctx)
	return c.ended(ctx, err)
}

// allows says what of --allow-endpoint and --allow-dir is not there.
func (c *clusterWorkerCmd) allows(con *console) error {
	var errs []error
	for _, dir := range c.AllowDir {
		if at, err := os.Stat(dir); err != nil {
			errs = append(errs, fmt.Errorf("--allow-dir: %w", err))
		} else if !at.IsDir() {
			errs = append(errs, fmt.Errorf("--allow-dir: %s is no folder", dir))
		}
	}
	ends := &setup.Endpoints{Path: c.Endpoints, Scenario: "-", Now: con.now}
	for _, name := range c.AllowEndpoint {
		file, err := ends.Load()
		if err == nil {
			_, err = file.Find(name)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("--allow-endpoint: %w", err))
		}
	}
	return errors.Join(errs...)
}

// ended is how the worker ends: by a signal with 130, by its parent or for want of work with 0.
func (c *clusterWorkerCmd) ended(ctx context.Context, err error) error {
	switch {
	case c.Local && ctx.Err() != nil:
		return nil
	case ctx.Err() != nil:
		return exit.Errorf(exit.Interrupted, "interrupted; finished batches are kept where --dir says, and the unit went back to the queue")
	}
	return exit.With(exit.Setup, err)
}

// join waits for the server and for its queue.
func (c *clusterWorkerCmd) join(ctx context.Context, con *console, m cluster.Machine) (*cluster.Cluster, func(), error) {
	access := c.access("worker")
	access.Patient = true
	nc, err := cluster.Dial(access)
	if err != nil {
		return nil, nil, err
	}
	if !c.Local {
		fmt.Fprintf(con.stderr, "worker of class %s: %s\n", m.Class(), m)
	}
	said := ""
	for {
		cl, err := cluster.Open(ctx, nc)
		if err == nil {
			return cl, nc.Close, nil
		}
		text := err.Error()
		if !nc.IsConnected() {
			text = fmt.Sprintf("the NATS server %s (--server) does not answer, or does not know this user", access.Hosts())
		}
		if text != said && ctx.Err() == nil {
			said = text
			fmt.Fprintln(con.stderr, "waiting:", terminal.Visible(text))
		}
		select {
		case <-ctx.Done():
			nc.Close()
			return nil, nil, context.Cause(ctx)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// clusterWorker does units with the means of run.
type clusterWorker struct {
	flags    *clusterWorkerCmd
	con      *console
	machine  harness.Options // read once
	about    cluster.Machine
	weights  *library.Shelf
	run      prepared // the last one
	advance  atomic.Int64
	patience atomic.Int64 // ns
}

// prepared is a run that a worker is ready for.
type prepared struct {
	id       string
	job      []byte
	plan     *scenario.Plan
	ends     *setup.Endpoints
	metadata map[string]string
}

func (w *clusterWorker) log(format string, args ...any) {
	if w.con.ctx.Err() == nil {
		fmt.Fprintln(w.con.stderr, terminal.Visible(fmt.Sprintf(format, args...)))
	}
}

// folder is where a unit is at work.
func (w *clusterWorker) folder(t cluster.Task) string {
	return filepath.Join(w.flags.Dir, t.Run.ID, t.Unit)
}

// unitFile reports whether a unit has a file of that name.
func unitFile(name string) bool { return name == folder.Results || name == trace.File }

// do decodes a unit.
func (w *clusterWorker) do(ctx context.Context, t cluster.Task) (map[string]string, error) {
	w.advance.Add(1)
	if err := w.prepare(ctx, t.Run); err != nil {
		return nil, err
	}
	s := w.run.plan.Scenario
	w.patience.Store(int64(2*s.Measurement.Timeout + 10*time.Second)) // that a batch may take, see harness.StuckError
	u, err := shard.Find(w.run.plan, t.Unit)
	if err != nil {
		return nil, fmt.Errorf("%w, or files and weights differ here", err)
	}
	plan := shard.Take(w.run.plan, []shard.Unit{u})
	for _, name := range addresses(plan) {
		if err := t.Endpoint(ctx, name); err != nil {
			return nil, err
		}
	}
	dir := w.folder(t)
	_, err = os.Stat(filepath.Join(dir, folder.Results))
	c := &runCmd{Out: dir, Resume: err == nil, Progress: "none", Isolate: w.flags.Isolate, MaxMemory: w.flags.MaxMemory, base: dir,
		fitted: w.run.metadata, whole: &result.Shard{Count: t.Run.Units, Units: []string{t.Unit}}, machine: &w.machine, advanced: func() { w.advance.Add(1) }}
	if err := errors.Join(os.MkdirAll(dir, 0o755), c.loads(s)); err != nil {
		return nil, err
	}
	con := *w.con
	con.ctx, con.departure, con.files, con.stderr = ctx, &departure{}, &ledger{}, io.Discard
	if _, err := c.records(&con, plan, w.weights); err != nil {
		if c.Resume && ctx.Err() == nil { // what is there may be the reason
			os.RemoveAll(dir)
		}
		return nil, err
	}
	files := map[string]string{}
	for _, name := range []string{folder.Results, trace.File} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			files[name] = path
		}
	}
	return files, nil
}

// addresses are the endpoints that a plan asks: no two workers ask one at a time. All workers
// take them in one order.
func addresses(plan *scenario.Plan) (list []string) {
	for _, c := range plan.Cells() {
		if c.Endpoint != nil && !slices.Contains(list, c.Endpoint.Address) {
			list = append(list, c.Endpoint.Address)
		}
	}
	slices.Sort(list)
	return list
}

// prepare reads the scenario of a run, which is not trusted, and makes its plan.
func (w *clusterWorker) prepare(ctx context.Context, r cluster.Run) error {
	if w.run.id == r.ID && bytes.Equal(w.run.job, r.Job) {
		return nil
	}
	w.run = prepared{}
	if r.Build != w.about.Build {
		return fmt.Errorf("the run is of build %s, this worker of %s", r.Build, w.about.Build)
	}
	var j clusterJob
	dec := json.NewDecoder(bytes.NewReader(r.Job))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		return fmt.Errorf("the record of run %s is damaged: %w", r.ID, err)
	}
	con := *w.con
	con.files = &ledger{}
	p := prepared{id: r.ID, job: r.Job, metadata: j.Metadata, ends: &setup.Endpoints{Path: w.flags.Endpoints, Scenario: "-", Reads: con.files.reads, Now: con.now}}
	if w.flags.Local {
		p.ends.Scenario = j.Name
	}
	s, err := scenario.Load(j.Name, []byte(j.Text), w.allowed(con.catalog(p.ends)), scenario.Options{})
	if err != nil {
		return err
	}
	for _, name := range append(s.Uses(), s.Judge) {
		if name.Kind == weights.Path && !w.flags.Local {
			if err := w.file(name.Name); err != nil {
				return err
			}
		}
	}
	if j.Trace >= 0 {
		s.SetTrace(j.Trace)
	}
	if p.plan, err = setup.Expand(ctx, s, w.weights); err != nil {
		return err
	}
	w.run = p
	w.log("run %s: %s", r.ID, lists.Count(len(p.plan.Cells()), "cell"))
	return nil
}

// allowed is what a scenario of the queue may name here.
func (w *clusterWorker) allowed(c scenario.Catalog) scenario.Catalog {
	if w.flags.Local {
		return c
	}
	find, open := c.Endpoint, c.Open
	c.Endpoint = func(name string) (*scenario.Endpoint, error) {
		if !slices.Contains(w.flags.AllowEndpoint, name) {
			return nil, fmt.Errorf("this worker lets scenarios of the queue use no endpoint %q; allowed are those of --allow-endpoint (%s)", name, orNone(w.flags.AllowEndpoint))
		}
		e, err := find(name)
		if err == nil && e.About.Kind == "process" {
			return nil, fmt.Errorf("endpoint %q is a program, and scenarios of the queue start none", name)
		}
		return e, err
	}
	c.Open = func(s scenario.TaskSource) (scenario.TaskFile, error) {
		for _, path := range []string{s.Path, s.FewShot} {
			if path != "" {
				if err := w.file(path); err != nil {
					return scenario.TaskFile{}, err
				}
			}
		}
		if s.Task != "" && !slices.Contains(c.Cards, s.Task) {
			if err := w.file(s.Task); err != nil {
				return scenario.TaskFile{}, err
			}
		}
		return open(s)
	}
	return c
}

func orNone(list []string) string {
	if list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

// file says why a file may not be named by scenarios of the queue; nil if it may.
func (w *clusterWorker) file(name string) error {
	path, err := filepath.Abs(name)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	for _, dir := range w.flags.AllowDir {
		inside, e := filepath.Abs(dir)
		if e == nil {
			inside, e = filepath.EvalSymlinks(inside)
		}
		if e != nil || err != nil {
			continue
		}
		if rel, e := filepath.Rel(inside, path); e == nil && filepath.IsLocal(rel) {
			return nil
		}
	}
	return fmt.Errorf("this worker lets scenarios of the queue name no file %q; allowed are those in the folders of --allow-dir (%s)", name, orNone(w.flags.AllowDir))
}
