//go:build !purego

// The page is the same without assembly, and a browser is slow.

package show

import (
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/reports/browsertest"
	"dllmbench/show/race"
)

func races(t *testing.T) *race.Races {
	t.Helper()
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	return &race.Races{Hold: race.Keep(w.Model), Codec: w.Codec, Threads: 1, Now: time.Now}
}

func catalog(t *testing.T, r *race.Races) race.Catalog {
	t.Helper()
	c, err := r.Catalog("builtin:v1")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func page(t *testing.T, p Page) string {
	t.Helper()
	p.Catalog = catalog(t, races(t))
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// texts are what the decoders of a race write, as a page shows it.
func texts(t *testing.T, r *race.Races, q race.Request) (list []string) {
	t.Helper()
	err := r.Run(t.Context(), q, func(m any) error {
		if d, ok := m.(race.Done); ok {
			list = append(list, strings.ReplaceAll(d.Text, "\n", "⏎"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const (
	over  = `!document.body.classList.contains("busy") && [...document.querySelectorAll(".lane")].every(l => l.querySelector(".facts dd").textContent !== "–")`
	shown = `[...document.querySelectorAll(".lane .tokens")].map(l => [...l.querySelectorAll(".tok:not(.past)")].map(t => t.textContent).join(""))`
)

// ends waits for the race of a page, goes to its end and reads the texts.
func ends(b *browsertest.Browser) []string {
	b.T.Helper()
	b.Until(over)
	b.JS(`document.getElementById("last").click()`)
	b.Settle()
	return browsertest.Get[[]string](b, shown)
}

func TestServedPageInABrowser(t *testing.T) {
	r := races(t)
	server := httptest.NewServer(Handler([]byte(page(t, Page{})), r))
	t.Cleanup(server.Close)
	task := "#task=arithmetic/first-4x2/3&seed=5&lane=autoregressive:greedy&lane=diffusion:llada:steps=12&lane=block:revise&axis=pass"
	b := browsertest.Visit(t, server.URL+"/"+task, 1400)
	lanes := []race.Lane{{Engine: "autoregressive"}, {Engine: "diffusion", Preset: "llada", Options: map[string]any{"steps": 12.0}}, {Engine: "block", Preset: "revise"}}
	want := texts(t, r, race.Request{Workload: "arithmetic", Rung: "first-4x2", Index: 3, Seed: 5, Lanes: lanes})
	if got := ends(b); !slices.Equal(got, want) {
		t.Errorf("the page ends with\n%q, the decoders write\n%q", got, want)
	}
	if wrong := browsertest.Get[string](b, `[...document.querySelectorAll(".lane:first-child .tok.wrong")].map(e => e.textContent).join("")`); wrong != "200" {
		t.Errorf("greedy decoding answers 200 here, which is wrong, and %q is marked", wrong)
	}
	t.Run("steps", func(t *testing.T) { steps(b.In(t)) })
	t.Run("read", func(t *testing.T) { read(b.In(t)) })
	t.Run("motion", func(t *testing.T) { motion(b.In(t)) })
	t.Run("link", func(t *testing.T) { link(b.In(t), server.URL) })
	t.Run("contrast", func(t *testing.T) { b.In(t).Contrast() })
	t.Run("width", func(t *testing.T) {
		b.In(t)
		for _, width := range []int64{360, 400, 800, 1400, 1920} {
			b.Width(width)
			b.Settle()
			b.Fits(width)
		}
	})
	t.Run("hostile", func(t *testing.T) { hostile(b.In(t)) })
	b.In(t).Quiet(server.URL + "/race")
}

// steps goes back and on: every key and button does its part.
func steps(b *browsertest.Browser) {
	const passes = `[...document.querySelectorAll(".lane")].map(l => l.querySelectorAll(".facts dd")[1].textContent).join()`
	press := func(key string) string {
		b.JS(`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "` + key + `", bubbles: true }))`)
		b.Settle()
		return browsertest.Get[string](b, passes)
	}
	end := browsertest.Get[string](b, passes)
	if got := press("Home"); got != "0,0,0" {
		b.T.Errorf("at the start there are %s passes", got)
	}
	if n := browsertest.Get[int](b, `document.querySelectorAll("#lanes .tok:not(.masked)").length`); n != 0 {
		b.T.Errorf("%d tokens before the first pass", n)
	}
	one := press("ArrowRight")
	if two := press("ArrowRight"); one == "0,0,0" || two == one {
		b.T.Errorf("two steps lead to %s and %s", one, two)
	}
	if n := browsertest.Get[int](b, `document.querySelectorAll("#lanes .tok.new").length`); n == 0 {
		b.T.Error("no token is new")
	}
	if n := browsertest.Get[int](b, `document.querySelectorAll("#lanes .tok.guess").length`); n == 0 {
		b.T.Error("no prediction is shown")
	}
	if back := press("ArrowLeft"); back != one {
		b.T.Errorf("a step back leads to %s, it was %s", back, one)
	}
	if got := press("End"); got != end {
		b.T.Errorf("the end is %s, it was %s", got, end)
	}
	if n := browsertest.Get[int](b, `(() => { const c = document.querySelector(".heat"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; return d.filter((v, i) => i % 4 === 3 && v > 0).length })()`); n < 100 {
		b.T.Errorf("%d pixels of the heat map are drawn", n)
	}
	b.JS(`document.querySelector(".tokens").focus(); document.querySelector(".tokens").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))`)
	if text := browsertest.Get[string](b, `document.querySelector(".detail").textContent`); !strings.Contains(text, "position 1: written in pass 1, confidence") {
		b.T.Errorf("the first token is said to be %q", text)
	}
	svg := browsertest.Get[string](b, `(async () => { let got; const make = URL.createObjectURL; URL.createObjectURL = x => { got = x; return make(x) }; HTMLAnchorElement.prototype.click = () => {};
		document.getElementById("export").click(); const text = await got.text(), doc = new DOMParser().parseFromString(text, "image/svg+xml");
		return doc.querySelector("parsererror, script") ? "broken: " + text.slice(0, 200) : "whole, " + doc.querySelectorAll("animate").length })()`)
	if !strings.HasPrefix(svg, "whole, ") || svg == "whole, 0" {
		b.T.Errorf("the animation is %s", svg)
	}
}

// hostile opens a link with a prompt that would run if it were not shown as text.
func hostile(b *browsertest.Browser) {
	const attack = `<img src=x onerror="window.attacked=1"><script>window.attacked=2</script>` + "\u202e`${window.attacked=3}"
	quoted, err := json.Marshal(attack)
	if err != nil {
		b.T.Fatal(err)
	}
	b.JS(`location.hash = "prompt=" + encodeURIComponent(` + string(quoted) + `) + "&budget=12&lane=%3Cb%3E:x&lane=block:threshold:threshold=%3Cb%3E&task=%3Cb%3E"`)
	b.Until(`document.getElementById("asked").textContent.includes("onerror")`)
	b.Until(over)
	if browsertest.Get[bool](b, `[...document.querySelectorAll(".of-task")].some(e => e.checkVisibility())`) {
		b.T.Error("choices of a task stand beside a prompt of one's own")
	}
	if browsertest.Get[bool](b, "window.attacked !== undefined || document.querySelector('main img') !== null") {
		b.T.Error("a prompt was taken for a page")
	}
	if text := browsertest.Get[string](b, "document.body.innerText"); strings.Contains(text, "\u202e") || !strings.Contains(text, `\u202e`) {
		b.T.Error("a character that reorders is not made visible")
	}
}

var update = flag.Bool("update", false, "make the picture of the README")

// TestPicture makes the picture at the top of the README: a link to the middle of a race.
func TestPicture(t *testing.T) {
	if !*update {
		t.Skip("docs/screenshots.sh makes it, with -update")
	}
	r := races(t)
	r.Threads, r.Best = 2, 5*time.Second
	server := httptest.NewServer(Handler([]byte(page(t, Page{})), r))
	t.Cleanup(server.Close)
	b := browsertest.Visit(t, server.URL+"/#axis=pass&at=13", 1280)
	b.Do(chromedp.EmulateViewport(1280, 1000))
	b.Until(over)
	b.Settle()
	if err := os.WriteFile("../docs/pictures/show.png", b.Picture(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// leads follows every link and picture of the pages of a site.
func leads(t *testing.T, dir string) {
	t.Helper()
	link := regexp.MustCompile(`(?:href|src)="([^"#:]*)(?:#([^"]*))?"`)
	n := 0
	err := filepath.WalkDir(dir, func(file string, _ os.DirEntry, err error) error {
		if filepath.Ext(file) != ".html" {
			return err
		}
		data, err := os.ReadFile(file)
		for _, m := range link.FindAllStringSubmatch(string(data), -1) {
			n++
			target := file
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(file), m[1])
			}
			if there, err := os.ReadFile(target); err != nil || m[2] != "" && !strings.Contains(string(there), `id="`+m[2]+`"`) {
				t.Errorf("%s leads nowhere: %s", file, m[0])
			}
		}
		return err
	})
	if err != nil || n < 100 {
		t.Errorf("%d links, %v", n, err)
	}
}

// TestEnginesInABrowser: compiled for browsers, the decoders write what they write here.
func TestEnginesInABrowser(t *testing.T) {
	engines, err := Build(t.Context(), "..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Site(dir, Page{Catalog: catalog(t, races(t)), Engines: engines}, os.DirFS("..")); err != nil {
		t.Fatal(err)
	}
	leads(t, dir)
	url := "file://" + filepath.Join(dir, "index.html")
	b := browsertest.Visit(t, url+"#task=sudoku/holes-8/2&lane=autoregressive:greedy&lane=block:threshold", 800)
	lanes := []race.Lane{{Engine: "autoregressive"}, {Engine: "block", Preset: "threshold"}}
	want := texts(t, races(t), race.Request{Workload: "sudoku", Rung: "holes-8", Index: 2, Lanes: lanes})
	if got := ends(b); !slices.Equal(got, want) {
		t.Errorf("the page ends with\n%q, the decoders write\n%q", got, want)
	}
	b.Quiet()
}
