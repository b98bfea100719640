package cluster_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
)

// TestRoles: with the users of deploy/nats.conf each role can do what it has to, and not
// what only another one has to.
func TestRoles(t *testing.T) {
	for _, name := range []string{"PUBLISHER", "WORKER", "COLLECTOR"} {
		t.Setenv("DLLM_"+name, "secret-of-"+strings.ToLower(name))
	}
	s, err := broker.Start(broker.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", File: "../../deploy/nats.conf"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	url := func(role, password string) string {
		return strings.Replace(s.URL(), "://", "://"+role+":"+password+"@", 1)
	}
	if _, err := cluster.Dial(cluster.Access{URL: url("worker", "wrong")}); err == nil {
		t.Error("a wrong password was taken")
	}
	open := func(role string, open func(cluster.Access) (*cluster.Cluster, error)) *cluster.Cluster {
		t.Helper()
		c, err := open(cluster.Access{URL: url(role, "secret-of-"+role)})
		if err != nil {
			t.Fatal(role, err)
		}
		return c
	}
	dial := func(a cluster.Access) (*cluster.Cluster, error) {
		nc, err := cluster.Dial(a)
		if err != nil {
			return nil, err
		}
		t.Cleanup(nc.Close)
		return cluster.Open(t.Context(), nc)
	}
	publisher := open("publisher", func(a cluster.Access) (*cluster.Cluster, error) {
		nc, err := cluster.Dial(a)
		if err != nil {
			return nil, err
		}
		t.Cleanup(nc.Close)
		return cluster.Create(t.Context(), nc, cluster.Setup{AckWait: 300 * time.Millisecond})
	})
	r := submit(t, publisher, "r1", 5)
	at, collector := open("worker", dial), open("collector", dial)
	w := worker(t, at, "w1", "h1")
	stop := work(t, w)
	if got, tally := collect(t, collector, r); len(got) != 5 || tally.Failed != 0 {
		t.Errorf("%v, %+v", got, tally)
	}
	stop()
	if st, err := collector.Status(t.Context(), "r1"); err != nil || st.Done != 5 || st.Queued != 0 {
		t.Errorf("%+v, %v", st, err)
	}
	if list, err := collector.Workers(t.Context()); err != nil {
		t.Errorf("%v, %v", list, err)
	}
	for role, c := range map[string]*cluster.Cluster{"worker": at, "collector": collector} {
		denied, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond) // the server does not answer
		defer cancel()
		if _, err := c.Submit(denied, cluster.Run{ID: "r2", Class: r.Class, Build: r.Build, Job: r.Job}, units(1), nil); err == nil {
			t.Errorf("a %s has submitted a run", role)
		}
	}
	if there, err := publisher.Remove(t.Context(), "r1", true); err != nil || there.Landed != 5 {
		t.Errorf("%+v, %v", there, err)
	}
}
