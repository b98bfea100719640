package result

// Oracle tells whether the decoder of the cell tries until the workload's checker
// accepts an answer (best_of above 1 with best_of_pick checker): it knows what no
// user knows.
func (c *Cell) Oracle() bool {
	tries := 0.0
	switch n := c.Options["best_of"].(type) {
	case int: // as planned
		tries = float64(n)
	case float64: // as read from a file
		tries = n
	}
	return tries > 1 && c.Options["best_of_pick"] == "checker"
}
