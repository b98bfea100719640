package extract

import (
	"strings"
	"unicode/utf8"
)

// lastBox is the last \boxed{} of a text with the braces within it, or the last
// \fbox{}; bare is whether "\boxed 5" without braces counts, up to a dollar sign.
// found is false without any, and text "" where the braces do not close.
func lastBox(s string, bare bool) (text string, found bool) {
	if i := strings.LastIndex(s, `\boxed `); bare && i >= 0 {
		text, _, _ = strings.Cut(s[i:], "$")
		return text, true
	}
	i := strings.LastIndex(s, `\boxed`)
	if i < 0 {
		i = strings.LastIndex(s, `\fbox`)
	}
	if i < 0 {
		return "", false
	}
	open := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return s[i : j+1], true
			}
		}
	}
	return "", true
}

// unbox is what stands in a box; ok is false for an \fbox and for none.
func unbox(box string, bare bool) (text string, ok bool) {
	if rest, is := strings.CutPrefix(box, `\boxed `); is && bare {
		return rest, true
	}
	rest, is := strings.CutPrefix(box, `\boxed{`)
	return strings.TrimSuffix(rest, "}"), is && strings.HasSuffix(rest, "}")
}

// boxed takes the last box.
func boxed(output string) (string, bool) {
	box, _ := lastBox(output, true)
	return unbox(box, true)
}

// mathD1 takes the last box; of a text without one everything, of one whose last box
// does not close, or is empty, the answer in tags.
func mathD1(output string) (string, bool) {
	box, found := lastBox(output, true)
	if !found {
		box = output
	}
	text, ok := unbox(box, true)
	if !ok && (box != "" || !found) {
		text = box
	}
	if text != "" {
		return text, true
	}
	if m := answerTag().FindStringSubmatch(output); m != nil {
		return strip(m[1]), true
	}
	return "", ok || !found
}

// dollars takes what stands between the first and the last dollar sign.
func dollars(output string) (string, bool) {
	if from, to := strings.IndexByte(output, '$'), strings.LastIndexByte(output, '$'); from < to {
		return output[from+1 : to], true
	}
	return output, true
}

// hope ends the answer in the form of Minerva; it is put behind every output.
const hope = "I hope it is correct."

var finalAnswer = compiled(`Final Answer: The final answer is(.*?). ` + hope)

// minerva takes the final answer in the form of Minerva's examples.
func minerva(output string) (string, bool) {
	return firstGroup(finalAnswer().FindStringSubmatch(output + hope))
}

var (
	twiceBraced = compiled(`^\{(.*)\}$`)
	answerIs    = compiled(`final answer|answer is`)
)

// mathOpenCompass takes the last box, else the first sentence that speaks of an
// answer, else the first sentence, the latter two written as in Minerva.
func mathOpenCompass(output string) (string, bool) {
	if box, found := lastBox(output, false); found {
		if text, ok := unbox(box, false); ok {
			if m := twiceBraced().FindStringSubmatch(text); m != nil {
				text = m[1]
			}
			if text != "" {
				return text, true
			}
		}
	}
	sentences := strings.Split(output, ".")
	for _, s := range sentences {
		if answerIs().MatchString(strings.ToLower(s)) {
			return minervaLike(s), true
		}
	}
	return minervaLike(sentences[0]), true
}

// equalMATH is is_equiv of MATH: two texts are equal once they are written alike, or
// as they are where one of them cannot be.
func equalMATH(answer, reference string) bool {
	a, okA := alike(answer)
	b, okB := alike(reference)
	if !okA || !okB {
		return answer == reference
	}
	return a == b
}

// alike writes LaTeX in one of several ways that mean the same, as strip_string of
// MATH does. ok is false where that fails there: units twice, a fraction or root of
// nothing, a slash between texts that are no whole numbers.
func alike(s string) (text string, ok bool) {
	s = strings.ReplaceAll(s, "\n", "")
	for _, pair := range [][2]string{
		{`\!`, ""}, {`\\`, `\`}, {"tfrac", "frac"}, {"dfrac", "frac"}, {`\left`, ""}, {`\right`, ""},
		{`^{\circ}`, ""}, {`^\circ`, ""}, {`\$`, ""},
	} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	switch parts := strings.Split(s, `\text{ `); len(parts) {
	case 1:
	case 2:
		s = parts[0] // the unit
	default:
		return "", false
	}
	s = strings.ReplaceAll(s, `\%`, "")
	s = zeros(s)
	if s == "" {
		return "", true
	}
	s = rightSide(s)
	if s, ok = roots(s); !ok {
		return "", false
	}
	s = strings.ReplaceAll(s, " ", "")
	if s, ok = fractions(s, false); !ok {
		return "", false
	}
	if s == "0.5" {
		s = `\frac{1}{2}`
	}
	return slash(s)
}

// zeros writes a zero before points that begin a number.
func zeros(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, " .", " 0."), "{.", "{0.")
	if strings.HasPrefix(s, ".") {
		return "0" + s
	}
	return s
}

// rightSide leaves out "k = " before an answer.
func rightSide(s string) string {
	if parts := strings.Split(s, "="); len(parts) == 2 && utf8.RuneCountInString(parts[0]) <= 2 {
		return parts[1]
	}
	return s
}

// roots puts what stands behind \sqrt into braces; ok is false if nothing does.
func roots(s string) (text string, ok bool) {
	parts := strings.Split(s, `\sqrt`)
	var b strings.Builder
	b.WriteString(parts[0])
	for _, p := range parts[1:] {
		if p == "" {
			return "", false
		}
		b.WriteString(`\sqrt`)
		if p[0] != '{' {
			first, rest := character(p)
			b.WriteString("{" + first + "}")
			p = rest
		}
		b.WriteString(p)
	}
	return b.String(), true
}

// fractions puts the two characters behind \frac into braces: \frac12, \frac1{72}. A
// text with one character behind it is left as it is, and so is one with nothing
// behind it where that is lenient; else it is not ok.
func fractions(s string, lenient bool) (text string, ok bool) {
	parts := strings.Split(s, `\frac`)
	var b strings.Builder
	b.WriteString(parts[0])
	for _, p := range parts[1:] {
		if p == "" && !lenient {
			return "", false
		}
		b.WriteString(`\frac`)
		if !strings.HasPrefix(p, "{") {
			above, rest := character(p)
			below, more := character(rest)
			if below == "" {
				return s, true
			}
			b.WriteString("{" + above + "}")
			if p = rest; below != "{" {
				p = "{" + below + "}" + more
			}
		}
		b.WriteString(p)
	}
	return b.String(), true
}

// character cuts a text behind its first character.
func character(s string) (first, rest string) {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n], s[n:]
}

// slash writes a quotient of two whole numbers as a fraction. It is not ok with one
// slash between anything else that int does not read.
func slash(s string) (text string, ok bool) {
	parts := strings.Split(s, "/")
	if len(parts) != 2 {
		return s, true
	}
	above, okA := integer(parts[0])
	below, okB := integer(parts[1])
	if !okA || !okB {
		return "", false
	}
	if above+"/"+below != s {
		return s, true
	}
	return `\frac{` + above + "}{" + below + "}", true
}
