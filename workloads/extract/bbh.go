package extract

import "strings"

// bbh takes the line behind the first "the answer is ", without its last character,
// which is meant to be a point.
func bbh(output string) (string, bool) {
	const mark = "the answer is "
	for {
		_, rest, found := strings.Cut(output, mark)
		if !found {
			return "", false
		}
		if text, ok := butLast(line(rest)); ok {
			return strip(text), true
		}
		output = rest
	}
}

var (
	ignoredBBH  = strings.NewReplacer(",", "", `\`, "", "\n", "", `"`, "")
	capital     = compiled(`\(([A-Z])\)*`)
	anyCapital  = compiled(`[A-Z]`)
	answerMark  = compiled(`(?i)answer is` + space + `*:?` + space + `*`)
	stars       = compiled(`\*\*(.*?)\*\*`)
	yesNo       = compiled(`(?i)^(yes|no|true|false)(?:$|[^\p{L}\p{N}_])`)
	digitCommas = compiled(digit + space + `*,` + space + `*` + digit)
	commas      = compiled(space + `*,` + space + `*`)
	blanks      = compiled(space + `+`)
)

// equalBBH is exact_match with the expressions to ignore of bbh_cot_zeroshot.
func equalBBH(answer, reference string) bool {
	plain := func(s string) string { return strings.ToLower(ignoredBBH.Replace(cutPoint(s))) }
	return plain(answer) == plain(reference)
}

// bbhChoice takes a capital in brackets behind the first "answer is ", else the first
// capital there, else everything.
func bbhChoice(output string) (string, bool) {
	if parts := strings.Split(output, "answer is "); len(parts) > 1 {
		output = strip(parts[1])
	}
	if m := capital().FindStringSubmatch(output); m != nil {
		return m[1], true
	}
	if c := anyCapital().FindString(output); c != "" {
		return c, true
	}
	return output, true
}

// bbhFree takes the first line behind the last "answer is": what is bold in it, a yes,
// no, true or false at its beginning, else all of it without a final point.
func bbhFree(output string) (string, bool) {
	if at := answerMark().FindAllStringIndex(output, -1); len(at) > 0 {
		output = strip(output[at[len(at)-1][1]:])
	}
	s := strip(line(output))
	if rest, ok := strings.CutSuffix(s, "."); ok {
		s = strip(rest)
	}
	if m := stars().FindStringSubmatch(s); m != nil {
		s = strip(m[1])
	}
	if m := yesNo().FindStringSubmatch(s); m != nil {
		return strings.ToUpper(m[1][:1]) + strings.ToLower(m[1][1:]), true
	}
	if !digitCommas().MatchString(s) {
		s = commas().ReplaceAllString(s, " ")
	}
	return strip(blanks().ReplaceAllString(s, " ")), true
}

// equalBBHFree compares both as bbhFree writes them, in any case.
func equalBBHFree(answer, reference string) bool {
	a, _ := bbhFree(answer)
	b, _ := bbhFree(reference)
	return strings.EqualFold(strings.ReplaceAll(a, "ß", "ss"), strings.ReplaceAll(b, "ß", "ss"))
}
