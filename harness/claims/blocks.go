package claims

import (
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
)

// decideBlocks decides claim 7.
func decideBlocks(d *decision) {
	v, groups := d.v, batched(d.competent("blocks"), 1)
	small := d.smallBlocks(groups)
	large := d.largeBlocks(groups)
	d.blockSweep(groups)
	remasking := d.withinBlocks(groups)
	d.blockCosts()
	d.parts(remasking, small, large)
	if len(pairs(groups, d.plain("reference"), d.block(1))) > 0 {
		v.warn("With these weights a block of one token is not autoregressive decoding. The network was trained in two modes: a mask predicts the token at its own position, a written token predicts the next one.")
	}
	v.warn("Written tokens are final in these blocks by design. Re-masking is a design choice, compared above, and not a property of block diffusion.")
	few, many := d.Number("small"), d.Number("large")
	d.threads(fmt.Sprintf("time of blocks of %g over blocks of %g", many, few), d.block(few), d.block(many), unitSeconds)
	d.onOwn(fmt.Sprintf("blocks of %g over autoregressive", few), d.plain("reference"), d.block(few), true)
	d.onOwn(fmt.Sprintf("blocks of %g over blocks of %g", many, few), d.block(few), d.block(many), true)
}

// block picks block diffusion at that block length.
func (d *decision) block(length float64) pick {
	return swept(d.Decoder("blocks"), "block_length", length)
}

// smallBlocks decides whether small blocks are conservative.
func (d *decision) smallBlocks(groups []*Group) partial {
	size, margin, limit := d.Number("small"), d.margin(), d.Number("conservative")
	ps := pairs(groups, d.plain("reference"), d.block(size))
	speed := ratio(fmt.Sprintf("speed of blocks of %g over autoregressive", size), ByTokens, ps, unitSeconds, 1/limit).mapped(inverse)
	gap := points(fmt.Sprintf("solved by blocks of %g minus autoregressive", size), ByTokens, ps, solved)
	p := 1.0 // of equality within the margin
	x, y := outcomes(ps, solved)
	if e, err := stats.EquivalentShares(x, y, margin/100, d.Number("alpha")); err == nil {
		p = e.P
	}
	a := decided(speed.side(limit) == above || gap.side(margin) == above || gap.side(-margin) == below,
		p <= d.Number("alpha") && speed.side(limit) == below)
	d.conditions(speed.holds(a), gap.holds(a).noted("equivalence test within %g points: p = %.2g", margin, p))
	if speed.Effect == nil {
		return partial{open, fmt.Sprintf("Nothing is known about blocks of %g tokens.", size)}
	}
	return partial{a, fmt.Sprintf("Blocks of %g tokens run at %s the speed of autoregressive decoding and solve %s. %s", size, speed.said(), gap.gap(), map[answer]string{
		yes:  fmt.Sprintf("That is conservative: the same quality, at less than %g times the speed.", limit),
		no:   "That is not conservative.",
		open: fmt.Sprintf("Equivalence within %g points is not shown (p = %.2g), or the interval of the speed is too wide.", margin, p),
	}[a])}
}

func inverse(x float64) float64 { return 1 / x }

// largeBlocks decides whether large blocks are promising; it fills the primary
// finding.
func (d *decision) largeBlocks(groups []*Group) partial {
	large, small := d.Number("large"), d.Number("small")
	roomy := lists.Keep(groups, func(g *Group) bool {
		room := float64(g.Budget) >= large
		if !room {
			d.v.exclude("%s: a budget of %d holds no block of %g", g.Place, g.Budget, large)
		}
		return room
	})
	ps := pairs(roomy, d.block(small), d.block(large))
	d.v.Primary = slower(d.v.Primary.Name, ps)
	loss := points("solved by large blocks minus small ones", ByTokens, ps, solved)
	a := promising(d.v.Primary, loss, d.margin())
	d.conditions(loss)
	var under []answer
	good := 0
	workloads := lists.Split(ps, workload)
	for _, part := range workloads {
		f := slower("time of large blocks over small ones, "+part.Key, part.Of)
		q := points("solved by large blocks minus small ones, "+part.Key, ByTokens, part.Of, solved)
		one := promising(f, q, d.Number("single"))
		if one == yes {
			good++
		}
		under = append(under, one)
		d.conditions(f.holds(one), q)
	}
	if a == yes && good < int(d.Number("workloads")) {
		a = open
	}
	a = settled(a, under...)
	d.v.Primary = d.v.Primary.holds(a)
	if d.v.Primary.Effect == nil {
		return partial{open, fmt.Sprintf("Nothing is known about blocks of %g tokens: no usable rung has that budget.", large)}
	}
	return partial{a, fmt.Sprintf("Blocks of %g tokens take %s the time of blocks of %g and solve %s; both together hold in %d of %d workloads. %s",
		large, d.v.Primary.said(), small, loss.gap(), good, len(workloads), map[answer]string{
			yes:     "Large blocks are promising.",
			no:      "Large blocks are not better than small ones.",
			depends: "Whether large blocks are better depends on the workload.",
			open:    "The intervals are too wide for an answer.",
		}[a])}
}

