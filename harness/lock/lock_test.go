package lock

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/harness/measure"
)

// TestMain makes the test binary take a lock and keep it, when this is set.
func TestMain(m *testing.M) {
	dir := os.Getenv("LOCK_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	if _, _, err := Take(context.Background(), dir); err != nil {
		os.Stdout.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("taken\n")
	select {}
}

// child starts a process that has the lock of a folder.
func child(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOCK_TEST_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	said := make([]byte, 6)
	if out.Read(said); string(said) != "taken\n" {
		t.Fatalf("the child says %q", said)
	}
	return cmd
}

// TestOwners has the lock of a folder in the hands of real processes, living and dead.
func TestOwners(t *testing.T) {
	dir := t.TempDir()
	owner := child(t, dir)
	_, _, err := Take(t.Context(), dir)
	var held *HeldError
	if !errors.As(err, &held) || held.Owner.PID != owner.Process.Pid || !held.Seen || !strings.Contains(err.Error(), "wait for its end, or stop it") {
		t.Fatalf("the lock of a living process: %v", err)
	}
	if err := Held(dir); !errors.As(err, &held) {
		t.Errorf("held: %v", err)
	}
	owner.Process.Kill()
	if err := owner.Wait(); err == nil {
		t.Fatal("the owner has not died")
	}
	ctx, l, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatalf("the lock of a dead process: %v", err)
	}
	if _, _, err := Take(t.Context(), dir); !errors.As(err, &held) || held.Owner.PID != os.Getpid() {
		t.Errorf("the lock of this process: %v", err)
	}
	l.Release()
	if list, _ := os.ReadDir(dir); len(list) != 0 || ctx.Err() == nil || Held(dir) != nil {
		t.Errorf("after the release: %v, %v", list, ctx.Err())
	}
	log := filepath.Join(dir, "trials")
	_, l, err = TakeFile(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := TakeFile(t.Context(), log); !errors.As(err, &held) || !strings.HasPrefix(err.Error(), log+" is being written") {
		t.Errorf("the lock of a file: %v", err)
	}
	l.Release()
	if _, _, err := Take(t.Context(), filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// TestJudge decides about records of owners here and elsewhere.
func TestJudge(t *testing.T) {
	m := here()
	for name, tt := range map[string]struct {
		change func(*Owner)
		quiet  time.Duration
		held   bool
	}{
		"this process":                             {func(o *Owner) {}, time.Hour, true},
		"its number, started at another time":      {func(o *Owner) { o.Started = "1" }, 0, false},
		"no such process":                          {func(o *Owner) { o.PID = 1 << 30 }, 0, false},
		"a process that cannot be looked at":       {func(o *Owner) { o.PID = 77 }, time.Minute, true},
		"and is quiet":                             {func(o *Owner) { o.PID = 77 }, time.Hour, false},
		"another host":                             {func(o *Owner) { o.Host = "elsewhere" }, time.Minute, true},
		"another host that is quiet":               {func(o *Owner) { o.Host = "elsewhere" }, time.Hour, false},
		"another boot or container":                {func(o *Owner) { o.Machine = "b" }, time.Minute, true},
		"another boot long ago":                    {func(o *Owner) { o.Machine = "b" }, time.Hour, false},
		"a record that was never written":          {nil, time.Minute, true},
		"a record that was never written long ago": {nil, time.Hour, false},
	} {
		path := filepath.Join(t.TempDir(), Name)
		o, text := m.self, []byte(nil)
		if tt.change != nil {
			tt.change(&o)
			text = o.record()
		}
		then := time.Now().Add(-tt.quiet)
		if err := errors.Join(os.WriteFile(path, text, 0o644), os.Chtimes(path, then, then)); err != nil {
			t.Fatal(err)
		}
		see := &machine{m.self, func(pid int) string {
			if pid == 77 {
				return measure.Hidden
			}
			return m.started(pid)
		}}
		err := see.judge(path, text)
		var held *HeldError
		if errors.As(err, &held) != tt.held || !tt.held && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTakeover lets many processes find a dead owner: one of them gets the lock. One
// that was silent for long and wakes up finds that it has lost it.
func TestTakeover(t *testing.T) {
	dir := t.TempDir()
	far := here()
	far.self.Host = "elsewhere"
	held, sleeper, err := far.take(t.Context(), filepath.Join(dir, Name), 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	sleeper.end() // no sign of life from now on
	sleeper.done.Wait()
	then := time.Now().Add(-silent)
	os.Chtimes(sleeper.path, then, then)
	var got atomic.Pointer[Lock]
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, l, err := Take(t.Context(), dir)
			var other *HeldError
			switch {
			case err == nil && !got.CompareAndSwap(nil, l):
				t.Error("two have the lock")
			case err != nil && !errors.As(err, &other):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got.Load() == nil {
		t.Fatal("nobody has the lock")
	}
	held, cancel := context.WithCancelCause(t.Context())
	sleeper.end = func() { cancel(nil) }
	sleeper.done.Go(func() { sleeper.live(held, cancel, time.Millisecond) })
	<-held.Done()
	if !errors.Is(context.Cause(held), ErrLost) {
		t.Errorf("the cause is %v", context.Cause(held))
	}
	sleeper.Release()
	if Held(dir) == nil {
		t.Error("who had lost the lock removed that of the other")
	}
	before, _ := os.Stat(got.Load().path)
	time.Sleep(20 * time.Millisecond)
	if !got.Load().beat() {
		t.Error("the owner has lost the lock")
	}
	if after, err := os.Stat(got.Load().path); err != nil || !after.ModTime().After(before.ModTime()) {
		t.Error("no sign of life")
	}
	got.Load().Release()
}
