package scenario

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dllmbench/harness/result"

	"gopkg.in/yaml.v3"
)

// This file reads what is wanted of the results: matched comparisons, a floor of
// quality, and the files that a report makes.

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
	if target(n).Kind == yaml.MappingNode {
		p.known(n, theMatch, map[string]func(*yaml.Node){
			"by":     func(n *yaml.Node) { m.By = p.matchings(n) },
			"factor": func(n *yaml.Node) { m.Factor, _ = p.realKey(n, theMatch, "factor") },
			"points": func(n *yaml.Node) { m.Points, _ = p.realKey(n, theMatch, "points") },
		})
		p.missing(place(n), theMatch, rawFields(n), "by")
	} else {
		m.By = p.matchings(n)
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
func (p *parser) matchings(n *yaml.Node) []string {
	var given, list []string
	for _, item := range p.items(n, theMatch) {
		word := p.choice(item, "matching", result.Matchings())
		if word != "" && slices.Contains(given, word) {
			p.add(place(item), "match holds %q twice", word)
		}
		given = append(given, word)
	}
	for _, word := range result.Matchings() {
		if slices.Contains(given, word) {
			list = append(list, word)
		}
	}
	return list
}

// quality reads the floor of quality.
func (p *parser) quality(n *yaml.Node) {
	f := &result.Floor{Metric: "exact_match"}
	p.known(n, theQuality, map[string]func(*yaml.Node){
		"floor":  func(n *yaml.Node) { f.Share, _ = p.realKey(n, theQuality, "floor") },
		"metric": func(n *yaml.Node) { f.Metric = p.choice(n, "metric of a floor", result.Shares(p.catalog.Metrics)) },
	})
	p.missing(place(n), theQuality, rawFields(n), "floor")
	if len(p.s.Tasks) == 0 {
		p.add(place(n), "a floor of quality needs the key \"workloads\": cells of \"cost\" have no quality")
	}
	p.s.Floor = f
}

// outputs reads which files a report makes. The word jsonl stands for the
// records, which every run writes.
func (p *parser) outputs(n *yaml.Node) {
	p.s.Outputs = []result.Output{}
	var names []string
	for _, f := range p.catalog.Outputs {
		names = append(names, f.Name)
	}
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
