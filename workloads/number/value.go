package number

import (
	"math/big"
	"strconv"
	"strings"
)

// grouped are the groupings of thousands that are known, with one separator written
// as a comma, and those of India, which have commas only: there a group of two has to
// begin with 0, because 36,36,108 may be three numbers.
var (
	grouped = compiled(`^[1-9][0-9]{0,2}(?:,[0-9]{3})+$`)
	indian  = compiled(`^[1-9][0-9]?(?:,[0-9]{2})*,0[0-9](?:,[0-9]{2})*,[0-9]{3}$`)
)

// separators are what stands between thousands.
var separators = []string{`{,}`, `,\!`, ",", `\,`, `\ `, "'", "’", "\u00a0", "\u2007", "\u2009", "\u202f"}

// decimal is the value of digits with separators and a point.
func decimal(text string) (*big.Rat, string) {
	whole, fraction, _ := strings.Cut(text, ".")
	for _, sep := range separators {
		if one := strings.ReplaceAll(whole, sep, ","); strings.Contains(whole, sep) && (grouped().MatchString(one) || sep == "," && indian().MatchString(one)) {
			whole = strings.ReplaceAll(whole, sep, "")
			break
		}
	}
	if strings.Trim(whole+fraction, "0123456789") != "" {
		return nil, "is not written like 1234.5 or 1,234.5"
	}
	if len(whole)+len(fraction) > MaxDigits {
		return nil, "has more than " + strconv.Itoa(MaxDigits) + " digits"
	}
	value, ok := new(big.Rat).SetString("0" + whole + "." + fraction + "0")
	if !ok {
		return nil, "is not written like 1234.5 or 1,234.5"
	}
	return value, ""
}

// over is the value of a fraction.
func over(above, below string) (*big.Rat, string) {
	a, why := decimal(above)
	if why != "" {
		return nil, why
	}
	b, why := decimal(below)
	if why != "" {
		return nil, why
	}
	if b.Sign() == 0 {
		return nil, "divides by zero"
	}
	return a.Quo(a, b), ""
}

// mixed is a whole number, or none, and a proper fraction; nil if it is not proper.
func mixed(whole, part *big.Rat) *big.Rat {
	switch {
	case whole == nil:
		return part
	case part.Sign() <= 0 || part.Cmp(big.NewRat(1, 1)) >= 0:
		return nil
	}
	return whole.Add(whole, part)
}

// raised are the digits and signs of exponents, as they are elsewhere.
var raised = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9",
	"⁺", "", "⁻", "-", "−", "-", "–", "-", "+", "", "^", "", "*", "", "{", "", "}", "", " ", "")

// ten is the power of ten with an exponent as it was written.
func ten(exponent string) (*big.Rat, string) {
	n, err := strconv.Atoi(raised.Replace(exponent))
	if err != nil || n < -maxExponent || n > maxExponent {
		return nil, "has an exponent beyond " + strconv.Itoa(maxExponent)
	}
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	if n < 0 {
		power.Inv(power)
	}
	return power, ""
}

// vulgar is the value of a fraction that is one character.
func vulgar(c string) *big.Rat {
	at := strings.Split("¼ 1/4 ½ 1/2 ¾ 3/4 ⅐ 1/7 ⅑ 1/9 ⅒ 1/10 ⅓ 1/3 ⅔ 2/3 ⅕ 1/5 ⅖ 2/5 ⅗ 3/5 ⅘ 4/5 ⅙ 1/6 ⅚ 5/6 ⅛ 1/8 ⅜ 3/8 ⅝ 5/8 ⅞ 7/8", " ")
	for i := 0; i < len(at); i += 2 {
		if at[i] == c {
			value, _ := new(big.Rat).SetString(at[i+1])
			return value
		}
	}
	panic("number: no such fraction")
}

// maxGroup bounds the argument of a command, in bytes.
const maxGroup = 1000

// group is the first character of a text, or all up to the bracket that closes it;
// false if none does.
func group(text string) (string, bool) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth <= 0 {
			return text[:i+1], true
		}
	}
	return text, depth == 0
}

// texFraction reads the two arguments of \frac: single digits or groups.
func (s *scanner) texFraction() (*big.Rat, string) {
	var parts [2]string
	for i := range parts {
		s.at += len(s.text[s.at:]) - len(strings.TrimLeft(s.text[s.at:], " "))
		rest := s.text[s.at:]
		parts[i], _ = group(rest[:min(len(rest), maxGroup)])
		s.at += len(parts[i])
	}
	var values [2]*big.Rat
	for i, part := range parts {
		text := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(part, "{"), "}"))
		abs := strings.TrimLeft(text, "-−–")
		value, why := decimal(abs)
		if abs == "" || why != "" || strings.TrimLeft(abs[:1], "0123456789.") != "" || strings.HasPrefix(part, "{") != strings.HasSuffix(part, "}") {
			return nil, "is a fraction of something else than numbers"
		}
		if text != abs {
			value.Neg(value)
		}
		values[i] = value
	}
	if values[1].Sign() == 0 {
		return nil, "divides by zero"
	}
	return values[0].Quo(values[0], values[1]), ""
}
