package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/lock"
	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
)

// clusterCmd spreads runs over many machines.
type clusterCmd struct {
	Submit  clusterSubmitCmd  `cmd:"" help:"Queue a scenario for workers; with --local run it here with workers of its own."`
	Worker  clusterWorkerCmd  `cmd:"" help:"Do what is queued for machines like this one."`
	Status  clusterStatusCmd  `cmd:"" help:"Show how far runs are, and which workers there are."`
	Collect clusterCollectCmd `cmd:"" help:"Wait for the results of a run and make its folder."`
	Retry   clusterRetryCmd   `cmd:"" help:"Queue what has failed of a run once more."`
	Remove  clusterRemoveCmd  `cmd:"" help:"Take a run and its results off the server."`
	Server  clusterServerCmd  `cmd:"" help:"Run a NATS server with JetStream for a small cluster."`
}

// clusterFlags say where the server is.
type clusterFlags struct {
	Server  string `default:"nats://127.0.0.1:4222" env:"NATS_URL" placeholder:"URL" help:"The NATS server with JetStream: nats://host:port, or tls://host:port; several with commas."`
	Creds   string `placeholder:"FILE" help:"File with the credentials of a user (JWT and seed)."`
	NKey    string `name:"nkey" placeholder:"FILE" help:"File with the seed of an nkey."`
	TLSCA   string `name:"tls-ca" placeholder:"FILE" help:"Certificates of the authorities that the server's certificate may be from."`
	TLSCert string `name:"tls-cert" and:"tls" placeholder:"FILE" help:"Certificate of this client."`
	TLSKey  string `name:"tls-key" and:"tls" placeholder:"FILE" help:"Its key."`
}

// access is what connecting needs.
func (f clusterFlags) access(name string) cluster.Access {
	return cluster.Access{URL: f.Server, Name: "dllmbench " + name, Creds: f.Creds, NKey: f.NKey, CA: f.TLSCA, Cert: f.TLSCert, Key: f.TLSKey}
}

// open connects to a cluster that somebody has submitted to.
func (f clusterFlags) open(con *console, name string) (*cluster.Cluster, func(), error) {
	nc, err := cluster.Dial(f.access(name))
	if err != nil {
		return nil, nil, exit.With(exit.Setup, err)
	}
	c, err := cluster.Open(con.ctx, nc)
	if err != nil {
		nc.Close()
		return nil, nil, clustered(err)
	}
	return c, nc.Close, nil
}

// clustered gives an error of the cluster its exit code.
func clustered(err error) error {
	switch {
	case exit.Code(err) != exit.Internal: // it has its code
		return err
	case errors.As(err, new(*cluster.UnknownRunError)), errors.As(err, new(*cluster.TakenError)), errors.As(err, new(*cluster.NameError)):
		return exit.With(exit.Usage, err)
	}
	return exit.With(exit.Setup, err)
}

// private gives a command a folder for itself until leave: dir, or a temporary one if dir is "". Temporary
// ones of processes that were killed are removed.
func (con *console) private(dir string) (_ string, leave func(), err error) {
	temporary := dir == ""
	if temporary {
		old, _ := filepath.Glob(filepath.Join(os.TempDir(), "dllmbench-cluster-*"))
		for _, o := range old {
			if _, err := os.Stat(filepath.Join(o, lock.Name)); err == nil && lock.Held(o) == nil {
				os.RemoveAll(o)
			}
		}
		dir, err = os.MkdirTemp("", "dllmbench-cluster-")
	} else {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return "", nil, exit.With(exit.Execution, err)
	}
	leave, err = con.lock(dir)
	if temporary && err == nil {
		release := leave
		leave = func() { release(); os.RemoveAll(dir) }
		con.onLeave(leave)
	}
	return dir, leave, err
}

// clusterJob is what a worker needs to know of a run.
type clusterJob struct {
	Name     string            `json:"name"` // of the scenario's file, for messages
	Text     string            `json:"text"` // with includes, variables and changes put in
	Trace    int               `json:"trace"`
	Metadata map[string]string `json:"metadata,omitempty"` // of the results' header
}

