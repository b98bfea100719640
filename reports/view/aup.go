package view

import (
	"cmp"
	"math"
	"slices"
)

// The constants of AUP as published.
const (
	aupAlpha = 3 // how steeply lost accuracy is punished
	aupDrop  = 5 // points of accuracy below the slowest setting at which the curve ends
)

// Parallelism is the accuracy under parallelism of a decoder on one task: one
// number for how much accuracy it keeps as it writes more tokens per pass.
type Parallelism struct {
	Point    *Point
	Label    string
	Settings int     // of the decoder that count
	AUP      float64 // percent × tokens per pass
}

// Parallelisms lists AUP for every decoder that ran with several settings on a
// task, in the order of the run. Accuracy is exact_match, parallelism is TPF;
// the best accuracy that any decoder of the run reached on the task is what
// others are measured by, so AUP compares decoders inside a run only.
func (v *View) Parallelisms() []Parallelism {
	var list []Parallelism
	for _, p := range v.Trained() {
		best := 0.0
		rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *Row) bool { return !r.Eligible() || r.Values[Exact] == nil || r.Values[TPF] == nil })
		for _, r := range rows {
			best = max(best, r.Values[Exact].Value)
		}
		for _, settings := range Groups(rows, (*Row).Decoder) {
			var curve []setting
			for _, r := range settings {
				curve = append(curve, setting{r.Values[TPF].Value, r.Values[Exact].Value})
			}
			if area, n := aup(curve, best); n > 1 {
				list = append(list, Parallelism{p, settings[0].Decoder(), n, area})
			}
		}
	}
	return list
}

// setting is one point of the curve.
type setting struct{ parallelism, accuracy float64 }

// aup is the area under the curve of accuracy over parallelism in which
// accuracy y counts as y·min(1, exp(−α(1 − y/best))): from 0 to the first
// setting a rectangle, then trapezoids (d3LLM). Settings whose accuracy fell by
// more than aupDrop points below the first one are left out; n is the number of
// the others.
func aup(curve []setting, best float64) (area float64, n int) {
	if len(curve) == 0 || best <= 0 {
		return 0, 0
	}
	curve = slices.Clone(curve)
	slices.SortStableFunc(curve, func(a, b setting) int { return cmp.Compare(a.parallelism, b.parallelism) })
	first := curve[0].accuracy
	curve = slices.DeleteFunc(curve, func(s setting) bool { return s.accuracy < first-aupDrop })
	weighted := func(s setting) float64 { return s.accuracy * min(1, math.Exp(-aupAlpha*(1-s.accuracy/best))) }
	area = curve[0].parallelism * curve[0].accuracy
	for i := 1; i < len(curve); i++ {
		area += (curve[i].parallelism - curve[i-1].parallelism) * (weighted(curve[i]) + weighted(curve[i-1])) / 2
	}
	return area, len(curve)
}
