package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/internal/atomicfile"
	"dllmbench/internal/exit"
)

// trialLog keeps finished trials, in a file of one JSON line each if it has one.
type trialLog struct {
	file *os.File // nil without a file
	sha  string   // of the scenario
	list []trial
}

// openTrials opens the log at path, "" for one in memory. Trials of another
// scenario are an error; a torn last line is cut off.
func openTrials(path, sha string) (*trialLog, error) {
	l := &trialLog{sha: sha}
	if path == "" {
		return l, nil
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, exit.With(exit.Usage, err)
	}
	good := bytes.LastIndexByte(data, '\n') + 1
	for n, line := range bytes.Split(bytes.TrimRight(data[:good], "\n"), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var t trial
		if err := json.Unmarshal(line, &t); err != nil {
			return nil, exit.Errorf(exit.Setup, "%s:%d: not a line of a self-test: %w", path, n+1, err)
		}
		if t.Scenario != sha {
			return nil, exit.Errorf(exit.Usage, "%s:%d holds trials of another scenario; choose another --log", path, n+1)
		}
		l.list = append(l.list, t)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	if err := l.file.Truncate(int64(good)); err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	_, err = l.file.Seek(0, io.SeekEnd)
	return l, exit.With(exit.Execution, err)
}

func (l *trialLog) close() {
	if l.file != nil {
		l.file.Close()
	}
}

// find is a trial that the log holds.
func (l *trialLog) find(slowdown float64, number int) (trial, bool) {
	for _, t := range l.list {
		if t.Slowdown == slowdown && t.Number == number {
			return t, true
		}
	}
	return trial{}, false
}

func (l *trialLog) has(slowdown float64, number int) bool {
	_, ok := l.find(slowdown, number)
	return ok
}

// of gives the finished trials of a list.
func (l *trialLog) of(todo []trial) []trial {
	var list []trial
	for _, t := range todo {
		if done, ok := l.find(t.Slowdown, t.Number); ok {
			list = append(list, done)
		}
	}
	return list
}

// add keeps a finished trial.
func (l *trialLog) add(t trial) error {
	l.list = append(l.list, t)
	if l.file == nil {
		return nil
	}
	line, err := json.Marshal(t)
	if err == nil {
		_, err = l.file.Write(append(line, '\n'))
	}
	if err == nil {
		err = l.file.Sync()
	}
	return err
}

// The lines between which check --self-test --insert writes.
const (
	selfTestBegin = "<!-- dllmbench check --self-test: begin -->"
	selfTestEnd   = "<!-- dllmbench check --self-test: end -->"
)

// insertTrials puts the table between the marks of a page.
func insertTrials(path, table string, all []trial) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	before, rest, begun := bytes.Cut(text, []byte(selfTestBegin+"\n"))
	_, after, ended := bytes.Cut(rest, []byte(selfTestEnd+"\n"))
	if !begun || !ended {
		return exit.Errorf(exit.Usage, "%s: no lines %q and %q to put the table between", path, selfTestBegin, selfTestEnd)
	}
	first, last := all[0].Started, all[len(all)-1].Started
	body := fmt.Sprintf("%s\n%s\n%.10s to %.10s, α = %g.\n%s\n", selfTestBegin, table, first, last, all[0].Alpha, selfTestEnd)
	return exit.With(exit.Execution, atomicfile.Write(path, bytes.Join([][]byte{before, []byte(body), after}, nil)))
}
