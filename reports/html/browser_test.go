//go:build !purego

// The page is the same without assembly, and a browser is slow.

package html

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// browser is a tab that keeps what went wrong in it.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	errors   []string // console errors, exceptions, dialogs
	requests []string // addresses that the page asked for
}

// open starts a browser with a page from disk. The test is skipped where no
// browser is installed.
func open(t *testing.T, html string, width int64) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is slow")
	}
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no chromium is installed: on Debian, apt-get install chromium")
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	command(b, network.Enable, network.EnableParams{})
	command(b, log.Enable, cdp.Empty{})
	b.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+path), chromedp.WaitReady("footer"))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.errors = append(b.errors, fmt.Sprintf("console.%s", e.Type))
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, fmt.Sprintf("exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.errors = append(b.errors, e.Entry.Text)
		}
	case *cdpage.EventJavascriptDialogOpening:
		b.errors = append(b.errors, "a dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// limited is the context of a step, which must not last for ever.
func (b *browser) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, time.Minute)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := b.limited()
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func command[P, R any](b *browser, c cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, stop := b.limited()
	defer stop()
	if _, err := chromedp.Call(ctx, c, params); err != nil {
		b.t.Fatal(err)
	}
}

// js evaluates statements.
func (b *browser) js(script string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](script))
}

// until waits until an expression is true.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, stop := b.limited()
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
}

