// Package lock lets one process at a time write into a folder.
//
// The lock is a file that only one process can create, with a record of who did: the
// process, the moment at which it started, its machine and its host. No lock of the
// operating system is used, because network file systems do not all have one.
//
// An owner on this machine is looked at: it is dead when no process has its number, or one
// that started at another moment has it. An owner elsewhere, in another container or
// before a restart cannot be looked at. It writes a sign of life every ten seconds, and
// counts as dead after two minutes without one, by the clock of the file system. If it
// wakes up later, it finds another owner and stops.
package lock

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dllmbench/engines/userfile"
	"dllmbench/harness/measure"
)

// Name is the name of the lock in its folder.
const Name = "run.lock"

const (
	beat   = 10 * time.Second // between two signs of life
	silent = 2 * time.Minute  // without one, after which an owner elsewhere counts as dead
)

// Owner is who has the lock.
type Owner struct {
	Token   string `json:"token"` // of one taking
	PID     int    `json:"pid"`
	Started string `json:"process_started"` // as the system counts; "" when unknown
	Machine string `json:"machine"`         // the boot of the machine, and the name space of its process numbers
	Host    string `json:"host"`
	Command string `json:"command"`
	Since   string `json:"since"`
	Alive   string `json:"alive"` // the last sign of life by the owner's clock, always of one length
}

// ErrLost says that another process has taken the lock over, or somebody removed it.
var ErrLost = errors.New("another process writes into the folder now, or its lock was removed: this one has stopped; what it has finished is kept")

// HeldError says that another process has the lock.
type HeldError struct {
	Path  string
	Owner Owner         // zero when its record cannot be read
	Seen  bool          // it runs on this machine
	Quiet time.Duration // since its last sign of life, if it is elsewhere
}

func (e *HeldError) Error() string {
	target := strings.TrimSuffix(e.Path, ".lock")
	if filepath.Base(e.Path) == Name {
		target = filepath.Dir(e.Path)
	}
	who := fmt.Sprintf("process %d on host %s (%s, since %s)", e.Owner.PID, e.Owner.Host, e.Owner.Command, e.Owner.Since)
	if e.Owner.PID == 0 {
		who = "a process that has not said who it is"
	}
	if e.Seen {
		return fmt.Sprintf("%s is being written by %s: wait for its end, or stop it", target, who)
	}
	return fmt.Sprintf("%s is being written by %s, which cannot be looked at from here; its last sign of life came %v ago, and after %v it counts as dead: if it has ended, try again then, or remove %s",
		target, who, e.Quiet.Round(time.Second), silent, e.Path)
}

// A Lock is a lock that this process has.
type Lock struct {
	path string
	self Owner
	end  func()
	done sync.WaitGroup
}

// Take takes the lock of a folder, which has to exist. held ends with ctx, and with the
// cause [ErrLost] when the lock is lost. The error is a [*HeldError] if another process
// has it.
func Take(ctx context.Context, dir string) (held context.Context, l *Lock, err error) {
	return here().take(ctx, filepath.Join(dir, Name), beat)
}

// TakeFile takes the lock of a file, as [Take] does: it stands beside it.
func TakeFile(ctx context.Context, path string) (held context.Context, l *Lock, err error) {
	return here().take(ctx, path+".lock", beat)
}

// Held returns a [*HeldError] if a process has the lock of a folder.
func Held(dir string) error {
	path := filepath.Join(dir, Name)
	text, err := userfile.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return here().judge(path, text)
}

// machine is this process and how it sees others.
type machine struct {
	self    Owner
	started func(pid int) string // when a process started; "" when there is none
}

func here() *machine {
	host, _ := os.Hostname()
	m := &machine{Owner{PID: os.Getpid(), Machine: measure.BootID(), Host: host, Command: strings.Join(os.Args, " ")}, measure.Started}
	if len(m.self.Command) > 200 {
		m.self.Command = m.self.Command[:200] + "…"
	}
	m.self.Started = m.started(m.self.PID)
	return m
}

