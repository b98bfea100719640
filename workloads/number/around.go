package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands around a number says whether it is one by itself or part of something
// that is not worked out here.

// harmless are the commands of LaTeX that change no number beside them.
var harmless = compiled(`^(?:(?:text|math)[a-z]*|mbox|f?boxed|left|right|[bB]ig[lr]?|displaystyle|q?quad|approx|sim|leq?|geq?|lt|gt|neq?|equiv|implies|` +
	`(?:R|r|Longr)ightarrow|iff|to|therefore|because|circ|degree|percent|item|begin|end|colon|hspace|(?:black)?square|newline|pounds|euro|[lc]?dots|hline)$`)

const (
	operator = `[-−–+*/÷×·]`
	operand  = `(?:[0-9.(√\\]|\p{Sc}|[b-zB-HJ-Z]\b)`
	named    = `\\(?:times|cdot|div|pm|mp|over)\b`
	several  = `(?:hours?|hrs?|h|minutes?|mins?|seconds?|feet|foot|ft|inches|pounds?|lbs?|ounces|dollars|cents|years?|months?|weeks?|days?)(?:,|,? and)? `
)

var (
	termBefore    = compiled(`(?:[\pL\p{Nd})}\]%!°]` + operator + `|[\p{Nd})}\]%] [-−–*] |[\pL\p{Nd})}\]%] [+/÷×·] |[\pL\p{Nd})}\]%] [xX] ?|` + named + ` ?|[√∛±∓≠] ?|[-+−–/\p{Nd}]|[\pL]\(|[)}\]]\{)(?:\\?\p{Sc})?$`)
	pairBefore    = compiled(`(?:(?:^|[^-−–+*/÷×·=] )\p{Sc}?[0-9][0-9.,]* (?:or|in|out of) |\p{Sc}[0-9.,]+ and |[0-9] ?` + several + `|(?:^|\n)[^\pL\n]*[0-9][^\pL\n]*, ?)\p{Sc}?$`)
	commandBefore = compiled(`\\([A-Za-z]+)[ {(\[]*$`)
	fromTo        = compiled(`(from )?\p{Sc}?[0-9.,]+%? to \p{Sc}?$`)

	termBehind    = compiled(`^(?:[)}\]$%]{0,3}(?:` + operator + operand + `| ` + operator + ` ` + operand + `| ?[xX] ?\p{Sc}?[0-9]| ?` + named + `|\*\*[0-9]|\([-−0-9.√\\]|\^)|[_^][\pL\p{Nd}{\\(+-]|~[0-9]|[√⁰¹²³⁴-⁹⁄])`)
	pairBehind    = compiled(`^(?: (?:or|to|in|out of) \p{Sc}?[-−]?[0-9]|, ?\p{Sc}?[-−]?[0-9]| ?` + several + `\p{Sc}?[0-9])`)
	commandBehind = compiled(`^[ ~]?\\([A-Za-z]+)`)
	wordBehind    = compiled(`(?i)^(?:[ -](?:squared|cubed|factorial|halves|thirds|fourths|fifths|sixths|sevenths|eighths|ninths|tenths|hundredths|thousandths|point|(?:and|&) (?:a|one|two|three) (?:half|quarters?|thirds?|fourths?|fifths?))\b)`)
	variable      = compiled(`^ [b-ce-fi-kn-rt-zBDEGHO-RUX-Z](?:[^\pL'.]|\.?$)`)
	gluedBehind   = compiled(`^\pL+`)
	degree        = compiled(`^[)}\]$]{0,3}\^ ?(?:\\circ|\{ ?\\circ ?\}|o\b|°)`)
	// gluedUnit are letters that may follow the digits of a number directly; longer
	// words may too, unless they are functions.
	gluedUnit = compiled(`^(?:[mgshlLNJWVACFDd]|st|nd|rd|th|[kcmµd]?[mglL]|[kKMG]?[WJNV]|kWh|ft|in|yd|mi|lb|oz|am|pm|AM|PM|hr|min|sec|ms|ns|[kKMGT][bB]|[kMG]?Hz|km|pt|px|ha|\pL{3,})$`)
	function  = compiled(`^(?:sqrt|log|sin|cos|tan|exp|mod|fact)`)
)

// isOperand reports whether a text ends with something that can be subtracted from.
func isOperand(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && (unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune(")}]%!", last))
}

// window bounds how much of a text is looked at on each side.
const window = 48

// before says why a number is not one by itself by what stands before it, or "".
func before(text string) string {
	text = text[max(0, len(text)-window):]
	if termBefore().MatchString(text) {
		return "is part of a term"
	}
	if m := commandBefore().FindStringSubmatch(text); m != nil && !harmless().MatchString(m[1]) {
		return `stands behind \` + m[1]
	}
	if m := fromTo().FindStringSubmatch(text); pairBefore().MatchString(text) || m != nil && m[1] == "" {
		return "is one of several"
	}
	return ""
}

// behind says the same by what stands behind it.
func behind(text string) string {
	text = text[:min(len(text), window)]
	if degree().MatchString(text) {
		return ""
	}
	glued := gluedBehind().FindString(text)
	switch {
	case termBehind().MatchString(text):
		return "is part of a term"
	case glued != "" && (!gluedUnit().MatchString(glued) || function().MatchString(glued)):
		return "is followed by " + glued + ", which is no unit"
	case variable().MatchString(text):
		return "is followed by" + text[:2] + ", which is no unit"
	case wordBehind().MatchString(text):
		return "goes on in words"
	case pairBehind().MatchString(text):
		return "is one of several"
	}
	if m := commandBehind().FindStringSubmatch(text); m != nil && !harmless().MatchString(m[1]) {
		return `is followed by \` + m[1]
	}
	return ""
}
