package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
	"dllmbench/harness/exit"
	"dllmbench/reports/folder"
)

// TestClusterCollectStale: a part that lies there from an earlier run of the same name is not taken for
// the one that has landed, even where it is as long.
func TestClusterCollectStale(t *testing.T) {
	t.Parallel()
	s, err := broker.Start(broker.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	nc, err := s.Connect("")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	cl, err := cluster.Create(t.Context(), nc, cluster.Setup{AckWait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	machine := cluster.Machine{Build: "b", Host: "h"}
	r := cluster.Run{ID: "r", Class: machine.Class(), Build: "b", Units: 1, Job: []byte("{}")}
	if _, err := cl.Submit(t.Context(), r, []string{"u"}, nil); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(t.TempDir(), "theirs")
	if err := os.WriteFile(theirs, []byte("new\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	(&cluster.Worker{Cluster: cl, ID: "w", Machine: machine, Log: t.Logf, Advance: func() int64 { return 0 }, Patience: func() time.Duration { return 0 },
		Do: func(context.Context, cluster.Task) (map[string]string, error) {
			return map[string]string{folder.Results: theirs}, nil
		},
		Landed: func(cluster.Task) { stop() }}).Work(ctx)
	var out bytes.Buffer
	con := newConsole(t.Context(), nil, nil, &out, &out)
	con.files = &ledger{}
	c := collection{con: con, cluster: cl, id: "r", out: t.TempDir()}
	path := filepath.Join(c.parts(), "u", folder.Results)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("old\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tally, err := cl.Collect(t.Context(), r, true, func(l cluster.Landed) error { return c.fetch(t.Context(), l, filepath.Dir(path)) }, func(cluster.Tally) {})
	if text, _ := os.ReadFile(path); err != nil || tally.Done != 1 || string(text) != "new\n" {
		t.Errorf("%q, %+v, %v", text, tally, err)
	}
	err = c.fetch(t.Context(), cluster.Landed{Unit: "u", Files: []cluster.File{{Name: folder.Results, Size: 1}}}, t.TempDir())
	if exit.Code(err) != exit.Setup {
		t.Errorf("a file that the server lacks has exit code %d: %v", exit.Code(err), err)
	}
}
