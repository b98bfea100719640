package sample

import "dllmbench/engines/internal/kernel"

// Law sets dst to the probabilities with which Propose draws each token of the
// row, and returns it with the length of the row. It is nil when the row holds
// no finite logit, or a NaN that Law came across.
func (c *Categorical) Law(dst []float64, row []float32) []float64 {
	_, top := kernel.Argmax(row)
	if !finite(top) {
		return nil
	}
	total := c.weigh(row, top)
	dst = append(dst[:0], c.weights...)
	if !c.sorts(row) {
		total = c.cut(total)
		for i, w := range c.weights {
			dst[i] = w / total
		}
		return dst
	}
	clear(dst)
	n, mass := c.keep(total)
	for _, id := range c.kept[:n] {
		dst[id] = c.weights[id] / mass
	}
	return dst
}