// settle waits until the browser has drawn.
func (b *browser) settle() {
	b.t.Helper()
	ctx, stop := b.limited()
	defer stop()
	wait := chromedp.Evaluate[int](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))`, chromedp.EvalAwaitPromise)
	if _, err := chromedp.Run(ctx, wait); err != nil {
		b.t.Fatal(err)
	}
}

// get evaluates an expression.
func get[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, stop := b.limited()
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// quiet fails the test if anything went wrong in the page so far, or if a
// request left it.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.errors {
		b.t.Errorf("in the page: %s", e)
	}
	for _, url := range b.requests {
		if !strings.HasSuffix(url, "/report.html") && !strings.HasPrefix(url, "data:") {
			b.t.Errorf("a request left the page: %s", url)
		}
	}
}

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
	figures, skipped := plot.Figures(v, traces)
	var b bytes.Buffer
	err := Write(&b, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped, Verdicts: verdicts(), Traces: traces, Records: []byte("{}\n")})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), run
}

func TestPageInABrowser(t *testing.T) {
	html, run := full(t)
	b := open(t, html, 1280)
	t.Run("figures", func(t *testing.T) { b.in(t).figures() })
	t.Run("table", func(t *testing.T) { b.in(t).table() })
	t.Run("replay", func(t *testing.T) { b.in(t).replay(run) })
	t.Run("contrast", func(t *testing.T) { b.in(t).contrast() })
	t.Run("width", func(t *testing.T) {
		b.in(t)
		for _, width := range []int64{320, 360, 420, 900, 1400} {
			b.do(chromedp.EmulateViewport(width, 900))
			b.fits(width)
		}
	})
	b.in(t).quiet()
}

// in is the browser in the hands of a subtest.
func (b *browser) in(t *testing.T) *browser {
	b.t = t
	return b
}

// fits checks that the page does not scroll sideways.
func (b *browser) fits(width int64) {
	b.t.Helper()
	if over := get[int64](b, `document.documentElement.scrollWidth`); over > width {
		wide := get[string](b, fmt.Sprintf(`[...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > %d && !e.closest(".scroll, .plot, nav") && ![...e.children].length)
			.slice(0, 5).map(e => e.tagName + "." + e.className + " in " + e.parentElement.tagName + "." + e.parentElement.className + ": " + e.textContent.slice(0, 60)).join("; ")`, width))
		b.t.Errorf("at %d pixels the page is %d wide: %s", width, over, wide)
	}
}

func (b *browser) figures() {
	if n := get[int](b, `document.querySelectorAll("figure .plot svg path").length`); n < 200 {
		b.t.Errorf("%d strokes in all SVG figures", n)
	}
	cut := get[string](b, `[...document.querySelectorAll("figure .plot svg")].flatMap(s => [...s.querySelectorAll("text")]
		.filter(t => t.getBoundingClientRect().right > s.getBoundingClientRect().right + 1)).slice(0, 3).map(t => t.textContent).join("; ")`)
	if cut != "" {
		b.t.Errorf("texts run out of their figures: %s", cut)
	}
	if get[bool](b, `document.getElementById("explorer").hidden`) {
		b.t.Fatal("the interactive figures are hidden")
	}
	b.do(chromedp.WaitVisible("#ex-plot canvas"))
	const coloured = `(() => { const c = document.querySelector("#ex-plot canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 60) n++; return n })()`
	all := get[int](b, coloured)
	if all < 200 {
		b.t.Errorf("%d coloured pixels: no figure is drawn", all)
	}
	// Every series that is switched off takes its colour with it.
	b.js(`document.querySelectorAll("#ex-legend input").forEach(c => c.click())`)
	b.settle()
	if left := get[int](b, coloured); left > all/10 {
		b.t.Errorf("%d of %d coloured pixels are left with all decoders off", left, all)
	}
	b.js(`document.querySelectorAll("#ex-legend input").forEach(c => c.click())`)
	b.settle()
	// Another metric against another axis draws and says so, with numbers at both axes.
	b.js(`window.words = []; const write = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, ...at) { window.words.push(text); write.call(this, text, ...at) }`)
	const pick = `((id, v) => { const e = document.getElementById(id); e.value = v; e.dispatchEvent(new Event("change")); return e.value })`
	for _, c := range [][2]string{{"ex-y", "tokens_per_s"}, {"ex-x", "nfe"}} {
		if got := get[string](b, fmt.Sprintf("%s(%q, %q)", pick, c[0], c[1])); got != c[1] {
			b.t.Errorf("%s has no choice %s", c[0], c[1])
		}
	}
	if title := get[string](b, `document.getElementById("ex-title").textContent`); !strings.HasPrefix(title, "tok/s against NFE (forward passes)") {
		b.t.Errorf("title %q", title)
	}
	b.settle()
	if n := get[int](b, coloured); n < 100 {
		b.t.Errorf("%d coloured pixels after a change", n)
	}
	words := get[string](b, `window.words.join(" ")`)
	words = words[max(strings.LastIndex(words, "NFE (forward"), 0):]
	if !regexp.MustCompile(`passes\)( +\d+){2,} +tok/s \(useful tokens/s\)( +\d+){2,} *$`).MatchString(words) {
		b.t.Errorf("the axes of the figure say %q", words)
	}
	// Pointing at a mark shows its values.
	b.js(`(() => { const o = document.querySelector("#ex-plot .u-over"), r = o.getBoundingClientRect(); window.seen = "";
		let i = 0; const step = () => { const t = document.querySelector(".tip"); if (!t.hidden) window.seen = t.textContent;
		if (i++ > 400 || window.seen) return; const x = (i * 37) % r.width, y = (i * 61) % r.height;
		o.dispatchEvent(new MouseEvent("mousemove", { clientX: r.left + x, clientY: r.top + y, bubbles: true })); setTimeout(step, 2) }; step() })()`)
	b.until(`window.seen !== ""`)
	if tip := get[string](b, "window.seen"); !strings.Contains(tip, "NFE (forward passes): ") || !strings.Contains(tip, "[") {
		b.t.Errorf("the tip says %q", tip)
	}
}

func (b *browser) table() {
	const latencies = `(() => { const t = document.querySelector("table.sortable"); const c = [...t.tHead.rows[0].cells].findIndex(h => h.textContent.startsWith("e2e"));
		return [...t.tBodies[0].rows].map(r => Number(r.cells[c].dataset.v ?? parseFloat(r.cells[c].textContent))) })()`
	const press = `[...document.querySelectorAll("table.sortable")[0].tHead.rows[0].cells].find(h => h.textContent.startsWith("e2e")).querySelector("button").click()`
	before := get[[]float64](b, latencies)
	b.js(press)
	up := get[[]float64](b, latencies)
	b.js(press)
	down := get[[]float64](b, latencies)
	if len(before) < 50 || len(up) != len(before) || len(down) != len(before) {
		b.t.Fatalf("%d, %d and %d rows", len(before), len(up), len(down))
	}
	sorted := true
	for i := 1; i < len(up); i++ {
		if up[i-1] > up[i] || down[i-1] < down[i] {
			b.t.Fatalf("not in order: %v, %v", up, down)
		}
		sorted = sorted && before[i-1] <= before[i]
	}
	if sorted {
		b.t.Error("the rows were in order before: the test shows nothing")
	}
	b.do(chromedp.SendKeys(".filter input", "sudoku steps=4"))
	rows := get[[]string](b, `[...document.querySelector("table.sortable").tBodies[0].rows].map(r => r.textContent)`)
	if len(rows) != 4 {
		b.t.Errorf("%d rows for two tasks and two decoders with 4 steps: %q", len(rows), rows)
	}
	for _, r := range rows {
		if !strings.Contains(r, "sudoku") && !strings.Contains(r, "holes") || !strings.Contains(r, "steps=4") {
			b.t.Errorf("the filter lets %q through", r)
		}
	}
	if note := get[string](b, `document.querySelector(".filter .small").textContent`); !strings.HasPrefix(note, "4 of 56 cells") {
		b.t.Errorf("the filter says %q", note)
	}
}

// replay plays to the end; then every lane holds the recorded output.
func (b *browser) replay(run *result.File) {
	if n := get[int](b, `document.querySelectorAll("#re-lanes .lane").length`); n < 3 {
		b.t.Fatalf("%d lanes", n)
	}
	const text = `[...document.querySelectorAll("#re-lanes .lane")].map(l => [...l.querySelectorAll(".tok")].map(t => t.className.includes("masked") || t.className.includes("guess") ? "" : t.textContent).join(""))`
	for _, s := range get[[]string](b, text) {
		if s != "" {
			b.t.Errorf("before the first pass %q is written", s)
		}
	}
	b.js(`document.getElementById("re-play").click()`)
	b.until(`document.getElementById("re-slider").value === document.getElementById("re-slider").max`)
	b.settle()
	_, traces := traced()
	recorded := ""
	for _, q := range run.Requests {
		if q.Instance == traces[0].Instance {
			recorded = strings.ReplaceAll(q.Output, "\n", "⏎")
			break
		}
	}
	for i, s := range get[[]string](b, text) {
		if strings.TrimRight(s, "␣") != recorded || recorded == "" {
			b.t.Errorf("lane %d ends with %q, the record has %q", i, s, recorded)
		}
	}
	if info := get[string](b, `document.querySelector("#re-lanes .lane .small").textContent`); !strings.Contains(info, "the text of the timed run") {
		b.t.Errorf("the lane says %q", info)
	}
	// The revision of the second decoder is told apart, and time is an axis.
	b.js(`(s => { s.value = 2; s.dispatchEvent(new Event("input")) })(document.getElementById("re-slider"))`)
	if n := get[int](b, `document.querySelectorAll("#re-lanes .tok.revised").length`); n == 0 {
		b.t.Error("a token that is masked again looks like any other")
	}
	b.js(`(s => { s.value = "time"; s.dispatchEvent(new Event("change")) })(document.getElementById("re-axis"))`)
	if now := get[string](b, `document.getElementById("re-now").textContent`); !strings.HasSuffix(now, "ms") {
		b.t.Errorf("on the time axis it is %q", now)
	}
}

// contrast computes the contrast of every visible text with the nearest
// background behind it, in both themes (WCAG 2.2, 1.4.3).
func (b *browser) contrast() {
	const script = `(() => {
		const parse = s => { const m = s.match(/[\d.]+/g).map(Number); if (s.startsWith("color(srgb")) for (let i = 0; i < 3; i++) m[i] *= 255; return m };
		const lum = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2] };
		const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > .99) return c } return [255, 255, 255] };
		const bad = {};
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		let n = 0;
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!walk.currentNode.textContent.trim() || !e.checkVisibility() || e.closest("script, style, svg, option")) continue;
			n++;
			const a = lum(parse(getComputedStyle(e).color)), z = lum(back(e));
			const ratio = (Math.max(a, z) + .05) / (Math.min(a, z) + .05);
			if (ratio < 4.5 && !e.closest("#ex-legend b, .head > b")) bad[e.tagName + "." + e.className] = ratio.toFixed(2);
		}
		return JSON.stringify([n, bad]) })()`
	for _, theme := range []string{"light", "dark"} {
		command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		b.js(`document.querySelectorAll("details").forEach(d => d.open = true)`)
		b.settle()
		var out []json.RawMessage
		if err := json.Unmarshal([]byte(get[string](b, script)), &out); err != nil {
			b.t.Fatal(err)
		}
		if string(out[1]) != "{}" || len(out[0]) < 3 {
			b.t.Errorf("%s: of %s texts these have too little contrast: %s", theme, out[0], out[1])
		}
		if bg := get[string](b, `getComputedStyle(document.body).backgroundColor`); (theme == "dark") != strings.HasPrefix(bg, "rgb(20,") {
			b.t.Errorf("%s: the background is %s", theme, bg)
		}
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
	for i := range traces {
		traces[i].Words = map[int32]string{1: "", 5: attack, 6: "</script><b>", 7: "\n", 8: "`${window.attacked=4}"}
		traces[i].Prompt = attack
	}
	v := view.New(run)
	figures, skipped := plot.Figures(v, traces)
	var page bytes.Buffer
	if err := Write(&page, Content{View: v, Summary: summary.Make(v), Figures: figures, Skipped: skipped, Traces: traces}); err != nil {
		t.Fatal(err)
	}
	b := open(t, page.String(), 420)
	b.do(chromedp.WaitVisible("#ex-plot canvas"))
	b.js(`(s => { s.value = s.max; s.dispatchEvent(new Event("input")) })(document.getElementById("re-slider"))`)
	b.settle()
	if get[bool](b, "window.attacked !== undefined") {
		t.Error("text of a run was executed")
	}
	text := get[string](b, "document.body.innerText")
	for _, want := range []string{"<script>window.attacked=1", `\u202e`, `\x1b[31m`, "cut after 2000 characters", "</script><b>"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the text of the page", want)
		}
	}
	if strings.ContainsAny(text, "\u202e\x1b") {
		t.Error("a character that reorders or controls is on the page")
	}
	b.fits(420)
	b.quiet()
}

func TestPoorRunsInABrowser(t *testing.T) {
	one := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Instances: 4, Repeats: 1})
	bare := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 4, Repeats: 1})
	for i := range bare.Requests {
		q := &bare.Requests[i]
		q.E2ENs, q.BatchNs, q.TTFTNs, q.PeakBytes, q.Exact, q.Partial, q.Violations, q.Constraints = nil, nil, nil, nil, nil, nil, nil, nil
	}
	var b *browser
	for name, run := range map[string]*result.File{"empty": {}, "one cell": one, "missing metrics": bare} {
		page := render(t, run)
		if b == nil {
			b = open(t, page, 900)
			continue
		}
		path := filepath.Join(t.TempDir(), "report.html")
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.Navigate("file://"+path), chromedp.WaitReady("footer"))
		b.settle()
		if n := get[int](b, `document.querySelector("#verdict li") ? document.querySelector("#verdict li").textContent.length : 0`); n < 20 {
			t.Errorf("%s: the page says nothing", name)
		}
	}
	b.quiet()
}
