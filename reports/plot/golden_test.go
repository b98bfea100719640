package plot

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dllmbench/harness/claims"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

var update = flag.Bool("update", false, "write the golden figures anew")

// goldenDPI is the resolution of golden figures: a quarter of that of the
// figures shows every line, and keeps the files small.
const goldenDPI = dpi / 4

// tolerance is the mean difference of brightness, of 255, that passes for the
// same picture: rounding of another processor, but no mark more or less.
const tolerance = 0.1

func TestGoldenFigures(t *testing.T) {
	run, traces := traced()
	figures, _ := Figures(view.New(run), traces, Screen)
	batches := fixture.New(fixture.Shape{Lengths: []int{32, 64, 256}, Steps: []int{8}, Blocks: 8, Batches: []int{1, 4}})
	more, _ := Figures(view.New(batches), nil, Screen)
	claim, none := Claim(claims.Verdict{Claim: 1, Figure: &claims.Figure{
		Title: "A verdict", XLabel: "distance", YLabel: "share (%)", LogX: true,
		Series: []claims.Series{
			{Label: "ar", Engine: "autoregressive", X: []float64{1, 2, 4}, Y: []float64{90, 80, 60}, Low: []float64{85, 70, 50}, High: []float64{95, 88, 70}, Line: true},
			{Label: "bound", X: []float64{1, 4}, Y: []float64{70, 70}},
		},
	}})
	if none != nil {
		t.Fatal(none.Reason)
	}
	four, _ := Figures(view.New(fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 16}, Instances: 8, Repeats: 1})), nil, Screen)
	figures = append(append(append(figures, more...), four...), claim)
	warm, _ := Figures(view.New(heated()), nil, Screen)
	busy, _ := Figures(view.New(loaded("poisson:5", 1e6, 40)), nil, Screen)
	loads, _ := Loads([]*view.View{view.New(loaded("poisson:2", 0, 70)), view.New(loaded("poisson:8", 3e6, 70)), view.New(loaded("poisson:32", 5e7, 70))}, Screen)
	crossing, _ := Loads([]*view.View{view.New(crowding(1, 0.5)), view.New(crowding(4, 1.5)), view.New(crowding(16, 6))}, Screen)
	many, _ := Figures(view.New(crowded()), nil, Screen)
	bins, _ := Figures(view.New(constrained(4)), nil, Screen)
	blocks, _ := Figures(view.New(lengths()), nil, Screen)
	roof, _ := Figures(view.New(costed()), nil, Screen)
	rows, _ := Forests(compared())
	rows[0].Name, rows[0].Caption = "forest", "Bars are intervals."
	trend := Trends(trends())[0].Figure
	trend.Name = "trend"
	figures = slices.Concat(figures, rows, []*Figure{trend}, warm, busy, loads, crossing, many, bins, blocks, roof)
	for _, name := range []string{
		"quality-latency-arithmetic", "order", "heat", "emergence", "ladder", "crossover", "latency-length-cost", "claim-1",
		"throughput-length-cost", "nfe-length-cost", "flops-length-cost", "latency-steps", "nfe-steps", "flops-steps",
		"quality-steps-lists", "quality-flops-lists", "temperature-stories", "diversity-stories", "delivery", "load", "load-poisson", "crossing-concurrency",
		"coherence-backward", "block-length-stories", "roofline", "forest", "trend",
	} {
		t.Run(name, func(t *testing.T) {
			got := drawn(t, figures, name)
			path := filepath.Join("testdata", name+".png")
			if *update {
				var b bytes.Buffer
				if err := png.Encode(&b, got); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if d := distance(got, want); d > tolerance {
				t.Errorf("the figure differs from %s by %.2f of 255 per pixel; look at it, then go test ./reports/plot -update", path, d)
			}
		})
	}
}

// drawn is the figure of that name, small and grey.
func drawn(t *testing.T, figures []*Figure, name string) *image.Gray {
	t.Helper()
	for _, f := range figures {
		if f.Name != name {
			continue
		}
		img := f.raster(goldenDPI).Image()
		out := image.NewGray(img.Bounds())
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				out.Set(x, y, img.At(x, y))
			}
		}
		return out
	}
	t.Fatalf("no figure %s", name)
	return nil
}

// distance is the mean difference of brightness; 255 for pictures of another size.
func distance(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 255
	}
	sum := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.GrayModel.Convert(a.At(x, y)).(color.Gray).Y
			q := color.GrayModel.Convert(b.At(x, y)).(color.Gray).Y
			sum += int(max(p, q) - min(p, q))
		}
	}
	return float64(sum) / float64(a.Bounds().Dx()*a.Bounds().Dy())
}

// The tolerance tells one curve more from none.
func TestToleranceSeesACurve(t *testing.T) {
	run, traces := traced()
	figures, _ := Figures(view.New(run), traces, Screen)
	before := drawn(t, figures, "quality-latency-arithmetic")
	for _, f := range figures {
		if f.Name == "quality-latency-arithmetic" {
			f.panels[0].series = f.panels[0].series[:len(f.panels[0].series)-1]
		}
	}
	if d := distance(before, drawn(t, figures, "quality-latency-arithmetic")); d <= tolerance {
		t.Errorf("a curve less makes a difference of %.2f, which passes", d)
	}
}
