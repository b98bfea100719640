package plot

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// PDF writes the figure as a page of its size. The letters that it uses are embedded.
// The same figure gives the same bytes, and no date is among them.
func (f *Figure) PDF(w io.Writer) error {
	width, height := f.size()
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: width.Points(), Ht: height.Points()}})
	doc.SetCatalogSort(true)
	doc.SetCreationDate(noDate)
	doc.SetModificationDate(noDate)
	doc.SetTitle(f.Title, true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	to := pdfWriter{doc: doc, height: height.Points(), opacity: 1}
	to.out("0 J") // lines end where they end
	f.replay(&to)
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return fmt.Errorf("figure %s: %w", f.Name, err)
	}
	out := b.Bytes()
	for _, key := range []string{"CreationDate", "ModDate"} { // as many blanks keep the places of all objects
		entry := fmt.Sprintf("/%s (D:%s)", key, noDate.Format("20060102150405"))
		out = bytes.Replace(out, []byte(entry), bytes.Repeat([]byte(" "), len(entry)), 1)
	}
	_, err := w.Write(out)
	return err
}

// noDate stands where the library wants a date; [Figure.PDF] removes it.
var noDate = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// pdfWriter writes what is drawn as operators of PDF, whose places are those of a
// [surface].
type pdfWriter struct {
	doc     *fpdf.Fpdf
	height  float64
	opacity float64
}

func (w *pdfWriter) out(format string, args ...any) {
	w.doc.RawWriteStr(fmt.Sprintf(format, args...) + "\n")
}

// use sets colour and opacity of what follows: of lines by RG, of areas and text by rg.
func (w *pdfWriter) use(p pen, operator string) {
	c := p.color
	if opacity := float64(c.A) / 0xff; opacity != w.opacity {
		w.opacity = opacity
		w.doc.SetAlpha(opacity, "Normal")
	}
	w.out("%.3f %.3f %.3f %s", float64(c.R)/0xff, float64(c.G)/0xff, float64(c.B)/0xff, operator)
}

func (w *pdfWriter) fill(p pen, path vg.Path) {
	w.use(p, "rg")
	w.out("%sf", operators(path))
}

func (w *pdfWriter) stroke(p pen, path vg.Path) {
	w.use(p, "RG")
	var dashes []string
	for _, d := range p.dashes {
		dashes = append(dashes, decimal(d))
	}
	w.out("%.3f w [%s] 0 d", p.width.Points(), strings.Join(dashes, " "))
	w.out("%sS", operators(path))
}

func (w *pdfWriter) text(p pen, at vg.Point, face font.Face, s string) {
	var letters bytes.Buffer
	if _, err := face.Face.WriteSourceTo(nil, &letters); err != nil {
		panic("plot: a font without its file") // they are compiled in
	}
	name := strings.ToLower(face.Name())
	w.doc.AddUTF8FontFromBytes(name, "", letters.Bytes()) // once for each name
	w.use(p, "rg")
	w.doc.SetFont(name, "", face.Font.Size.Points())
	sin, cos := math.Sincos(p.angle)
	w.out("q %.5f %.5f %.5f %.5f %.3f %.3f cm", cos, sin, -sin, cos, at.X.Points(), at.Y.Points())
	w.doc.Text(0, w.height, strings.Map(func(r rune) rune {
		if r > 0xffff { // the library has no place for these
			return '\ufffd'
		}
		return r
	}, s))
	w.out("Q")
}

// operators are a path; arcs are curves of a quarter at most.
func operators(path vg.Path) string {
	var b strings.Builder
	for _, c := range path {
		x, y := c.Pos.X.Points(), c.Pos.Y.Points()
		switch c.Type {
		case vg.MoveComp:
			fmt.Fprintf(&b, "%.3f %.3f m ", x, y)
		case vg.LineComp:
			fmt.Fprintf(&b, "%.3f %.3f l ", x, y)
		case vg.ArcComp:
			r, n := c.Radius.Points(), math.Ceil(math.Abs(c.Angle)/(math.Pi/2))
			step := c.Angle / n
			reach := 4. / 3 * math.Tan(step/4) // of the two points that pull a curve, in radii
			for i := range int(n) {
				s0, c0 := math.Sincos(c.Start + step*float64(i))
				s1, c1 := math.Sincos(c.Start + step*float64(i+1))
				fmt.Fprintf(&b, "%.3f %.3f %.3f %.3f %.3f %.3f c ", x+r*(c0-reach*s0), y+r*(s0+reach*c0), x+r*(c1+reach*s1), y+r*(s1-reach*c1), x+r*c1, y+r*s1)
			}
		case vg.CloseComp:
			b.WriteString("h ")
		default:
			panic("plot: a path is neither straight nor an arc")
		}
	}
	return b.String()
}
