package sample

// cut takes out the tokens below MinP times the probability of the most
// probable one (min-p: Nguyen et al. 2024, arXiv 2407.01082) and returns the
// sum of the weights that are left. It needs no sort: weights are relative to
// the most probable token, whose weight is 1.
func (c *Categorical) cut(total float64) float64 {
	if c.MinP == 0 {
		return total
	}
	total = 0
	for i, w := range c.weights {
		if w < c.MinP {
			c.weights[i] = 0
			continue
		}
		total += w
	}
	return total
}
