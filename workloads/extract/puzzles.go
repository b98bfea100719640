package extract

import "strings"

var (
	equation = compiled(`([0-9+\-*/() ]+)=[0-9. ]+`)
	gridOf   = []pattern{
		compiled("(?s)<answer>.*?```" + space + `*((?:` + digit + `|` + space + ")+)```"),
		compiled(`(?s)<answer>(.*?)(?:<\|eot_id\|>|<\|endoftext\|>|</answer>)`),
		compiled(`(?s)</answer>` + space + `*(.*?)(?:<\|eot_id\|>|<\|endoftext\|>|$)`),
		compiled(`(?s).*?(` + digit + `{16})` + space + `*</answer>`),
		compiled(`(?:^|[^\p{L}\p{N}_])(` + digit + `{16})(?:$|[^\p{L}\p{N}_])`),
	}
)

// countdownD1 takes the last box, of a text whose last box does not close the answer
// in tags, else everything; of an equation its left side.
func countdownD1(output string) (string, bool) {
	box, found := lastBox(output, true)
	text, ok := unbox(box, true)
	switch m := answerTag().FindStringSubmatch(output); {
	case ok:
	case found && box != "":
		text = box
	case found && m != nil:
		text = strip(m[1])
	default:
		text = output
	}
	text = strings.NewReplacer(`\div`, "/", `\times`, "*", `\cdot`, "*").Replace(text)
	if m := equation().FindStringSubmatch(text); m != nil {
		text = strip(m[1])
	}
	return text, true
}

// sudokuD1 takes the cells of a grid without white space: the block or the rest of the
// answer in tags, what follows it, else sixteen digits.
func sudokuD1(output string) (string, bool) {
	for _, p := range gridOf {
		if m := p().FindStringSubmatch(output); m != nil && strip(m[1]) != "" {
			return blanks().ReplaceAllString(m[1], ""), true
		}
	}
	return "", false
}
