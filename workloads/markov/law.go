package markov

import "math"

// believe returns the states that can have written a text's last symbol. The
// text starts anywhere in the model and holds at least one symbol.
func (m *model) believe(text []int8) stateSet {
	set := m.emitters(int(text[0]))
	for _, s := range text[1:] {
		set = m.follow[set][s]
	}
	return set
}

// logProb is the natural logarithm of the probability of the text from symbol
// given on, given what comes before: the forward algorithm (Rabiner 1989,
// section III.A), rescaled to a sum of one after every symbol.
func (m *model) logProb(text []int8, given int) float64 {
	var forward [states]float64
	for state := range forward {
		forward[state] = 1. / states
	}
	logp := 0.0
	for i, symbol := range text {
		if i > 0 {
			var moved [states]float64
			for from, p := range forward {
				for to, w := range m.transition[from] {
					moved[to] += p * float64(w) / transits
				}
			}
			forward = moved
		}
		sum := 0.0
		for state := range forward {
			forward[state] *= float64(m.emission[state][symbol]) / emits
			sum += forward[state]
		}
		if sum == 0 {
			return math.Inf(-1)
		}
		for state := range forward {
			forward[state] /= sum
		}
		if i >= given {
			logp += math.Log(sum)
		}
	}
	return logp
}

// memory says, for each symbol of the text from the second on, how far back one
// has to read in order to know everything that cannot stand there: the number of
// symbols between it and the earliest one that is needed. The first entry is 0.
func (m *model) memory(text []int8) []int {
	// One reader starts at the first symbol, others at every later one. They
	// believe more states possible, until they believe the same as the first one;
	// from then on they always will.
	n := len(text)
	full := make([]stateSet, n) // what the first reader believes after each symbol
	for i, s := range text {
		if full[i] = m.emitters(int(s)); i > 0 {
			full[i] = m.follow[full[i-1]][s]
		}
	}
	once := make([]int, n) // the latest start of a reader who knows enough at i,
	ever := make([]int, n) // and of one who knows as much as the first from i on
	for start := range n {
		set := m.emitters(int(text[start]))
		for i := start + 1; i < n; i++ {
			if set == full[i-1] {
				ever[i] = start
				break
			}
			if m.possible[set] == m.possible[full[i-1]] {
				once[i] = start
			}
			set = m.follow[set][text[i]]
		}
	}
	far := make([]int, n)
	for i := 1; i < n; i++ {
		ever[i] = max(ever[i], ever[i-1])
		far[i] = i - 1 - max(ever[i], once[i])
	}
	return far
}

// chances returns, for each number of symbols up to longest, the rate at which
// the best fixed answer of that length is possible after begin symbols that the
// model has written.
func (m *model) chances(begin, longest int) []float64 {
	believed := m.beliefs(begin)
	// The sets of states after which some fixed answer is possible: built from its
	// last symbol to its first.
	sets := [1 << states]bool{everyState: true}
	best := make([]float64, longest+1)
	for n := 1; n <= longest; n++ {
		var longer [1 << states]bool
		for set, known := range sets {
			if !known {
				continue
			}
			for s := range alphabet {
				var before stateSet
				for from := range states {
					if m.follow[1<<from][s]&stateSet(set) != 0 {
						before |= 1 << from
					}
				}
				longer[before] = true
			}
		}
		if longer == sets { // and so on for ever
			for ; n <= longest; n++ {
				best[n] = best[n-1]
			}
			break
		}
		sets = longer
		for set, known := range sets {
			sum := 0.0
			for b, p := range believed {
				if known && b&set != 0 {
					sum += p
				}
			}
			best[n] = max(best[n], sum)
		}
	}
	return best
}

// beliefs is the distribution of the set of states that can have written the
// last of n symbols, over the texts of the model.
func (m *model) beliefs(n int) [1 << states]float64 {
	type joint [1 << states][states]float64 // with the true state
	var now joint
	for state := range states {
		for s, w := range m.emission[state] {
			now[m.emitters(s)][state] += float64(w) / emits / states
		}
	}
	for range n - 1 {
		var next joint
		for set := range now {
			for from, p := range now[set] {
				for to, w := range m.transition[from] {
					if p == 0 || w == 0 {
						continue
					}
					for s, e := range m.emission[to] {
						if e > 0 {
							next[m.follow[set][s]][to] += p * float64(w*e) / (transits * emits)
						}
					}
				}
			}
		}
		now = next
	}
	var sum [1 << states]float64
	for set := range now {
		for _, p := range now[set] {
			sum[set] += p
		}
	}
	return sum
}
