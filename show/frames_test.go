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

// TestFrames says how soon and how smoothly the page of a site is drawn, from a file server
// and from disk: when the first frame of the page, the masks of the race and its first token
// are there, in ms since the address was opened; frames while the page is loaded, while its
// engines decode in their worker, and in the replay, with the longest gap between two of
// each. It runs where FRAMES names the folder that make site has written, and wants a machine
// with nothing else to do.
//
//	make site && FRAMES=$PWD/site go test ./show -run Frames -v
func TestFrames(t *testing.T) {
	folder := os.Getenv("FRAMES")
	if folder == "" {
		t.Skip("FRAMES is not set")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	b := browsertest.Visit(t, server.URL+"/docs/show.html", 1400)
	browsertest.Command(b, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const frames = [], long = [], first = {};
		const count = stamp => {
			for (const [what, where] of [["masks", ".tok.masked"], ["token", ".tok.new"]])
				if (document.querySelector("#lanes " + where)) first[what] ??= Math.round(performance.now());
			frames.push([!first.masks ? "loading" : document.body.classList.contains("busy") ? "decoding" : "replay", stamp]);
			requestAnimationFrame(count);
		};
		requestAnimationFrame(count);
		new PerformanceObserver(l => l.getEntries().forEach(e => long.push([e.startTime, e.duration]))).observe({ entryTypes: ["longtask"] });`})
	for i, page := range []string{server.URL + "/index.html", "file://" + folder + "/index.html", server.URL + "/index.html#workload=&prompt=sort:31245=&budget=200"} {
		address, hash, _ := strings.Cut(page, "#")
		b.Go(fmt.Sprintf("%s?%d#%s", address, i, hash))
		b.Until(over)
		b.Until(`!playing || now > total() / 8`)
		t.Log(page, browsertest.Get[string](b, `JSON.stringify({ page: Math.round(performance.getEntriesByName("first-contentful-paint")[0].startTime), ...first })`))
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
			t.Logf("%s: %d frames, %.1f a second, gaps: median %.0f, 99%% %.0f, longest %.0f ms", what, len(g), 1000*float64(len(g))/sum, g[len(g)/2], g[len(g)*99/100], g[len(g)-1])
		}
		t.Log("long tasks (start, ms): ", strings.TrimSpace(browsertest.Get[string](b, `long.map(x => x.map(Math.round).join("+")).join(" ")`)))
	}
}