// clusterStatusCmd shows how far runs are.
type clusterStatusCmd struct {
	clusterFlags
	jsonFlag
	Run_ string `arg:"" optional:"" name:"run" help:"The run; by default all runs and workers are listed."`
}

func (*clusterStatusCmd) Help() string {
	return `A run is done when all its units are. Losers are files of attempts that do not count, because another worker was first.

Examples:

    dllmbench cluster status
    dllmbench cluster status mine-20261130-120000-4f1c`
}

// Run prints the runs and workers, or one run.
func (c *clusterStatusCmd) Run(con *console) error {
	cl, leave, err := c.open(con, "status")
	if err != nil {
		return err
	}
	defer leave()
	if c.Run_ != "" {
		s, err := cl.Status(con.ctx, c.Run_)
		if err != nil {
			return clustered(err)
		}
		return c.one(con, s)
	}
	runs, err := cl.Runs(con.ctx)
	if err != nil {
		return clustered(err)
	}
	workers, err := cl.Workers(con.ctx)
	if err != nil {
		return clustered(err)
	}
	if c.JSON {
		return table.Object(con.stdout, map[string]any{"runs": runs, "workers": workers})
	}
	t := table.New(5, "run", "scenario", "units", "class", "submitted")
	for _, r := range runs {
		t.Add(r.ID, r.Scenario, fmt.Sprint(r.Units), r.Class, r.Created)
	}
	w := table.New(5, "worker", "host", "class", "machine", "doing")
	for _, p := range workers {
		doing := p.Doing
		if part := strings.Split(doing, "."); len(part) == 3 {
			doing = "unit " + part[2] + " of " + part[0]
		}
		w.Add(p.ID, p.Host, p.Class(), p.String(), doing)
	}
	for i, t := range []*table.Table{t, w} {
		text := []string{"no runs\n", "no workers\n"}[i]
		if len(t.Rows) > 0 {
			text = t.Known().Text(0)
		}
		if _, err := io.WriteString(con.stdout, []string{"", "\n"}[i]+text); err != nil {
			return err
		}
	}
	return nil
}

// one prints a run.
func (c *clusterStatusCmd) one(con *console, s cluster.Status) error {
	if c.JSON {
		s.Run.Job = nil
		return table.Object(con.stdout, s)
	}
	fmt.Fprintf(con.stdout, "%s: %d of %s done, %d failed, %d queued or at work\n", s.Run.ID, s.Done, lists.Count(s.Run.Units, "unit"), len(s.Failed), s.Queued)
	for _, l := range s.Failed {
		fmt.Fprintf(con.stdout, "failed: unit %s: %s\n", l.Unit, terminal.Visible(l.Failed))
	}
	for _, name := range s.Losers {
		fmt.Fprintf(con.stdout, "not counted: %s\n", terminal.Visible(name))
	}
	return nil
}

// clusterRetryCmd queues failed units again.
type clusterRetryCmd struct {
	clusterFlags
	Run_ string `arg:"" name:"run" help:"The run."`
}

// Run queues them.
func (c *clusterRetryCmd) Run(con *console) error {
	cl, leave, err := c.open(con, "retry")
	if err != nil {
		return err
	}
	defer leave()
	n, err := cl.Retry(con.ctx, c.Run_)
	if err != nil {
		return clustered(err)
	}
	_, err = fmt.Fprintf(con.stdout, "%s of %s queued again\n", lists.Count(n, "failed unit"), c.Run_)
	return err
}

// clusterRemoveCmd takes a run off the server.
type clusterRemoveCmd struct {
	clusterFlags
	Run_ string `arg:"" name:"run" help:"The run."`
	Yes  bool   `help:"Do it: without, what would be removed is said."`
}

