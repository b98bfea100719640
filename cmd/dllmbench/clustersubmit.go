package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/claims"
	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
	"dllmbench/reports/folder"
)

// clusterSubmitCmd queues a scenario.
type clusterSubmitCmd struct {
	scenarioFile `embed:""`
	clusterFlags
	codeFlags `embed:""`

	ID       string        `name:"run" placeholder:"ID" help:"Name of the run; by default one is made. A submission that was broken off is completed by giving its name."`
	Class    string        `placeholder:"CLASS" help:"Class of the machines that are to do it; by default that of the workers that are there, or of this machine if there are none. A run is done by one class, so that times of different machines do not mix."`
	Machines int           `range:"1 to 10000" default:"1" placeholder:"N" help:"Divide large groups of cells by instances so that so many machines have work."`
	Trace    int           `range:"0 to 10000" placeholder:"N" default:"-1" help:"Trace this many instances of each cell, instead of the scenario's number; 0 for none."`
	AckWait  time.Duration `range:"200ms to 1h" default:"1m" placeholder:"TIME" help:"How long a worker may be silent before its work is given to another one."`
	Replicas int           `range:"1 to 5" default:"1" placeholder:"N" help:"Servers that keep each message, of a cluster of NATS servers."`
	Local    int           `range:"0 to 256" placeholder:"N" help:"Do it here: start a server in this process and N workers, wait for them and make the folder of the run. The workers take turns, one at a time, so that times are as good as those of run."`
	Store    string        `placeholder:"DIR" help:"With --local: folder for the server's files, so that a run of the same name (--run) continues; by default a temporary one."`
	Out      string        `placeholder:"DIR" help:"With --local: folder for the results; by default a new one below results/."`
}

func (*clusterSubmitCmd) Help() string {
	return `Prints the name of the run. A unit of work is a group of cells that decode the same instances in turns; it is done by one
worker. Files, weights and endpoints that the scenario names have to be where the workers are.

Examples:

    dllmbench cluster submit big.yaml --server nats://queue:4222
    dllmbench cluster submit big.yaml --machines 100 --class 3f2a90c1d4e5
    dllmbench cluster submit big.yaml --local 2 --out results/big`
}

// Run submits, and with --local waits for the results.
func (c *clusterSubmitCmd) Run(con *console) error {
	if c.Local == 0 && (c.Out != "" || c.Store != "" || c.AllowCodeExecution) {
		return exit.Errorf(exit.Usage, "--out, --store and --allow-code-execution go with --local: elsewhere cluster collect makes the folder, and each worker says what it allows")
	}
	var err error
	if con.python, err = c.runner(con); err != nil {
		return err
	}
	s, err := c.parse(con)
	if err != nil {
		return err
	}
	if c.Trace >= 0 {
		s.SetTrace(c.Trace)
	}
	models := &library.Shelf{}
	plan, err := con.expand(s, models, setup.Expand)
	if err != nil {
		return err
	}
	con.tell(plan, nil)
	machine := cluster.MachineOf(setup.Machine(con.now).Session.Env, os.DirFS("/"))
	r := cluster.Run{ID: cmp.Or(c.ID, runID(s.Name, con.now())), Build: machine.Build, Scenario: s.Name, Created: con.now().UTC().Format(time.RFC3339)}
	units, err := c.divide(con, plan, models)
	if err != nil {
		return err
	}
	j := clusterJob{Name: s.File, Text: string(s.Text), Trace: c.Trace}
	if c.shortened() {
		j.Metadata = map[string]string{claims.QuickKey: "few instances and repetitions"}
	}
	if r.Job, err = json.Marshal(j); err != nil {
		return err
	}
	whole, err := json.Marshal(shard.Describe(plan, units, nil, shard.Part{Count: len(units)}))
	if err != nil {
		return err
	}
	var ids []string
	for _, u := range units {
		ids = append(ids, u.ID)
	}
	r.Units = len(ids)
	queued := 0
	send := func(ctx context.Context, cl *cluster.Cluster) error {
		if r.Class, err = c.class(ctx, cl, machine); err != nil {
			return err
		}
		queued, err = cl.Submit(ctx, r, ids, whole)
		return clustered(err)
	}
	if c.Local > 0 {
		return c.local(con, r, send)
	}
	nc, err := cluster.Dial(c.access("submit"))
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer nc.Close()
	cl, err := cluster.Create(con.ctx, nc, cluster.Setup{AckWait: c.AckWait, Replicas: c.Replicas})
	if err == nil {
		err = send(con.ctx, cl)
	}
	if err != nil {
		return clustered(err)
	}
	if is := cl.Setup(); is != (cluster.Setup{AckWait: c.AckWait, Replicas: c.Replicas}) {
		fmt.Fprintf(con.stderr, "the queue keeps what its first submission decided: --ack-wait %v --replicas %d\n", is.AckWait, is.Replicas)
	}
	if queued < len(ids) {
		fmt.Fprintf(con.stderr, "run %s is completed: the others of its %s are queued, at work or done already\n", r.ID, lists.Count(len(ids), "unit"))
	}
	fmt.Fprintf(con.stderr, "%s queued for class %s (%s); dllmbench cluster collect %s --out DIR waits for the results\n", lists.Count(queued, "unit"), r.Class, machine.Build, r.ID)
	if workers, err := cl.Workers(con.ctx); err == nil && !slices.ContainsFunc(workers, func(p cluster.Present) bool { return p.Class() == r.Class }) {
		fmt.Fprintf(con.stderr, "no worker of class %s is there: its units wait until one starts (dllmbench cluster worker)\n", r.Class)
	}
	fmt.Fprintln(con.stdout, r.ID)
	return nil
}

