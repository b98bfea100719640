package extract

import (
	"slices"
	"strconv"
	"strings"
)

// The harness has a filter of its own for each of the 27 files of BBH. Which one is told by
// the question and its reference, which differ in form.
var (
	written      = compiled(`\([A-Z]\)([^\n^(]*)`)
	wholeNumbers = compiled(`[-0-9]+`)
	bracketRuns  = compiled(`[" \[(<{}>)\]]+`)
	numerals     = compiled(`(?:` + numeral + `(?:` + numeral + `|[^\S\r\n]|` + wideSpace + `|,|and|&)+)?` + numeral)
)

const (
	numeral   = `(?:zero|one|two|three|four|five|(?:twen|thir|for|fif|six|seven|nine)(?:teen|ty)|eight(?:een|y)|ten|eleven|twelve|fourteen|hundred|thousand|(?:m|b|tr)illion)`
	wideSpace = `[\v\x1c-\x1f\x{85}\p{Z}]`
)

// bbhFlexible takes what answers of the kind that is asked for look like: the last or first.
func bbhFlexible(pick func([]string) string) func(string, asked) (string, bool) {
	some := func(found []string) (string, bool) { return strip(pick(found)), len(found) > 0 }
	return func(output string, a asked) (string, bool) {
		question := inBBH(a.question)
		switch reference := strings.TrimSpace(a.reference); {
		case strings.Contains(question, "(A)"):
			var choices []string
			for _, m := range written().FindAllStringSubmatch(question, 26) {
				choices = append(choices, m[1])
			}
			return choiceFlexible(output, choices, pick)
		case strings.Contains(question, "List:"):
			return ordered(output, strings.Fields(strings.Split(question, "List:")[1])), true
		case reference == "True" || reference == "False":
			return some(wholeWords(output, "True", "False"))
		case reference == "valid" || reference == "invalid":
			return some(wholeWords(output, "valid", "invalid"))
		case reference == "yes" || reference == "no":
			return yesOrNo(pick(wholeWords(strings.ToLower(output), "no", "not plausible", "yes", "plausible")))
		case (reference == "Yes" || reference == "No") && strings.Contains(question, "tell the truth?"):
			return yesOrNo(pick(wholeWords(strings.ToLower(output), "no", "does not tell the truth", "is not telling the truth", "yes", "tells the truth", "is telling the truth")))
		case reference == "Yes" || reference == "No":
			return some(wholeWords(output, "Yes", "No", "yes", "no"))
		case wholeNumbers().FindString(reference) == reference:
			if found := wholeNumbers().FindAllString(output, -1); len(found) > 0 {
				return pick(found), true
			}
			return spelled(strings.Fields(pick(numerals().FindAllString(strings.ToLower(output), -1))))
		}
		return some(bracketRuns().FindAllString(output, -1))
	}
}

// inBBH is a question without the worked examples before it and without what begins the answer.
func inBBH(prompt string) string {
	if i := strings.LastIndex("\n"+prompt, "\nQ: "); i >= 0 {
		prompt = prompt[i+len("Q: "):]
	}
	question, _, _ := strings.Cut(prompt, "\nA:")
	return question
}

// yesOrNo is what a way of saying it means.
func yesOrNo(said string) (string, bool) {
	switch said {
	case "":
		return "", false
	case "yes", "plausible", "tells the truth", "is telling the truth":
		return "yes", true
	}
	return "no", true
}

// ordered lists the words that an output has, in the order in which they stand there last.
func ordered(output string, words []string) string {
	var list []string
	for _, w := range slices.Backward(wholeWords(output, words...)) {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	slices.Reverse(list)
	return strings.Join(list, " ")
}

// numerals that are read, of word2number 1.1.
var numeralValues = map[string]int64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
	"fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9,
}

// spelled is a whole number in words. What word2number stops at is found to be nothing.
func spelled(words []string) (string, bool) {
	words = slices.DeleteFunc(words, func(w string) bool { _, known := numeralValues[w]; return !known })
	switch len(words) {
	case 0:
		return "", false
	case 1:
		return strconv.FormatInt(numeralValues[words[0]], 10), true
	}
	total, rest := int64(0), words
	for _, power := range []string{"billion", "million", "thousand"} {
		i := slices.Index(rest, power)
		if i < 0 {
			continue
		}
		if i == 0 || slices.ContainsFunc(rest[:i], isPower) {
			return "", false
		}
		total += formed(rest[:i]) * numeralValues[power]
		rest = rest[i+1:]
	}
	if slices.ContainsFunc(rest, isPower) {
		return "", false
	}
	if len(rest) > 0 {
		total += formed(rest)
	}
	return strconv.FormatInt(total, 10), true
}

func isPower(word string) bool { return numeralValues[word] >= 1000 }

// formed is the value of numerals below a thousand, of which word2number expects up to four.
func formed(words []string) int64 {
	n := make([]int64, len(words))
	for i, w := range words {
		n[i] = numeralValues[w]
	}
	switch {
	case len(n) == 4:
		return n[0]*n[1] + n[2] + n[3]
	case len(n) == 3:
		return n[0]*n[1] + n[2]
	case len(n) == 2 && slices.Contains(n, 100):
		return n[0] * n[1]
	case len(n) == 2:
		return n[0] + n[1]
	}
	return n[0]
}
