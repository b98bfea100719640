//go:build !purego

// The page is the same without assembly, and a browser is slow.

package html

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/browsertest"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// full is the page of a run with everything on it.
func full(t *testing.T) (string, *result.File) {
	t.Helper()
	run := fixture.New(fixture.Default)
	for i := range run.Requests {
		q := &run.Requests[i]
		q.Usage[usage.WeightBytes], q.Usage[usage.CacheReadBytes] = usage.Known(int64(4e6)), usage.Known(int64(1e6))
		q.Spent = &result.Spent{ForwardNs: 2e6, SamplingNs: 1e5}
	}
	traceRun, traces := traced()
	ids := map[string]string{} // the traced task is also a task of the whole run
	for _, c := range traceRun.Header.Cells {
		for _, d := range run.Header.Cells {
			if d.Rung == c.Rung && d.Workload == c.Workload && d.Engine == c.Engine && d.Variant == c.Variant {
				ids[c.ID] = d.ID
			}
		}
	}
	for i := range traces {
		traces[i].Cell = ids[traces[i].Cell]
	}
	for i := range run.Requests {
		if q := &run.Requests[i]; q.Instance == traces[0].Instance {
			q.Output = "a<b>\n"
		}
	}
	v := view.New(run)
	figures, skipped := plot.Figures(v, traces, plot.Screen)
	var b bytes.Buffer
	err := Write(&b, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped, Verdicts: verdicts(), Traces: traces, Records: []byte("{}\n")})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), run
}

func TestPageInABrowser(t *testing.T) {
	html, run := full(t)
	b := browsertest.Open(t, html, 1280)
	t.Run("figures", func(t *testing.T) { figures(b.In(t)) })
	t.Run("table", func(t *testing.T) { sorting(b.In(t)) })
	t.Run("replay", func(t *testing.T) { replays(b.In(t), run) })
	t.Run("contrast", func(t *testing.T) { b.In(t).Contrast() })
	t.Run("width", func(t *testing.T) {
		b.In(t)
		for _, width := range []int64{320, 360, 420, 900, 1400} {
			b.Width(width)
			b.Fits(width)
		}
	})
	b.In(t).Quiet()
}

func figures(b *browsertest.Browser) {
	if n := browsertest.Get[int](b, `document.querySelectorAll("figure .plot svg path").length`); n < 200 {
		b.T.Errorf("%d strokes in all SVG figures", n)
	}
	cut := browsertest.Get[string](b, `[...document.querySelectorAll("figure .plot svg")].flatMap(s => [...s.querySelectorAll("text")]
		.filter(t => t.getBoundingClientRect().right > s.getBoundingClientRect().right + 1)).slice(0, 3).map(t => t.textContent).join("; ")`)
	if cut != "" {
		b.T.Errorf("texts run out of their figures: %s", cut)
	}
	if browsertest.Get[bool](b, `document.getElementById("explorer").hidden`) {
		b.T.Fatal("the interactive figures are hidden")
	}
	b.Do(chromedp.WaitVisible("#ex-plot canvas"))
	const coloured = `(() => { const c = document.querySelector("#ex-plot canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 60) n++; return n })()`
	all := browsertest.Get[int](b, coloured)
	if all < 200 {
		b.T.Errorf("%d coloured pixels: no figure is drawn", all)
	}
	// Every series that is switched off takes its colour with it.
	b.JS(`document.querySelectorAll("#ex-legend input").forEach(c => c.click())`)
	b.Settle()
	if left := browsertest.Get[int](b, coloured); left > all/10 {
		b.T.Errorf("%d of %d coloured pixels are left with all decoders off", left, all)
	}
	b.JS(`document.querySelectorAll("#ex-legend input").forEach(c => c.click())`)
	b.Settle()
	// Another metric against another axis draws and says so, with numbers at both axes.
	b.JS(`window.words = []; const write = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, ...at) { window.words.push(text); write.call(this, text, ...at) }`)
	const pick = `((id, v) => { const e = document.getElementById(id); e.value = v; e.dispatchEvent(new Event("change")); return e.value })`
	for _, c := range [][2]string{{"ex-y", "tokens_per_s"}, {"ex-x", "nfe"}} {
		if got := browsertest.Get[string](b, fmt.Sprintf("%s(%q, %q)", pick, c[0], c[1])); got != c[1] {
			b.T.Errorf("%s has no choice %s", c[0], c[1])
		}
	}
	if title := browsertest.Get[string](b, `document.getElementById("ex-title").textContent`); !strings.HasPrefix(title, "tok/s against NFE (forward passes)") {
		b.T.Errorf("title %q", title)
	}
	b.Settle()
	if n := browsertest.Get[int](b, coloured); n < 100 {
		b.T.Errorf("%d coloured pixels after a change", n)
	}
	words := browsertest.Get[string](b, `window.words.join(" ")`)
	words = words[max(strings.LastIndex(words, "NFE (forward"), 0):]
	if !regexp.MustCompile(`passes\)( +\d+){2,} +tok/s \(useful tokens/s\)( +\d+){2,} *$`).MatchString(words) {
		b.T.Errorf("the axes of the figure say %q", words)
	}
	// Pointing at a mark shows its values.
	b.JS(`(() => { const o = document.querySelector("#ex-plot .u-over"), r = o.getBoundingClientRect(); window.seen = "";
		let i = 0; const step = () => { const t = document.querySelector(".tip"); if (!t.hidden) window.seen = t.textContent;
		if (i++ > 400 || window.seen) return; const x = (i * 37) % r.width, y = (i * 61) % r.height;
		o.dispatchEvent(new MouseEvent("mousemove", { clientX: r.left + x, clientY: r.top + y, bubbles: true })); setTimeout(step, 2) }; step() })()`)
	b.Until(`window.seen !== ""`)
	if tip := browsertest.Get[string](b, "window.seen"); !strings.Contains(tip, "NFE (forward passes): ") || !strings.Contains(tip, "[") {
		b.T.Errorf("the tip says %q", tip)
	}
}

