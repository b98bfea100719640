package extract

import (
	"math/big"
	"strings"

	"dllmbench/workloads/number"
)

// equalMinerva compares final answers that are written as in Minerva: the same text, or
// terms of numbers with the same exact value. The harness asks a computer algebra
// system instead. Of 953 answers that LLaDA gave to MATH-500 it judged 22 unlike this
// function: it reads no pair or interval, even if both are the same text (11), knows
// that 7i-2 is -2+7i and factorials (5), and ignores what it cannot read, for example
// all of 1,-2 behind the comma (6).
func equalMinerva(answer, reference string) bool {
	a, b := inMinerva(answer), inMinerva(reference)
	if strip(a) == strip(b) {
		return true
	}
	x, okX := valueOf(a)
	y, okY := valueOf(b)
	return okX && okY && x.Cmp(y) == 0
}

// Bounds of terms that are worked out.
const (
	maxTerm  = 200 // bytes
	maxDepth = 20  // brackets within brackets
)

var exact = number.Exact{Bits: 2000, Power: 30}

// valueOf works a term of LaTeX out: decimal numbers, + - * / ^, \cdot, \times, \div,
// \frac, \sqrt of a square, brackets and braces. ok is false for anything else.
func valueOf(s string) (v *big.Rat, ok bool) {
	if len(s) > maxTerm {
		return nil, false
	}
	t := term{rest: strip(s)}
	t.take("+")
	v = t.sum()
	return v, v != nil && t.rest == ""
}

// term reads what is left of a text. Its methods return nil for what is no number.
type term struct {
	rest  string
	depth int
}

// take passes over the first of several texts that comes next.
func (t *term) take(texts ...string) string {
	for _, s := range texts {
		if rest, ok := strings.CutPrefix(t.rest, s); ok {
			t.rest = rest
			return s
		}
	}
	return ""
}

// sum is products with + and - between them.
func (t *term) sum() *big.Rat {
	if t.depth++; t.depth > maxDepth {
		return nil
	}
	defer func() { t.depth-- }()
	v := t.product()
	for v != nil {
		o := t.take("+", "-")
		if o == "" {
			return v
		}
		v = with(o, v, t.product())
	}
	return nil
}

// product is powers with signs of multiplication and division between them, or, as in
// 2(3), nothing.
func (t *term) product() *big.Rat {
	if t.take("-") != "" {
		if v := t.product(); v != nil {
			return v.Neg(v)
		}
		return nil
	}
	v := t.power()
	for v != nil {
		switch t.take("*", `\cdot`, `\times`, "/", `\div`) {
		case "*", `\cdot`, `\times`:
			v = with("*", v, t.power())
		case "/", `\div`:
			v = with("/", v, t.power())
		default:
			if t.rest == "" || !strings.ContainsAny(t.rest[:1], `(\`) {
				return v
			}
			v = with("*", v, t.power())
		}
	}
	return nil
}

// with joins two values, if there are two and the result is within bounds.
func with(operator string, v, w *big.Rat) *big.Rat {
	if v == nil || w == nil {
		return nil
	}
	z, err := exact.Do(operator, v, w)
	if err != nil {
		return nil
	}
	return z
}

// power is an atom and its exponent.
func (t *term) power() *big.Rat {
	v := t.atom()
	if v == nil || t.take("^") == "" {
		return v
	}
	return with("**", v, t.argument())
}

// argument is one digit or a term in braces.
func (t *term) argument() *big.Rat {
	if t.rest != "" && t.rest[0] >= '0' && t.rest[0] <= '9' {
		v := big.NewRat(int64(t.rest[0]-'0'), 1)
		t.rest = t.rest[1:]
		return v
	}
	return t.braced("{", "}")
}

// atom is a number, a fraction, a root or a term in brackets.
func (t *term) atom() *big.Rat {
	switch {
	case t.take(`\frac`, `\dfrac`, `\tfrac`) != "":
		above := t.argument()
		if above == nil {
			return nil
		}
		return with("/", above, t.argument())
	case t.take(`\sqrt`) != "":
		return root(t.argument())
	case strings.HasPrefix(t.rest, "("):
		return t.braced("(", ")")
	case strings.HasPrefix(t.rest, "{"):
		return t.braced("{", "}")
	}
	n := 0
	for n < len(t.rest) && (t.rest[n] >= '0' && t.rest[n] <= '9' || t.rest[n] == '.') {
		n++
	}
	digits := t.rest[:n]
	t.rest = t.rest[n:]
	if whole, _, _ := strings.Cut(digits, "."); whole == "" || whole[0] == '0' && whole != "0" || strings.HasSuffix(digits, ".") {
		return nil // as the harness' reader does
	}
	v, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil
	}
	return v
}

// braced is a term between brackets.
func (t *term) braced(open, end string) *big.Rat {
	if t.take(open) == "" {
		return nil
	}
	v := t.sum()
	if v == nil || t.take(end) == "" {
		return nil
	}
	return v
}

// root is the square root of a square.
func root(v *big.Rat) *big.Rat {
	if v == nil || v.Sign() < 0 {
		return nil
	}
	z := new(big.Rat).SetFrac(new(big.Int).Sqrt(v.Num()), new(big.Int).Sqrt(v.Denom()))
	if new(big.Rat).Mul(z, z).Cmp(v) != 0 {
		return nil
	}
	return z
}
