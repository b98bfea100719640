package claims

// answer is what the evidence says about a part of a claim.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"
	depends answer = "it depends" // yes under one named condition, no under another
	open    answer = "open"
)

// partial is the answer to a part of a claim, in words.
type partial struct {
	answer answer
	words  string
}

// among joins the answers under several conditions.
func among(answers ...answer) answer {
	seen := map[answer]bool{}
	for _, a := range answers {
		seen[a] = true
	}
	switch {
	case seen[depends], seen[yes] && seen[no]:
		return depends
	case seen[yes] && !seen[open]:
		return yes
	case seen[no] && !seen[open]:
		return no
	}
	return open
}

// settled is the answer of all conditions together, unless single ones clearly
// contradict it or each other. Conditions that are open change nothing.
func settled(pooled answer, under ...answer) answer {
	var said []answer
	for _, a := range under {
		if a != open {
			said = append(said, a)
		}
	}
	if among(said...) == depends {
		return depends
	}
	if pooled == open {
		return open
	}
	return among(append(said, pooled)...)
}

// verdictOf is the outcome of a claim with several parts: supported when all
// hold, refuted when none does, conditional when parts or conditions differ.
// A part that is open leaves the claim inconclusive, unless the others differ
// already.
func verdictOf(parts ...answer) Result {
	switch among(parts...) {
	case yes:
		return Supported
	case no:
		return Refuted
	case depends:
		return Conditional
	}
	return Inconclusive
}
