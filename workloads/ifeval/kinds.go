package ifeval

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// kind is a kind of instruction.
type kind struct {
	needs string // what is not here; "" for nothing
	make  func(a *args) follows
}

// The classes of Python's expressions.
const (
	space = `[\t-\r\x1c-\x20\x{85}\p{Z}]`
	word  = `[\p{L}\p{N}_]`
)

var (
	wordsOf      = regexp.MustCompile(word + `+`)
	placeholders = regexp.MustCompile(`\[.*?\]`)
	stars        = regexp.MustCompile(`(?m)^` + space + `*\*[^\*].*$`)
	dashes       = regexp.MustCompile(`(?m)^` + space + `*-.*$`)
	highlights   = regexp.MustCompile(`\*[^\n\*]*\*`)
	twice        = regexp.MustCompile(`\*\*[^\n\*]*\*\*`)
	divider      = regexp.MustCompile(space + `?\*\*\*` + space + `?`)
	titles       = regexp.MustCompile(`<<[^\n]+>>`)
	afterPPS     = regexp.MustCompile(`p\.` + space + `?p\.` + space + `?s`)
	afterPS      = regexp.MustCompile(`p\.` + space + `?s\.`)
)

// kinds are the instructions by name.
func kinds() map[string]kind {
	plain := func(test follows) kind { return kind{make: func(*args) follows { return test }} }
	return map[string]kind{
		"language:response_language":          {needs: "a program that tells languages apart"},
		"length_constraints:number_sentences": {needs: "a model of where English sentences end"},
		"change_case:capital_word_frequency":  {needs: "a model of where English sentences end"},

		"keywords:existence":                          {make: existence},
		"keywords:frequency":                          {make: frequency},
		"keywords:forbidden_words":                    {make: forbidden},
		"keywords:letter_frequency":                   {make: letters},
		"length_constraints:number_words":             {make: numberOfWords},
		"length_constraints:number_paragraphs":        {make: paragraphs},
		"length_constraints:nth_paragraph_first_word": {make: firstWord},
		"detectable_content:number_placeholders": {make: func(a *args) follows {
			n := a.number("num_placeholders")
			return func(s string) bool { return len(placeholders.FindAllString(s, -1)) >= n }
		}},
		"detectable_content:postscript": {make: postscript},
		"detectable_format:number_bullet_lists": {make: func(a *args) follows {
			n := a.number("num_bullets")
			return func(s string) bool { return len(stars.FindAllString(s, -1))+len(dashes.FindAllString(s, -1)) == n }
		}},
		"detectable_format:constrained_response": plain(func(s string) bool {
			return slices.ContainsFunc([]string{"My answer is yes.", "My answer is no.", "My answer is maybe."}, func(o string) bool { return strings.Contains(s, o) })
		}),
		"detectable_format:number_highlighted_sections": {make: highlighted},
		"detectable_format:multiple_sections":           {make: sections},
		"detectable_format:json_format":                 plain(isJSON),
		"detectable_format:title": plain(func(s string) bool {
			return slices.ContainsFunc(titles.FindAllString(s, -1), func(t string) bool {
				return strip(strings.TrimRight(strings.TrimLeft(t, "<"), ">")) != ""
			})
		}),
		"combination:two_responses": plain(twoResponses),
		"combination:repeat_prompt": {make: func(a *args) follows {
			prompt := strings.ToLower(strip(a.text("prompt_to_repeat")))
			return func(s string) bool { return strings.HasPrefix(strings.ToLower(strip(s)), prompt) }
		}},
		"startend:end_checker": {make: func(a *args) follows {
			end := strings.ToLower(strip(a.text("end_phrase")))
			return func(s string) bool { return strings.HasSuffix(strings.ToLower(strings.Trim(strip(s), `"`)), end) }
		}},
		"startend:quotation": plain(func(s string) bool {
			s = strip(s)
			return len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"'
		}),
		"change_case:english_capital":   plain(func(s string) bool { return cased(s, unicode.IsUpper, unicode.IsLower) }),
		"change_case:english_lowercase": plain(func(s string) bool { return cased(s, unicode.IsLower, unicode.IsUpper) }),
		"punctuation:no_comma":          plain(func(s string) bool { return !strings.Contains(s, ",") }),
	}
}

// pattern compiles a keyword, which the program takes for an expression, in any case.
func (a *args) pattern(keyword string) *regexp.Regexp {
	re, err := regexp.Compile(`(?i)` + keyword)
	if err != nil {
		if a.err == nil {
			a.err = err
		}
		return nil
	}
	return re
}

// existence wants every keyword somewhere.
func existence(a *args) follows {
	var all []*regexp.Regexp
	for _, k := range a.texts("keywords") {
		all = append(all, a.pattern(k))
	}
	return func(s string) bool {
		return !slices.ContainsFunc(all, func(re *regexp.Regexp) bool { return !re.MatchString(s) })
	}
}

// frequency counts a keyword.
func frequency(a *args) follows {
	re, enough := a.pattern(strip(a.text("keyword"))), a.atLeast("relation", "frequency")
	return func(s string) bool { return enough(len(re.FindAllString(s, -1))) }
}

