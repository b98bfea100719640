package claims

import (
	"fmt"
	"slices"
)

// planted is what decoders do to a half-written answer with planted errors, from
// the cells of experiment "remasking-planted": by decoder and number of errors,
// the share of the wrong tokens that are mended and of the right ones that are
// spoiled, over all tasks. Secondary evidence of claim 3.
func (ev *Evidence) planted() []Finding {
	groups := ev.Find("remasking-planted")
	var labels []string
	var counts []int
	for _, g := range groups {
		for _, c := range g.Cells {
			if c.Planted == nil {
				continue
			}
			if !slices.Contains(labels, c.Label) {
				labels = append(labels, c.Label)
			}
			if !slices.Contains(counts, *c.Planted) {
				counts = append(counts, *c.Planted)
			}
		}
	}
	if len(labels) == 0 {
		return []Finding{{Name: "planted errors that are mended", Matched: ByTokens, Unit: "%", Note: "not measured"}}
	}
	slices.Sort(counts)
	var list []Finding
	for _, label := range labels {
		for _, wrong := range counts {
			list = append(list, ev.fates(groups, label, wrong)...)
		}
	}
	return list
}

// fates are the two findings of a decoder at a number of errors.
func (ev *Evidence) fates(groups []*Group, label string, wrong int) []Finding {
	var mended, errors, spoiled, right []float64
	solved, n := 0.0, 0
	for _, g := range groups {
		for _, c := range g.Labelled(label) {
			if c.Planted == nil || *c.Planted != wrong {
				continue
			}
			for _, id := range c.Instances() {
				d := c.Runs[id][0].Draft
				if d == nil {
					continue
				}
				mended, errors = append(mended, float64(d.Mended)), append(errors, float64(d.Wrong))
				spoiled, right = append(spoiled, float64(d.Spoiled)), append(right, float64(d.Right))
				if x, ok := c.Value(id, Solved); ok {
					solved += x
					n++
				}
			}
		}
	}
	word := "errors"
	if wrong == 1 {
		word = "error"
	}
	name := fmt.Sprintf("%s, %d planted %s: ", label, wrong, word)
	var list []Finding
	add := func(what string, num, den []float64) {
		f := Finding{Name: name + what, Matched: ByTokens, Unit: "%"}
		if e, err := ev.boot.RatioOfSums(num, den); err == nil {
			f.estimated(e, 100)
		}
		if n > 0 {
			f.Note = fmt.Sprintf("solves %.1f%%", 100*solved/float64(n))
		}
		list = append(list, f)
	}
	if wrong > 0 && len(mended) > 0 {
		add("mended", mended, errors)
	}
	if len(right) > 0 {
		add("right tokens spoiled", spoiled, right)
	}
	return list
}
