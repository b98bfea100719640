package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gplot "gonum.org/v1/plot"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// small is a run with one task, to keep drawing in tests quick.
var small = fixture.Shape{
	Tasks:     []fixture.Task{{Workload: "sudoku", Rung: "holes-4", Budget: 16, AR: 0.4, Parallel: 0.6}},
	Steps:     []int{4, 16},
	Instances: 12, Repeats: 2, Lengths: []int{32, 64}, Blocks: 6,
}

func TestFiguresOfAUsualRun(t *testing.T) {
	figs, skipped := Figures(view.New(fixture.New(fixture.Default)), nil, Screen)
	for _, s := range skipped { // what the run has no cells or traces for, or too many
		if !strings.HasPrefix(s.Reason, "only the first") && !slices.Contains([]string{"crossover", "block-length", "coherence-backward", "coherence-lookahead", "temperature", "load", "floors", "roofline", "emergence", "order", "heat"}, s.Name) {
			t.Errorf("skipped %v", s)
		}
	}
	names := map[string]*Figure{}
	for _, f := range figs {
		names[f.Name] = f
		if !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(f.Name) || !IsName(f.Name) {
			t.Errorf("figure name %q", f.Name)
		}
		if !strings.Contains(f.Caption, "95%") && !slices.Contains([]string{"crossover"}, f.Name) {
			t.Errorf("%s does not say what its bars are: %q", f.Name, f.Caption)
		}
		f.SVG() // which must not panic
	}
	for name, panels := range map[string]int{
		"latency-length": 4, "throughput-length": 4, "latency-length-cost": 1, "throughput-length-cost": 1,
		"nfe-length": 4, "flops-length": 4, "latency-steps": 4, "nfe-steps": 4, "flops-steps": 4,
		"quality-steps-sudoku": 2, "quality-latency-lists": 2, "quality-flops-stories": 2, "ladder": 4,
	} {
		if f := names[name]; f == nil || len(f.panels) != panels {
			t.Errorf("%s: %+v, want %d panels", name, f, panels)
		}
	}
	// AR has no steps: it is a level line, and no point of the curve.
	for _, s := range names["quality-steps-sudoku"].panels[0].series {
		if s.level != (s.name == "ar") {
			t.Errorf("series %q: level %v", s.name, s.level)
		}
	}
}

func TestPNG(t *testing.T) {
	figs, _ := Figures(view.New(fixture.New(small)), nil, Screen)
	f := figs[0]
	var b bytes.Buffer
	if err := f.PNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if w, h := img.Bounds().Dx(), img.Bounds().Dy(); w != 1200 || h < 500 || h > 1500 {
		t.Errorf("%s is %d×%d", f.Name, w, h)
	}
	seen := colours(img)
	total := img.Bounds().Dx() * img.Bounds().Dy()
	if white := seen[color.NRGBA{255, 255, 255, 255}]; white < total/2 || white > total*99/100 {
		t.Errorf("%d of %d pixels are white", white, total)
	}
	for _, engine := range []string{"autoregressive", "diffusion", "block"} {
		if seen[lookOf(engine).color] < 200 {
			t.Errorf("%d pixels in the colour of %s", seen[lookOf(engine).color], engine)
		}
	}
	// Nothing touches the edge: neither text nor marks are cut off.
	for x := range img.Bounds().Dx() {
		for _, y := range []int{0, img.Bounds().Dy() - 1} {
			if r, g, bl, _ := img.At(x, y).RGBA(); r+g+bl != 3*0xffff {
				t.Fatalf("a mark at the edge (%d, %d)", x, y)
			}
		}
	}
}

func colours(img image.Image) map[color.NRGBA]int {
	n := map[color.NRGBA]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			n[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)]++
		}
	}
	return n
}

func TestSVG(t *testing.T) {
	run := fixture.New(small)
	for i := range run.Header.Cells {
		run.Header.Cells[i].Label += `<script>alert("x")</script>&`
		run.Header.Cells[i].Workload = `"><img src=x>`
	}
	figs, _ := Figures(view.New(run), nil, Screen)
	for _, f := range figs {
		s := f.SVG()
		if !strings.HasPrefix(s, "<svg viewBox=") || strings.Contains(s, "<?xml") {
			t.Errorf("%s begins with %.60q", f.Name, s)
		}
		for _, bad := range []string{"<script", "<img", "href", "url(", "@font-face"} {
			if strings.Contains(s, bad) {
				t.Errorf("%s holds %q", f.Name, bad)
			}
		}
		dec := xml.NewDecoder(strings.NewReader(s))
		texts := 0
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is no well-formed XML: %v", f.Name, err)
			}
			if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "text" {
				texts++
			}
		}
		if texts < 8 {
			t.Errorf("%s has %d texts", f.Name, texts)
		}
	}
}

