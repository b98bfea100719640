package puzzles

import (
	"errors"
	"math/big"
	"strings"

	"dllmbench/workloads/number"
)

// Bounds of terms.
const (
	maxTerm  = 500 // bytes
	maxDepth = 50  // brackets and signs within each other
)

var exact = number.Exact{Bits: 4000, Power: 64}

var errTerm = errors.New("not a term of numbers, + - * / and brackets")

// work is the exact value of a term in the arithmetic of Python: decimal numbers, + and -
// as signs and between terms, *, /, //, ** and brackets.
func work(text string) (*big.Rat, error) {
	if len(text) > maxTerm {
		return nil, number.ErrSize
	}
	t := term{text: strings.TrimSpace(text)}
	v, err := t.sum()
	if err == nil && t.peek() != "" {
		err = errTerm
	}
	return v, err
}

// term reads a text.
type term struct {
	text            string
	depth, brackets int
}

// peek is the next operator, bracket or character, "" at the end. A line ends a term
// outside of brackets.
func (t *term) peek() string {
	blank := " \t"
	if t.brackets > 0 {
		blank = " \t\r\n\f"
	}
	t.text = strings.TrimLeft(t.text, blank)
	switch {
	case t.text == "":
		return ""
	case strings.HasPrefix(t.text, "**"), strings.HasPrefix(t.text, "//"):
		return t.text[:2]
	}
	return t.text[:1]
}

// take passes over what peek gave if it is one of several operators.
func (t *term) take(operators ...string) string {
	next := t.peek()
	for _, o := range operators {
		if next == o {
			t.text = t.text[len(o):]
			return o
		}
	}
	return ""
}

// sum is products with + and - between them.
func (t *term) sum() (*big.Rat, error) {
	return t.chain(t.product, "+", "-")
}

// product is signed powers with *, / and // between them.
func (t *term) product() (*big.Rat, error) {
	return t.chain(t.signed, "*", "/", "//")
}

// chain works operators of one rank out from left to right.
func (t *term) chain(part func() (*big.Rat, error), operators ...string) (*big.Rat, error) {
	v, err := part()
	for err == nil {
		o := t.take(operators...)
		if o == "" {
			return v, nil
		}
		var w *big.Rat
		if w, err = part(); err == nil {
			v, err = exact.Do(o, v, w)
		}
	}
	return nil, err
}

// signed is a power with signs before it.
func (t *term) signed() (*big.Rat, error) {
	if t.depth++; t.depth > maxDepth {
		return nil, number.ErrSize
	}
	defer func() { t.depth-- }()
	switch t.take("+", "-") {
	case "+":
		return t.signed()
	case "-":
		v, err := t.signed()
		if err != nil {
			return nil, err
		}
		return v.Neg(v), nil
	}
	v, err := t.atom()
	if err != nil || t.take("**") == "" {
		return v, err
	}
	n, err := t.signed()
	if err != nil {
		return nil, err
	}
	return exact.Do("**", v, n)
}

// atom is a number or a term in brackets.
func (t *term) atom() (*big.Rat, error) {
	if t.take("(") != "" {
		t.brackets++
		v, err := t.sum()
		if err == nil && t.take(")") == "" {
			err = errTerm
		}
		t.brackets--
		return v, err
	}
	n := 0
	for n < len(t.text) && (t.text[n] >= '0' && t.text[n] <= '9' || t.text[n] == '.') {
		n++
	}
	digits := t.text[:n]
	t.text = t.text[n:]
	whole, _, point := strings.Cut(digits, ".")
	if strings.Trim(digits, ".") == "" || strings.Count(digits, ".") > 1 || !point && len(whole) > 1 && whole[0] == '0' && strings.Trim(whole, "0") != "" {
		return nil, errTerm // of which 05 is none
	}
	v, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, errTerm
	}
	return v, nil
}
