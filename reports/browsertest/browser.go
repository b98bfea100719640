// Package browsertest opens pages in a browser for their tests. They are skipped where no
// browser is installed.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
)

// Browser is a tab that keeps what went wrong in it.
type Browser struct {
	T   *testing.T
	ctx context.Context

	mu       sync.Mutex
	errors   []string // console errors, exceptions, dialogs
	requests []string // addresses that the page asked for
	own      []string // those of pages that were opened
}

// Open starts a browser with a page from disk.
func Open(t *testing.T, html string, width int64) *Browser {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
	return Visit(t, "file://"+path, width)
}

// Visit starts a browser with the page at an address.
func Visit(t *testing.T, url string, width int64) *Browser {
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
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	b := &Browser{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	Command(b, network.Enable, network.EnableParams{})
	Command(b, log.Enable, cdp.Empty{})
	b.Width(width)
	b.Go(url)
	return b
}

// Go opens the page at an address.
func (b *Browser) Go(url string) {
	b.T.Helper()
	address, _, _ := strings.Cut(url, "#")
	b.own = append(b.own, address)
	b.Do(chromedp.Navigate(url), chromedp.WaitReady("footer"))
}

// Width makes the page so wide.
func (b *Browser) Width(width int64) {
	b.T.Helper()
	b.Do(chromedp.EmulateViewport(width, 900))
}

func (b *Browser) listen(event any) {
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
func (b *Browser) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, time.Minute)
}

// Do takes steps.
func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	ctx, stop := b.limited()
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.T.Fatal(err)
	}
}

// Picture is the visible part of the page as PNG.
func (b *Browser) Picture() []byte {
	b.T.Helper()
	return Command(b, cdpage.CaptureScreenshot, cdpage.CaptureScreenshotParams{}).Data
}

// Command sends a command to the browser.
func Command[P, R any](b *Browser, c cdp.Command[P, R], params P) R {
	b.T.Helper()
	ctx, stop := b.limited()
	defer stop()
	answer, err := chromedp.Call(ctx, c, params)
	if err != nil {
		b.T.Fatal(err)
	}
	return answer
}

// JS evaluates statements.
func (b *Browser) JS(script string) {
	b.T.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](script))
}

// Until waits until an expression is true.
func (b *Browser) Until(expression string) {
	b.T.Helper()
	ctx, stop := b.limited()
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.T.Fatalf("%s: %v", expression, err)
	}
}

// Settle waits until the browser has drawn.
func (b *Browser) Settle() {
	b.T.Helper()
	Get[int](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))`)
}

// Get evaluates an expression, and waits for it if it is a promise.
func Get[T any](b *Browser, expression string) T {
	b.T.Helper()
	ctx, stop := b.limited()
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.T.Fatalf("%s: %v", expression, err)
	}
	return out
}

// Quiet fails the test if anything went wrong in the page so far, or if it asked for
// another address than its own and some more.
func (b *Browser) Quiet(more ...string) {
	b.T.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.errors {
		b.T.Errorf("in the page: %s", e)
	}
	for _, url := range b.requests {
		if !slices.Contains(b.own, url) && !slices.Contains(more, url) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") {
			b.T.Errorf("a request left the page: %s", url)
		}
	}
}

// In is the browser in the hands of a subtest.
func (b *Browser) In(t *testing.T) *Browser {
	b.T = t
	return b
}

// Fits checks that the page does not scroll sideways.
func (b *Browser) Fits(width int64) {
	b.T.Helper()
	if over := Get[int64](b, `document.documentElement.scrollWidth`); over > width {
		wide := Get[string](b, fmt.Sprintf(`[...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > %d && !e.closest(".scroll, .plot, nav") && ![...e.children].length)
			.slice(0, 5).map(e => e.tagName + "." + e.className + " in " + e.parentElement.tagName + "." + e.parentElement.className + ": " + e.textContent.slice(0, 60)).join("; ")`, width))
		b.T.Errorf("at %d pixels the page is %d wide: %s", width, over, wide)
	}
}

// Contrast computes the contrast of every visible text with the nearest
// background behind it, in both themes (WCAG 2.2, 1.4.3).
func (b *Browser) Contrast() {
	const script = `(() => {
		const parse = s => { const m = s.match(/[\d.]+/g).map(Number); if (s.startsWith("color(srgb")) for (let i = 0; i < 3; i++) m[i] *= 255; return m };
		const lum = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2] };
		const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > .99) return c } return [255, 255, 255] };
		const opacity = e => e ? getComputedStyle(e).opacity * opacity(e.parentElement) : 1;
		const bad = {};
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		let n = 0;
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!walk.currentNode.textContent.trim() || !e.checkVisibility() || e.closest("script, style, svg, option")) continue;
			n++;
			const ground = back(e), seen = opacity(e), ink = parse(getComputedStyle(e).color).map((v, i) => seen * v + (1 - seen) * ground[i]);
			const a = lum(ink), z = lum(ground);
			const ratio = (Math.max(a, z) + .05) / (Math.min(a, z) + .05);
			if (ratio < 4.5 && !e.closest("#ex-legend b, .head > b, [aria-hidden]")) bad[e.tagName + "." + e.className] = ratio.toFixed(2);
		}
		return JSON.stringify([n, bad]) })()`
	for _, theme := range []string{"light", "dark"} {
		Command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		b.JS(`document.querySelectorAll("details").forEach(d => d.open = true)`)
		b.Settle()
		var out []json.RawMessage
		if err := json.Unmarshal([]byte(Get[string](b, script)), &out); err != nil {
			b.T.Fatal(err)
		}
		if string(out[1]) != "{}" || len(out[0]) < 3 {
			b.T.Errorf("%s: of %s texts these have too little contrast: %s", theme, out[0], out[1])
		}
		if bg := Get[string](b, `getComputedStyle(document.body).backgroundColor`); (theme == "dark") != strings.HasPrefix(bg, "rgb(20,") {
			b.T.Errorf("%s: the background is %s", theme, bg)
		}
	}
}
