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
	if steps, ok := number(c.Options, "steps"); ok {
		rows = budget
		if steps > 0 {
			passes = steps
		}
	} else if length, ok := number(c.Options, "block_length"); ok {
		if length == 0 || length > budget {
			length = budget
		}
		rows = length
		perBlock := length
		if steps, _ := number(c.Options, "steps_per_block"); steps > 0 && steps < length {
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
	if tries, ok := number(c.Options, "best_of"); ok { // at most
		total *= tries
	}
	return total * float64(max(c.Params, 1)) * float64(g.Batch)
}

// number reads an option that is a number.
func number(options map[string]any, name string) (float64, bool) {
	switch x := options[name].(type) {
	case int:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}
