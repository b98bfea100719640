package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/cluster"
	"dllmbench/harness/cluster/broker"
	"dllmbench/harness/exit"
	"dllmbench/harness/lock"
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
	if r, err = cl.Run(t.Context(), "r"); err != nil {
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

// TestClusterSubmitRemarks: a submission says what it does not decide, and that nobody is there to do it.
func TestClusterSubmitRemarks(t *testing.T) {
	t.Parallel()
	s, err := broker.Start(broker.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	dir := t.TempDir()
	if err := writeCheckpoint(filepath.Join(dir, "tiny")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/tiny.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "scenarios.yaml"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	submit := func(more ...string) string {
		cmd := exec.CommandContext(t.Context(), "dllmbench", append([]string{"cluster", "submit", "--server", s.URL(), "--class", "nobody"}, more...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := submit(); !strings.Contains(out, "no worker of class nobody is there") || strings.Contains(out, "first submission") {
		t.Error(out)
	}
	if out := submit("--ack-wait", "5s"); !strings.Contains(out, "the queue keeps what its first submission decided: --ack-wait 1m0s --replicas 1") {
		t.Error(out)
	}
}

// TestPrivate: a temporary folder of a process that was killed is removed by the next one; others stay.
func TestPrivate(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // Windows
	open := func() (string, func()) {
		t.Helper()
		con := newConsole(t.Context(), nil, nil, io.Discard, io.Discard)
		dir, leave, err := con.private("")
		if err != nil {
			t.Fatal(err)
		}
		return dir, leave
	}
	mine, leave := open()
	dead, unlocked := mine+"-dead", mine+"-unlocked"
	for _, dir := range []string{dead, unlocked} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	held, err := os.ReadFile(filepath.Join(mine, lock.Name))
	if err != nil {
		t.Fatal(err)
	}
	var owner lock.Owner
	if err := json.Unmarshal(held, &owner); err != nil {
		t.Fatal(err)
	}
	owner.PID = math.MaxInt32 // no process has it
	text, err := json.Marshal(owner)
	if err == nil {
		err = os.WriteFile(filepath.Join(dead, lock.Name), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	second, leaveSecond := open()
	leaveSecond()
	leave()
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if len(left) != 1 || left[0] != unlocked || second == mine {
		t.Errorf("left: %q", left)
	}
}
