package scenario

import (
	"time"

	"dllmbench/harness/load"
	"dllmbench/harness/result"

	"gopkg.in/yaml.v3"
)

// maxLimit bounds the time limits of "goodput".
const maxLimit = 24 * time.Hour

// load reads how requests arrive, as --load does.
func (p *parser) load(n *yaml.Node) {
	text := p.text(n, "load")
	if text == "" {
		return
	}
	process, err := load.Parse(text)
	if err != nil {
		p.add(place(n), "%v", err)
		return
	}
	p.s.Load = &process
}

// goodput reads the limits that good requests keep.
func (p *parser) goodput(n *yaml.Node) {
	g := &result.Goodput{}
	limit := func(name string, to **int64) func(*yaml.Node) {
		return func(n *yaml.Node) {
			if d, ok := p.duration(n, name, time.Microsecond, maxLimit); ok {
				ns := d.Nanoseconds()
				*to = &ns
			}
		}
	}
	p.known(n, theGoodput, map[string]func(*yaml.Node){
		"ttft": limit("ttft", &g.TTFTNs),
		"tpot": limit("tpot", &g.TPOTNs),
		"e2e":  limit("e2e", &g.E2ENs),
		"exact": func(n *yaml.Node) {
			g.Exact = p.choice(n, "exact", []string{"true"}) == "true"
		},
		"partial": func(n *yaml.Node) {
			if x, ok := p.realKey(n, theGoodput, "partial"); ok {
				g.Partial = &x
			}
		},
	})
	if *g == (result.Goodput{}) {
		p.add(place(n), "goodput has no limit; allowed are ttft, tpot, e2e, exact and partial")
		return
	}
	p.s.Goodput = g
}
