//go:build !purego

package show

import (
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dllmbench/reports/browsertest"
)

// read points at a token, and goes through the page as those do who use a keyboard and hear it.
func read(b *browsertest.Browser) {
	at := browsertest.Get[[]float64](b, `(() => { const r = document.querySelectorAll(".tok")[2].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	b.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	if text := browsertest.Get[string](b, `document.querySelector(".detail").textContent`); !strings.Contains(text, "position 3: written in pass 3, confidence") {
		b.T.Errorf("the token pointed at is said to be %q", text)
	}
	b.JS(`document.querySelector("a.skip").focus()`)
	var walk []string
	for range 60 {
		b.Do(chromedp.KeyEvent(kb.Tab))
		what := browsertest.Get[string](b, `(e => e.id || e.className || e.tagName)(document.activeElement)`)
		if walk = append(walk, what); what == "BODY" {
			break
		}
		if what == "tokens" {
			b.Do(chromedp.KeyEvent(kb.ArrowRight + kb.ArrowRight))
			if got := browsertest.Get[string](b, `(e => document.getElementById(e.getAttribute("aria-activedescendant"))?.ariaLabel + " is " + e.nextElementSibling.nextElementSibling.textContent)(document.activeElement)`); !strings.Contains(got, ", position 2: written") && !strings.Contains(got, ", position 5: written") {
				b.T.Errorf("two arrows on, a screen reader hears %s", got)
			}
		}
	}
	for _, want := range []string{"share", "export", "big", "theme", "workload", "index", "seed", "go", "quiet", "tokens", "add", "first", "play", "scrub", "speed", "axis", "guesses", "maps"} {
		if !slices.Contains(walk, want) {
			b.T.Errorf("Tab never comes to %s: %v", want, walk)
		}
	}
	live := 0
	for _, n := range browsertest.Command(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		for _, p := range n.Properties {
			switch {
			case p.Name == accessibility.PropertyNameFocusable && string(p.Value.Value) == "true" && (n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == ""):
				b.T.Errorf("a %s that can be reached has no name", n.Role.Value)
			case p.Name == accessibility.PropertyNameLive && n.Role != nil && string(n.Role.Value) == `"status"`:
				live++
			}
		}
	}
	if live != 1 {
		b.T.Errorf("%d parts speak by themselves, wanted the line of status alone", live)
	}
}

// motion plays, pauses and looks at speeds; who wants no motion gets none.
func motion(b *browsertest.Browser) {
	b.JS(`document.activeElement.blur(); at("axis").value = "time"; to(0)`)
	if speed := browsertest.Get[string](b, `at("speed").value`); speed != "slow" {
		b.T.Errorf("the speed to begin with is %s", speed)
	}
	if s := browsertest.Get[float64](b, `seconds()`); s < 8 {
		b.T.Errorf("slow motion lasts %v s", s)
	}
	b.Do(chromedp.KeyEvent(" "))
	b.Until(`now > 0`)
	b.Do(chromedp.KeyEvent(" "))
	was := browsertest.Get[float64](b, `now`)
	b.Settle()
	if is := browsertest.Get[float64](b, `now`); is != was || browsertest.Get[bool](b, `at("scrub").getAttribute("aria-valuetext") !== at("clock").textContent`) {
		b.T.Errorf("after a pause at %v the clock goes on to %v, or is not told", was, is)
	}
	b.JS(`at("speed").value = "real"`)
	if browsertest.Get[bool](b, `Math.abs(1000 * seconds() - Math.max(...lanes.map(l => l.done.ms))) > 1`) {
		b.T.Error("real time is not what was measured")
	}
	b.JS(`at("speed").value = "slow"`)
	still := func(value string) {
		browsertest.Command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: value}}})
	}
	still("reduce")
	b.JS(`run()`)
	b.Until(over + ` && now >= total()`)
	if browsertest.Get[bool](b, `playing || document.getAnimations().length > 0`) {
		b.T.Error("it moves although that is not wanted")
	}
	still("")
}

// link sets what can be set, and opens the address that this gives.
func link(b *browsertest.Browser, server string) {
	b.JS(`document.querySelector("a.skip").click()`)
	small := browsertest.Get[float64](b, `parseFloat(getComputedStyle(document.querySelector(".tok")).fontSize)`)
	b.JS(`at("big").click(); at("speed").value = "brisk"; document.querySelectorAll(".lane")[1].querySelector("button").click()`)
	if big := browsertest.Get[float64](b, `parseFloat(getComputedStyle(document.querySelector(".tok")).fontSize)`); big < 1.4*small {
		b.T.Errorf("large type has %v pixels, small %v", big, small)
	}
	b.JS(`(e => { e.value = 9; e.dispatchEvent(new Event("input")); e.dispatchEvent(new Event("change")) })(document.querySelector(".settings input[type=range][aria-label=steps]"))`)
	b.Until(`at("status").textContent.startsWith("Replay")`)
	texts := ends(b)
	b.JS(`at("share").click()`)
	b.Until(`/^The (link|address)/.test(at("status").textContent)`)
	address := browsertest.Get[string](b, `location.href`)
	for _, part := range []string{"task=arithmetic/first-4x2/3", "seed=5", "lane=diffusion:llada:steps=9", "speed=brisk", "big=1"} {
		if !strings.Contains(address, part) {
			b.T.Errorf("the link %s lacks %s", address, part)
		}
	}
	b.Go(server + "/?again" + address[strings.Index(address, "#"):])
	if again := ends(b); !slices.Equal(again, texts) || browsertest.Get[string](b, `location.hash`) != address[strings.Index(address, "#"):] {
		b.T.Errorf("the link %s leads to %q, it was %q", address, again, texts)
	}
	b.Width(400)
	b.Settle()
	b.Fits(400)
	b.Width(1400)
	b.JS(`at("big").click()`)
}
