package number

import (
	"math/big"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// scanner finds the numbers of a text in order.
type scanner struct {
	text string
	at   int
}

// Patterns of parts of a number, each at the beginning of a text. join is whatever
// stands between digits of one number in some country, in a time or in a list.
const (
	join    = `(?:[.,:_'’\x{a0}\x{2007}\x{2009}\x{202f}]|\\[,;!: ]|\{,\}|,\\!)`
	digits  = `(?:[0-9]{1,3}(?: [0-9]{3}\b)+|[0-9]+)(?:` + join + `[0-9]+)*`
	sign    = `[-+−–]`
	space   = `(?: |\\[ ,;!]|~)`
	codes   = `USD|EUR|GBP|INR|CNY|JPY|CHF|CAD|AUD`
	texFrac = `\\[dtc]?frac`
	money   = `(?:\\?\p{Sc}|\\pounds|\\euro)`
	lead    = `(` + sign + `?)(?:` + money + ` ?)?(` + sign + `?)`
)

// A pattern is compiled when it is first used: most processes judge no number, and
// compiling all patterns takes longer than the rest of their start.
type pattern func() *regexp.Regexp

func compiled(expr string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

var (
	startPart  = compiled(`^` + lead + `(?:[0-9]|\.[0-9]|[¼-¾⅐-⅞]|\p{Nd}|` + texFrac + `)`)
	leadPart   = compiled(`^` + lead)
	digitsPart = compiled(`^(?:` + digits + `|\.[0-9]+(?:` + join + `[0-9]+)*)`)
	overPart   = compiled(`^ ?[/⁄] ?(` + digits + `)`)
	mixedPart  = compiled(`^(?:` + space + `| and )([0-9]+) ?[/⁄] ?([0-9]+)`)
	vulgarPart = compiled(`^` + space + `?([¼-¾⅐-⅞])`)
	texPart    = compiled(`^` + space + `*` + texFrac)
	tenPart    = compiled(`^` + space + `?(?:×|\\times|\\cdot|·|\*|[xX])` + space + `?10(` + powerOf + `)`)
	powerPart  = compiled(`^` + powerOf)
	ePart      = compiled(`^[eE](` + sign + `?[0-9]+)`)
	scalePart  = compiled(`(?i)^(?: |-|~)(hundred|thousand|million|billion|trillion)\b`)
	wordPart   = compiled(`^(?:\pL[\pL_]*\p{Nd}[\pL\p{Nd}_]*(?:\.\p{Nd}+)*|\pL[\pL_]*)`)
	raisedPart = compiled(`^[_^]\s*(?:\{[^{}]*\}|` + sign + `?[\pL\p{Nd}]+)?`)
	moneyWord  = compiled(`^(?:Rs|US|` + codes + `)$`)
)

// powerOf is an exponent after 10.
const powerOf = `(?: ?(?:\^|\*\*) ?(?:\{ ?` + sign + `?[0-9]+ ?\}|` + sign + `?[0-9]+)|[⁺⁻]?[⁰¹²³⁴-⁹]+)`

// alone returns a token without its value if what stands around it makes it a part of
// something else.
func (s *scanner) alone(t Token) Token {
	if t.Value == nil {
		return t
	}
	if t.Why = before(s.text[:t.Start]); t.Why == "" {
		t.Why = behind(s.text[t.End:])
	}
	if t.Why != "" {
		t.Value = nil
	}
	return t
}

// next is the next number, or what looks like one; see [scanner.alone]. Digits within
// a word, an index or an exponent of a word are none.
func (s *scanner) next() (t Token, ok bool) {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		if plain := strings.IndexFunc(rest, notable); plain != 0 && (s.at == 0 || !isLetter(s.text[s.at-1])) {
			if plain < 0 {
				return t, false
			}
			s.at += plain
			rest = rest[plain:]
		}
		if word := wordPart().FindString(rest); word != "" {
			if i := strings.IndexFunc(word, unicode.IsDigit); i > 0 && moneyWord().MatchString(word[:i]) {
				word = word[:i]
			}
			s.at += len(word)
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(s.text[:s.at])
		if raised := raisedPart().FindString(rest); raised != "" && (rest[0] == '^' || s.at > 0 && !unicode.IsSpace(last) && last != '_' && last != '*') {
			s.at += len(raised)
			continue
		}
		if startPart().MatchString(rest) && !(rest[0] == '.' && (isOperand(s.text[:s.at]) || last == '.')) {
			return s.token(), true
		}
		_, n := utf8.DecodeRuneInString(rest)
		if rest[0] == '\\' && len(rest) > 1 && !isLetter(rest[1]) {
			n++ // an escaped sign
		}
		s.at += n
	}
	return t, false
}

// notable reports whether a number or a word may begin with a character.
func notable(c rune) bool {
	return c >= utf8.RuneSelf || !strings.ContainsRune(" \t\r\n,;:!?()[]{}<>=|\"'`*/#%&@~", c)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// take moves over what a pattern matches here and returns its groups.
func (s *scanner) take(re pattern) []string {
	m := re().FindStringSubmatch(s.text[s.at:])
	if m != nil {
		s.at += len(m[0])
	}
	return m
}

// token reads the number that begins here.
func (s *scanner) token() Token {
	t := Token{Start: s.at}
	lead := leadPart().FindStringSubmatch(s.text[s.at:])
	operand := lead[1] != "" && isOperand(s.text[:s.at]) // 5-3: the sign is an operator
	if operand {
		t.Start += len(lead[1])
	}
	s.at += len(lead[0])
	negative := (lead[1]+lead[2]) != "" && lead[1]+lead[2] != "+"
	from := s.at
	t.Value, t.Why = s.magnitude()
	if s.at == from { // digits of another script
		_, n := utf8.DecodeRuneInString(s.text[from:])
		s.at += n
		t.Value, t.Why = nil, "has digits that are not 0 to 9"
	}
	t.End = s.at
	if len(lead[1]) > 0 && len(lead[2]) > 0 {
		t.Value, t.Why = nil, "has two signs"
	}
	if t.Value != nil && negative && !operand {
		t.Value.Neg(t.Value)
	}
	return t
}

// magnitude reads a number without its sign.
func (s *scanner) magnitude() (*big.Rat, string) {
	var value *big.Rat
	var why string
	plain := s.take(digitsPart)
	if plain != nil {
		if value, why = decimal(plain[0]); why != "" {
			return nil, why
		}
	}
	whole := plain != nil && value.IsInt() && !strings.Contains(plain[0], ".")
	switch m := []string(nil); {
	case plain == nil || whole && texPart().MatchString(s.text[s.at:]):
		if v := s.take(vulgarPart); v != nil {
			value = vulgar(v[1])
		} else if s.take(texPart) != nil {
			part, why := s.texFraction()
			if why != "" {
				return nil, why
			}
			value = mixed(value, part)
		} else {
			return nil, ""
		}
	case whole && s.find(&m, mixedPart):
		part, why := over(m[1], m[2])
		if why != "" {
			return nil, why
		}
		value = mixed(value, part)
	case whole && s.find(&m, vulgarPart):
		value.Add(value, vulgar(m[1]))
	case s.find(&m, overPart):
		value, why = over(plain[0], m[1])
	case plain[0] == "10" && s.find(&m, powerPart):
		value, why = ten(m[0])
	case s.find(&m, tenPart), s.find(&m, ePart):
		var power *big.Rat
		if power, why = ten(m[1]); why == "" {
			value.Mul(value, power)
		}
	}
	if value == nil && why == "" {
		why = "is a whole number and a fraction of more than one"
	}
	if why != "" {
		return nil, why
	}
	if m := s.take(scalePart); m != nil {
		value.Mul(value, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(scales[strings.ToLower(m[1])]), nil)))
	}
	return value, ""
}

// find is take for a switch.
func (s *scanner) find(m *[]string, re pattern) bool {
	*m = s.take(re)
	return *m != nil
}

// scales are the powers of ten of words.
var scales = map[string]int64{"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
