// Package verdict holds the words that reports use for what a comparison came
// to. One table says what each word asserts, by which test and at which level;
// commands, pages and documents take the words from it. [Time] and [Share] are
// the two rules that choose between them where a quantity varies.
//
// A word never says more than its test: that a test did not reject shows no
// equality, so [NoChange] wants the whole interval inside a stated margin, and
// what is neither shown to differ nor shown to be equal is [Inconclusive].
package verdict

import (
	"slices"

	"dllmbench/harness/exit"
)

// Word is what a comparison came to.
type Word string

// The words of compare, check and history.
const (
	Improved      Word = "improved"
	Regressed     Word = "regressed"
	WithinNoise   Word = "within_noise"
	NoChange      Word = "no_change"
	Inconclusive  Word = "inconclusive" // of claims too
	Changed       Word = "changed"
	Insufficient  Word = "insufficient"
	NotComparable Word = "not_comparable"
	Invalid       Word = "invalid"
	Marked        Word = "change"
)

// The words of claims.
const (
	Supported   Word = "supported"
	Refuted     Word = "refuted"
	Conditional Word = "conditional" // the sign or the size differs between named conditions

	NotApplicable Word = "not applicable" // the run compares what the claim does not
)

// The words on published values.
const (
	Reproduced    Word = "reproduced"
	NotReproduced Word = "not reproduced"
)

// The words on decoders of one run.
const (
	Shown    Word = "shown"
	Even     Word = "not told apart"
	TooFew   Word = "too few pairs"
	Unsolved Word = "unsolved"
	Guessed  Word = "near chance"
	Alone    Word = "no rival"
	Unsaid   Word = "cannot be said"
)

// A User says where a word is used.
type User string

// The users.
const (
	Gate    User = "compare, check"
	Claims  User = "claims"
	Run     User = "summary, page"
	History User = "history"
	Others  User = "published values"
)

// An Entry is what there is to know about a word.
type Entry struct {
	Word    Word
	User    User
	Asserts string
	Test    string // which one, at which level
	// Fails reports whether the word stops a change, with Code as exit code.
	Fails bool
	Code  int
}

// pairTest is the test that compare and check decide by.
const pairTest = "signed ranks (times) or exact McNemar (shares), Holm, α"

// Table lists the words by user, those of [Gate] with the weightiest first.
func Table() []Entry {
	return []Entry{
		{Invalid, Gate, "a side failed or contradicts itself, or the machine is too noisy", "none; A/A noise above its limit", true, exit.Execution},
		{NotComparable, Gate, "the two sides did not do the same work, or one lacks a cell or a counter", "none", true, exit.Insufficient},
		{Insufficient, Gate, "so few pairs could not show a difference, whatever they hold", "smallest possible p above α/m", true, exit.Insufficient},
		{Changed, Gate, "an exact counter or an output differs", "none: counters do not vary", true, exit.Regression},
		{Regressed, Gate, "slower, beyond the noise band; or fewer are solved", pairTest + "; for times the whole interval beyond the band", true, exit.Regression},
		{WithinNoise, Gate, "times differ, but not shown beyond the noise band", pairTest + "; the interval reaches into the band", false, exit.OK},
		{Inconclusive, Gate, "neither a difference nor equality within the margin is shown", pairTest + " does not reject; the interval reaches beyond the margin", false, exit.OK},
		{NoChange, Gate, "counters equal; or equal within the margin", pairTest + " does not reject; the whole interval inside the margin", false, exit.OK},
		{Improved, Gate, "faster, beyond the noise band; or more are solved", "as for regressed", false, exit.OK},

		{Supported, Claims, "all parts of the claim's rule are met", "the rule's test, Holm over the claims, α of the rule; whole 95% intervals", false, exit.OK},
		{Refuted, Claims, "no part is, each beyond its margin", "whole 95% intervals", false, exit.OK},
		{Conditional, Claims, "the answer differs between named conditions", "whole 95% intervals", false, exit.OK},
		{Inconclusive, Claims, "the data do not decide", "none of the above", false, exit.OK},
		{NotApplicable, Claims, "decoders that have to share weights ran on different checkpoints", "none", false, exit.OK},

		{Shown, Run, "better than every other decoder", "exact McNemar (shares) or the whole interval beyond 2% (times), 95% each", false, exit.OK},
		{Even, Run, "neither a difference nor equality is shown", "no test rejects, or not against every other", false, exit.OK},
		{TooFew, Run, "so few pairs could not show a difference", "smallest possible p above 0.05", false, exit.OK},
		{Unsolved, Run, "no decoder solves any instance", "none", false, exit.OK},
		{Guessed, Run, "no decoder is well above chance", "value ten points above chance and the 95% interval above it", false, exit.OK},
		{Alone, Run, "one decoder only", "none", false, exit.OK},
		{Unsaid, Run, "a faster decoder is neither shown to solve less than the best nor to lose less than 5 points", "non-inferiority: the whole 95% interval of the difference above −5 points", false, exit.OK},

		{Reproduced, Others, "equal to the published value within the margin", "the whole 95% interval of the difference of two independent samples inside the margin", false, exit.OK},
		{NotReproduced, Others, "another value than the published one", "that interval leaves out 0 and reaches beyond the margin", false, exit.OK},
		{Inconclusive, Others, "neither of both", "that interval holds 0 and reaches beyond the margin, or there is none", false, exit.OK},

		{Marked, History, "the level of a time, or a counter or score, differs from this run on", "E-divisive with permutations, α = 0.01 a series; counters and scores by value", false, exit.OK},
	}
}

// Words lists the words of a user, in the order of the table.
func (u User) Words() []Word {
	var list []Word
	for _, e := range Table() {
		if e.User == u {
			list = append(list, e.Word)
		}
	}
	return list
}

// Entry is what a user means by the word. It panics for a word that the user
// does not have.
func (u User) Entry(w Word) Entry {
	list := Table()
	i := slices.IndexFunc(list, func(e Entry) bool { return e.User == u && e.Word == w })
	if i < 0 {
		panic("verdict: no such word: " + string(w))
	}
	return list[i]
}

// Fails reports whether the word stops a change.
func (w Word) Fails() bool {
	return slices.ContainsFunc(Table(), func(e Entry) bool { return e.Word == w && e.Fails })
}
