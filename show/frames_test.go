//go:build !purego

package show

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	cdpage "github.com/chromedp/cdproto/page"

	"dllmbench/reports/browsertest"
)

// TestFrames says how smoothly the page of a site is drawn: frames while its engines decode in
// their worker, and in the replay, with the longest gap between two of each. It runs where
// FRAMES names the folder that make site has written, and wants a machine with nothing else
// to do.
//
//	make site && FRAMES=$PWD/site go test ./show -run Frames -v
func TestFrames(t *testing.T) {
	folder := os.Getenv("FRAMES")
	if folder == "" {
		t.Skip("FRAMES is not set")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	b := browsertest.Visit(t, server.URL+"/index.html", 1400)
	browsertest.Command(b, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const frames = [], long = [];
		const count = stamp => {
			frames.push([document.body?.classList.contains("busy") ? "decoding" : "replay", stamp]);
			requestAnimationFrame(count);
		};
		requestAnimationFrame(count);
		new PerformanceObserver(l => l.getEntries().forEach(e => long.push([e.startTime, e.duration]))).observe({ entryTypes: ["longtask"] });`})
	for i, hash := range []string{"", "#workload=&prompt=sort:31245=&budget=200"} {
		b.Go(fmt.Sprintf("%s/index.html?%d%s", server.URL, i, hash))
		b.Until(over)
		b.Until(`!playing || now > total() / 3`)
		type frame [2]any
		list := browsertest.Get[[]frame](b, `frames`)
		gaps := map[string][]float64{}
		for k := 1; k < len(list); k++ {
			what := list[k][0].(string)
			gaps[what] = append(gaps[what], list[k][1].(float64)-list[k-1][1].(float64))
		}
		for what, g := range gaps {
			sum := 0.0
			for _, x := range g {
				sum += x
			}
			slices.Sort(g)
			t.Logf("%q %s: %d frames, %.1f a second, gaps: median %.0f, 99%% %.0f, longest %.0f ms", hash, what, len(g), 1000*float64(len(g))/sum, g[len(g)/2], g[len(g)*99/100], g[len(g)-1])
		}
		t.Log("long tasks (start, ms): ", strings.TrimSpace(browsertest.Get[string](b, `long.map(x => x.map(Math.round).join("+")).join(" ")`)))
	}
}
