package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	behindAnswer = compiled(`(?:The answer is |answer is |The answer: |The final answer: )`)
	behindThe    = compiled(`(?:[Tt]he answer is |The answer: |The final answer: )`)
	bracketed    = compiled(`\([A-Z]\)`)
)

// answerLine makes a rule of what stands before an answer: it takes the rest of the line
// behind the first mark, without its last character, which is meant to be a point.
func answerLine(mark pattern) func(string, asked) (string, bool) {
	return func(output string, _ asked) (string, bool) {
		for _, at := range mark().FindAllStringIndex(output, -1) {
			if text, ok := butLast(line(output[at[1]:])); ok {
				return strip(text), text != ""
			}
		}
		return "", false
	}
}

// butLast is a text without its last character; ok is false if it has none.
func butLast(s string) (text string, ok bool) {
	r := []rune(s)
	if len(r) == 0 {
		return "", false
	}
	return string(r[:len(r)-1]), true
}

// firstLine takes the first line.
func firstLine(output string) (string, bool) { return strip(line(output)), true }

// letters are the choices of four that are known by their letters alone.
const letters = "ABCD"

// options are the letters of so many choices.
func options(choices []string) string {
	if len(choices) == 0 {
		return letters
	}
	var b strings.Builder
	for i := range choices {
		b.WriteByte('A' + byte(i%26))
	}
	return b.String()
}

// choiceFlexible takes a letter in brackets, else one of the choices that is written out,
// in any case and without punctuation, else a letter behind a colon: the last or first.
func choiceFlexible(output string, choices []string, pick func([]string) string) (string, bool) {
	if all := bracketed().FindAllString(output, -1); len(all) > 0 {
		return pick(all), true
	}
	plain := make([]string, len(choices))
	for i, c := range choices {
		plain[i] = unmarked(strip(c))
	}
	if len(plain) > 0 && !slices.Contains(plain, "") { // an empty one would be found last, and stands for none
		quoted := make([]string, len(plain))
		for i, p := range plain {
			quoted[i] = regexp.QuoteMeta(strings.ToValidUTF8(p, ""))
		}
		slices.SortStableFunc(quoted, func(a, b string) int { return len(b) - len(a) }) // one may begin another
		if all := regexp.MustCompile(strings.Join(quoted, "|")).FindAllString(unmarked(output), -1); len(all) > 0 {
			text := strip(pick(all))
			for i := range plain { // the last of several that are the same
				if plain[len(plain)-1-i] == text {
					return "(" + options(choices)[len(plain)-1-i:][:1] + ")", true
				}
			}
			if text != "" {
				return text, true
			}
		}
	}
	all := regexp.MustCompile(`:`+space+`*[`+options(choices)+`]`).FindAllString(output, -1)
	if len(all) == 0 {
		return "", false
	}
	found := pick(all)
	return "(" + found[len(found)-1:] + ")", true
}

// unmarked is a text in small letters without punctuation.
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// equalLetters compares without punctuation, in any case.
func equalLetters(answer, reference string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < 0x80 && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	return plain(answer) == plain(reference)
}

// optionPatterns are those of OpenCompass that need no Chinese word, in order, for
// letters that stand for ABCD.
var optionPatterns = []string{
	`[\s，：:,]([ABCD])[。，,\.]?$`,
	`(?i)ANSWER\s*:\s*([ABCD])`,
	`[Tt]he answer is:?\s+\(?([ABCD])\)?`,
	`[Tt]he answer is:?\s+\(?\*?\*?([ABCD])\*?\*?\)?`,
	`[Tt]he answer is option:?\s+\(?([ABCD])\)?`,
	`[Tt]he correct answer is:?\s+\(?([ABCD])\)?`,
	`[Tt]he correct answer is option:?\s+\(?([ABCD])\)?`,
	`[Tt]he correct answer is:?.*?boxed\{([ABCD])\}`,
	`[Tt]he correct option is:?.*?boxed\{([ABCD])\}`,
	`[Tt]he correct answer option is:?.*?boxed\{([ABCD])\}`,
	`[Tt]he answer to the question is:?\s+\(?([ABCD])\)?`,
	`(\s|^)[ABCD][\s。，,：:\.$]`,
	`1.\s?(.*?)$`,
	`1.\s?([ABCD])[.。$]?$`,
	`([ABCD]):`,
	`([ABCD])`,
}

// optionOpenCompass takes the letter that the first fitting pattern finds. Where the
// pattern's group is blank nothing is found, and the next one is tried.
func optionOpenCompass(output string, choices []string) (string, bool) {
	output = strip(output)
	known := options(choices)
	for _, p := range optionPatterns {
		p = strings.NewReplacer(letters, known, `[\s，：:,]`, `(?:`+space+`|[，：:,])`, `[\s。，,：:\.$]`, `(?:`+space+`|[。，,：:\.$])`, `\s`, space).Replace(p)
		m := regexp.MustCompile(`(?s)` + p).FindStringSubmatch(output)
		if m == nil {
			continue
		}
		found := m[1]
		if found == "" {
			found = m[0]
		}
		for i := range known {
			if strings.Contains(found, known[i:i+1]) {
				return known[i : i+1], true
			}
		}
	}
	return "", false
}
