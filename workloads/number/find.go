package number

import (
	"errors"
	"math/big"
	"strings"
)

// What marks an answer, and what may stand between a mark and its number.
var (
	question = compiled(`(?:^|\n)[ \t>#*]*(?:Question|Q|Problem|Exercise|Human|User)[ \t]*[0-9]*[*]*[ \t]*:|\bQuestion:`)
	mark     = compiled(`####|\\f?boxed\b`)
	phrase   = compiled(`(?i)\b(final\s+answer|answer)\b(?:\s+to\s[^.\n]{0,60}?)?[*_]*[ \t]*(is\b|(?:should|would|must|will) be\b|equals\b|=|:|\n)`)
	stop     = compiled(`[.!?;](?:\s|$)|, ?\pL| \(\pL|\n`)
	// spacedSign is a sign that is no mark of a list.
	spacedSign = compiled(`^(` + sign + `) +`)
	leading    = compiled(`^(?:[\s$*_:"(\[{=]|\\[(\[,;!]|\\(?:text|textbf|mathbf|mathrm|left|displaystyle)\b|[a-zA-Z]\s*=|(?i:is|therefore|thus|equals?|approximately|about|exactly|only|just|simply|a total of)\b)*$`)
)

// Find finds the number that a text gives as its result: what the last \boxed{}
// holds or what follows the last "####"; else what follows the last "the answer is"
// or "final answer:"; else the last number. Text from the next question on does not
// count. A token without a value is the place of a number that is not known; false
// says that there is nothing like a number.
func Find(text string) (Token, bool) {
	if at := question().FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	all := mark().FindAllStringIndex(text, -1)
	for i := len(all) - 1; i >= max(0, len(all)-maxMarks); i-- {
		if from := all[i][1]; text[all[i][0]] == '\\' {
			return box(text, from), true
		} else if t, ok := clause(text, from); ok {
			return t, true
		} else if !strings.Contains(strings.TrimSpace(text[from:]), "\n") { // no heading
			t, ok := Find(text[from:])
			t.Start, t.End = t.Start+from, t.End+from
			return t, ok
		}
	}
	found := phrase().FindAllStringSubmatchIndex(text, -1)
	for i := len(found) - 1; i >= max(0, len(found)-maxMarks); i-- {
		m := found[i]
		t, ok := clause(text, m[1])
		if ok && m[3]-m[2] == len("answer") && (text[m[4]] == ':' || text[m[4]] == '\n') { // it may be a heading
			line, _, _ := strings.Cut(strings.TrimLeft(text[m[1]:], " *_\n"), "\n")
			value, err := Parse(line)
			ok = err == nil && t.Value != nil && value.Cmp(t.Value) == 0
		}
		if ok {
			return t, true
		}
	}
	var last Token
	ok := false
	s := scanner{text: text}
	for t, more := s.next(); more; t, more = s.next() {
		last, ok = t, true
	}
	return s.alone(last), ok
}

// maxMarks bounds the marks that are looked at, from the last one on, and maxClause
// the text behind one, in bytes.
const (
	maxMarks  = 20
	maxClause = 400
)

// clause finds the number that follows a mark at once, on its line or the next one
// with text. Of a term that is worked out there the result counts.
func clause(text string, from int) (Token, bool) {
	start := len(text) - len(strings.TrimLeft(text[from:], " \t\r\n*_:"))
	end := len(text)
	if end > start+maxClause {
		end = start + strings.LastIndexByte(text[start:start+maxClause], ' ') + 1
	}
	if m := stop().FindStringIndex(text[start:end]); m != nil {
		end = start + m[0]
	}
	s := scanner{text: text[:end], at: start}
	t, ok := s.next()
	if !ok || !leading().MatchString(text[start:t.Start]) {
		return Token{}, false
	}
	s.text = text
	first := s.alone(t)
	for s.text = text[:end]; ok; t, ok = s.next() {
		if strings.HasSuffix(strings.TrimRight(text[:t.Start], " $"), "=") && s.alone(t).Value != nil {
			first = t
		}
	}
	return first, true
}

// box reads the argument of \boxed, which begins behind a place.
func box(text string, from int) Token {
	rest := text[from:]
	t := Token{Start: from + len(rest) - len(strings.TrimLeft(rest, " ")), Why: "has no end"}
	content, closed := group(text[t.Start:])
	t.End = t.Start + len(content)
	if !closed {
		return t
	}
	var err error
	t.Why = ""
	content = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(content, "{"), "}"))
	if t.Value, err = Parse(spacedSign().ReplaceAllString(content, "$1")); err != nil {
		t.Why = "holds no number: " + err.Error()
	}
	return t
}

// Reference reads the number of a reference: all of the text, or all that the text
// marks as the answer.
func Reference(text string) (*big.Rat, error) {
	part := text
	if all := mark().FindAllStringIndex(text, -1); all != nil {
		last := all[len(all)-1]
		part = text[last[1]:]
		if text[last[0]] == '\\' {
			t := box(text, last[1])
			if t.Value == nil {
				return nil, errors.New(t.Why)
			}
			return t.Value, nil
		}
	} else if all := phrase().FindAllStringIndex(text, -1); all != nil {
		part = text[all[len(all)-1][1]:]
	}
	return Parse(part)
}
