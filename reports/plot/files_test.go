package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestFiles: figures for any viewer and any paper. What is referred to is there, colours
// are plain, letters are embedded or shapes, and the same figure gives the same bytes.
func TestFiles(t *testing.T) {
	run := fixture.New(small)
	for i := range run.Header.Cells { // letters that the fonts have, have not, and that have two units
		run.Header.Cells[i].Label += " ≥ 中 😀 <&>"
	}
	v := view.New(run)
	for _, l := range Layouts() {
		figures, _ := Figures(v, nil, l)
		again, _ := Figures(v, nil, l)
		for i, f := range figures {
			if f.Name != "quality-latency-sudoku" && f.Name != "latency-length-cost" {
				continue
			}
			t.Run(l.Name+"/"+f.Name, func(t *testing.T) {
				svg, pdf := written(t, f.WriteSVG), written(t, f.PDF)
				if !bytes.Equal(svg, written(t, again[i].WriteSVG)) || !bytes.Equal(pdf, written(t, again[i].PDF)) {
					t.Error("another rendering has other bytes")
				}
				checkSVG(t, svg, l)
				checkPDF(t, pdf, l)
				if l.Float != "" && (bytes.Contains(svg, []byte(`aria-label="`+f.Title+`"`)) || !strings.HasPrefix(f.Text(), f.Title)) {
					t.Errorf("the title is in the figure, or not in its text %q", f.Text())
				}
			})
		}
	}
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func checkSVG(t *testing.T, svg []byte, l Layout) {
	t.Helper()
	for _, bad := range []string{"var(", "color-mix", "url(", "<text", "font-family", "class="} {
		if bytes.Contains(svg, []byte(bad)) {
			t.Errorf("the SVG holds %s", bad)
		}
	}
	var root xml.StartElement
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && root.Name.Local == "" {
			root = e
		}
	}
	attributes := map[string]string{}
	for _, a := range root.Attr {
		attributes[a.Name.Local] = a.Value
	}
	if want := fmt.Sprintf("%gpt", l.width.Points()); attributes["width"] != want {
		t.Errorf("the SVG has %v, want a width of %s", attributes, want)
	}
	refs := regexp.MustCompile(`href="#([^"]*)"`).FindAllSubmatch(svg, -1)
	for _, ref := range refs {
		if !bytes.Contains(svg, fmt.Appendf(nil, `<path id="%s"`, ref[1])) {
			t.Errorf("the SVG refers to %s, which is not there", ref[1])
		}
	}
	if len(refs) < 50 || !bytes.Contains(svg, []byte(`aria-label="exact match (%)"`)) && !bytes.Contains(svg, []byte(`aria-label="latency, e2e (ms)"`)) {
		t.Errorf("%d letters", len(refs))
	}
}

func checkPDF(t *testing.T, pdf []byte, l Layout) {
	t.Helper()
	s := string(pdf)
	if !strings.HasPrefix(s, "%PDF-1.") || !strings.Contains(s, "/FontFile2 ") || !strings.Contains(s, fmt.Sprintf("/MediaBox [0 0 %.2f ", l.width.Points())) {
		t.Errorf("no page of that width with an embedded font")
	}
	if strings.Contains(s, "Date") {
		t.Error("the PDF holds a date")
	}
	for _, ref := range regexp.MustCompile(`(\d+) 0 R\b`).FindAllStringSubmatch(s, -1) {
		if !strings.Contains(s, "\n"+ref[1]+" 0 obj") {
			t.Errorf("the PDF refers to object %s, which is not there", ref[1])
		}
	}
	_, table, _ := strings.Cut(s, "\nxref\n")
	entries := regexp.MustCompile(`(?m)^(\d{10}) 00000 n`).FindAllStringSubmatch(table, -1)
	for i, e := range entries {
		if at, _ := strconv.Atoi(e[1]); !strings.HasPrefix(s[at:], fmt.Sprintf("%d 0 obj", i+1)) {
			t.Errorf("object %d is not at %d, where the PDF says it is", i+1, at)
		}
	}
	if len(entries) < 8 {
		t.Errorf("%d objects", len(entries))
	}
}

// TestHues: no decoder has the hue of another one.
func TestHues(t *testing.T) {
	hue := func(engine string) float64 {
		c := lookOf(engine).color
		r, g, b := float64(c.R), float64(c.G), float64(c.B)
		return math.Atan2(math.Sqrt(3)*(g-b), 2*r-g-b) * 180 / math.Pi
	}
	all := allLooks()
	for i, a := range all {
		for _, b := range all[:i] {
			if d := math.Abs(math.Remainder(hue(a)-hue(b), 360)); d < 14 {
				t.Errorf("the hues of %s and %s differ by %.0f°", a, b, d)
			}
		}
	}
}

// TestManyPanels: what has no room in a figure is in the next one, in its order.
func TestManyPanels(t *testing.T) {
	for _, l := range []Layout{Screen, Paper} {
		m := &maker{v: &view.View{}, layout: l}
		var panels []panel
		for i := range 8 {
			panels = append(panels, panel{title: fmt.Sprintf("task %d, x", i)})
		}
		m.add(&Figure{Name: "f", Title: "All"}, panels, "")
		var got []string
		n := 0
		for _, f := range m.figures {
			got = append(got, f.Name)
			n += len(f.panels)
		}
		if want := map[string]string{"screen": "f f-2", "paper": "f f-2 f-3"}[l.Name]; strings.Join(got, " ") != want || n != 8 || len(m.skipped) != 0 || m.figures[1].Title != "All, continued" {
			t.Errorf("%s: figures %v with %d panels, skipped %v", l.Name, got, n, m.skipped)
		}
	}
}