// forbidden wants none of several words as a word of its own.
func forbidden(a *args) follows {
	var all []*regexp.Regexp
	for _, k := range a.texts("forbidden_words") {
		all = append(all, a.pattern(k))
	}
	return func(s string) bool {
		return !slices.ContainsFunc(all, func(re *regexp.Regexp) bool {
			for _, at := range re.FindAllStringIndex(s, -1) {
				if border(s, at[0]) && border(s, at[1]) {
					return true
				}
			}
			return false
		})
	}
}

// border is \b.
func border(s string, at int) bool {
	before, after := []rune(lastRune(s[:at])), []rune(firstRune(s[at:]))
	return isWord(before) != isWord(after)
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func lastRune(s string) string {
	r := []rune(s[max(0, len(s)-4):])
	if len(r) == 0 {
		return ""
	}
	return string(r[len(r)-1])
}

func isWord(r []rune) bool {
	return len(r) > 0 && (unicode.IsLetter(r[0]) || unicode.IsNumber(r[0]) || r[0] == '_')
}

// letters counts a letter in any case. Of what is no letter, as "#", the program counts a
// letter that it draws; here that character is counted.
func letters(a *args) follows {
	letter, enough := strings.ToLower(strip(a.text("letter"))), a.atLeast("let_relation", "let_frequency")
	return func(s string) bool { return enough(strings.Count(strings.ToLower(s), letter)) }
}

// numberOfWords counts runs of letters and digits.
func numberOfWords(a *args) follows {
	enough := a.atLeast("relation", "num_words")
	return func(s string) bool { return enough(len(wordsOf.FindAllString(s, -1))) }
}

// paragraphs wants so many parts between "***", none of them empty but at the ends.
func paragraphs(a *args) follows {
	want := a.number("num_paragraphs")
	return func(s string) bool {
		parts := divider.Split(s, -1)
		n := len(parts)
		for i, p := range parts {
			if strip(p) == "" {
				if i > 0 && i < len(parts)-1 {
					return false
				}
				n--
			}
		}
		return n == want
	}
}

// firstWord wants so many paragraphs between empty lines, and a word at the beginning of one.
func firstWord(a *args) follows {
	want, nth, first := a.number("num_paragraphs"), a.number("nth_paragraph"), strings.ToLower(a.text("first_word"))
	return func(s string) bool {
		parts := strings.Split(s, "\n\n")
		n := 0
		for _, p := range parts {
			if strip(p) != "" {
				n++
			}
		}
		if nth < 1 || nth > n {
			return false
		}
		fields := strings.FieldsFunc(parts[nth-1], isSpace)
		if len(fields) == 0 {
			return false
		}
		word := strings.TrimLeft(strings.TrimLeft(fields[0], "'"), `"`)
		if i := strings.IndexAny(word, `.,?!'"`); i >= 0 {
			word = word[:i]
		}
		return n == want && strings.ToLower(word) == first
	}
}

// postscript wants a mark somewhere.
func postscript(a *args) follows {
	mark := strip(a.text("postscript_marker"))
	re := afterPS
	switch mark {
	case "P.P.S":
		re = afterPPS
	case "P.S.":
	default:
		re = a.pattern(strings.ToLower(mark))
	}
	return func(s string) bool { return re.MatchString(strings.ToLower(s)) }
}

// highlighted counts parts between stars, those between two stars twice.
func highlighted(a *args) follows {
	want := a.number("num_highlights")
	return func(s string) bool {
		n := 0
		for _, h := range highlights.FindAllString(s, -1) {
			if strip(strings.Trim(h, "*")) != "" {
				n++
			}
		}
		for _, h := range twice.FindAllString(s, -1) {
			if strip(strings.TrimSuffix(strings.TrimPrefix(h, "**"), "**")) != "" {
				n++
			}
		}
		return n >= want
	}
}

// sections counts headings with a number.
func sections(a *args) follows {
	want := a.number("num_sections")
	re, err := regexp.Compile(space + `?` + strip(a.text("section_spliter")) + space + `?\p{Nd}+` + space + `?`)
	if err != nil && a.err == nil {
		a.err = err
	}
	return func(s string) bool { return len(re.Split(s, -1))-1 >= want }
}

// isJSON wants one JSON value, perhaps in a block.
func isJSON(s string) bool {
	s = strip(s)
	for _, mark := range []string{"```json", "```Json", "```JSON", "```"} {
		s = strings.TrimPrefix(s, mark)
	}
	return json.Valid([]byte(strip(strings.TrimSuffix(s, "```"))))
}

// twoResponses wants two different texts with six stars between them.
func twoResponses(s string) bool {
	parts := strings.Split(s, "******")
	var said []string
	for i, p := range parts {
		if strip(p) != "" {
			said = append(said, strip(p))
		} else if i > 0 && i < len(parts)-1 {
			return false
		}
	}
	return len(said) == 2 && said[0] != said[1]
}

// cased reports whether a text has letters of one case and none of the other.
func cased(s string, of, other func(r rune) bool) bool {
	return strings.ContainsFunc(s, of) && !strings.ContainsFunc(s, func(r rune) bool { return other(r) || unicode.IsTitle(r) })
}