func TestSkippedWithReason(t *testing.T) {
	one := small
	one.Steps, one.Lengths = []int{4}, []int{32}
	noTime := fixture.New(small)
	for i := range noTime.Requests {
		noTime.Requests[i].E2ENs, noTime.Requests[i].BatchNs = nil, nil
	}
	invalid := fixture.New(small)
	for i := range invalid.Validity {
		invalid.Validity[i].Valid = false
	}
	for _, c := range []struct {
		name    string
		run     *result.File
		drawn   []string
		skipped map[string]string
	}{
		{"empty run", &result.File{}, nil, map[string]string{"latency-length": "no workload", "quality-steps": "no cell has trained weights"}},
		{"one length, one number of steps", fixture.New(one), []string{"quality-latency-sudoku", "quality-flops-sudoku", "quality-tpf-sudoku", "delivery"},
			map[string]string{"latency-length": "two or more lengths", "latency-length-cost": "two or more lengths", "quality-steps-sudoku": "two or more numbers of denoising steps"}},
		{"no times", noTime, []string{"nfe-length-cost", "flops-length-cost", "nfe-steps", "flops-steps", "quality-steps-sudoku", "quality-flops-sudoku", "quality-tpf-sudoku", "aup"}, map[string]string{"latency-length-cost": "two or more lengths", "quality-latency-sudoku": "both a quality and latency"}},
		{"all invalid", invalid, nil, map[string]string{"quality-steps-sudoku": "no decoder", "quality-latency-sudoku": "no usable cell"}},
	} {
		figs, skipped := Figures(view.New(c.run), nil, Screen)
		var drawn []string
		for _, f := range figs {
			drawn = append(drawn, f.Name)
		}
		if strings.Join(drawn, " ") != strings.Join(c.drawn, " ") {
			t.Errorf("%s: drawn %v, want %v", c.name, drawn, c.drawn)
		}
		reasons := map[string]string{}
		for _, s := range skipped {
			reasons[s.Name] = s.Reason
		}
		for name, want := range c.skipped {
			if !strings.Contains(reasons[name], want) {
				t.Errorf("%s: %s skipped because %q, want %q in it", c.name, name, reasons[name], want)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	labels := func(ticks []gplot.Tick) string {
		var out []string
		for _, k := range ticks {
			if k.Label != "" {
				out = append(out, k.Label)
			}
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{{0.9, 1100, "1 10 100 1000"}, {0.9, 22, "1 2 5 10 20"}, {3, 9, "3 4 5 6 7 8 9"}, {1.5e4, 6e4, "20k 50k"}} {
		got := labels(logTicks(c.lo, c.hi))
		if c.lo == 3 { // less than half a decade labels every digit
			if got != c.want {
				t.Errorf("logTicks(%v, %v) = %s, want %s", c.lo, c.hi, got, c.want)
			}
			continue
		}
		if got != c.want && !(c.lo == 1.5e4 && strings.HasPrefix(got, "20k")) {
			t.Errorf("logTicks(%v, %v) = %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
	if got := labels(valueTicks([]float64{256, 32, 33, 64, 32}, 28, 300, true)); got != "32 64 256" {
		t.Errorf("labels that would touch are shown: %s", got)
	}
}

// One colour a decoder, and never two decoders alike.
func TestLooks(t *testing.T) {
	seen := map[string]string{}
	for engine := range looks {
		key := Color(engine)
		if o, ok := seen[key]; ok {
			t.Errorf("%s and %s share %s", engine, o, key)
		}
		seen[key] = engine
	}
	if Color("autoregressive") != "#0072b2" || Color("no such") != "#555555" || Shape("block") != "square" {
		t.Errorf("%s %s %s", Color("autoregressive"), Color("no such"), Shape("block"))
	}
}

// Figures that are drawn at the same time, as PNG and as SVG, are those that are
// drawn one by one.
func TestDrawnTogether(t *testing.T) {
	figures, _ := Figures(view.New(fixture.New(small)), nil, Screen)
	if figures = figures[:min(3, len(figures))]; len(figures) < 3 {
		t.Fatalf("only %d figures", len(figures))
	}
	type drawing struct{ png, svg string }
	draw := func(f *Figure) (d drawing) {
		var b bytes.Buffer
		if err := f.PNG(&b); err != nil {
			t.Error(err)
		}
		return drawing{b.String(), f.SVG()}
	}
	alone := make([]drawing, len(figures))
	for i, f := range figures {
		alone[i] = draw(f)
	}
	together := make([][2]drawing, len(figures))
	var wg sync.WaitGroup
	for i, f := range figures {
		for k := range 2 { // also one and the same figure
			wg.Go(func() { together[i][k] = draw(f) })
		}
	}
	wg.Wait()
	for i, f := range figures {
		for _, d := range together[i] {
			if d.svg != alone[i].svg {
				t.Errorf("the SVG of %s differs", f.Name)
			}
			if d.png != alone[i].png {
				t.Errorf("the PNG of %s differs", f.Name)
			}
		}
		img, err := png.Decode(strings.NewReader(alone[i].png))
		if err != nil {
			t.Fatal(err)
		}
		if want := f.raster(dpi).Image(); img.Bounds() != want.Bounds() || distance(img, want) != 0 {
			t.Errorf("%s is not written as it was drawn", f.Name)
		}
	}
}
