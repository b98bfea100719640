package result

// Option is a numeric option of the decoder, planned or read; false for none.
func (c *Cell) Option(name string) (float64, bool) {
	switch x := c.Options[name].(type) {
	case int:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// Writing is how the decoder of a cell goes about an answer, see engines.Writing.
type Writing struct {
	Unit   int  `json:"unit"`             // positions completed together; 0 is the whole canvas
	Apart  bool `json:"apart,omitempty"`  // fills of a template are written behind it, not in their places
	Tries  int  `json:"tries,omitempty"`  // answers decoded at most, of which one is kept
	Oracle bool `json:"oracle,omitempty"` // it tries until the workload's checker accepts an answer
}

// Unit is how many positions of a canvas the decoder of the cell completes together.
func (c *Cell) Unit(canvas int) int {
	if n := c.writing().Unit; n > 0 && n <= canvas {
		return n
	}
	return canvas
}

// Apart reports whether fills of a template stand behind it, with marks in between.
func (c *Cell) Apart() bool { return c.writing().Apart }

// Tries is how many answers the decoder writes at most to keep one of; 1 for most.
func (c *Cell) Tries() int { return max(1, c.writing().Tries) }

// Oracle reports whether the decoder of the cell tries until the workload's
// checker accepts an answer: it knows what no user knows.
func (c *Cell) Oracle() bool { return c.writing().Oracle }

func (c *Cell) writing() Writing {
	if c.Writing != nil {
		return *c.Writing
	}
	// Files from before cells said so have it in the options that decoders shared.
	w := Writing{Unit: 1, Apart: c.Options["infill"] == "fim"}
	if _, whole := c.Option("steps"); whole {
		w.Unit = 0
	}
	if length, ok := c.Option("block_length"); ok {
		w.Unit = max(0, int(length))
	}
	tries, _ := c.Option("best_of")
	w.Tries = int(tries)
	w.Oracle = tries > 1 && c.Options["best_of_pick"] == "checker"
	return w
}
