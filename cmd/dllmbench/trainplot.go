package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"dllmbench/engines/train"
	"dllmbench/internal/atomicfile"
	"dllmbench/reports/plot"
)

// lossCurves names the decoder that each part of the objective trains.
var lossCurves = [len(train.PartNames)]struct{ engine, name string }{
	train.PartAR:    {"autoregressive", "autoregressive (clean, causal)"},
	train.PartBlock: {"block", "block diffusion"},
	train.PartFull:  {"diffusion", "full diffusion"},
}

// lossBins is how many points of a curve are drawn at most; lines in between
// are averaged.
const lossBins = 40

// plotLosses draws losses.csv as a PNG; a log too short for a curve is left undrawn.
func plotLosses(csvPath, pngPath string) error {
	f, err := os.Open(csvPath)
	if err != nil {
		return err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", csvPath, err)
	}
	if len(records) < 4 {
		return nil
	}
	records = records[1:]
	var curves []plot.LossCurve
	for p, c := range lossCurves {
		curve := plot.LossCurve{Engine: c.engine, Name: c.name}
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
				return fmt.Errorf("%s: %w", csvPath, errors.Unwrap(err))
			}
			if n > 0 {
				curve.Step, curve.Loss = append(curve.Step, step), append(curve.Loss, sum/float64(n))
			}
		}
		if len(curve.Step) > 1 {
			curves = append(curves, curve)
		}
	}
	if len(curves) == 0 {
		return nil
	}
	var png bytes.Buffer
	if err := plot.Losses("Training losses", curves).PNG(&png); err != nil {
		return err
	}
	return atomicfile.Write(pngPath, png.Bytes())
}
