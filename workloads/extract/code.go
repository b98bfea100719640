package extract

import "strings"

// fence marks a block of code.
const fence = "```"

var (
	blockLmEval = compiled("(?s)```" + `(?:` + word + `+)?\n?(.*?)\n?` + "```")
	blockLines  = compiled("(?s)```" + word + `*\n(.*?)` + "```")
	doneMark    = compiled(`'?` + space + `*\[?DONE\]?`)
	mbppMarks   = []pattern{
		compiled(`(?s)\[BEGIN\]` + space + `*'(.*)'` + space + `*\[DONE\]`),
		compiled(`(?s)BEGIN` + space + `*'(.*)'` + space + `*\[DONE\]`),
		compiled(`(?s)\[BEGIN\]` + space + `*'(.*)'` + space + `*DONE`),
		compiled(`(?s)BEGIN` + space + `*'(.*)'` + space + `*DONE`),
		compiled(`(?s)\[BEGIN\]` + space + `*'(.*)` + space + `*\[DONE\]`),
		compiled(`(?s)BEGIN` + space + `*'(.*)` + space + `*\[DONE\]`),
		compiled(`(?s)\[BEGIN\]` + space + `*'(.*)` + space + `*DONE`),
		compiled(`(?s)BEGIN` + space + `*'(.*)` + space + `*DONE`),
		compiled(`(?s)\[BEGIN\]` + space + `*(.*)` + space + `*\[DONE\]`),
		compiled(`(?s)BEGIN` + space + `*(.*)` + space + `*\[DONE\]`),
		compiled(`(?s)\[BEGIN\]` + space + `*(.*)` + space + `*DONE`),
		compiled(`(?s)BEGIN` + space + `*(.*)` + space + `*DONE`),
		compiled("(?s)```python" + space + `*(.*)` + space + "*```"),
		compiled("(?s)```" + space + `*(.*)` + space + "*```"),
		compiled("(?s)```python" + space + `*(.*)` + space + `*$`),
		compiled("(?s)```" + space + `*(.*)` + space + `*$`),
		compiled(`(?s)(.*)` + space + "*```.*"),
		compiled(`(?s)\[BEGIN\]` + space + `*'(.*)`),
		compiled(`(?s)\[BEGIN\](.*)`),
		compiled(`(?s)'(.*)'` + space + `*\[DONE\]`),
	}
)

// codeBlock takes the first block of an output whose first fence stood in the prompt, an
// empty program if there is none.
func codeBlock(output string) (string, bool) {
	m := blockLmEval().FindStringSubmatch(fence + output)
	if m == nil {
		m = blockLmEval().FindStringSubmatch(strings.ReplaceAll(output, fence+"python", fence))
	}
	if m == nil {
		return "", true
	}
	return m[1], true
}

// codeBefore takes everything before the first fence.
func codeBefore(output string) (string, bool) {
	output, _, _ = strings.Cut(output, fence)
	return output, true
}

// codeOpenCompass takes the first block, else everything, without white space before it.
func codeOpenCompass(output string) (string, bool) {
	if m := blockLines().FindStringSubmatch(output); m != nil {
		output = m[1]
	}
	return strings.TrimLeftFunc(output, isSpace), true
}

// codeMBPP takes what the first fitting mark encloses, cut at a fence and at DONE.
func codeMBPP(output string) (string, bool) {
	for _, p := range mbppMarks {
		if m := p().FindStringSubmatch(output); m != nil {
			output = m[1]
			break
		}
	}
	output, _, _ = strings.Cut(output, fence)
	if at := doneMark().FindStringIndex(output); at != nil {
		output = output[:at[0]]
	}
	return strip(strings.ReplaceAll(output, `\_`, "_")), true
}
