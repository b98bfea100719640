package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// start starts a server and makes what the cluster needs on it.
func start(t testing.TB, wait time.Duration) (*nats.Conn, *cluster.Cluster) {
	t.Helper()
	s, err := broker.Start(broker.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	nc, err := s.Connect("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if _, err := cluster.Open(t.Context(), nc); !errors.Is(err, cluster.ErrNoQueue) {
		t.Fatalf("before the first run: %v", err)
	}
	c, err := cluster.Create(t.Context(), nc, cluster.Setup{AckWait: wait})
	if err != nil {
		t.Fatal(err)
	}
	return nc, c
}

var machine = cluster.Machine{CPU: "a CPU", Kernel: "plain", Build: "b1", Host: "h1"}

func units(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("u%d", i))
	}
	return list
}

// worker does a unit by writing its name into a file.
func worker(t testing.TB, c *cluster.Cluster, id, host string) *cluster.Worker {
	m, dir := machine, t.TempDir()
	m.Host = host
	var n atomic.Int64
	return &cluster.Worker{
		Cluster: c, ID: id, Machine: m, Log: func(format string, args ...any) { t.Logf(id+": "+format, args...) },
		Do: func(_ context.Context, task cluster.Task) (map[string]string, error) {
			n.Add(1)
			path := filepath.Join(dir, "out")
			return map[string]string{"out": path}, os.WriteFile(path, []byte(task.Unit+" by "+id), 0o644)
		},
		Advance: n.Load, Patience: func() time.Duration { return 0 }, Landed: func(cluster.Task) {},
	}
}

// collect takes everything of a run.
func collect(t testing.TB, c *cluster.Cluster, r cluster.Run) (map[string]string, cluster.Tally) {
	t.Helper()
	got := map[string]string{}
	tally, err := c.Collect(t.Context(), r, true, func(l cluster.Landed) error {
		var b bytes.Buffer
		if got[l.Unit] != "" {
			t.Errorf("unit %s twice", l.Unit)
		}
		err := c.Fetch(t.Context(), r.ID, l, l.Files[0], &b)
		got[l.Unit] = b.String()
		return err
	}, func(cluster.Tally) {})
	if err != nil {
		t.Fatal(err)
	}
	return got, tally
}

