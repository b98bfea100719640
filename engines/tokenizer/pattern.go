package tokenizer

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Bounds on an expression of a file.
const (
	maxPattern = 2048 // bytes
	maxCounts  = 4    // repetitions like {1,3}, each of at most 9
)

// blanks is what \s means in the reference's engine, as part of a set of Go's.
const blanks = `\t\n\v\f\r \x{85}\p{Z}`

// lastBlank ends many expressions: white space as long as no visible character
// follows, so that the last of it goes with the next word.
const lastBlank = `|\s+(?!\S)`

// compile makes a finder of an expression that Go's engine reads as the reference's
// does: leftmost, the first alternative that matches. The error says what of it
// Go's engine does not have.
func compile(pattern string) (func(string) (from, to int), error) {
	rest, ends := strings.CutSuffix(strings.TrimSuffix(pattern, `|\s+`), lastBlank)
	if !ends {
		rest = pattern
	}
	text, err := translate(rest)
	if err != nil {
		return nil, err
	}
	if ends {
		text = "(?:" + text + ")|([" + blanks + "]+)"
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("it is not understood: %w", err)
	}
	if re.MatchString("") {
		return nil, errors.New("it matches an empty text")
	}
	return func(s string) (from, to int) {
		at := re.FindStringSubmatchIndex(s)
		if at == nil {
			return len(s), len(s)
		}
		from, to = at[0], at[1]
		if ends && at[len(at)-2] >= 0 && to < len(s) {
			if _, w := utf8.DecodeLastRuneInString(s[:to]); to-w > from {
				to -= w
			}
		}
		return from, to
	}, nil
}

// translate writes an expression of Oniguruma, the reference's engine, for Go's. What
// the two read differently is an error.
func translate(pattern string) (string, error) {
	if len(pattern) > maxPattern {
		return "", fmt.Errorf("it has %d bytes, allowed are %d", len(pattern), maxPattern)
	}
	var out strings.Builder
	set, counts := false, 0
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch c := pattern[i]; {
		case c == '\\' && len(rest) > 1:
			i++
			switch e := pattern[i]; {
			case e == 's' && set:
				out.WriteString(blanks)
			case e == 's':
				out.WriteString("[" + blanks + "]")
			case e == 'S' && !set:
				out.WriteString("[^" + blanks + "]")
			case e == 'd':
				out.WriteString(`\p{Nd}`)
			case e == 'p' || e == 'P':
				end := strings.IndexByte(rest, '}')
				if end < 0 || rest[2] != '{' {
					return "", fmt.Errorf("it has \\%c without {…}", e)
				}
				out.WriteString(rest[:end+1])
				i += end - 1
			case strings.IndexByte("rntx", e) >= 0 || !isWord(e):
				out.WriteString(rest[:2])
			default:
				return "", fmt.Errorf("it has \\%c", e)
			}
			continue
		case set && (c == '[' || strings.HasPrefix(rest, "&&")):
			return "", errors.New("it has a set within a set")
		case set && c == ']':
			set = false
		case set:
		case c == '[':
			set = true
			if strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]") {
				return "", errors.New("it has a set that begins with ]")
			}
		case c == '$':
			out.WriteString("(?m:$)")
			continue
		case c == '^':
			return "", errors.New("it has ^, the beginning of a line")
		case strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:") && !strings.HasPrefix(rest, "(?i:"):
			return "", fmt.Errorf("it looks around or sets options: %.5q", rest)
		case c == '{':
			counts++
			count, _, _ := strings.Cut(rest[1:], "}")
			if len(count) != 1 && (len(count) != 3 || count[1] != ',') || strings.Trim(count, "123456789,") != "" || counts > maxCounts {
				return "", fmt.Errorf("it repeats by %.6q, or more than %d times", rest, maxCounts)
			}
		case strings.IndexByte("?*+}", c) >= 0 && strings.HasPrefix(rest[1:], "+"):
			return "", fmt.Errorf("it has a possessive repetition %q", rest[:2])
		}
		out.WriteByte(pattern[i])
	}
	return out.String(), nil
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
