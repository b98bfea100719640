package selftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"dllmbench/harness/exit"
	"dllmbench/harness/internal/lines"
)

// Log keeps finished trials, in a file of one JSON line each if it has one.
type Log struct {
	file *lines.Writer // nil without a file
	list []Trial
}

// maxLine bounds a line of a log, in bytes.
const maxLine = 16 << 20

// OpenLog opens the log at path, "" for one in memory, of trials of this scenario.
func OpenLog(path, sha string) (*Log, error) {
	l := &Log{}
	if path == "" {
		return l, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	code := exit.Execution
	var err error
	l.file, err = lines.Append(path, maxLine, func(_ int64, line []byte) error {
		var t Trial
		if err := json.Unmarshal(line, &t); err != nil {
			code = exit.Setup
			return fmt.Errorf("not a line of a self-test: %w", err)
		}
		if t.Scenario != sha {
			code = exit.Usage
			return errors.New("holds trials of another scenario; choose another --log")
		}
		l.list = append(l.list, t)
		return nil
	})
	return l, exit.With(code, err)
}

// Close closes the file.
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
	l.file.Write(t)
	return l.file.Sync()
}
