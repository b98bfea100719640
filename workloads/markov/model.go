package markov

import (
	"math/rand/v2"

	"dllmbench/workloads"
)

// A hidden Markov model of eight states and twenty symbols. Letters fall into
// four classes of five, and a state stands for a class and a slow regime:
//
//	            class 0   1   2   3
//	regime A    state 0   1   2   3
//	regime B    state 4   5   6   7
//
// The text goes round the classes, 0 1 2 3 0 …, but sometimes leaves one out. In
// regime A that is class 2, in regime B class 1. The regime changes rarely and
// visibly: from A to B by leaving out class 3, from B to A by leaving out class
// 0. Everything else has probability zero. In every class one letter occurs in A
// only, one in B only, and three in both, with different frequencies.
//
// So a reader who has seen evidence of a regime knows what cannot follow until
// there is evidence of a change, however far back it was. Since classes are
// left out at random, where the text stands on its round cannot be told far
// ahead either: symbols drawn independently of their neighbours do not fit.
const (
	states     = 8
	classes    = 4
	alphabet   = 20
	perClass   = alphabet / classes
	transits   = 64  // weights of the transitions of a state add up to this
	emits      = 256 // weights of the symbols of a state add up to this
	skipWeight = 12  // of leaving out a class within a regime
	turnWeight = 2   // of changing the regime
	ownWeight  = 4   // of the letter that occurs in one regime only
)

// Weights are whole numbers and their sums powers of two: probabilities are
// exact in floating point, and texts are the same on every machine.
type model struct {
	letters    [alphabet]byte // by symbol; symbol s is in class s/perClass
	symbol     [256]int8      // by letter, -1 for what is no letter of the alphabet
	transition [states][states]int
	emission   [states][alphabet]int
	// follow holds the states after a state of a set and a symbol; in the last
	// column after a symbol that is not known.
	follow [1 << states][alphabet + 1]stateSet
	// possible holds the symbols that can follow the states of a set, bit s for
	// symbol s.
	possible [1 << states]uint32
}

// stateSet is a set of states, bit i for state i.
type stateSet uint8

const everyState = stateSet(1<<states - 1)

// newModel makes the model. It is one and the same: the seed is constant.
func newModel() *model {
	rng := workloads.NewRand("markov", "model", workloads.Train, 0)
	m := &model{}
	for i := range m.symbol {
		m.symbol[i] = -1
	}
	for s, i := range rng.Perm(alphabet) {
		m.letters[s] = byte('a' + i)
		m.symbol[m.letters[s]] = int8(s)
	}
	for regime := range 2 {
		base, other := classes*regime, classes*(1-regime)
		for c := range classes {
			m.transition[base+c][base+(c+1)%classes] = transits
			m.emit(rng, base+c, c, regime)
		}
		skipFrom, turnFrom := 1-regime, 2+regime // A: 1 to 3 and 2 to 0; B: 0 to 2 and 3 to 1
		m.move(base+skipFrom, base+(skipFrom+2)%classes, skipWeight)
		m.move(base+turnFrom, other+(turnFrom+2)%classes, turnWeight)
	}
	m.countFollowers()
	return m
}

// move takes weight from a state's largest transition for another one.
func (m *model) move(from, to, weight int) {
	for s, w := range m.transition[from] {
		if w >= transits/2 {
			m.transition[from][s] -= weight
		}
	}
	m.transition[from][to] += weight
}

// emit draws the weights of the letters of a state: the three common letters of
// its class get what is left, in random proportions of at least an eighth.
func (m *model) emit(rng *rand.Rand, state, class, regime int) {
	const rest = emits - ownWeight
	first := perClass * class
	a, b := rest/8+rng.IntN(rest*5/8), rest/8+rng.IntN(rest*5/8)
	a, b = min(a, b), max(a, b)
	if b-a < rest/8 {
		b = a + rest/8
	}
	weights := &m.emission[state]
	weights[first], weights[first+1], weights[first+2] = a, b-a, rest-b
	weights[first+3+regime] = ownWeight
}

// countFollowers tabulates follow.
func (m *model) countFollowers() {
	for set := range m.follow {
		var next stateSet
		for from := range states {
			for to, w := range m.transition[from] {
				if set>>from&1 != 0 && w > 0 {
					next |= 1 << to
				}
			}
		}
		m.follow[set][alphabet] = next
		for s := range alphabet {
			if m.follow[set][s] = next & m.emitters(s); m.follow[set][s] != 0 {
				m.possible[set] |= 1 << s
			}
		}
	}
}

// emitters is the set of states that can write a symbol.
func (m *model) emitters(symbol int) stateSet {
	var set stateSet
	for state := range states {
		if m.emission[state][symbol] > 0 {
			set |= 1 << state
		}
	}
	return set
}

// walker draws a text symbol by symbol. The first state is uniform.
type walker struct {
	m     *model
	rng   *rand.Rand
	state int // -1 before the first symbol
}

func (w *walker) next() (symbol int) {
	if w.state < 0 {
		w.state = w.rng.IntN(states)
	} else {
		w.state = pick(w.m.transition[w.state][:], w.rng.IntN(transits))
	}
	return pick(w.m.emission[w.state][:], w.rng.IntN(emits))
}

// pick returns the index at which the running sum of the weights exceeds draw.
func pick(weights []int, draw int) int {
	for i, w := range weights {
		if draw -= w; draw < 0 {
			return i
		}
	}
	panic("workloads: the weights do not add up")
}
