//go:build !purego

package html

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"dllmbench/reports/browsertest"
)

// otherPage is a page beside the report: what its first table is filtered by.
type otherPage struct {
	name, html string
	table      string // the table that is tried
	column     string // of numbers, by the beginning of its heading
	words      string // a filter
	keeps      func(rows []string) string
	all        string // the name of the choice that is tried
	pick       string
}

func otherPages(t *testing.T) []otherPage {
	every := func(want int, words ...string) func([]string) string {
		return func(rows []string) string {
			if len(rows) != want {
				return fmt.Sprintf("%d rows, want %d: %q", len(rows), want, rows)
			}
			for _, r := range rows {
				for _, w := range words {
					if !strings.Contains(r, w) {
						return fmt.Sprintf("%q has no %q", r, w)
					}
				}
			}
			return ""
		}
	}
	return []otherPage{
		{"comparison", comparison(t, compared(t, "")), "#comparisons table", "change", "sudoku diffusion", every(3, "holes-4", "diffusion"), "all verdicts", "regressed"},
		{"history", historyOf(t, ""), "#series table", "last to first", "sort-4 block e2e", every(2, "sort-4", "block", "e2e"), "changed or not", "changed"},
	}
}

func TestOtherPagesInABrowser(t *testing.T) {
	for _, c := range otherPages(t) {
		t.Run(c.name, func(t *testing.T) {
			b := browsertest.Open(t, c.html, 1280)
			if n := browsertest.Get[int](b, `document.querySelectorAll("figure .plot svg path").length`); n < 30 {
				t.Errorf("%d strokes in all figures", n)
			}
			sortsAndFilters(b, c)
			b.Contrast()
			for _, width := range []int64{360, 800, 1400} {
				b.Width(width)
				b.Settle()
				b.Fits(width)
			}
			b.Quiet()
		})
	}
}

// sortsAndFilters presses a heading, types words and makes a choice.
func sortsAndFilters(b *browsertest.Browser, c otherPage) {
	b.T.Helper()
	b.JS(fmt.Sprintf(`window.tried = document.querySelector(%q); window.bar = tried.closest("section").querySelector(".filter")`, c.table))
	head := fmt.Sprintf(`[...tried.tHead.rows[0].cells].find(h => h.textContent.startsWith(%q))`, c.column)
	values := fmt.Sprintf(`(() => { const i = %s.cellIndex; return [...tried.tBodies[0].rows].map(r => Number(r.cells[i].dataset.v)).filter(v => !isNaN(v)) })()`, head)
	b.JS(head + `.querySelector("button").click()`)
	up := browsertest.Get[[]float64](b, values)
	b.JS(head + `.querySelector("button").click()`)
	down := browsertest.Get[[]float64](b, values)
	if len(up) < 6 || len(down) != len(up) || up[0] >= up[len(up)-1] {
		b.T.Fatalf("nothing to sort: %v and %v", up, down)
	}
	for i := 1; i < len(up); i++ {
		if up[i-1] > up[i] || down[i-1] < down[i] {
			b.T.Fatalf("not in order: %v, %v", up, down)
		}
	}
	const rows = `[...tried.tBodies[0].rows].map(r => r.textContent)`
	typed := `(s => { s.value = %q; s.dispatchEvent(new Event("input")) })(bar.querySelector("input"))`
	b.JS(fmt.Sprintf(typed, c.words))
	if wrong := c.keeps(browsertest.Get[[]string](b, rows)); wrong != "" {
		b.T.Errorf("filter %q: %s", c.words, wrong)
	}
	b.JS(fmt.Sprintf(typed, ""))
	all := len(browsertest.Get[[]string](b, rows))
	b.JS(fmt.Sprintf(`(s => { s.value = %q; s.dispatchEvent(new Event("input")) })([...bar.querySelectorAll("select")].find(s => s.options[0].text === %q))`, c.pick, c.all))
	picked := browsertest.Get[[]string](b, `[...tried.tBodies[0].rows].map(r => [...r.cells].map(c => c.dataset.kind).find(k => k === `+fmt.Sprintf("%q", c.pick)+`) ?? "")`)
	if len(picked) == 0 || len(picked) >= all {
		b.T.Errorf("the choice %s leaves %d of %d rows", c.pick, len(picked), all)
	}
	for _, kind := range picked {
		if kind != c.pick {
			b.T.Errorf("the choice %s shows another row", c.pick)
		}
	}
	if note := browsertest.Get[string](b, `bar.querySelector(".small").textContent`); !strings.HasPrefix(note, fmt.Sprintf("%d of %d ", len(picked), all)) {
		b.T.Errorf("the filter says %q", note)
	}
}

func TestHostileNamesOfOtherPagesInABrowser(t *testing.T) {
	for name, page := range map[string]string{"comparison": comparison(t, compared(t, hostile)), "history": historyOf(t, hostile)} {
		t.Run(name, func(t *testing.T) {
			b := browsertest.Open(t, page, 360)
			b.Settle()
			if browsertest.Get[bool](b, "window.attacked !== undefined") {
				t.Error("a name was executed")
			}
			text := browsertest.Get[string](b, "document.body.innerText")
			if !strings.Contains(text, "<script>window.attacked=1") || !strings.Contains(text, `\u202e`) || strings.ContainsAny(text, "\u202e\x1b") {
				t.Error("a name is not shown as the text that it is")
			}
			b.Fits(360)
			b.Quiet()
		})
	}
}

// Without scripts all rows and figures stand there.
func TestOtherPagesWithoutScripts(t *testing.T) {
	b := browsertest.Open(t, "<footer></footer>", 800)
	browsertest.Command(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	for name, page := range map[string]string{"comparison": comparison(t, compared(t, "")), "history": historyOf(t, "")} {
		path := filepath.Join(t.TempDir(), "report.html")
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		b.Go("file://" + path)
		b.Do(chromedp.WaitVisible("figure .plot svg"), chromedp.WaitVisible("table.sortable tbody tr:last-child th"))
		if n := strings.Count(page, "<select"); n > 0 {
			t.Errorf("%s: %d controls that need scripts stand on the page without them", name, n)
		}
	}
	b.Quiet()
}
