// Package number reads numbers in answers. One grammar serves references and
// what a model wrote, so that both mean the same:
//
//	plain         12  -3  −3  +4  .5  5.  007
//	thousands     1,000  1'000  1 000 (with a narrow or no-break space)  1{,}000  1,00,000
//	fractions     3/4  1 3/4  ½  1½  \frac{3}{4}  \dfrac34  1\frac12
//	scientific    1.5e3  1.5 × 10^3  2 \times 10^{-3}  10^3  10⁶
//	scales        5 million
//	around it     $5  5%  5 kg  \$5  5\%  5\text{ cm}  5^\circ  \boxed{5}  x = 5
//
// Currency, percent and units are passed over: 25% is 25. A comma before three
// digits separates thousands, a point decimals. Values are exact fractions.
//
// Whatever looks like a number and is none of these is not known: 1.000,5, 1,5,
// 3:30, 2/3/4, a term that is not worked out (2+3, 2^5, \sqrt{2}, 2x), two
// numbers for one (5 or 6, 3 hours 20 minutes). It is never read in part.
package number

import (
	"fmt"
	"math/big"
	"strings"
)

// MaxDigits bounds the digits of a number, and maxExponent powers of ten.
const (
	MaxDigits   = 40
	maxExponent = 100
)

// Token is a number in a text, or what looks like one.
type Token struct {
	Start, End int      // bytes of the text
	Value      *big.Rat // nil if it is not known
	Why        string   // then the reason
}

// unit matches what may stand behind a number: words, powers of them, markup.
var unit = compiled(`^(?:[\s$%°}\])*_².”"~]|\\[%$,;!: )\]\\]|\\[A-Za-z]+\s*\{?|\^(?:\\circ|\{\\circ\}|\{?[23]\}?)|[\pL£€¥₹][\pL.'’-]*[²³]?|/)*$`)

// opening matches what may stand before a number: markup, brackets and the left side
// of an equation.
var opening = compiled(`^(?:[\s$]*(?:\\?\pL[\pL '\\-]*(?:_\{?[\pL\pN]+\}?)?(?:\([\pL\pN]+\))?|` + arithmetic + `)\s*=)?(?:[\s$*_"({\[]|\\[(\[,;! ]|\\(?:left|text|textbf|textit|mathrm|mathbf|displaystyle)\b|\b(?:Rs\b\.?|US|` + codes + `))*$`)

// arithmetic is a term of plain numbers.
const arithmetic = `(?:[-−–+*/×·÷0-9.,()\s$]|\\(?:times|cdot|div)\b)+`

// words are those of a unit, joining those that no unit has, letter a variable, and
// called a function of which a number is the value.
var (
	letter  = compiled(`(?:^|[^\pL\\])(?:[b-ce-fi-kn-rt-z]\b|a(?:[\^_$]|$))`)
	called  = compiled(`\b(?:log|ln|sin|cos|tan|exp|lim|sqrt)(?:\b|_)`)
	words   = compiled(`\pL+`)
	joining = compiled(`(?i)\b(?:and|or|to|plus|minus|times|over|than|more|less|at|not|but|if|half|dozen|thirds?|x)\b`)
)

// maxUnit is the most words of a unit.
const maxUnit = 6

// Parse reads a text that is one number, with its unit at most.
func Parse(text string) (*big.Rat, error) {
	text = strings.TrimSpace(text)
	s := scanner{text: text}
	t, ok := s.next()
	if from := strings.LastIndexByte(text, '=') + 1; ok && t.Start < from { // x = 5
		s.at = from
		t, ok = s.next()
	}
	t = s.alone(t)
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no number in it")
	case t.Value == nil:
		return nil, fmt.Errorf("%q %s", clip(text[t.Start:t.End]), t.Why)
	case !opening().MatchString(text[:t.Start]) || called().MatchString(text[:t.Start]):
		return nil, fmt.Errorf("%q stands before the number", clip(text[:t.Start]))
	}
	if tail := text[t.End:]; !unit().MatchString(tail) || letter().MatchString(tail) || joining().MatchString(tail) || len(words().FindAllString(tail, maxUnit+1)) > maxUnit {
		return nil, fmt.Errorf("%q behind the number is no unit", clip(strings.TrimSpace(tail)))
	}
	return t.Value, nil
}

// clip shortens a text for a message.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
