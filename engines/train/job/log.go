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
	"dllmbench/engines/userfile"
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
	f, err := userfile.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	l := &lossLog{file: f, csv: csv.NewWriter(f)}
	return l, l.csv.WriteAll(lines)
}

// maxLosses bounds a log of losses, in bytes.
const maxLosses = 256 << 20

// readLosses reads the lines of a log without its head.
func readLosses(path string) ([][]string, error) {
	text, err := userfile.Read(path, maxLosses)
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

// Curve is the loss of one part of the objective, as train.PartNames lists them.
type Curve struct {
	Part       int
	Step, Loss []float64
}

// lossBins is how many points a curve has at most; lines in between are averaged.
const lossBins = 40

// readCurves reads a log of losses. A log too short for a curve has none.
func readCurves(path string) ([]Curve, error) {
	records, err := readLosses(path)
	if err != nil || len(records) < 3 {
		return nil, err
	}
	var curves []Curve
	for p := range train.PartNames {
		curve := Curve{Part: p}
		per := (len(records) + lossBins - 1) / lossBins
		for i := 0; i+per <= len(records); i += per {
			sum, n := 0.0, 0
			for _, r := range records[i : i+per] {
				if x, err := strconv.ParseFloat(r[1+p], 64); err == nil && x > 0 {
					sum += x
					n++
				}
			}
			step, err := strconv.ParseFloat(records[i+per-1][0], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
			}
			if n > 0 {
				curve.Step, curve.Loss = append(curve.Step, step), append(curve.Loss, sum/float64(n))
			}
		}
		if len(curve.Step) > 1 {
			curves = append(curves, curve)
		}
	}
	return curves, nil
}
