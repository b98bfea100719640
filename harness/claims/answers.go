package claims

import (
	"fmt"
	"strings"
)

// side tells where a finding lies with respect to a bound.
type side int

const (
	unknown side = iota // not measured, or without an interval
	astride             // the interval holds the bound
	below
	above
)

func (f Finding) side(bound float64) side {
	switch {
	case f.Effect == nil || f.CI == nil:
		return unknown
	case f.CI.High < bound:
		return below
	case f.CI.Low > bound:
		return above
	}
	return astride
}

// answer is what the evidence says about a part of a claim.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"
	depends answer = "it depends" // yes under one named condition, no under another
	open    answer = "open"
)

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

// holds marks a finding by an answer.
func (f Finding) holds(a answer) Finding {
	switch a {
	case yes, no:
		met := a == yes
		f.Holds = &met
	}
	return f
}

// said puts a finding into words: its effect, its interval and its sample.
func (f Finding) said() string {
	if f.Effect == nil {
		return "not measured"
	}
	unit := ""
	switch f.Unit {
	case "ratio":
		unit = " times"
	case "points":
		unit = " points"
	}
	if f.CI == nil {
		return fmt.Sprintf("%.3g%s (no interval, n = %d)", *f.Effect, unit, f.N)
	}
	return fmt.Sprintf("%.3g%s (%.3g to %.3g, n = %d)", *f.Effect, unit, f.CI.Low, f.CI.High, f.N)
}

// gap puts a difference in points into words, as so many more or less.
func (f Finding) gap() string {
	if f.Effect == nil {
		return "an unknown number of points more or less"
	}
	word, sign := "more", 1.0
	if *f.Effect < 0 {
		word, sign = "less", -1
	}
	text := fmt.Sprintf("%.3g points %s", sign**f.Effect, word)
	if f.CI == nil {
		return fmt.Sprintf("%s (no interval, n = %d)", text, f.N)
	}
	low, high := sign*f.CI.Low, sign*f.CI.High
	return fmt.Sprintf("%s (%.3g to %.3g, n = %d)", text, min(low, high), max(low, high), f.N)
}

// sentences joins those that are not empty.
func sentences(texts ...string) string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return strings.Join(kept, " ")
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
