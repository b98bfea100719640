package cluster_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
)

// TestReplicas: where three servers keep each message, one of them may end in the middle of a run. They
// choose their leaders for seconds, so it runs with DLLMBENCH_CLUSTER_REPLICAS=1 only.
func TestReplicas(t *testing.T) {
	if os.Getenv("DLLMBENCH_CLUSTER_REPLICAS") == "" {
		t.Skip("three servers take ten seconds to find each other and to part")
	}
	var routes, urls []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		routes = append(routes, l.Addr().String())
	}
	var list []*broker.Server
	for i, route := range routes {
		dir := t.TempDir()
		config := filepath.Join(dir, "nats.conf")
		text := fmt.Sprintf("server_name: s%d\ncluster {name: c, listen: %q, routes: [\"nats://%s\"]}\n", i, route, strings.Join(routes, `", "nats://`))
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := broker.Start(broker.Config{Dir: dir, Listen: "127.0.0.1:0", File: config})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Stop)
		list, urls = append(list, s), append(urls, s.URL())
	}
	nc, err := cluster.Dial(cluster.Access{URL: strings.Join(urls, ",")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	var c *cluster.Cluster
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) { // until they have chosen a leader
		if c, err = cluster.Create(t.Context(), nc, cluster.Setup{AckWait: time.Second, Replicas: 3}); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	r := submit(t, c, "r1", 20)
	work(t, worker(t, c, "w1", "h1"))
	time.AfterFunc(50*time.Millisecond, list[0].Stop)
	if got, tally := collect(t, c, r); len(got) != 20 || tally.Failed != 0 {
		t.Errorf("%v, %+v", got, tally)
	}
}
