package plot

import (
	"cmp"
	"slices"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// Layout is the size and the type of figures: on a screen, or in a column of a paper,
// where type is serif, lines are thin, and title, notes and caption stand in the text.
type Layout struct {
	Name   string
	Doc    string
	Float  string // the environment of LaTeX for figures of a paper; "" for the screen
	width  vg.Length
	across int       // panels side by side, at most
	panels int       // of a figure, at most; the others are in the next one
	height vg.Length // of a panel beside others
	sole   vg.Length // of a panel that is alone
}

// The layouts: on a screen of 96 dots per inch the first is 600 pixels wide; the widths
// of the others are those of a column and of a page of two in common templates.
var (
	Screen    = Layout{"screen", "for a screen, with title and caption", "", 6.25 * vg.Inch, 2, 6, 2.75 * vg.Inch, 3.4 * vg.Inch}
	Paper     = Layout{"paper", "for a column of a paper (3.25 in), captions beside", "figure", 3.25 * vg.Inch, 1, 3, 2 * vg.Inch, 2.2 * vg.Inch}
	PaperWide = Layout{"paper-wide", "for both columns of a paper (6.75 in), captions beside", "figure*", 6.75 * vg.Inch, 2, 6, 2 * vg.Inch, 2.4 * vg.Inch}
)

// Layouts lists all layouts.
func Layouts() []Layout { return []Layout{Screen, Paper, PaperWide} }

// look is the layout of the figure, that of the screen if it has none.
func (f *Figure) look() Layout { return cmp.Or(f.layout, Screen) }

// printed reports whether figures are for a paper.
func (l Layout) printed() bool { return l.Float != "" }

// letters is the font of text of a size in points: sans-serif, on paper serif of 8 or 9.
func (l Layout) letters(f font.Font, size float64) font.Font {
	f.Variant, f.Size = "Sans", points(size)
	if l.printed() {
		f.Variant, f.Size = "Serif", points(min(max(size-1, 8), 9))
	}
	return f
}

// text is the style of such text.
func (l Layout) text(size float64) text.Style {
	s := gplot.New().Legend.TextStyle
	s.Font = l.letters(s.Font, size)
	return s
}

// fineness is how thin lines and small marks are on paper.
const fineness = 0.68

// fine makes lines and marks thin on paper, where colours may be lost: there each curve of
// the run has dashes of its own, as far as they go. So has, on a screen too, one with a band.
func (l Layout) fine(panels []panel) {
	done := map[*series]bool{}
	given, taken := map[string]int{}, map[int]bool{}
	for _, p := range panels {
		for _, s := range p.series { // one may stand in several panels
			if done[s] {
				continue
			}
			done[s] = true
			if s.joined && !s.bare && s.owner == "" && (l.printed() || len(s.runs()) > 0) {
				n, ok := given[s.name]
				if !ok {
					n = s.style.order % len(dashes)
					for tries := 1; taken[n] && tries < len(dashes); tries++ {
						n = (n + 1) % len(dashes)
					}
					given[s.name], taken[n] = n, true
				}
				s.style.line.Dashes = dashes[n]
			}
			if !l.printed() {
				continue
			}
			s.style.line.Width *= fineness
			s.style.radius *= fineness
			s.style.line.Dashes = slices.Clone(s.style.line.Dashes)
			for i := range s.style.line.Dashes {
				s.style.line.Dashes[i] *= fineness
			}
		}
	}
}

// margin is the paper around a figure. In a column there is paper enough.
func (l Layout) margin() vg.Length {
	if l.printed() {
		return points(1)
	}
	return margin
}

// legendLine is the height of a line of the legend.
func (l Layout) legendLine() vg.Length {
	if l.printed() {
		return points(11)
	}
	return points(14)
}