func (*clusterRemoveCmd) Help() string {
	return `Units that are queued are not done any more, and results that were not collected are lost. Folders that cluster collect made stay.

Examples:

    dllmbench cluster remove mine-20261130-120000-4f1c
    dllmbench cluster remove mine-20261130-120000-4f1c --yes`
}

// Run removes it.
func (c *clusterRemoveCmd) Run(con *console) error {
	cl, leave, err := c.open(con, "remove")
	if err != nil {
		return err
	}
	defer leave()
	there, err := cl.Remove(con.ctx, c.Run_, c.Yes)
	if err != nil {
		return clustered(err)
	}
	what := fmt.Sprintf("%s queued or at work, %d done or failed, %s of %.1f MB", lists.Count(there.Queued, "unit"), there.Landed, lists.Count(there.Files, "file"), float64(there.Bytes)/1e6)
	if c.Yes {
		_, err = fmt.Fprintf(con.stdout, "%s is removed: %s\n", c.Run_, what)
	} else {
		_, err = fmt.Fprintf(con.stdout, "%s has %s; --yes removes them for ever\n", c.Run_, what)
	}
	return err
}

// clusterCollectCmd makes the folder of a run.
type clusterCollectCmd struct {
	clusterFlags
	Run_    string `arg:"" name:"run" help:"The run."`
	Out     string `required:"" placeholder:"DIR" help:"Folder for the run; it must not hold results yet."`
	Partial bool   `help:"Do not wait: take what is done now."`
}

func (*clusterCollectCmd) Help() string {
	return `Results are fetched as they come, checked, and joined as merge joins the parts of a run. A collection that was broken off
goes on when the same command is given again. Meanwhile units that are missing from the queue are queued again, and
those whose workers all ended are marked as failed.

Examples:

    dllmbench cluster collect mine-20261130-120000-4f1c --out results/mine
    dllmbench cluster collect mine-20261130-120000-4f1c --out results/so-far --partial`
}

// Run collects, merges and renders.
func (c *clusterCollectCmd) Run(con *console) error {
	merged := collection{con: con, id: c.Run_, out: c.Out}
	if err := folder.Taken(c.Out, "choose another --out"); err != nil {
		if _, begun := os.Stat(merged.parts()); begun != nil {
			return err
		}
		return merged.finish() // it was broken off after the records were joined
	}
	cl, leave, err := c.open(con, "collect")
	if err != nil {
		return err
	}
	defer leave()
	err = collection{con, cl, c.Run_, c.Out, c.Partial}.run(con.ctx)
	if exit.Code(err) == exit.Interrupted {
		return exit.Errorf(exit.Interrupted, "interrupted; %s", fetchedKept)
	}
	return err
}

// collection makes the folder of a run of a cluster.
type collection struct {
	con     *console
	cluster *cluster.Cluster
	id, out string
	partial bool
}

// parts is the folder in which results are kept until the folder of the run is complete.
func (c collection) parts() string { return filepath.Join(c.out, "parts-"+c.id) }

// finish renders the records once more, and takes the parts away.
func (c collection) finish() error {
	if err := c.con.rendering(cells.Formats()[0]).Render(c.out); err != nil {
		return err
	}
	return exit.With(exit.Execution, os.RemoveAll(c.parts()))
}

// fetchedKept is what an interruption leaves.
const fetchedKept = "what was fetched is kept. To continue, give the same command again"

