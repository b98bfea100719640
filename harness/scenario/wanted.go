package scenario

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"

	"gopkg.in/yaml.v3"
)

// This file reads what is wanted of the results: matched comparisons, a floor of
// quality, limits of good requests, and the files that a report makes.

// What counts as equal unless "match" says otherwise: a ratio of costs, and a
// difference in percentage points.
const (
	DefaultFactor = 1.25
	DefaultPoints = 5
)

// match reads at which equal cost engines are compared: one or several words,
// or a mapping that also says what counts as equal.
func (p *parser) match(n *yaml.Node) {
	m := &result.Match{Factor: DefaultFactor, Points: DefaultPoints}
	matchings := func(n *yaml.Node) { m.By = p.matchings(n) }
	if n.Kind == yaml.MappingNode {
		p.missing(n, theMatch, p.read(n, theMatch, into{"by": matchings, "factor": &m.Factor, "points": &m.Points}))
	} else {
		matchings(n)
	}
	if len(p.s.Engines) == 1 {
		p.add(place(n), "match compares engines and the scenario has only one")
	}
	if len(p.s.Tasks) == 0 && slices.Contains(m.By, result.MatchQuality) {
		p.add(place(n), "match by quality needs the key \"workloads\": cells of \"cost\" have no quality")
	}
	p.s.Match = m
}

// matchings reads the words of "match", in the order of [result.Matchings].
func (p *parser) matchings(n *yaml.Node) (list []string) {
	p.put(n, key{name: theMatch, value: objectOf(theMatch).byName()["by"].value}, &list)
	slices.SortFunc(list, func(a, b string) int {
		return slices.Index(result.Matchings(), a) - slices.Index(result.Matchings(), b)
	})
	return list
}

// quality reads the floor of quality.
func (p *parser) quality(n *yaml.Node) {
	f := &result.Floor{Metric: "exact_match"}
	if have := p.read(n, theQuality, into{"floor": &f.Share, "metric": &f.Metric}); have != nil {
		p.missing(n, theQuality, have)
	}
	if len(p.s.Tasks) == 0 {
		p.add(place(n), "a floor of quality needs the key \"workloads\": cells of \"cost\" have no quality")
	}
	p.s.Floor = f
}

// goodput reads the limits that good requests keep.
func (p *parser) goodput(n *yaml.Node) {
	g := &result.Goodput{}
	p.read(n, theGoodput, into{"ttft": &g.TTFTNs, "tpot": &g.TPOTNs, "e2e": &g.E2ENs, "exact": &g.Exact, "partial": &g.Partial})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		p.add(place(n), "goodput has no limit; allowed are ttft, tpot, e2e, exact and partial")
		return
	}
	p.s.Goodput = g
}

// outputs reads which files a report makes. The word jsonl stands for the
// records, which every run writes.
func (p *parser) outputs(n *yaml.Node) {
	p.s.Outputs = []result.Output{}
	names := outputNames(p.catalog)
	for _, item := range p.items(n, "outputs") {
		text := p.text(item, "an output")
		if text == "" {
			continue
		}
		name, to, given := strings.Cut(text, "=")
		i := slices.Index(names, name)
		if i < 0 {
			p.add(place(item), "unknown output format %q%s", clip(name), allowed(name, names))
			continue
		}
		if !given {
			to = p.catalog.Outputs[i].Path
		}
		if to == "" && !given { // the records are written anyway
			continue
		}
		o := result.Output{Format: name, Path: path.Clean(to)}
		switch why := o.Problem(); {
		case p.catalog.Outputs[i].Path == "":
			p.add(place(item), "output %q: the name of this file is fixed", clip(text))
		case why != "":
			p.add(place(item), "output %q: %s", clip(text), why)
		case slices.ContainsFunc(p.s.Outputs, func(other result.Output) bool { return other.Path == o.Path }):
			p.add(place(item), "output %q: another output is written there", clip(text))
		default:
			p.s.Outputs = append(p.s.Outputs, o)
		}
	}
}

// Wanted says in words what is wanted of the results, beside the usual.
func (s *Scenario) Wanted() []string {
	var list []string
	if m := s.Match; m != nil {
		list = append(list, fmt.Sprintf("reports compare engines at equal %s (costs within a factor of %g, quality within %g points)", strings.Join(m.By, ", "), m.Factor, m.Points))
	}
	if f := s.Floor; f != nil {
		list = append(list, fmt.Sprintf("engines below %g%% %s are not called fastest", 100*f.Share, f.Metric))
	}
	if n := len(s.Published); n > 0 {
		list = append(list, "reports compare with "+lists.Count(n, "published value"))
	}
	if s.Outputs != nil {
		names := []string{recordsName}
		for _, o := range s.Outputs {
			names = append(names, o.Path)
		}
		list = append(list, "reports write "+strings.Join(names, ", "))
	}
	return list
}

// recordsName is the file that every run writes.
const recordsName = "results.jsonl"