func (m *machine) take(ctx context.Context, path string, every time.Duration) (context.Context, *Lock, error) {
	l := &Lock{path: path, self: m.self}
	l.self.Token, l.self.Since = rand.Text(), time.Now().Format(time.RFC3339)
	for begun := time.Now(); ; {
		err := create(l.path, l.self.record())
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, nil, err
		}
		text, err := userfile.Read(l.path, maxFile)
		if errors.Is(err, fs.ErrNotExist) { // released a moment ago
			continue
		}
		if err == nil && read(text).Token == l.self.Token {
			break
		}
		if err == nil && read(text).PID == 0 && time.Since(begun) < time.Second { // it is about to say who it is
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if err == nil {
			err = m.judge(l.path, text)
		}
		if err == nil {
			err = m.replace(l, text)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	held, cancel := context.WithCancelCause(ctx)
	l.end = func() { cancel(nil) }
	l.done.Go(func() { l.live(held, cancel, every) })
	return held, l, nil
}

// judge returns a [*HeldError] unless the owner of a record is dead.
func (m *machine) judge(path string, text []byte) error {
	held := &HeldError{Path: path, Owner: read(text)}
	o := held.Owner
	if o.Machine == m.self.Machine && o.Host == m.self.Host && o.Machine != "" {
		switch m.started(o.PID) {
		case measure.Hidden:
		case o.Started:
			held.Seen = true
			return held
		default:
			return nil
		}
	}
	var err error
	if held.Quiet, err = age(path); err != nil || held.Quiet >= silent {
		return err
	}
	return held
}

// replace puts a record in the place of that of a dead owner. The file that is made on
// the way lets only one process at a time do so.
func (m *machine) replace(l *Lock, dead []byte) error {
	next := l.path + ".next"
	err := create(next, l.self.record())
	if errors.Is(err, fs.ErrExist) {
		quiet, err := age(next)
		if err == nil && quiet >= silent { // its maker died in between
			return os.Remove(next)
		}
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			time.Sleep(10 * time.Millisecond)
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	if now, err := userfile.Read(l.path, maxFile); err != nil || !bytes.Equal(now, dead) { // another one was quicker
		os.Remove(next)
		return nil
	}
	if err := os.Rename(next, l.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// live writes signs of life until held ends, and ends it when the lock is lost.
func (l *Lock) live(held context.Context, cancel context.CancelCauseFunc, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-held.Done():
			return
		case <-tick.C:
			if !l.beat() {
				cancel(ErrLost)
				return
			}
		}
	}
}

// beat writes a sign of life, if the lock is still this one's. A file that cannot be
// reached for a moment is no loss.
func (l *Lock) beat() bool {
	f, err := userfile.OpenFile(l.path, os.O_RDWR, 0)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return true
	}
	if read(text).Token != l.self.Token {
		return false
	}
	f.WriteAt(l.self.record(), 0)
	return true
}

// Release gives the lock back.
func (l *Lock) Release() {
	l.end()
	l.done.Wait()
	if text, err := userfile.Read(l.path, maxFile); err == nil && read(text).Token == l.self.Token {
		os.Remove(l.path)
	}
}

// record is the text of the file, with a sign of life of this moment.
func (o Owner) record() []byte {
	o.Alive = time.Now().UTC().Format(time.RFC3339)
	text, err := json.Marshal(o)
	if err != nil {
		panic("lock: record cannot be encoded: " + err.Error())
	}
	return append(text, '\n')
}

// read reads a record; what is none has no owner.
func read(text []byte) (o Owner) {
	if json.Unmarshal(text, &o) != nil {
		return Owner{}
	}
	return o
}

// maxFile bounds the file of a lock, in bytes.
const maxFile = 1 << 16

// create makes a file that must not be there yet.
func create(path string, text []byte) error {
	f, err := userfile.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

// age is how long ago a file was written, by the clock of its file system.
func age(path string) (time.Duration, error) {
	probe, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".now-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(probe.Name())
	defer probe.Close()
	now, err := probe.Stat()
	if err != nil {
		return 0, err
	}
	then, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return now.ModTime().Sub(then.ModTime()), nil
}
