package scenario

import (
	"errors"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/threshold"

	"gopkg.in/yaml.v3"
)

// defaultAlpha is the error rate of a threshold without one.
const defaultAlpha = 0.01

// thresholds reads the list "thresholds".
func (p *parser) thresholds(n *yaml.Node) {
	p.measured = p.tasksByName()
	for _, item := range p.items(n, "thresholds") {
		p.threshold(item)
	}
}

// threshold reads an entry of "thresholds".
func (p *parser) threshold(n *yaml.Node) {
	var t threshold.Threshold
	metric, alpha := "", defaultAlpha
	have := p.read(n, aThreshold, into{"metric": &metric, "exact": &t.Exact, "regress": &t.Regress, "alpha": &alpha, "engine": &t.Cells.Engine,
		"expr": nil, "workload": nil, "rung": nil})
	if have == nil {
		return
	}
	t.File, t.Line, t.Col = p.sources[place(n).source()].name, place(n).number(), place(n).col
	expr, exact, regress := have["expr"].value, have["exact"].value, have["regress"].value
	asked := 0
	for _, form := range []*yaml.Node{expr, exact, regress} {
		if form != nil {
			asked++
		}
	}
	if asked != 1 {
		p.add(place(n), "a threshold has %d of the keys \"expr\", \"exact\" and \"regress\"; allowed is one", asked)
	}
	if alpha := have["alpha"].value; alpha != nil && regress == nil {
		p.add(place(alpha), "alpha is the error rate of \"regress\" and this threshold has none")
	}
	p.cells(&t.Cells, have)
	p.missing(n, aThreshold, have)
	i := slices.IndexFunc(p.catalog.Metrics, func(m result.Metric) bool { return m.Name == metric })
	if i < 0 {
		return
	}
	m := p.catalog.Metrics[i]
	t.Metric = m.Name
	switch {
	case expr != nil:
		t.Limit = p.limit(expr, m)
	case exact != nil && m.Assume != "exact":
		p.add(place(exact), "%s varies from run to run and cannot be exact; allowed are regress and expr", m.Name)
	case regress != nil && m.Better == "":
		p.add(place(regress), "%s is neither better high nor better low and cannot regress; allowed is expr", m.Name)
	case regress != nil:
		t.Alpha = alpha
	}
	p.s.Thresholds = append(p.s.Thresholds, t)
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
		if n.Alias == nil && at.col > 0 && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			at.col += mistake.Offset
			if n.Style != 0 {
				at.col++ // the quote
			}
		}
		p.add(at, "metric %s (%s): %s", m.Name, m.Unit, mistake.Msg)
	}
	return l
}

// cells reads which cells are meant.
func (p *parser) cells(c *threshold.Cells, have fields) {
	engine, workload, rung := have["engine"].value, have["workload"].value, have["rung"].value
	if c.Engine != "" {
		p.engineIndex(c.Engine, place(engine))
	}
	if p.closed() {
		return
	}
	if workload != nil {
		c.Workload = p.choice(workload, "workload of this scenario", p.measured[""])
	}
	if rung != nil {
		of := anyWorkload
		if workload != nil {
			of = workload.Value
		}
		c.Rung = p.choice(rung, "rung of this scenario", p.measured[of])
	}
}

// anyWorkload stands for all workloads of a scenario; none has such a name.
const anyWorkload = "*"

// tasksByName lists the names of all workloads that the scenario measures, under "", and
// the rungs of each and of [anyWorkload].
func (p *parser) tasksByName() map[string][]string {
	lists := map[string][]string{}
	seen := map[[2]string]bool{}
	add := func(of, name string) {
		if !seen[[2]string{of, name}] {
			seen[[2]string{of, name}] = true
			lists[of] = append(lists[of], name)
		}
	}
	for _, t := range p.s.Tasks {
		if t.Workload == nil {
			continue
		}
		add("", t.Workload.Name())
		all := rungNames(t.Workload)
		for _, i := range t.Rungs {
			add(t.Workload.Name(), all[i])
			add(anyWorkload, all[i])
		}
	}
	return lists
}

// closed reports whether a task of the scenario could not be opened: then nothing is known of
// its name, and a name that is not found is no mistake of its own.
func (p *parser) closed() bool {
	return slices.ContainsFunc(p.s.Tasks, func(t Task) bool { return t.Workload == nil })
}
