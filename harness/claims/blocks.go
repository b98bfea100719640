package claims

import (
	"fmt"
	"slices"

	"dllmbench/harness/stats"
)

// judgeBlocks judges claim 7.
func judgeBlocks(ev *Evidence, r Rule, v *Verdict) {
	groups := batched(competent(ev.Find("blocks"), v), 1)
	small := smallBlocks(groups, r, v)
	large := largeBlocks(groups, r, v)
	v.Result = verdictOf(small.answer, large.answer)
	blockSweep(groups, r, v)
	remasking := withinBlocks(groups, r, v)
	blockCosts(ev, r, v)
	v.Paragraph = sentences(small.words, large.words, remasking)
	if v.Result == Inconclusive {
		v.Paragraph = sentences(v.Paragraph, "One part stays open, and so does the claim.")
	}
	v.Figure = blocksFigure(groups, r)
	if one := duels(groups, plain(r.Decoder("reference")), block(r, 1)); len(one) > 0 {
		v.Warnings = append(v.Warnings, "With these weights a block of one token is not autoregressive decoding: masks predict themselves and written tokens the next one, in two modes that were trained side by side.")
	}
	v.Warnings = append(v.Warnings, "Written tokens are final in these blocks by design; masking again is a choice, compared above, and not a property of block diffusion.")
}

// block picks block diffusion at that block length.
func block(r Rule, length float64) pick { return with(r.Decoder("blocks"), "block_length", length) }

// smallBlocks judges whether small blocks are conservative.
func smallBlocks(groups []*Group, r Rule, v *Verdict) partial {
	size, margin := r.Number("small"), r.Number("margin")
	ds := duels(groups, plain(r.Decoder("reference")), block(r, size))
	speed := faster(ratio(fmt.Sprintf("speed of blocks of %g over autoregressive", size), ByTokens, ds, unitSeconds, 1/r.Number("conservative")))
	gap := points(fmt.Sprintf("solved by blocks of %g minus autoregressive", size), ByTokens, ds, Solved)
	equal, p := equivalent(ds, margin, r.Number("alpha"))
	a := open
	switch {
	case speed.side(r.Number("conservative")) == above, gap.side(margin) == above, gap.side(-margin) == below:
		a = no
	case equal && speed.side(r.Number("conservative")) == below:
		a = yes
	}
	gap.Note = fmt.Sprintf("test of equality within %g points: p = %.2g", margin, p)
	v.Conditions = append(v.Conditions, speed.holds(a), gap.holds(a))
	if speed.Effect == nil {
		return partial{open, fmt.Sprintf("Nothing is known about blocks of %g tokens.", size)}
	}
	text := fmt.Sprintf("Blocks of %g tokens run at %s the speed of autoregressive decoding and solve %s.", size, speed.said(), gap.gap())
	switch a {
	case yes:
		text += " That is conservative: the same quality, at less than " + fmt.Sprintf("%g", r.Number("conservative")) + " times the speed."
	case no:
		text += " That is not conservative."
	default:
		text += fmt.Sprintf(" Equality within %g points is not shown (p = %.2g), or the speed not known well enough.", margin, p)
	}
	return partial{a, text}
}

// faster turns a ratio of times into one of speeds.
func faster(f Finding) Finding {
	if f.Effect != nil {
		x := 1 / *f.Effect
		f.Effect = &x
	}
	if f.CI != nil {
		f.CI = &stats.Interval{Low: 1 / f.CI.High, High: 1 / f.CI.Low}
	}
	return f
}

// equivalent tells whether both sides solve equally many within the margin, in
// points, and the p of that test.
func equivalent(ds []duel, margin, alpha float64) (bool, float64) {
	x, y := outcomes(ds, Solved)
	e, err := stats.EquivalentShares(x, y, margin/100, alpha)
	if err != nil {
		return false, 1
	}
	return e.P <= alpha, e.P
}

// largeBlocks judges whether large blocks are promising; it fills the primary
// finding.
func largeBlocks(groups []*Group, r Rule, v *Verdict) partial {
	large, margin := r.Number("large"), r.Number("margin")
	long := slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool {
		short := float64(g.Budget) < large
		if short {
			v.exclude(fmt.Sprintf("%s: a budget of %d holds no block of %g", g.Place, g.Budget, large))
		}
		return short
	})
	ds := duels(long, block(r, r.Number("small")), block(r, large))
	v.Primary = ratio(v.Primary.Name, ByTokens, ds, unitSeconds, 1)
	loss := points("solved by large blocks minus small ones", ByTokens, ds, Solved)
	a := promising(v.Primary, loss, margin)
	v.Conditions = append(v.Conditions, loss)
	names, parts := byWorkload(ds)
	var under []answer
	good := 0
	for _, name := range names {
		f := ratio("time of large blocks over small ones, "+name, ByTokens, parts[name], unitSeconds, 1)
		q := points("solved by large blocks minus small ones, "+name, ByTokens, parts[name], Solved)
		one := promising(f, q, r.Number("single"))
		if one == yes {
			good++
		}
		under = append(under, one)
		v.Conditions = append(v.Conditions, f.holds(one), q)
	}
	if a == yes && good < int(r.Number("workloads")) {
		a = open
	}
	a = settled(a, under...)
	v.Primary = v.Primary.holds(a)
	if v.Primary.Effect == nil {
		return partial{open, fmt.Sprintf("Nothing is known about blocks of %g tokens: no usable rung has that budget.", large)}
	}
	text := fmt.Sprintf("Blocks of %g tokens take %s the time of blocks of %g and solve %s; both together hold in %d of %d workloads.",
		large, v.Primary.said(), r.Number("small"), loss.gap(), good, len(names))
	switch a {
	case yes:
		text += " Large blocks are promising."
	case no:
		text += " Large blocks are not better than small ones."
	case depends:
		text += " Whether large blocks are better depends on the workload."
	default:
		text += " That is not enough for an answer."
	}
	return partial{a, text}
}

