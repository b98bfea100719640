package extract

import "strings"

var (
	unitText   = compiled(`\\text\{.*?\}$`)
	boxOfText  = compiled(`\\mbox\{.*?\}`)
	pointZeros = compiled(`(` + digit + `+)\.0+(\P{Nd})`)
	endZeros   = compiled(`(` + digit + `+)\.0+$`)
	wordRoot   = compiled(`\\sqrt(` + word + `+)`)
)

// equalMATHv2 is is_equiv of OpenCompass' second version: equal in its way of writing,
// equal when that is written as in Minerva, or equal when both texts are.
func equalMATHv2(answer, reference string) bool {
	a, okA := alikeV2(answer)
	b, okB := alikeV2(reference)
	if okA && okB && (a == b || minervaLike(a) == minervaLike(b)) {
		return true
	}
	return minervaLike(answer) == minervaLike(reference) || answer == reference
}

// alikeV2 writes LaTeX as strip_string of OpenCompass' second version does. ok is
// false where that fails.
func alikeV2(s string) (text string, ok bool) {
	s = strings.TrimRight(strings.ReplaceAll(strip(s), "\n", ""), ".")
	for _, pair := range [][2]string{
		{`\!`, ""}, {`\ `, ""}, {`\\`, `\`}, {`\\`, `\`}, {"tfrac", "frac"}, {"dfrac", "frac"}, {`\left`, ""}, {`\right`, ""},
	} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	if without := strip(unitText().ReplaceAllString(s, "")); without != "" {
		s = without
	}
	for _, pair := range [][2]string{
		{`^{\circ}`, ""}, {`^\circ`, ""}, {`\$`, ""}, {"$", ""}, {`\text`, ""}, {`x\in`, ""}, {`\%`, ""}, {"%", ""},
		{" .", " 0."}, {"{.", "{0."}, {`\cdot`, ""}, {"infinity", `\infty`},
	} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	if !strings.Contains(s, `\infty`) {
		s = strings.ReplaceAll(s, "inf", `\infty`)
	}
	for _, pair := range [][2]string{{`+\inity`, `\infty`}, {"and", ""}, {`\mathbf`, ""}} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	s = boxOfText().ReplaceAllString(s, "")
	if strings.Contains(s, "j") && !strings.Contains(s, "i") {
		s = strings.ReplaceAll(s, "j", "i")
	}
	s = pointZeros().ReplaceAllString(s, "${1}${2}")
	s = endZeros().ReplaceAllString(s, "${1}")
	if s == "" {
		return "", true
	}
	if s[0] == '.' {
		s = "0" + s
	}
	s = wordRoot().ReplaceAllString(rightSide(s), `\sqrt{${1}}`)
	s, _ = fractions(strings.ReplaceAll(s, " ", ""), true)
	return slash(s)
}