func sorting(b *browsertest.Browser) {
	const latencies = `(() => { const t = document.querySelector("table.sortable"); const c = [...t.tHead.rows[0].cells].findIndex(h => h.textContent.startsWith("e2e"));
		return [...t.tBodies[0].rows].map(r => Number(r.cells[c].dataset.v ?? parseFloat(r.cells[c].textContent))) })()`
	const press = `[...document.querySelectorAll("table.sortable")[0].tHead.rows[0].cells].find(h => h.textContent.startsWith("e2e")).querySelector("button").click()`
	before := browsertest.Get[[]float64](b, latencies)
	b.JS(press)
	up := browsertest.Get[[]float64](b, latencies)
	b.JS(press)
	down := browsertest.Get[[]float64](b, latencies)
	if len(before) < 50 || len(up) != len(before) || len(down) != len(before) {
		b.T.Fatalf("%d, %d and %d rows", len(before), len(up), len(down))
	}
	sorted := true
	for i := 1; i < len(up); i++ {
		if up[i-1] > up[i] || down[i-1] < down[i] {
			b.T.Fatalf("not in order: %v, %v", up, down)
		}
		sorted = sorted && before[i-1] <= before[i]
	}
	if sorted {
		b.T.Error("the rows were in order before: the test shows nothing")
	}
	b.Do(chromedp.SendKeys(".filter input", "sudoku steps=4"))
	rows := browsertest.Get[[]string](b, `[...document.querySelector("table.sortable").tBodies[0].rows].map(r => r.textContent)`)
	if len(rows) != 4 {
		b.T.Errorf("%d rows for two tasks and two decoders with 4 steps: %q", len(rows), rows)
	}
	for _, r := range rows {
		if !strings.Contains(r, "sudoku") && !strings.Contains(r, "holes") || !strings.Contains(r, "steps=4") {
			b.T.Errorf("the filter lets %q through", r)
		}
	}
	if note := browsertest.Get[string](b, `document.querySelector(".filter .small").textContent`); !strings.HasPrefix(note, "4 of 56 cells") {
		b.T.Errorf("the filter says %q", note)
	}
}

