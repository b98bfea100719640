package forecast

import (
	"fmt"
	"math"
	"time"

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
	blockNoise   = 0.05 // deviation of the time ratio of a block
	discordant   = 0.2  // share of instances that one of two engines solves alone
)

// PowerLeft states the statistical power of the weakest groups of a plan.
func PowerLeft(plan *scenario.Plan) []string {
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
		design := stats.PairedDesign{Blocks: blocks, Tests: 1, Alpha: displayAlpha, Band: 1}
		if ratio, ok := design.Sees(blockNoise, power); ok {
			lines = append(lines, fmt.Sprintf("power: with %d pair blocks (the fewest of a cell) a time ratio of %.3g is found with 80%% power if blocks vary by 5%%", blocks, ratio))
		} else {
			lines = append(lines, fmt.Sprintf("power: %d pair blocks (the fewest of a cell) are too few for any verdict on times; a test at level %g needs %d", blocks, displayAlpha, stats.MinBlocks(displayAlpha, 1)))
		}
	}
	if instances > 0 {
		if d, ok := stats.ShareSeen(instances, discordant, displayAlpha, power); ok {
			lines = append(lines, fmt.Sprintf("power: with %d instances (the fewest of a cell) a difference of %.0f points in solved share is found with 80%% power if a fifth of the instances discriminate between the decoders", instances, 100*d))
		} else {
			lines = append(lines, fmt.Sprintf("power: %d instances (the fewest of a cell) are too few for a significant difference in solved share", instances))
		}
	}
	return lines
}
