package extract

import (
	"strings"
)

// The texts that Minerva replaces and leaves out, in order (its appendix D).
var (
	replaced = [][2]string{
		{"an ", ""}, {"a ", ""}, {".$", "$"}, {`\$`, ""}, {`\ `, ""}, {" ", ""}, {"mbox", "text"},
		{`,\text{and}`, ","}, {`\text{and}`, ","}, {`\text{m}`, `\text{}`},
	}
	leftOut = []string{
		"square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units", `\ldots`, "sue", "points",
		"feet", "minutes", "digits", "cents", "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students",
		"childrentickets", "multiples", `\text{s}`, `\text{.}`, "\\text{\ns}", `\text{}^2`, `\text{}^3`, "\\text{\n}",
		`\text{}`, `\mathrm{th}`, `^\circ`, `^{\circ}`, `\;`, `,\!`, "{,}", `"`, `\dots`,
	}
)

var (
	inDollars    = compiled(`(.*?)(\$)(.*?)(\$)(.*)`)
	inBrackets   = compiled(`(\\text\{)\((.*?)\)(\})`)
	inText       = compiled(`(\\text\{)(.*?)(\})`)
	inBold       = compiled(`(\\textbf\{)(.*?)(\})`)
	inLine       = compiled(`(\\overline\{)(.*?)(\})`)
	inBox        = compiled(`(\\boxed\{)(.*)(\})`)
	shortFrac    = compiled(`(frac)([^{])(.)`)
	shortRoot    = compiled(`(sqrt)([^{])`)
	finalAnswers = compiled(`finalansweris(.*)`)
	answersIs    = compiled(`answer?is:?(.*)`)
	anyBox       = compiled(`oxed\{(.*?)\}`)
	anyDollars   = compiled(`\$(.*?)\$`)
)

// inMinerva writes a final answer as Minerva does.
func inMinerva(s string) string {
	if i := strings.LastIndexByte(s, '='); i >= 0 {
		s = s[i+1:]
	}
	for _, pair := range replaced {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	for _, out := range leftOut {
		s = strings.ReplaceAll(s, out, "")
	}
	s = inDollars().ReplaceAllString(s, `$$${3}$$`)
	s = inText().ReplaceAllString(s, "${2}")
	return shorthand(bare(s))
}

// bare leaves out bold type, lines over a text and a box around it.
func bare(s string) string {
	s = inBold().ReplaceAllString(s, "${2}")
	s = inLine().ReplaceAllString(s, "${2}")
	return inBox().ReplaceAllString(s, "${2}")
}

// shorthand puts braces behind frac and sqrt, and leaves out dollars and the commas of
// whole numbers.
func shorthand(s string) string {
	s = shortFrac().ReplaceAllString(s, "frac{${2}}{${3}}")
	s = shortRoot().ReplaceAllString(s, "sqrt{${2}}")
	s = strings.ReplaceAll(s, "$", "")
	if plain := strings.ReplaceAll(s, ",", ""); isDigits(plain) {
		return plain
	}
	return s
}

// minervaLike is OpenCompass' variant of it, which reads whole sentences.
func minervaLike(s string) string {
	for _, pair := range replaced {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	s = strings.ReplaceAll(s, `\le`, "<")
	for _, out := range leftOut {
		s = strings.ReplaceAll(s, out, "")
	}
	s = strings.NewReplacer("\n", "", "\r", "", "\f", "").Replace(s)
	s = inBrackets().ReplaceAllString(s, "${2}")
	s = bare(inText().ReplaceAllString(s, "${2}"))
	for _, re := range []pattern{finalAnswers, answersIs, anyBox, anyDollars} {
		if all := re().FindAllStringSubmatch(s, -1); len(all) > 0 {
			s = all[len(all)-1][1]
		}
	}
	s = strip(s)
	if strings.Contains(s, "rac") && !strings.Contains(s, `\frac`) {
		s = strings.ReplaceAll(s, "rac", `\frac`)
	}
	return shorthand(s)
}
