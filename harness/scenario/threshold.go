package scenario

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/threshold"

	"gopkg.in/yaml.v3"
)

// thresholds reads the list "thresholds".
func (p *parser) thresholds(n *yaml.Node) {
	for _, item := range p.items(n, "thresholds") {
		if t, ok := p.threshold(item); ok {
			p.s.Thresholds = append(p.s.Thresholds, t)
		}
	}
}

// threshold reads an entry of "thresholds".
func (p *parser) threshold(n *yaml.Node) (t threshold.Threshold, ok bool) {
	var metric, expr, exact, regress, alpha, engine, workload, rung *yaml.Node
	to := func(at **yaml.Node) func(*yaml.Node) { return func(v *yaml.Node) { *at = v } }
	before := len(p.list)
	p.known(n, aThreshold, map[string]func(*yaml.Node){
		"metric": to(&metric), "expr": to(&expr), "exact": to(&exact), "regress": to(&regress), "alpha": to(&alpha),
		"engine": to(&engine), "workload": to(&workload), "rung": to(&rung),
	})
	if target(n).Kind != yaml.MappingNode {
		return t, false
	}
	from := p.sources[place(n).source()]
	t.File, t.Line, t.Col = from.name, place(n).number(), place(n).col
	asked := 0
	for _, form := range []*yaml.Node{expr, exact, regress} {
		if form != nil {
			asked++
		}
	}
	if asked != 1 {
		p.add(place(n), "a threshold has %d of the keys \"expr\", \"exact\" and \"regress\"; allowed is one", asked)
	}
	if alpha != nil && regress == nil {
		p.add(place(alpha), "alpha is the error rate of \"regress\" and this threshold has none")
	}
	t.Cells = p.cells(engine, workload, rung)
	m, known := p.metric(n, metric)
	if !known {
		return t, false
	}
	t.Metric = m.Name
	switch {
	case expr != nil:
		t.Limit = p.limit(expr, m)
	case exact != nil:
		p.exact(exact, m, &t)
	case regress != nil:
		p.regress(regress, alpha, m, &t)
	}
	return t, len(p.list) == before
}

// metric looks a metric up.
func (p *parser) metric(n, name *yaml.Node) (m result.Metric, ok bool) {
	if name == nil {
		p.add(place(n), "a threshold needs the key \"metric\"")
		return m, false
	}
	names := make([]string, len(p.catalog.Metrics))
	for i, m := range p.catalog.Metrics {
		names[i] = m.Name
	}
	i := slices.Index(names, p.choice(name, "metric", names))
	if i < 0 {
		return m, false
	}
	return p.catalog.Metrics[i], true
}

// limit reads an expression. Its mistakes have places of their own where the
// text stands in the file as it is.
func (p *parser) limit(n *yaml.Node, m result.Metric) *threshold.Limit {
	text := p.text(n, "expr")
	if text == "" {
		return nil
	}
	l, err := threshold.Parse(text, m.Unit)
	var mistake *threshold.SyntaxError
	if errors.As(err, &mistake) {
		at := place(n)
		node := target(n)
		if node == n && at.col > 0 && node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			at.col += mistake.Offset
			if node.Style != 0 {
				at.col++ // the quote
			}
		}
		p.add(at, "metric %s (%s): %s", m.Name, m.Unit, mistake.Msg)
	}
	return l
}

func (p *parser) exact(n *yaml.Node, m result.Metric, t *threshold.Threshold) {
	node := target(n)
	t.Exact = true
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!bool" || node.Value != "true" {
		p.add(place(n), "exact is %s; allowed is true", kind(n))
	}
	if m.Assume != "exact" {
		p.add(place(n), "%s varies from run to run and cannot be exact; allowed are regress and expr", m.Name)
	}
}

// defaultAlpha is the error rate of a threshold without one.
const defaultAlpha = 0.01

func (p *parser) regress(n, alpha *yaml.Node, m result.Metric, t *threshold.Threshold) {
	t.Alpha = defaultAlpha
	if alpha != nil {
		t.Alpha, _ = p.realKey(alpha, aThreshold, "alpha")
	}
	node := target(n)
	number, percent := strings.CutSuffix(node.Value, "%")
	v, err := strconv.ParseFloat(number, 64)
	if node.Kind != yaml.ScalarNode || !percent || err != nil || !(v > 0 && v <= 1000) {
		p.add(place(n), "regress is %s; allowed is a percentage above 0%%, for example 5%%", kind(n))
	}
	t.Regress = v / 100
	if m.Better == "" {
		p.add(place(n), "%s is neither better high nor better low and cannot regress; allowed is expr", m.Name)
	}
}

// cells reads which cells are meant.
func (p *parser) cells(engine, workload, rung *yaml.Node) (c threshold.Cells) {
	if engine != nil {
		if c.Engine = p.text(engine, "engine"); c.Engine != "" {
			p.engineIndex(c.Engine, place(engine))
		}
	}
	var names, rungs []string
	for _, t := range p.s.Tasks {
		if t.Workload == nil {
			continue
		}
		names = append(names, t.Workload.Name())
		if workload == nil || target(workload).Value == t.Workload.Name() {
			for _, i := range t.Rungs {
				rungs = append(rungs, t.Workload.Rungs()[i].Name)
			}
		}
	}
	if workload != nil {
		c.Workload = p.choice(workload, "workload of this scenario", unique(names))
	}
	if rung != nil {
		c.Rung = p.choice(rung, "rung of this scenario", unique(rungs))
	}
	return c
}

// unique leaves the first of equal names.
func unique(names []string) []string {
	list := []string{}
	for _, name := range names {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
