package job

import (
	"errors"
	"fmt"
	"strconv"

	"dllmbench/engines/train"
)

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
