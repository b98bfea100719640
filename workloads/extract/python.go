package extract

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// What the rules owe to Python: its white space, digits and numbers are not Go's.
// In patterns digit, space and word stand for \d, \s and \w.
const (
	digit = `\p{Nd}`
	space = `[\t-\r\x1c-\x20\x{85}\p{Z}]`
	word  = `[\p{L}\p{N}_]`
)

// pattern is a regular expression that is compiled when it is first needed.
type pattern func() *regexp.Regexp

func compiled(expr string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// isSpace is str.isspace of one character.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// strip is str.strip.
func strip(s string) string { return strings.TrimFunc(s, isSpace) }

// ascii writes decimal digits of all scripts as 0 to 9, as int and float read them.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		for _, t := range unicode.Nd.R16 { // alphabets of ten digits from zero on
			if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
				return '0' + (r-lo)%10
			}
		}
		for _, t := range unicode.Nd.R32 {
			if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
				return '0' + (r-lo)%10
			}
		}
		return r
	}, s)
}

var (
	floats   = compiled(`^[+-]?(?:(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?|(?i:inf|infinity|nan))$`)
	integers = compiled(`^([+-]?)(\d(?:_?\d)*)$`)
)

// maxDigits is the number of digits up to which int reads a text.
const maxDigits = 4300

// float is float(s).
func float(s string) (x float64, ok bool) {
	s = ascii(strip(s))
	if !floats().MatchString(s) {
		return 0, false
	}
	x, _ = strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64) // too large is infinite there, too
	return x, true
}

// integer is str(int(s)).
func integer(s string) (text string, ok bool) {
	m := integers().FindStringSubmatch(ascii(strip(s)))
	if m == nil {
		return "", false
	}
	digits := strings.ReplaceAll(m[2], "_", "")
	if len(digits) > maxDigits {
		return "", false
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0", true
	}
	if m[1] == "-" {
		digits = "-" + digits
	}
	return digits, true
}

// isDigits is str.isdigit of decimal digits.
func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.Is(unicode.Nd, r) }) < 0
}

// line is a text up to its first line feed.
func line(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// last is the last element of a list that is not empty, or "".
func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// first is the first element of a list that is not empty, or "".
func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// wholeWords finds texts that stand between boundaries of words, \b(a|b)\b: at each place the
// first of them that does.
func wholeWords(s string, words ...string) (found []string) {
	inside := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
	edge := func(i int) bool {
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i:])
		return inside(before) != inside(after)
	}
	for i := 0; i < len(s); i++ {
		if !utf8.RuneStart(s[i]) || !edge(i) {
			continue
		}
		for _, w := range words {
			if w != "" && strings.HasPrefix(s[i:], w) && edge(i+len(w)) {
				found = append(found, w)
				i += len(w) - 1
				break
			}
		}
	}
	return found
}
