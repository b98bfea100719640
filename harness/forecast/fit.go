package forecast

import (
	"fmt"
	"math"
	"slices"
	"time"

	"dllmbench/harness/lists"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
)

// mostScale bounds how much a scenario is enlarged.
const mostScale = 1000

// Factor is the largest scale with which the plan takes at most d, or the smallest.
func (f *Forecast) Factor(d time.Duration) float64 {
	fits := func(scale float64) bool {
		return f.Total(scale) <= d && f.plan.Requests(scale) <= scenario.MaxRequests
	}
	if fits(mostScale) {
		return mostScale
	}
	low, high := math.Log(1e-6), math.Log(mostScale)
	for range 40 {
		mid := (low + high) / 2
		if fits(math.Exp(mid)) {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Exp(low)
}

// What PowerLeft assumes, and says so.
const (
	displayAlpha = 0.05
	power        = 0.8
	discordant   = 0.2 // share of instances that one of two engines solves alone
)

// Noise is what the times of the same work differ by on this machine, as the
// logarithm of the second time over the first.
type Noise []float64

func (n *Noise) add(first, second time.Duration) {
	if first > 0 && second > 0 {
		*n = append(*n, math.Log(float64(second)/float64(first)))
	}
}

// leastNoise is the number of repeated batches from which noise is known.
const leastNoise = 4

// Block is the deviation of a block's log-ratio, each side of which is the mean of two
// runs: as large as that of one run, and so that of such a difference over √2. It is
// false where too few were measured. A median makes single pauses count little.
func (n Noise) Block() (deviation float64, known bool) {
	if len(n) < leastNoise {
		return 0, false
	}
	sizes := make([]float64, len(n))
	for i, d := range n {
		sizes[i] = math.Abs(d)
	}
	slices.Sort(sizes)
	const normalMedian = 0.6745 // of the size of a standard normal variable
	return (sizes[(len(n)-1)/2] + sizes[len(n)/2]) / 2 / normalMedian / math.Sqrt2, true
}

// PowerLeft states the statistical power of the weakest groups of a plan, with the
// noise that was measured on this machine.
func PowerLeft(plan *scenario.Plan, noise Noise) []string {
	blocks, instances := 0, 0
	for i := range plan.Groups {
		g := &plan.Groups[i]
		if n := g.Repeats * g.Batches(); g.Order != scenario.Once && (blocks == 0 || n < blocks) {
			blocks = n
		}
		if g.Workload != nil && (instances == 0 || g.Items.Len() < instances) {
			instances = g.Items.Len()
		}
	}
	var lines []string
	if blocks > 0 {
		count := lists.Count(blocks, "pair block")
		deviation, known := noise.Block()
		ratio, enough := stats.PairedDesign{Blocks: blocks, Tests: 1, Alpha: displayAlpha, Band: 1}.Sees(deviation, power)
		switch {
		case !enough:
			lines = append(lines, fmt.Sprintf("power: %s (the fewest of a cell) are too few for any verdict on times; a test at level %g needs %d", count, displayAlpha, stats.MinBlocks(displayAlpha, 1)))
		case !known:
			lines = append(lines, fmt.Sprintf("power: which time ratio %s (the fewest of a cell) can show is not known: the noise of this machine is not measured yet", count))
		default:
			lines = append(lines, fmt.Sprintf("power: with %s (the fewest of a cell) a time ratio of %.3g is found with 80%% power: blocks vary by %.2g%% on this machine now, by %d batches that were decoded twice",
				count, ratio, 100*math.Expm1(deviation), len(noise)))
		}
	}
	if instances > 0 {
		if d, ok := stats.ShareSeen(instances, discordant, displayAlpha, power); ok {
			lines = append(lines, fmt.Sprintf("power: with %s (the fewest of a cell) a difference of %.0f points in solved share is found with 80%% power if a fifth of the instances discriminate between the decoders", lists.Count(instances, "instance"), 100*d))
		} else {
			lines = append(lines, fmt.Sprintf("power: %s (the fewest of a cell) are too few for a significant difference in solved share", lists.Count(instances, "instance")))
		}
	}
	return lines
}
