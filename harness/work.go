package harness

import (
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// weightRows is what reading the weights costs in a forward pass, in rows: a
// pass over few rows takes about as long as one over this many.
const weightRows = 8

// work is a rough measure of what one batch of a cell costs, by which the time
// of a cell that has not run yet is guessed from others: parameters × rows
// through the network, over all forward passes. It reads the options that
// decoders share by convention (steps, steps_per_block, block_length) and takes
// a cell without them for one that writes a token a pass.
func work(g *scenario.Group, c result.Cell) float64 {
	budget := float64(g.Budget)
	prompt := 0.0
	for _, item := range g.Items {
		prompt += float64(len(item.Prompt)) / float64(len(g.Items))
	}
	passes, rows := budget, 1.0 // a pass for each token
	if steps, ok := c.Option("steps"); ok {
		rows = budget
		if steps > 0 {
			passes = steps
		}
	} else if length, ok := c.Option("block_length"); ok {
		if length == 0 || length > budget {
			length = budget
		}
		rows = length
		perBlock := length
		if steps, _ := c.Option("steps_per_block"); steps > 0 && steps < length {
			perBlock = steps
		}
		passes = budget / length * (perBlock + 1) // and one that stores the block
	}
	total := passes * (rows + weightRows)
	if c.Cache == "none" {
		total += passes * prompt
	} else {
		total += prompt
	}
	return total * float64(c.Tries()) * float64(max(c.Params, 1)) * float64(g.Batch)
}