// promising tells whether one decoder is faster than another at no more than
// that loss, in points.
func promising(time, gain Finding, margin float64) answer {
	switch {
	case time.side(1) == above, gain.side(-margin) == below:
		return no
	case time.side(1) == below && gain.side(-margin) == above:
		return yes
	}
	return open
}

// blockLengths are the block lengths that were swept, 0 (the whole answer) last.
func blockLengths(groups []*Group, label string) []float64 {
	var list []float64
	for _, g := range groups {
		for _, c := range g.Labelled(label) {
			if b, ok := c.Option("block_length"); ok && !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	slices.SortFunc(list, func(a, b float64) int {
		if a == 0 || b == 0 {
			return int(b - a)
		}
		return int(a - b)
	})
	return list
}

// blockSweep compares each block length with autoregressive decoding.
func blockSweep(groups []*Group, r Rule, v *Verdict) {
	for _, b := range blockLengths(groups, r.Decoder("blocks")) {
		ds := duels(groups, plain(r.Decoder("reference")), block(r, b))
		name := fmt.Sprintf("blocks of %g", b)
		if b == 0 {
			name = "one block over the whole answer"
		}
		v.Sensitivity = append(v.Sensitivity,
			ratio("time over autoregressive: "+name, ByTokens, ds, unitSeconds, 1),
			ratio("arithmetic over autoregressive: "+name, ByTokens, ds, unitFLOPs, 1),
			points("solved minus autoregressive: "+name, ByTokens, ds, Solved))
	}
	v.Conditions = append(v.Conditions, atEqualCost(groups, plain(r.Decoder("reference")), r.Decoder("blocks"))...)
	v.Conditions = append(v.Conditions, atEqualQuality(groups, plain(r.Decoder("reference")), r.Decoder("blocks"), r.Number("margin")))
}

// withinBlocks compares decoders that mask again inside a block with their
// twins that do not.
func withinBlocks(groups []*Group, r Rule, v *Verdict) string {
	revise := plain(r.Decoder("revise"))
	same := func(g *Group) *Cell {
		if c := revise(g); c != nil {
			if b, ok := c.Option("block_length"); ok {
				return block(r, b)(g)
			}
		}
		return nil
	}
	var words string
	for _, x := range []struct {
		name string
		ds   []duel
	}{
		{"revising the least sure tokens of a block", duels(groups, same, revise)},
		{"masking again during ancestral steps", duels(groups, plain(r.Decoder("ancestral")), plain(r.Decoder("remask")))},
	} {
		if len(x.ds) == 0 {
			continue
		}
		gain := points("gain by "+x.name, ByTokens, x.ds, Solved)
		v.Sensitivity = append(v.Sensitivity, gain, ratio("time with "+x.name+" over without", ByTokens, x.ds, unitSeconds, 1))
		words = sentences(words, fmt.Sprintf("As a design choice, %s solves %s.", x.name, gain.gap()))
	}
	return words
}

// blockCosts adds the time of blocks on random weights, where the number of
// steps for each block is given.
func blockCosts(ev *Evidence, r Rule, v *Verdict) {
	for _, g := range ev.Find("blocks-cost") {
		for _, c := range g.Labelled(r.Decoder("cost")) {
			ar := plain(r.Decoder("reference"))(g)
			if ar == nil {
				continue
			}
			f := ratio(fmt.Sprintf("time of %s over autoregressive on random weights %s, budget %d, batch %d", c.Title(), g.Weights, g.Budget, g.Batch), ByTokens, []duel{{g, ar, c}}, unitSeconds, 1)
			f.Note = sentences(f.Note, fmt.Sprintf("%.3g passes for %d tokens", c.passes(), g.Budget))
			v.Sensitivity = append(v.Sensitivity, f)
		}
	}
}

// blocksFigure draws time over that of autoregressive decoding by block length,
// a line for each workload.
func blocksFigure(groups []*Group, r Rule) *Figure {
	fig := &Figure{Title: "Time by block length", XLabel: "block length", YLabel: "time over autoregressive", LogX: true, LogY: true}
	names, _ := byWorkload(duels(groups, plain(r.Decoder("reference")), plain(r.Decoder("reference"))))
	for _, name := range names {
		s := Series{Label: name, Engine: "block", Line: true}
		for _, b := range blockLengths(groups, r.Decoder("blocks")) {
			if b == 0 {
				continue
			}
			_, parts := byWorkload(duels(groups, plain(r.Decoder("reference")), block(r, b)))
			f := ratio("", ByTokens, parts[name], unitSeconds, 1)
			if f.Effect == nil || f.CI == nil {
				continue
			}
			s.X, s.Y = append(s.X, b), append(s.Y, *f.Effect)
			s.Low, s.High = append(s.Low, f.CI.Low), append(s.High, f.CI.High)
		}
		if len(s.X) > 0 {
			fig.Series = append(fig.Series, s)
		}
	}
	if len(fig.Series) == 0 {
		return nil
	}
	return fig
}
