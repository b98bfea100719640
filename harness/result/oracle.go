package result

// Tries is how many answers the decoder of the cell writes at most, of which it
// keeps one (best_of); 1 for all that write one.
func (c *Cell) Tries() int {
	switch n := c.Options["best_of"].(type) {
	case int: // as planned
		return max(n, 1)
	case float64: // as read from a file
		return max(int(n), 1)
	}
	return 1
}

// Oracle tells whether the decoder of the cell tries until the workload's checker
// accepts an answer (best_of above 1 with best_of_pick checker): it knows what no
// user knows.
func (c *Cell) Oracle() bool {
	return c.Tries() > 1 && c.Options["best_of_pick"] == "checker"
}
