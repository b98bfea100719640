package main

import (
	"bytes"
	"path/filepath"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/train"
	"dllmbench/engines/train/job"
	"dllmbench/reports/plot"
)

// lossCurves names the decoder that each part of the objective trains.
var lossCurves = [len(train.PartNames)]struct{ engine, name string }{
	train.PartAR:    {"autoregressive", "autoregressive (clean, causal)"},
	train.PartBlock: {"block", "block diffusion"},
	train.PartFull:  {"diffusion", "full diffusion"},
}

// plotLosses draws losses as losses.png.
func plotLosses(dir string, curves []job.Curve) error {
	var list []plot.LossCurve
	for _, c := range curves {
		of := lossCurves[c.Part]
		list = append(list, plot.LossCurve{Engine: of.engine, Name: of.name, Step: c.Step, Loss: c.Loss})
	}
	var png bytes.Buffer
	if err := plot.Losses("Training losses", list).PNG(&png); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "losses.png"), png.Bytes())
}
