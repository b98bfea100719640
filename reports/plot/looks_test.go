package plot

import (
	"fmt"
	"image/color"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// Twelve variants of each decoder have twelve marks, of ten shapes and more.
func TestMarksOfVariants(t *testing.T) {
	for engine := range looks {
		marks, shapes := map[string]bool{}, map[string]bool{}
		for variant := range 12 {
			g := newStyle(engine, variant).glyph
			marks[fmt.Sprint(g.name, g.hollow)] = true
		}
		for _, g := range lookOf(engine).glyphs() {
			shapes[g.name] = true
		}
		if len(marks) != 12 || len(shapes) < 9 {
			t.Errorf("%s: %d marks for 12 variants, %d shapes", engine, len(marks), len(shapes))
		}
	}
	all := map[string]bool{}
	for _, s := range append(pool, circle, triangle, square) {
		all[s.name] = true
	}
	if len(all) < 10 {
		t.Errorf("%d shapes", len(all))
	}
}

// allLooks are the kinds of engines and the further decoders of one kind.
func allLooks() []string {
	list := slices.Sorted(maps.Keys(looks))
	for i := range extras {
		list = append(list, fmt.Sprintf("diffusion/%d", i+1))
	}
	return list
}

// In dark colours the page mixes tones of its own.
func TestTonesOfDarkPage(t *testing.T) {
	css, err := os.ReadFile("../html/assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	_, dark, _ := strings.Cut(string(css), "[data-theme=dark]")
	read := func(name string) (c color.NRGBA) {
		_, rest, found := strings.Cut(dark, name+": #")
		n, err := strconv.ParseUint(rest[:6], 16, 32)
		if err != nil || !found {
			t.Fatalf("the dark theme has no %s", name)
		}
		return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
	}
	paper := luminance(read("--paper"))
	for _, engine := range allLooks() {
		base := read(Property(engine))
		seen := []float64{luminance(base)}
		for tone := 1; tone < len(tones); tone++ {
			seen = append(seen, luminance(mixed(base, read(fmt.Sprint("--tone-", tone)), tones[tone])))
		}
		for i, a := range seen {
			if (a+.05)/(paper+.05) < 3 {
				t.Errorf("%s tone %d: contrast %.1f to dark paper", engine, i, (a+.05)/(paper+.05))
			}
			for j, b := range seen[:i] {
				if r := (max(a, b) + .05) / (min(a, b) + .05); r < 1.3 {
					t.Errorf("%s: tones %d and %d differ by a factor of %.2f in lightness", engine, j, i, r)
				}
			}
		}
	}
}

// All tones can be read on white paper and are apart from each other.
func TestTones(t *testing.T) {
	for _, engine := range allLooks() {
		last := math.Inf(1)
		for tone := range tones {
			c := luminance(toned(lookOf(engine).color, tone))
			if tone > 0 && 1.05/(c+.05) < 3 {
				t.Errorf("%s tone %d: contrast %.1f to paper", engine, tone, 1.05/(c+.05))
			}
			if (last+.05)/(c+.05) < 1.3 {
				t.Errorf("%s: tones %d and %d differ by a factor of %.2f in lightness", engine, tone-1, tone, (last+.05)/(c+.05))
			}
			last = c
		}
	}
	// Every colour of a figure stands for one property; grey is that of frames too.
	if list, want := properties(), 3+len(tones)*(len(allLooks())+1); len(list) != want {
		t.Errorf("%d colours, want %d that differ", len(list), want)
	}
}

func luminance(c color.NRGBA) float64 {
	lin := func(x uint8) float64 {
		v := float64(x) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return .2126*lin(c.R) + .7152*lin(c.G) + .0722*lin(c.B)
}

// Many settings of one decoder all look different within a figure.
func TestApart(t *testing.T) {
	var list []*series
	for i := range 2 * maxSeries {
		list = append(list, &series{name: fmt.Sprint("v", i), style: newStyle("diffusion", 17*i), points: []point{{x: 1, y: 1}}})
	}
	again := &series{name: "v0", style: newStyle("diffusion", 0), points: []point{{x: 1, y: 1}}}
	apart([]panel{{series: list}, {series: []*series{again}}})
	seen := map[string]string{}
	for _, s := range list {
		if o := seen[s.style.seat()]; o != "" {
			t.Errorf("%s looks like %s", s.name, o)
		}
		seen[s.style.seat()] = s.name
	}
	if again.style.seat() != list[0].style.seat() {
		t.Error("one name has two looks")
	}
}

func TestUncrowd(t *testing.T) {
	var list []*series
	for i := range 12 {
		s := &series{name: fmt.Sprint("d", i), style: newStyle("diffusion", i)}
		for x := range i + 1 {
			s.points = append(s.points, point{x: float64(x)})
		}
		list = append(list, s)
	}
	list = append(list, &series{name: "ar", style: newStyle("autoregressive", 0), points: []point{{}}})
	kept, notes := uncrowd(list)
	var names []string
	dots := 0
	for _, s := range kept {
		if s.other {
			dots += len(s.points)
			continue
		}
		names = append(names, s.name)
	}
	if len(names) != maxSeries || !slices.Contains(names, "ar") || !slices.Contains(names, "d11") || slices.Contains(names, "d0") {
		t.Errorf("named: %v", names)
	}
	if dots != 1+2+3+4+5 || len(notes) != 1 || !strings.Contains(notes[0].text, "8 of 13") {
		t.Errorf("%d dots, notes %v", dots, notes)
	}
	if same, none := uncrowd(list[:maxSeries]); len(same) != maxSeries || none != nil {
		t.Error("a panel that is not crowded was changed")
	}
}

func TestStack(t *testing.T) {
	for _, c := range []struct{ in, want []vg.Length }{
		{[]vg.Length{90, 50, 10}, []vg.Length{90, 50, 10}},
		{[]vg.Length{50, 50}, []vg.Length{55, 45}},
		{[]vg.Length{100, 99, 98}, []vg.Length{100, 90, 80}}, // against the upper end
		{[]vg.Length{1, 0}, []vg.Length{10, 0}},              // against the lower end
	} {
		got := slices.Clone(c.in)
		stack(got, 10, 0, 100)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v became %v, want %v", c.in, got, c.want)
		}
	}
}

func TestSpreadStaysSmall(t *testing.T) {
	for _, n := range []int{2, 8, 30} {
		var list []*series
		for range n {
			list = append(list, &series{})
		}
		spread(list, numberSpread)
		if list[0].dodge < -numberSpread/2-1e-9 || list[n-1].dodge > numberSpread/2+1e-9 || list[0].dodge == list[n-1].dodge {
			t.Errorf("%d series are spread from %v to %v", n, list[0].dodge, list[n-1].dodge)
		}
	}
}

// TestCutName keeps what tells variants apart, and never grows a name.
func TestCutName(t *testing.T) {
	for in, want := range map[string]string{
		"blocks-edited planted=1": "blocks-edi…d planted=1", "blocks-edited planted=3": "blocks-edi…d planted=3", "diffusion": "diffusion", "": "",
	} {
		if got := cutName(in, 22); got != want || len([]rune(got)) > 22 {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
