package table

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dllmbench/reports/view"
)

// Widths in characters at \small of a paper in two columns.
const (
	columnWidth = 52
	pageWidth   = 108
)

// LaTeX writes the table as a float of LaTeX with rules of the package booktabs. Caption
// and label are plain text. All of it is ASCII and letters of Latin alphabets, so that
// any engine sets it. A table that is wider than a column goes over both (table*), and one that is
// wider than the page is divided into several below each other.
func (t *Table) LaTeX(caption, label string) string {
	var b strings.Builder
	t = t.Flat()
	float := "table"
	if t.wide(t.Columns) > columnWidth {
		float = "table*"
	}
	fmt.Fprintf(&b, "%% \\usepackage{booktabs}\n\\begin{%s}[t]\n\\centering\n\\small\n\\caption{%s}\n\\label{%s}\n", float, TeX(caption), key(label))
	for i, part := range t.parts(pageWidth) {
		if i > 0 {
			b.WriteString("\n\\medskip\n\n")
		}
		part.tabular(&b)
	}
	fmt.Fprintf(&b, "\\end{%s}\n", float)
	return b.String()
}

// wide is about how many characters columns of the table take, with the space between them.
func (t *Table) wide(columns []Column) (sum int) {
	for _, c := range columns {
		i := slices.IndexFunc(t.Columns, func(o Column) bool { return o.Title == c.Title && o.Over == c.Over })
		most := utf8.RuneCountInString(c.Title)
		for _, r := range t.Rows {
			most = max(most, utf8.RuneCountInString(r.Fields[i]))
		}
		sum += most + 2
	}
	return sum
}

// parts divides the table by what stands over its columns, or between any two where that alone is
// too wide. Each part has the columns of text at the left of the table.
func (t *Table) parts(width int) (list []*Table) {
	heads := 0
	for heads < len(t.Columns) && t.Columns[heads].Left {
		heads++
	}
	if t.wide(t.Columns) <= width || heads == len(t.Columns) {
		return []*Table{t}
	}
	room, from := width-t.wide(t.Columns[:heads]), heads
	for from < len(t.Columns) {
		to := from + 1
		for to < len(t.Columns) && t.wide(t.Columns[from:to+1]) <= room {
			to++
		}
		if to < len(t.Columns) { // not within what one head stands over, if it fits
			whole := to
			for whole > from && t.Columns[whole].Over != "" && t.Columns[whole].Over == t.Columns[whole-1].Over {
				whole--
			}
			if whole > from {
				to = whole
			}
		}
		part := &Table{Columns: slices.Concat(t.Columns[:heads], t.Columns[from:to])}
		for _, r := range t.Rows {
			row := Row{Fields: slices.Concat(r.Fields[:heads], r.Fields[from:to])}
			if r.Best != nil {
				row.Best = slices.Concat(r.Best[:heads], r.Best[from:to])
			}
			part.Rows = append(part.Rows, row)
		}
		list, from = append(list, part), to
	}
	return list
}

// tabular writes the rows and the rules around them.
func (t *Table) tabular(b *strings.Builder) {
	b.WriteString("\\begin{tabular}{")
	for _, c := range t.Columns {
		if c.Left {
			b.WriteByte('l')
		} else {
			b.WriteByte('r')
		}
	}
	b.WriteString("}\n\\toprule\n")
	t.over(b)
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
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
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