// replays plays to the end; then every lane holds the recorded output.
func replays(b *browsertest.Browser, run *result.File) {
	if n := browsertest.Get[int](b, `document.querySelectorAll("#re-lanes .lane").length`); n < 3 {
		b.T.Fatalf("%d lanes", n)
	}
	const text = `[...document.querySelectorAll("#re-lanes .lane")].map(l => [...l.querySelectorAll(".tok")].map(t => t.className.includes("masked") || t.className.includes("guess") ? "" : t.textContent).join(""))`
	for _, s := range browsertest.Get[[]string](b, text) {
		if s != "" {
			b.T.Errorf("before the first pass %q is written", s)
		}
	}
	b.JS(`document.getElementById("re-play").click()`)
	b.Until(`document.getElementById("re-slider").value === document.getElementById("re-slider").max`)
	b.Settle()
	_, traces := traced()
	recorded := ""
	for _, q := range run.Requests {
		if q.Instance == traces[0].Instance {
			recorded = strings.ReplaceAll(q.Output, "\n", "⏎")
			break
		}
	}
	for i, s := range browsertest.Get[[]string](b, text) {
		if strings.TrimRight(s, "␣") != recorded || recorded == "" {
			b.T.Errorf("lane %d ends with %q, the record has %q", i, s, recorded)
		}
	}
	if info := browsertest.Get[string](b, `document.querySelector("#re-lanes .lane .small").textContent`); !strings.Contains(info, "the text of the timed run") {
		b.T.Errorf("the lane says %q", info)
	}
	// The revision of the second decoder is told apart, and time is an axis.
	b.JS(`(s => { s.value = 2; s.dispatchEvent(new Event("input")) })(document.getElementById("re-slider"))`)
	if n := browsertest.Get[int](b, `document.querySelectorAll("#re-lanes .tok.revised").length`); n == 0 {
		b.T.Error("a token that is masked again looks like any other")
	}
	b.JS(`(s => { s.value = "time"; s.dispatchEvent(new Event("change")) })(document.getElementById("re-axis"))`)
	if now := browsertest.Get[string](b, `document.getElementById("re-now").textContent`); !strings.HasSuffix(now, "ms") {
		b.T.Errorf("on the time axis it is %q", now)
	}
}

func TestHostileTextInABrowser(t *testing.T) {
	run, traces := traced()
	const attack = `<script>window.attacked=1;alert(1)</script><img src=x onerror="window.attacked=2">` + "\x1b[31m\u202e"
	for i := range run.Requests {
		run.Requests[i].Output = attack + strings.Repeat("long ", 200_000)
		run.Requests[i].Extra = []byte(`{"prompt":"</pre><script>window.attacked=3</script>"}`)
	}
	for i := range run.Header.Cells {
		run.Header.Cells[i].Label = attack + fmt.Sprint(i)
	}
	run.Header.Scenario = attack
	run.Header.Published = []result.Published{{Task: run.Header.Cells[0].Workload, Metric: "exact_match", Value: 50, Margin: 5, Source: attack, Setting: map[string]any{attack: attack, "steps": 3}}}
	for i := range traces {
		traces[i].Words = map[int32]string{1: "", 5: attack, 6: "</script><b>", 7: "\n", 8: "`${window.attacked=4}"}
		traces[i].Prompt = attack
	}
	v := view.New(run)
	figures, skipped := plot.Figures(v, traces, plot.Screen)
	var page bytes.Buffer
	if err := Write(&page, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped, Traces: traces}); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t, page.String(), 420)
	b.Do(chromedp.WaitVisible("#ex-plot canvas"))
	b.JS(`(s => { s.value = s.max; s.dispatchEvent(new Event("input")) })(document.getElementById("re-slider"))`)
	b.Settle()
	if browsertest.Get[bool](b, "window.attacked !== undefined") {
		t.Error("text of a run was executed")
	}
	text := browsertest.Get[string](b, "document.body.innerText")
	for _, want := range []string{"<script>window.attacked=1", `\u202e`, `\x1b[31m`, "cut after 2000 characters", "</script><b>"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the text of the page", want)
		}
	}
	if strings.ContainsAny(text, "\u202e\x1b") {
		t.Error("a character that reorders or controls is on the page")
	}
	b.Fits(420)
	b.Quiet()
}

func TestPoorRunsInABrowser(t *testing.T) {
	one := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Instances: 4, Repeats: 1})
	bare := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 4, Repeats: 1})
	for i := range bare.Requests {
		q := &bare.Requests[i]
		q.E2ENs, q.BatchNs, q.TTFTNs, q.PeakBytes, q.Exact, q.Partial, q.Violations, q.Constraints = nil, nil, nil, nil, nil, nil, nil, nil
	}
	var b *browsertest.Browser
	for name, run := range map[string]*result.File{"empty": {}, "one cell": one, "missing metrics": bare} {
		page := render(t, run)
		if b == nil {
			b = browsertest.Open(t, page, 900)
			continue
		}
		path := filepath.Join(t.TempDir(), "report.html")
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		b.Go("file://" + path)
		b.Settle()
		if n := browsertest.Get[int](b, `document.querySelector("#verdict li") ? document.querySelector("#verdict li").textContent.length : 0`); n < 20 {
			t.Errorf("%s: the page says nothing", name)
		}
	}
	b.Quiet()
}
