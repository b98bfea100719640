package table

import (
	"fmt"
	"strings"

	"dllmbench/reports/view"
)

// LaTeX writes the table as a float of LaTeX with rules of the package booktabs. Caption
// and label are plain text. All of it is ASCII and letters of Latin alphabets, so that
// any engine sets it.
func (t *Table) LaTeX(caption, label string) string {
	var b strings.Builder
	t = t.Flat()
	b.WriteString("% \\usepackage{booktabs}\n\\begin{table}[t]\n\\centering\n\\small\n")
	fmt.Fprintf(&b, "\\caption{%s}\n\\label{%s}\n\\begin{tabular}{", TeX(caption), key(label))
	for _, c := range t.Columns {
		if c.Left {
			b.WriteByte('l')
		} else {
			b.WriteByte('r')
		}
	}
	b.WriteString("}\n\\toprule\n")
	t.over(&b)
	line := func(fields []string) {
		text := strings.Join(fields, " & ")
		if text != "" && strings.ContainsRune("[*", rune(text[0])) { // which \\ of the line before would take for its own
			text = "{}" + text
		}
		b.WriteString(text + " \\\\\n")
	}
	heads := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = TeX(c.Title)
	}
	line(heads)
	b.WriteString("\\midrule\n")
	for _, r := range t.Rows {
		escaped := Row{Best: r.Best}
		for _, s := range r.Fields {
			escaped.Fields = append(escaped.Fields, TeX(s))
		}
		line(escaped.marked(`\textbf{`, "}"))
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	return b.String()
}

// over writes the line of what stands over several columns, if anything does.
func (t *Table) over(b *strings.Builder) {
	var heads, rules []string
	for from := 0; from < len(t.Columns); {
		to := from + 1
		for to < len(t.Columns) && t.Columns[to].Over == t.Columns[from].Over {
			to++
		}
		if s := t.Columns[from].Over; s == "" {
			heads = append(heads, strings.Repeat(" & ", to-from-1))
		} else {
			heads = append(heads, fmt.Sprintf("\\multicolumn{%d}{c}{%s}", to-from, TeX(s)))
			rules = append(rules, fmt.Sprintf("\\cmidrule(lr){%d-%d}", from+1, to))
		}
		from = to
	}
	if rules != nil {
		fmt.Fprintf(b, "%s \\\\\n%s\n", strings.Join(heads, " & "), strings.Join(rules, " "))
	}
}

// key is a label that LaTeX takes as it is.
func key(label string) string {
	return strings.Map(func(c rune) rune {
		if c < 0x80 && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.ContainsRune(":-.", c)) {
			return c
		}
		return '-'
	}, label)
}

// teX are the characters that LaTeX reads otherwise, or that not every engine knows.
var teX = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\{`, '}': `\}`, '$': `\$`, '&': `\&`, '#': `\#`, '%': `\%`, '_': `\_`,
	'^': `\textasciicircum{}`, '~': `\textasciitilde{}`, '<': `\textless{}`, '>': `\textgreater{}`, '|': `\textbar{}`, '"': `''`,
	'×': `$\times$`, '±': `$\pm$`, '−': `$-$`, '–': `--`, '—': `---`, '…': `\ldots{}`, '·': `$\cdot$`, 'µ': `$\mu$`, 'Σ': `$\Sigma$`,
	'≥': `$\geq$`, '≤': `$\leq$`, '→': `$\to$`, '↓': `$\downarrow$`, 'ᵘ': `$^{u}$`, 'ᵗ': `$^{t}$`, 'α': `$\alpha$`, '‘': "`", '’': `'`,
}

// TeX is a text as LaTeX shows it, whatever it holds. Characters outside of Latin
// alphabets that have no command stand as their code point.
func TeX(text string) string {
	var b strings.Builder
	for _, c := range view.Clean(text) {
		switch s, special := teX[c]; {
		case special:
			b.WriteString(s)
		case c < 0x80 || c > 0xa0 && c < 0x180:
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, "[U+%04X]", c)
		}
	}
	return b.String()
}
