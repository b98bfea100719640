package selftest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dllmbench/internal/exit"
)

// Log keeps finished trials, in a file of one JSON line each if it has one.
type Log struct {
	file *os.File // nil without a file
	sha  string   // of the scenario
	list []Trial
}

// OpenLog opens the log at path, "" for one in memory. Trials of another
// scenario are an error; a torn last line is cut off.
func OpenLog(path, sha string) (*Log, error) {
	l := &Log{sha: sha}
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
		var t Trial
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

func (l *Log) Close() {
	if l.file != nil {
		l.file.Close()
	}
}

// find is a trial that the log holds.
func (l *Log) find(slowdown float64, number int) (Trial, bool) {
	for _, t := range l.list {
		if t.Slowdown == slowdown && t.Number == number {
			return t, true
		}
	}
	return Trial{}, false
}

func (l *Log) has(slowdown float64, number int) bool {
	_, ok := l.find(slowdown, number)
	return ok
}

// of gives the finished trials of a list.
func (l *Log) of(todo []Trial) []Trial {
	var list []Trial
	for _, t := range todo {
		if done, ok := l.find(t.Slowdown, t.Number); ok {
			list = append(list, done)
		}
	}
	return list
}

// add keeps a finished trial.
func (l *Log) add(t Trial) error {
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