// promising reports whether one decoder is faster than another at no more than
// that loss, in points.
func promising(time, gain Finding, margin float64) answer {
	return decided(time.side(1) == above || gain.side(-margin) == below, time.side(1) == below && gain.side(-margin) == above)
}

// blockLengths are the block lengths that were swept, 0 (the whole answer) last.
func blockLengths(groups []*Group, label string) []float64 {
	var list []float64
	for _, c := range cellsOf(groups, label) {
		if b, ok := c.Option("block_length"); ok && !slices.Contains(list, b) {
			list = append(list, b)
		}
	}
	slices.Sort(list)
	if len(list) > 0 && list[0] == 0 {
		list = append(list[1:], 0)
	}
	return list
}

// blockSweep compares each block length with autoregressive decoding; the figure draws
// the ratio of times, a line for each workload.
func (d *decision) blockSweep(groups []*Group) {
	lengths := blockLengths(groups, d.Decoder("blocks"))
	for _, b := range lengths {
		name := fmt.Sprintf("blocks of %g", b)
		if b == 0 {
			name = "one block over the whole answer"
		}
		ps := pairs(groups, d.plain("reference"), d.block(b))
		d.sensitivity(slower("time over autoregressive: "+name, ps),
			ratio("FLOPs over autoregressive: "+name, ByTokens, ps, unitFLOPs, 1),
			points("solved minus autoregressive: "+name, ByTokens, ps, solved))
	}
	d.atEqualCost(groups, "blocks")
	d.atEqualQuality(groups, "blocks")
	d.v.Figure = &Figure{Title: "Time by block length", XLabel: "block length", YLabel: "time over autoregressive", LogX: true, LogY: true}
	for _, part := range lists.Split(groups, func(g *Group) string { return g.Workload }) {
		s := curve(part.Key, "block")
		for _, b := range lengths {
			if b > 0 {
				s.add(b, slower("", pairs(part.Of, d.plain("reference"), d.block(b))))
			}
		}
		d.v.Figure.draw(s)
	}
}

// withinBlocks compares decoders that re-mask inside a block with their
// twins that do not.
func (d *decision) withinBlocks(groups []*Group) (words string) {
	revise := d.plain("revise")
	twin := func(g *Group) *Cell {
		if c := revise(g); c != nil {
			if b, ok := c.Option("block_length"); ok {
				return d.block(b)(g)
			}
		}
		return nil
	}
	for _, x := range []struct {
		name string
		a, b pick
	}{
		{"revising the least confident tokens of a block", twin, revise},
		{"re-masking during ancestral steps", d.plain("ancestral"), d.plain("remask")},
	} {
		ps := pairs(groups, x.a, x.b)
		if len(ps) == 0 {
			continue
		}
		gain := points("gain by "+x.name, ByTokens, ps, solved)
		d.sensitivity(gain, slower("time with "+x.name+" over without", ps))
		words = sentences(words, fmt.Sprintf("As a design choice, %s solves %s.", x.name, gain.gap()))
	}
	return words
}

// blockCosts adds the time of blocks on random weights, where the number of
// steps for each block is given.
func (d *decision) blockCosts() {
	for _, g := range d.Find("blocks-cost") {
		for _, c := range g.Labelled(d.Decoder("cost")) {
			if ar := d.plain("reference")(g); ar != nil {
				f := slower(fmt.Sprintf("time of %s over autoregressive on random weights %s, budget %d, batch %d", c.Title(), g.Weights, g.Budget, g.Batch), []pair{{ar, c}})
				if n, known := c.Mean(passes); known {
					f.Note = sentences(f.Note, fmt.Sprintf("%.3g passes for %d tokens", n, g.Budget))
				}
				d.sensitivity(f)
			}
		}
	}
}