// notInNames are what ids of runs do not hold.
var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// runID makes an id of a run: when it was made, and something to tell those of a second apart.
func runID(name string, now time.Time) string {
	return fmt.Sprintf("%.40s-%s-%s", notInNames.ReplaceAllString(name, "-"), now.UTC().Format("20060102-150405"), strings.ToLower(rand.Text()[:4]))
}

// divide makes the units of a plan.
func (c *clusterSubmitCmd) divide(con *console, plan *scenario.Plan, models *library.Shelf) ([]shard.Unit, error) {
	machines := c.Machines
	if plan.Scenario.Load != nil { // a group is one session
		machines = 1
	}
	var work map[string]float64
	if machines > 1 {
		var err error
		if work, err = setup.Counter(models, con.now).Work(con.ctx, plan); err != nil {
			return nil, setup.Planned(err)
		}
	}
	return shard.Units(plan, work, machines), nil
}

// class is that of the workers that are to do the run.
func (c *clusterSubmitCmd) class(ctx context.Context, cl *cluster.Cluster, here cluster.Machine) (string, error) {
	if c.Class != "" || c.Local > 0 {
		return cmp.Or(c.Class, here.Class()), nil
	}
	workers, err := cl.Workers(ctx)
	if err != nil {
		return "", clustered(err)
	}
	classes := map[string]string{}
	others := 0
	for _, w := range workers {
		if w.Build != here.Build {
			others++
			continue
		}
		classes[w.Class()] = w.String()
	}
	switch len(classes) {
	case 0:
		if others > 0 {
			return "", exit.Errorf(exit.Usage, "the %s there are of other builds than this one (%s): use one build everywhere", lists.Count(others, "worker"), here.Build)
		}
		return here.Class(), nil
	case 1:
		for class := range classes {
			return class, nil
		}
	}
	var list []string
	for class, text := range classes {
		list = append(list, fmt.Sprintf("--class %s (%s)", class, text))
	}
	slices.Sort(list)
	return "", exit.Errorf(exit.Usage, "there are workers of %d classes, whose times do not mix: choose one, or submit once for each\n%s", len(list), strings.Join(list, "\n"))
}

// local does a run with a server and workers of its own.
func (c *clusterSubmitCmd) local(con *console, r cluster.Run, send func(context.Context, *cluster.Cluster) error) error {
	out := c.Out
	var err error
	if out == "" {
		if out, err = folder.Fresh(filepath.Join("results", r.ID)); err != nil {
			return exit.With(exit.Execution, err)
		}
	} else if err := errors.Join(folder.Taken(out, "choose another --out"), exit.With(exit.Execution, os.MkdirAll(out, 0o755))); err != nil {
		return err
	}
	store, leave, err := con.private(c.Store)
	if err != nil {
		return err
	}
	defer leave()
	token := rand.Text()
	s, err := broker.Start(broker.Config{Dir: store, Listen: "127.0.0.1:0", Token: token})
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer s.Stop()
	nc, err := s.Connect(token)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer nc.Close()
	cl, err := cluster.Create(con.ctx, nc, cluster.Setup{AckWait: c.AckWait})
	if err == nil {
		err = send(con.ctx, cl)
	}
	if err != nil {
		return clustered(err)
	}
	fmt.Fprintf(con.stderr, "run %s: %s for %s of this machine, which take turns: one is at work at a time, so that times are as good as those of run\n", r.ID, lists.Count(r.Units, "unit"), lists.Count(c.Local, "worker"))
	ctx, stop := context.WithCancel(con.ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	failed := make(chan error, c.Local)
	for range c.Local {
		all.Go(func() { failed <- c.child(ctx, con, strings.Replace(s.URL(), "://", "://"+token+"@", 1)) })
	}
	go func() { // without workers nothing comes
		var errs []error
		for range c.Local {
			errs = append(errs, <-failed)
		}
		if err := errors.Join(errs...); err != nil && ctx.Err() == nil {
			fmt.Fprintln(con.stderr, "all workers have ended:", err)
		}
		stop()
	}()
	err = collection{con, cl, r.ID, out, false}.run(ctx)
	if ctx.Err() != nil && con.ctx.Err() == nil {
		return exit.Errorf(exit.Execution, "run %s has no workers any more", r.ID)
	}
	if exit.Code(err) == exit.Interrupted {
		kept := "nothing is kept without --store"
		if c.Store == "" {
			os.RemoveAll(collection{id: r.ID, out: out}.parts())
		} else {
			kept = fmt.Sprintf("to continue, give the same command with --run %s --store %s --out %s", r.ID, store, out)
		}
		return exit.Errorf(exit.Interrupted, "interrupted; %s", kept)
	}
	return err
}

// restarts is how often a local worker that ends is started again.
const restarts = 10

// child runs a worker of this machine until ctx ends: its standard input is closed then. One
// that dies is started again.
func (c *clusterSubmitCmd) child(ctx context.Context, con *console, url string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"cluster", "worker", "--local"}
	if c.Endpoints != "" {
		args = append(args, "--endpoints", c.Endpoints)
	}
	if c.AllowCodeExecution {
		args = append(args, "--allow-code-execution", "--python", c.Python)
	}
	for try := 0; ; try++ {
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), "NATS_URL="+url)
		cmd.Stderr = con.stderr
		in, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			return err
		}
		end := context.AfterFunc(ctx, func() { in.Close() })
		err = cmd.Wait()
		end()
		if ctx.Err() != nil {
			return nil
		}
		if try == restarts {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * 100 * time.Millisecond):
		}
	}
}
