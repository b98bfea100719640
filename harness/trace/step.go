package trace

import "math"

// Step is what one pass changes on a page that shows how a text is written, short enough
// to send many: positions and token ids, and where a rule gave one the confidence in per
// cent, -1 for unknown.
type Step struct {
	Phase   string   `json:"k"`
	Wrote   [][3]int `json:"w,omitempty"` // position, id, confidence
	Revised [][2]int `json:"r,omitempty"` // position, id; -1: masked again
	// Guess is what the network predicts for positions that are not written,
	// where that differs from the pass before: position and id.
	Guess [][2]int `json:"g,omitempty"`
	// Heat is the confidence for each position, 0 to z of base 36, . for unknown.
	Heat string `json:"h,omitempty"`
}

// Player turns the passes of one answer, in order, into steps.
type Player struct {
	mask    int32
	written []bool
	guess   []int32
}

// NewPlayer is a player of answers on a canvas of so many positions, on which the mask
// token stands for what is not written.
func NewPlayer(budget int, mask int32) *Player {
	p := &Player{mask: mask, written: make([]bool, budget), guess: make([]int32, budget)}
	for i := range p.guess {
		p.guess[i] = -1
	}
	return p
}

// Step is what the next pass changes.
func (p *Player) Step(q *Pass) Step {
	s := Step{Phase: string(q.Phase), Heat: heat(q.Confidence)}
	for pos, id := range q.Argmax {
		if !p.written[pos] && id >= 0 && id != p.guess[pos] {
			p.guess[pos] = id
			s.Guess = append(s.Guess, [2]int{pos, int(id)})
		}
	}
	for _, k := range q.Revised {
		id := int(k.ID)
		if p.written[k.Pos] = k.ID != p.mask; !p.written[k.Pos] {
			id = -1
		}
		s.Revised = append(s.Revised, [2]int{k.Pos, id})
	}
	for _, k := range q.Committed {
		p.written[k.Pos] = true
		s.Wrote = append(s.Wrote, [3]int{k.Pos, int(k.ID), percent(k.Confidence)})
	}
	return s
}

func percent(x Number) int {
	if !x.Known() {
		return -1
	}
	return int(math.Round(100 * min(max(float64(x), 0), 1)))
}

// heat writes confidences as one character each; "" when none is known.
func heat(list []Number) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, len(list))
	known := false
	for i, x := range list {
		b[i] = '.'
		if x.Known() {
			known = true
			b[i] = digits[int(min(max(float64(x), 0), 1)*(float64(len(digits))-1)+0.5)]
		}
	}
	if !known {
		return ""
	}
	return string(b)
}