func submit(t testing.TB, c *cluster.Cluster, id string, n int) cluster.Run {
	t.Helper()
	r := cluster.Run{ID: id, Class: machine.Class(), Build: machine.Build, Job: []byte(`{}`)}
	if _, err := c.Submit(t.Context(), r, units(n), nil); err != nil {
		t.Fatal(err)
	}
	r, err := c.Run(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// work has workers work until the test ends.
func work(t testing.TB, list ...*cluster.Worker) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, w := range list {
		all.Go(func() { w.Work(ctx) })
	}
	stop = sync.OnceFunc(func() { cancel(); all.Wait() })
	t.Cleanup(stop)
	return stop
}

// TestCreate: what the first publisher decided stays, and a single server keeps no replicas.
func TestCreate(t *testing.T) {
	t.Parallel()
	nc, c := start(t, time.Second)
	again, err := cluster.Create(t.Context(), nc, cluster.Setup{AckWait: time.Minute})
	if err != nil || again.Setup() != c.Setup() || c.Setup() != (cluster.Setup{AckWait: time.Second, Replicas: 1}) {
		t.Errorf("%+v, %v; first %+v", again, err, c.Setup())
	}
	s, err := broker.Start(broker.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	if nc, err = s.Connect(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if _, err := cluster.Create(t.Context(), nc, cluster.Setup{Replicas: 3}); err == nil || !strings.Contains(err.Error(), "--replicas needs") {
		t.Errorf("replicas on one server: %v", err)
	}
}

// TestSubmitAtOnce: of two publishers that take a new id at the same moment one gets it, with its own units and plan.
func TestSubmitAtOnce(t *testing.T) {
	t.Parallel()
	_, c := start(t, time.Second)
	for i := range 10 {
		var errs [2]error
		var all sync.WaitGroup
		id := fmt.Sprint("r", i)
		for n := range errs {
			all.Go(func() {
				r := cluster.Run{ID: id, Class: machine.Class(), Build: machine.Build, Job: fmt.Appendf(nil, "%d", n)}
				_, errs[n] = c.Submit(t.Context(), r, units(n+1), fmt.Append(nil, n))
			})
		}
		all.Wait()
		won := 0
		if errs[0] != nil {
			won = 1
		}
		if errs[won] != nil || !errors.As(errs[1-won], new(*cluster.TakenError)) {
			t.Fatal(errs)
		}
		r, err := c.Run(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := c.Plan(t.Context(), r)
		if err != nil || string(plan) != fmt.Sprint(won) {
			t.Errorf("%d has won, the plan is %s, %v", won, plan, err)
		}
		if tally, err := c.Collect(t.Context(), r, false, nil, func(cluster.Tally) {}); err != nil || tally.Units != won+1 {
			t.Errorf("%d has won, there are %d units, %v", won, tally.Units, err)
		}
	}
}

// TestRun: each unit is done once, by workers of its class, also when it was submitted twice.
func TestRun(t *testing.T) {
	t.Parallel()
	_, c := start(t, time.Second)
	r := submit(t, c, "r1", 40)
	submit(t, c, "r1", 40)
	for _, other := range [][]string{units(3), append(units(39), "u40")} {
		if _, err := c.Submit(t.Context(), r, other, nil); !errors.As(err, new(*cluster.TakenError)) {
			t.Errorf("another run of the same id: %v", err)
		}
	}
	other := worker(t, c, "other", "h3")
	other.Machine.Build = "b2"
	other.Do = func(context.Context, cluster.Task) (map[string]string, error) {
		t.Error("a worker of another build has a unit")
		return nil, errors.New("other")
	}
	stop := work(t, worker(t, c, "w1", "h1"), worker(t, c, "w2", "h2"), other)
	got, tally := collect(t, c, r)
	if len(got) != 40 || tally.Done != 40 || tally.Failed != 0 {
		t.Errorf("%d units, %+v", len(got), tally)
	}
	s, err := c.Status(t.Context(), "r1")
	if err != nil || s.Done != 40 || s.Queued != 0 || len(s.Losers) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	present, err := c.Workers(t.Context())
	if err != nil || len(present) != 3 {
		t.Errorf("%+v, %v", present, err)
	}
	stop()
	if present, err := c.Workers(t.Context()); err != nil || len(present) != 0 {
		t.Errorf("workers that have ended: %+v, %v", present, err)
	}
	if n, err := c.Submit(t.Context(), cluster.Run{ID: "r1", Class: r.Class, Build: r.Build, Scenario: r.Scenario, Job: r.Job}, units(40), nil); n != 0 || err != nil {
		t.Error(n, err)
	}
	if s, err := c.Status(t.Context(), "r1"); err != nil || s.Queued != 0 {
		t.Errorf("a run that is done is queued again: %+v, %v", s, err)
	}
}

// TestFailure: a unit that fails at every delivery is given up with its reason, and can be
// tried again.
func TestFailure(t *testing.T) {
	t.Parallel()
	_, c := start(t, 200*time.Millisecond)
	r := submit(t, c, "r1", 3)
	w := worker(t, c, "w1", "h1")
	right, tries := w.Do, 0
	bad := true
	w.Do = func(ctx context.Context, task cluster.Task) (map[string]string, error) {
		if task.Unit == "u1" && bad {
			tries++
			return nil, errors.New("no such engine")
		}
		return right(ctx, task)
	}
	stop := work(t, w)
	got, tally := collect(t, c, r)
	if len(got) != 2 || tries != cluster.MaxDeliver || len(tally.Given) != 1 || tally.Given[0].Failed != "no such engine" || tally.Given[0].Unit != "u1" {
		t.Errorf("%v after %d tries, %+v", got, tries, tally)
	}
	stop()
	bad = false
	if n, err := c.Retry(t.Context(), "r1"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	work(t, w)
	if got, tally = collect(t, c, r); len(got) != 3 || tally.Failed != 0 {
		t.Errorf("%v, %+v", got, tally)
	}
}

// TestSilence: a worker that stops saying that it advances loses its unit and its host to
// another one, and what it brings later does not count and is listed.
func TestSilence(t *testing.T) {
	t.Parallel()
	_, c := start(t, 200*time.Millisecond)
	r := submit(t, c, "r1", 1)
	slow := worker(t, c, "slow", "h1")
	write, woken := slow.Do, make(chan bool)
	slow.Do = func(_ context.Context, task cluster.Task) (map[string]string, error) {
		<-woken
		return write(context.Background(), task)
	}
	began := time.Now()
	work(t, slow)
	time.Sleep(20 * time.Millisecond) // it has the unit
	work(t, worker(t, c, "quick", "h1"))
	got, _ := collect(t, c, r)
	if got["u0"] != "u0 by quick" || time.Since(began) < 200*time.Millisecond {
		t.Errorf("%v after %v", got, time.Since(began))
	}
	close(woken)
	for limit := time.Now().Add(2 * time.Second); ; {
		s, err := c.Status(t.Context(), "r1")
		if err == nil && len(s.Losers) == 1 {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("%+v, %v", s, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if again, _ := collect(t, c, r); again["u0"] != "u0 by quick" {
		t.Errorf("%v", again)
	}
}

// TestLost: units of workers that die with them are failed when their deliveries are used up,
// and units that nobody queued are queued.
func TestLost(t *testing.T) {
	t.Parallel()
	nc, c := start(t, 100*time.Millisecond)
	r := submit(t, c, "r1", 2)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	queue, err := js.Stream(t.Context(), "DLLM_Q")
	if err != nil {
		t.Fatal(err)
	}
	if err := queue.Purge(t.Context(), jetstream.WithPurgeSubject("q.r1."+r.Class+".u1")); err != nil {
		t.Fatal(err)
	}
	dying, err := queue.Consumer(t.Context(), r.Class)
	if err != nil {
		t.Fatal(err)
	}
	for range cluster.MaxDeliver { // and say nothing
		if _, err := dying.Next(jetstream.FetchMaxWait(time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	work(t, worker(t, c, "w1", "h1"))
	got, tally := collect(t, c, r)
	if got["u1"] != "u1 by w1" || len(tally.Given) != 1 || tally.Given[0].Unit != "u0" {
		t.Errorf("%v, %+v", got, tally)
	}
	if s, err := c.Status(t.Context(), "r1"); err != nil || s.Queued != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestInterrupted: a signal gives the unit back, and does not use up its deliveries.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	_, c := start(t, 150*time.Millisecond)
	r := submit(t, c, "r1", 1)
	for range cluster.MaxDeliver + 1 {
		w := worker(t, c, "w1", "h1")
		ctx, cancel := context.WithCancel(t.Context())
		w.Do = func(ctx context.Context, _ cluster.Task) (map[string]string, error) {
			cancel()
			<-ctx.Done()
			return nil, ctx.Err()
		}
		if err := w.Work(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	work(t, worker(t, c, "w2", "h1"))
	if got, _ := collect(t, c, r); got["u0"] != "u0 by w2" {
		t.Errorf("%v", got)
	}
}

// slowly writes to a network as if it were slow.
type slowly struct{ net.Conn }

func (s slowly) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(len(p)/1024) * 200 * time.Microsecond)
	return s.Conn.Write(p)
}

func (slowly) Dial(network, address string) (net.Conn, error) {
	c, err := net.Dial(network, address)
	return slowly{c}, err
}

// TestSlow: a unit whose results take longer to store than a worker may be silent is done once.
func TestSlow(t *testing.T) {
	t.Parallel()
	s, err := broker.Start(broker.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	var both [2]*cluster.Cluster
	for i, opts := range [][]nats.Option{nil, {nats.SetCustomDialer(slowly{})}} {
		nc, err := nats.Connect(s.URL(), opts...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(nc.Close)
		if both[i], err = cluster.Create(t.Context(), nc, cluster.Setup{AckWait: 200 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
	}
	r := submit(t, both[0], "r1", 1)
	slow := worker(t, both[1], "slow", "h1")
	begun := make(chan struct{})
	slow.Do = func(context.Context, cluster.Task) (map[string]string, error) {
		close(begun)
		path := filepath.Join(t.TempDir(), "out")
		return map[string]string{"out": path}, os.WriteFile(path, bytes.Repeat([]byte("0123456789abcdef"), 3<<17>>2), 0o644)
	}
	work(t, slow)
	<-begun
	quick := worker(t, both[0], "quick", "h2")
	quick.Do = func(context.Context, cluster.Task) (map[string]string, error) {
		t.Error("the unit was done again")
		return nil, errors.New("again")
	}
	work(t, quick)
	if got, _ := collect(t, both[0], r); len(got["u0"]) != 3<<17<<2 {
		t.Errorf("%d bytes", len(got["u0"]))
	}
}

// TestResubmitted: a run that takes the id of one that was removed is done as it says, by a worker that
// knew the other one, and what is left of that does not count.
func TestResubmitted(t *testing.T) {
	t.Parallel()
	_, c := start(t, 300*time.Millisecond)
	submit(t, c, "r1", 1)
	w, begun, removed := worker(t, c, "w1", "h1"), make(chan bool), make(chan bool)
	write := w.Do
	var jobs []string
	w.Do = func(ctx context.Context, task cluster.Task) (map[string]string, error) {
		if jobs = append(jobs, string(task.Run.Job)); len(jobs) == 1 {
			close(begun)
			<-removed
		}
		return write(ctx, task)
	}
	stop := work(t, w)
	<-begun
	if _, err := c.Remove(t.Context(), "r1", true); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Submit(t.Context(), cluster.Run{ID: "r1", Class: machine.Class(), Build: machine.Build, Job: []byte(`{"other":1}`)}, units(1), nil); err != nil {
		t.Fatal(err)
	}
	close(removed)
	r, err := c.Run(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if tally, err := c.Collect(ctx, r, true, func(cluster.Landed) error { return nil }, func(cluster.Tally) {}); err != nil || tally.Done != 1 {
		t.Errorf("%+v, %v", tally, err)
	}
	stop()
	if want := []string{"{}", `{"other":1}`}; !slices.Equal(jobs, want) {
		t.Errorf("%q were done, want %q", jobs, want)
	}
}

// TestTurns: two workers of one host, and two that ask one endpoint, are never at work together.
func TestTurns(t *testing.T) {
	t.Parallel()
	_, c := start(t, 300*time.Millisecond)
	r := submit(t, c, "r1", 8)
	var list []*cluster.Worker
	var atWork, atEndpoint atomic.Int32
	for i, host := range []string{"h1", "h1", "h2", "h3"} {
		w := worker(t, c, fmt.Sprintf("w%d", i), host)
		write := w.Do
		w.Do = func(ctx context.Context, task cluster.Task) (map[string]string, error) {
			if host == "h1" {
				if atWork.Add(1) > 1 {
					t.Error("two workers on one host")
				}
				defer atWork.Add(-1)
			}
			if err := task.Endpoint(ctx, "http://server"); err != nil {
				return nil, err
			}
			if atEndpoint.Add(1) > 1 {
				t.Error("two workers at one endpoint")
			}
			defer atEndpoint.Add(-1)
			time.Sleep(5 * time.Millisecond)
			return write(ctx, task)
		}
		list = append(list, w)
	}
	work(t, list...)
	if got, tally := collect(t, c, r); len(got) != 8 {
		t.Errorf("%v, %+v", got, tally)
	}
}

// TestRemove: a run that is removed leaves nothing, whether it is queued, at work, failed or done;
// its worker and its collector find out, and other runs stay.
func TestRemove(t *testing.T) {
	t.Parallel()
	_, c := start(t, 200*time.Millisecond)
	r, other := submit(t, c, "r1", 4), submit(t, c, "r10", 1)
	w, begun, removed := worker(t, c, "w1", "h1"), make(chan bool), make(chan bool)
	write, n := w.Do, 0
	w.Do = func(ctx context.Context, task cluster.Task) (map[string]string, error) {
		if n++; n == 3 {
			close(begun)
			<-removed
		}
		return write(ctx, task)
	}
	work(t, w)
	<-begun
	if there, err := c.Remove(t.Context(), "r1", false); err != nil || there.Landed != 2 || there.Queued != 2 || there.Files != 4 || there.Bytes == 0 {
		t.Errorf("%+v, %v", there, err)
	}
	collected := make(chan error)
	go func() {
		_, err := c.Collect(t.Context(), r, true, func(cluster.Landed) error { return nil }, func(cluster.Tally) {})
		collected <- err
	}()
	for sure := true; ; { // the collector may queue again what it misses before it looks for the run
		there, err := c.Remove(t.Context(), "r1", sure)
		if errors.As(err, new(*cluster.UnknownRunError)) {
			break
		}
		if err != nil {
			t.Fatalf("%+v, %v", there, err)
		}
	}
	if err := <-collected; !errors.As(err, new(*cluster.UnknownRunError)) {
		t.Errorf("the collector says %v", err)
	}
	close(removed)
	if got, _ := collect(t, c, other); len(got) != 1 { // by the same worker, after what it was at
		t.Errorf("%v", got)
	}
	if there, err := c.Remove(t.Context(), "r1", false); !errors.As(err, new(*cluster.UnknownRunError)) {
		t.Errorf("%+v, %v", there, err)
	}
	r = submit(t, c, "r1", 4) // the name is free
	if got, tally := collect(t, c, r); len(got) != 4 || tally.Failed != 0 {
		t.Errorf("%v, %+v", got, tally)
	}
}

// TestBadNames: what does not fit into a subject is refused.
func TestBadNames(t *testing.T) {
	t.Parallel()
	_, c := start(t, time.Second)
	for _, r := range []cluster.Run{{ID: "a.b", Class: "c"}, {ID: "", Class: "c"}, {ID: "a", Class: "*"}, {ID: "a", Class: ""}} {
		if _, err := c.Submit(t.Context(), r, units(1), nil); err == nil {
			t.Errorf("%+v was taken", r)
		}
	}
	if _, err := c.Submit(t.Context(), cluster.Run{ID: "a", Class: "c"}, []string{"u", ">"}, nil); err == nil {
		t.Error("a unit > was taken")
	}
	if _, err := c.Run(t.Context(), "nobody"); !errors.As(err, new(*cluster.UnknownRunError)) {
		t.Error(err)
	}
	if list, err := c.Runs(t.Context()); err != nil || slices.ContainsFunc(list, func(r cluster.Run) bool { return r.ID == "a.b" }) {
		t.Errorf("%v, %v", list, err)
	}
}
