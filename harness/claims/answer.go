package claims

import (
	"slices"

	"dllmbench/harness/lists"
)

// answer is what the evidence says about a part of a claim.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"
	depends answer = "it depends" // yes under one named condition, no under another
	open    answer = "open"
)

// decided is no where the evidence speaks against, yes where it shows what is
// asked, else open.
func decided(against, shown bool) answer {
	switch {
	case against:
		return no
	case shown:
		return yes
	}
	return open
}

// partial is the answer to a part of a claim, in words.
type partial struct {
	answer answer
	words  string
}

// among joins the answers under several conditions.
func among(answers ...answer) answer {
	seen := func(a answer) bool { return slices.Contains(answers, a) }
	if seen(depends) || seen(yes) && seen(no) {
		return depends
	}
	return decided(seen(no) && !seen(open), seen(yes) && !seen(open))
}

// settled is the answer of all conditions together, unless single ones clearly
// contradict it or each other. Conditions that are open change nothing.
func settled(pooled answer, under ...answer) answer {
	said := lists.Keep(under, func(a answer) bool { return a != open })
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
	return map[answer]Result{yes: Supported, no: Refuted, depends: Conditional, open: Inconclusive}[among(parts...)]
}
