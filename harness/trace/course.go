package trace

import "slices"

// Course is what a trace says about the order in which a text came to be. Steps
// are passes that chose tokens, numbered from 1 to Steps; 0 stands for "never".
type Course struct {
	Steps int
	// Final[i] is the step in which position i of the answer took its last value.
	Final []int
	// Seen[t-1][i] is the token that step t shows at position i: what is written
	// there after the step, and otherwise what the network predicted in the
	// step; -1 where it predicted nothing.
	Seen [][]int32
}

// CourseOf replays a trace.
func CourseOf(t *Trace) Course {
	c := Course{Final: make([]int, t.Budget)}
	written := make([]int32, t.Budget)
	for i := range written {
		written[i] = -1
	}
	step := -1 // number of the last step
	for i := range t.Passes {
		p := &t.Passes[i]
		if p.Step < 0 && len(p.Committed) == 0 && len(p.Revised) == 0 {
			continue
		}
		// A step of several passes (the unconditional one of guidance, say) is
		// one step, and shows what its last pass shows.
		again := p.Step >= 0 && p.Step == step
		step = p.Step
		if again {
			c.Seen = c.Seen[:len(c.Seen)-1]
		} else {
			c.Steps++
		}
		for _, k := range p.Revised {
			written[k.Pos], c.Final[k.Pos] = k.ID, c.Steps
			if k.ID == t.Mask {
				written[k.Pos], c.Final[k.Pos] = -1, 0
			}
		}
		for _, k := range p.Committed {
			written[k.Pos], c.Final[k.Pos] = k.ID, c.Steps
		}
		seen := make([]int32, t.Budget)
		for i := range seen {
			switch {
			case written[i] >= 0:
				seen[i] = written[i]
			case p.Argmax != nil:
				seen[i] = p.Argmax[i]
			default:
				seen[i] = -1
			}
		}
		c.Seen = append(c.Seen, seen)
	}
	return c
}

// Shows is, for each step, whether the span shows the wanted tokens.
func (c *Course) Shows(want []int32, s Span) []bool {
	shown := make([]bool, len(c.Seen))
	for i, seen := range c.Seen {
		shown[i] = s.End <= len(seen) && slices.Equal(seen[s.Start:s.End], want[s.Start:s.End])
	}
	return shown
}

// Right is the first step from which on the span shows the wanted tokens and
// never anything else again; 0 if it never does.
func (c *Course) Right(want []int32, s Span) int {
	first := 0
	for t, shown := range c.Shows(want, s) {
		switch {
		case !shown:
			first = 0
		case first == 0:
			first = t + 1
		}
	}
	return first
}

// Each is [Course.Right] of every position of the span.
func (c *Course) Each(want []int32, s Span) []int {
	var steps []int
	for i := s.Start; i < s.End; i++ {
		steps = append(steps, c.Right(want, Span{Start: i, End: i + 1}))
	}
	return steps
}

// EverRight is the first step in which the span shows the wanted tokens, even
// if it loses them again; 0 if it never does.
func (c *Course) EverRight(want []int32, s Span) int {
	return 1 + slices.Index(c.Shows(want, s), true)
}

// LastCommit is the step in which the last position of the span became final;
// 0 if one never did.
func (c *Course) LastCommit(s Span) int {
	if s.Start >= s.End || s.End > len(c.Final) || slices.Contains(c.Final[s.Start:s.End], 0) {
		return 0
	}
	return slices.Max(c.Final[s.Start:s.End])
}
