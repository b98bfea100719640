package result

// Option is an option of the decoder that is a number, as planned or as read from
// a file; false if it has none of that name.
func (c *Cell) Option(name string) (float64, bool) {
	switch x := c.Options[name].(type) {
	case int:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// Tries is how many answers the decoder of the cell writes at most, of which it
// keeps one (best_of); 1 for all that write one.
func (c *Cell) Tries() int {
	n, _ := c.Option("best_of")
	return max(int(n), 1)
}

// Oracle reports whether the decoder of the cell tries until the workload's checker
// accepts an answer (best_of above 1 with best_of_pick checker): it knows what no
// user knows.
func (c *Cell) Oracle() bool {
	return c.Tries() > 1 && c.Options["best_of_pick"] == "checker"
}
