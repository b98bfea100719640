package job

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"dllmbench/engines/train"
)

// lossLog is losses.csv: one line per ten steps, averaged.
type lossLog struct {
	file              *os.File
	csv               *csv.Writer
	sum               [len(train.PartNames)]float64
	n                 [len(train.PartNames)]int
	steps, positions  int
	seconds, gradNorm float64
}

// lossEvery is how many steps one line of losses.csv averages.
const lossEvery = 10

// openLossLog opens the log for appending; lines from step on, left over from
// a run that went on after its last saved state, are dropped.
func openLossLog(path string, step int) (*lossLog, error) {
	lines := [][]string{{"step", "ar", "block", "full", "grad_norm", "learning_rate", "positions", "seconds"}}
	records, err := readLosses(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, r := range records {
		if n, err := strconv.Atoi(r[0]); err == nil && n <= step {
			lines = append(lines, r)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	l := &lossLog{file: f, csv: csv.NewWriter(f)}
	return l, l.csv.WriteAll(lines)
}

// readLosses reads the lines of a log without its head.
func readLosses(path string) ([][]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return records[min(1, len(records)):], nil
}

func (l *lossLog) add(s train.StepStats) error {
	for p, x := range s.Loss {
		if !math.IsNaN(x) {
			l.sum[p] += x
			l.n[p]++
		}
	}
	l.steps++
	l.positions += s.Positions
	l.seconds += s.Duration.Seconds()
	l.gradNorm += s.GradNorm
	if (s.Step+1)%lossEvery != 0 {
		return nil
	}
	record := []string{strconv.Itoa(s.Step + 1)}
	for p := range l.sum {
		cell := ""
		if l.n[p] > 0 {
			cell = strconv.FormatFloat(l.sum[p]/float64(l.n[p]), 'f', 5, 64)
		}
		record = append(record, cell)
	}
	record = append(record, strconv.FormatFloat(l.gradNorm/float64(l.steps), 'f', 4, 64),
		strconv.FormatFloat(s.LearningRate, 'g', 4, 64), strconv.Itoa(l.positions), strconv.FormatFloat(l.seconds, 'f', 3, 64))
	*l = lossLog{file: l.file, csv: l.csv}
	return l.csv.Write(record)
}

func (l *lossLog) flush() error {
	l.csv.Flush()
	return l.csv.Error()
}

// Close flushes and closes the file.
func (l *lossLog) Close() error { return errors.Join(l.flush(), l.file.Close()) }
