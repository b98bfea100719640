package extract

import (
	"math"
	"strings"

	"dllmbench/workloads/number"
)

// marks are what lm-eval's metric takes for a number.
const marks = `(-?[$0-9.,]{2,})|(-?[0-9]+)`

var (
	hashNumber   = compiled(`#### (-?[0-9.,]+)`)
	answerNumber = compiled(`The answer is (-?[0-9.,]+).`)
	finalNumber  = compiled(`The final answer is (` + marks + `)`)
	anyNumber    = compiled(marks)
	decimals     = compiled(`-?` + digit + `+\.` + digit + `+|-?` + digit + `+`)
	baseNumber   = compiled(`(?i)The Answer is(?::|` + space + `)*(-?` + digit + `+(?:\.` + digit + `+)?)`)
	boxes        = compiled(`\\boxed\{([^}\n]*)\}`)
	loose        = compiled(`-?` + digit + `+\.?` + digit + `*`)
	answerTag    = compiled(`(?s)<answer>(.*?)</answer>`)
)

// gsm8kStrict takes the first number behind four hashes.
func gsm8kStrict(output string) (string, bool) {
	return firstGroup(hashNumber().FindStringSubmatch(output))
}

// gsm8kCoT takes the first number behind "The answer is". The pattern wants one more
// character behind it, a digit of the number if there is nothing else.
func gsm8kCoT(output string) (string, bool) {
	return firstGroup(answerNumber().FindStringSubmatch(output))
}

// firstGroup is the first group of a match.
func firstGroup(m []string) (string, bool) {
	if m == nil {
		return "", false
	}
	return strip(m[1]), true
}

// gsm8kLlama takes the last number behind "The final answer is".
func gsm8kLlama(output string) (string, bool) {
	all := finalNumber().FindAllStringSubmatch(output, -1)
	if len(all) == 0 {
		return "", false
	}
	return strip(all[len(all)-1][1]), true
}

// gsm8kFlexible takes the last number. Two points are one, too.
func gsm8kFlexible(output string) (string, bool) {
	all := anyNumber().FindAllString(output, -1)
	return strip(last(all)), len(all) > 0
}

// gsm8kOpenCompass takes the last number before a next question.
func gsm8kOpenCompass(output string) (string, bool) {
	output, _, _ = strings.Cut(output, "Question:")
	all := decimals().FindAllString(output, -1)
	return last(all), len(all) > 0
}

// gsm8kBase takes the first number behind "The answer is", wherever it stands.
func gsm8kBase(output string) (string, bool) {
	if m := baseNumber().FindStringSubmatch(output); m != nil {
		return m[1], true
	}
	return gsm8kOpenCompass(output)
}

// gsm8kD1 takes the first box that is a number or has one in it, the first of several;
// without such a box the answer in tags, the last number of several.
func gsm8kD1(output string) (string, bool) {
	for _, m := range boxes().FindAllStringSubmatch(output, -1) {
		box := strip(m[1])
		if strings.Trim(box, ".") == "" {
			continue
		}
		if _, ok := float(box); ok {
			return box, true
		}
		if n := loose().FindString(box); n != "" {
			return n, true
		}
	}
	m := answerTag().FindStringSubmatch(output)
	if m == nil {
		return "", false
	}
	text := strip(m[1])
	if _, ok := float(text); ok {
		return text, true
	}
	all := loose().FindAllString(text, -1)
	return last(all), len(all) > 0
}

// numberOf takes the number that the output gives as its result, see [number.Find].
func numberOf(output string) (string, bool) {
	t, ok := number.Find(output)
	if !ok || t.Value == nil {
		return "", false
	}
	return t.Value.RatString(), true
}

// equalNumbers compares exact fractions.
func equalNumbers(answer, reference string) bool {
	a, err := number.Parse(answer)
	if err != nil {
		return false
	}
	b, err := number.Reference(reference)
	return err == nil && a.Cmp(b) == 0
}

var beforeHashes = compiled(`(?s).*#### `)

// equalGSM8K is exact_match with the metric's expressions to ignore.
func equalGSM8K(answer, reference string) bool {
	plain := func(s string) string {
		s = strings.NewReplacer(",", "", "$", "").Replace(s)
		return strings.ToLower(cutPoint(beforeHashes().ReplaceAllString(s, "")))
	}
	return plain(answer) == plain(reference)
}

// cutPoint leaves out a point at the end, also before a last line feed.
func cutPoint(s string) string {
	if rest, ok := strings.CutSuffix(s, ".\n"); ok {
		return rest + "\n"
	}
	return strings.TrimSuffix(s, ".")
}

// equalOpenAI compares texts without commas.
func equalOpenAI(answer, reference string) bool {
	return strings.ReplaceAll(answer, ",", "") == strings.ReplaceAll(reference, ",", "")
}

// equalOpenCompass wants a whole number for a reference, unless the texts are the same.
func equalOpenCompass(answer, reference string) bool {
	reference = strings.ReplaceAll(reference, ",", "")
	if answer == reference {
		return true
	}
	a, ok := float(answer)
	whole, isWhole := integer(reference)
	if !ok || !isWhole {
		return false
	}
	b, _ := float(whole)
	return math.Abs(a-b) < 1e-6
}

// equalFloats compares numbers of 64 bits.
func equalFloats(answer, reference string) bool {
	a, okA := float(answer)
	b, okB := float(strings.ReplaceAll(reference, ",", ""))
	return okA && okB && a == b
}