func (c collection) run(ctx context.Context) error {
	r, err := c.cluster.Run(ctx, c.id)
	if err != nil {
		return clustered(err)
	}
	var whole result.Shard
	text, err := c.cluster.Plan(ctx, r)
	if err == nil {
		err = json.Unmarshal(text, &whole)
	}
	if err != nil {
		return clustered(err)
	}
	if !c.partial { // before the work is waited for
		if err := os.MkdirAll(c.parts(), 0o755); err != nil {
			return exit.With(exit.Execution, err)
		}
	}
	c.con.keep(fetchedKept, 0)
	var dirs []string
	last := c.con.now()
	tally, err := c.cluster.Collect(ctx, r, !c.partial, func(l cluster.Landed) error {
		dir := filepath.Join(c.parts(), l.Unit)
		dirs = append(dirs, dir)
		return c.fetch(ctx, l, dir)
	}, func(t cluster.Tally) {
		if now := c.con.now(); now.Sub(last) > 5*time.Second || t.Done+t.Failed == t.Units {
			last = now
			fmt.Fprintf(c.con.stderr, "%s: %d of %s done, %d failed\n", c.id, t.Done, lists.Count(t.Units, "unit"), t.Failed)
		}
	})
	if err != nil {
		return clustered(err)
	}
	for _, l := range tally.Given {
		fmt.Fprintf(c.con.stderr, "unit %s failed: %s\n", l.Unit, terminal.Visible(l.Failed))
	}
	if tally.Failed > 0 && !c.partial {
		return exit.Errorf(exit.Execution, "%s of %s failed: cluster retry %s queues them again, collect --partial takes the others", lists.Count(tally.Failed, "unit"), c.id, c.id)
	}
	if len(dirs) == 0 {
		return exit.Errorf(exit.Insufficient, "no unit of %s is done yet", c.id)
	}
	if err := (&mergeCmd{Dirs: dirs, Out: c.out, Partial: c.partial, whole: &whole}).Run(c.con); err != nil {
		return err
	}
	return exit.With(exit.Execution, os.RemoveAll(c.parts()))
}

// fetch brings the files of a unit into a folder, unless an earlier collection has.
func (c collection) fetch(ctx context.Context, l cluster.Landed, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return exit.With(exit.Execution, err)
	}
	for _, f := range l.Files {
		if strings.ContainsAny(f.Name, `/\`) || !unitFile(f.Name) {
			return fmt.Errorf("unit %s has a file %q, which is none of a unit", l.Unit, f.Name)
		}
		path := filepath.Join(dir, f.Name)
		if f.Is(path) {
			continue
		}
		var fetched error
		err := c.con.put(path, func(w io.Writer) error { fetched = c.cluster.Fetch(ctx, c.id, l, f, w); return fetched })
		if fetched != nil && !errors.As(fetched, new(*fs.PathError)) { // of the server, not of the file
			return exit.With(exit.Setup, fetched)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// clusterServerCmd runs a server.
type clusterServerCmd struct {
	Dir    string `required:"" placeholder:"DIR" help:"Folder for what the server keeps."`
	Listen string `placeholder:"HOST:PORT" help:"Address of the server; by default 127.0.0.1:4222, or what --config says."`
	Config string `placeholder:"FILE" help:"A configuration file of nats-server: TLS, users and what they may do (docs/cluster.md)."`
	Log    string `file:"out" placeholder:"FILE" help:"File for the server's log."`
}

func (*clusterServerCmd) Help() string {
	return `The server is nats-server with JetStream; any other of version 2.11 or newer does as well. Without users it listens on
this machine only. It ends at Ctrl-C or SIGTERM; what was queued and has landed is on the disk.

Examples:

    dllmbench cluster server --dir queue
    dllmbench cluster server --dir queue --config nats.conf`
}

// Run runs the server until a signal.
func (c *clusterServerCmd) Run(con *console) error {
	if c.Listen == "" && c.Config == "" {
		c.Listen = "127.0.0.1:4222"
	}
	_, leave, err := con.private(c.Dir)
	if err != nil {
		return err
	}
	defer leave()
	s, err := broker.Start(broker.Config{Dir: c.Dir, Listen: c.Listen, File: c.Config, Log: c.Log})
	if errors.As(err, new(*broker.AddressError)) {
		return exit.With(exit.Usage, err)
	} else if err != nil {
		return exit.With(exit.Setup, err)
	}
	con.drains(10 * time.Second)
	fmt.Fprintln(con.stdout, s.URL())
	<-con.ctx.Done()
	s.Stop()
	return nil
}
