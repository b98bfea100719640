package scenario

import (
	"regexp"
	"runtime"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// Limits of the numbers in a scenario.
const (
	maxInstances = 100_000
	maxRepeats   = 10_000
	maxSamples   = 1000
	maxTokens    = 1 << 20 // prompt lengths and budgets
	maxBatch     = 4096
	maxThreads   = 1024
	maxCells     = 20_000
)

// Parse reads a scenario that is one file, without variables. file is the name
// that messages show, and its folder is where relative paths start. An error is
// of type [Problems] and holds every mistake.
func Parse(file string, data []byte, catalog Catalog) (*Scenario, error) {
	return Load(file, data, catalog, Options{})
}

// Load is Parse with includes, variables and changes.
func Load(file string, data []byte, catalog Catalog, options Options) (*Scenario, error) {
	p := &parser{collector: collector{sources: []origin{{name: file}}}, catalog: catalog}
	p.s = &Scenario{File: file, Text: data, catalog: catalog,
		Generation: Generation{BudgetRatio: []float64{1}, BudgetMultiple: 1, common: map[string]setting{}},
		Measurement: Measurement{Warmup: 1, Repeats: 2, Order: Paired, Timeout: time.Minute,
			Threads: []int{p.cpus()}, Batch: []int{1}},
	}
	l := &loader{collector: &p.collector, options: options}
	if root := l.load(data); root != nil {
		p.scenario(root)
		if len(p.list) == 0 {
			p.s.Text = l.resolved(root, data)
		}
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	p.s.sources = p.sources
	return p.s, nil
}

// parser reads the parts of a scenario into s.
type parser struct {
	collector
	catalog Catalog
	s       *Scenario
	sweep   []axis
}

func (p *parser) cpus() int {
	if p.catalog.CPUs > 0 {
		return p.catalog.CPUs
	}
	return runtime.NumCPU()
}

// scenario reads the top level. Keys may come in any order in the file and are
// read in the order in which they depend on each other.
func (p *parser) scenario(root *yaml.Node) {
	at, nodes := place(root), map[string]*yaml.Node{}
	keys := map[string]func(*yaml.Node){}
	_, names := keysOf(theScenario)
	for _, name := range names {
		keys[name] = func(n *yaml.Node) { nodes[name] = n }
	}
	p.known(root, theScenario, keys) // what it includes is put in already
	if root.Kind != yaml.MappingNode {
		return
	}
	read := func(name string, f func(*yaml.Node)) bool {
		n := nodes[name]
		if n != nil {
			f(n)
		}
		return n != nil
	}
	if !read("version", func(n *yaml.Node) { p.wholeKey(n, theScenario, "version") }) {
		p.add(at, "the scenario needs the key \"version\"; this program reads version 1")
	}
	p.s.Name = "scenario"
	read("name", func(n *yaml.Node) { p.s.Name = p.label(n, "name") })
	read("seed", func(n *yaml.Node) {
		if v, ok := p.wholeKey(n, theScenario, "seed"); ok {
			p.s.Seed = uint64(v)
		}
	})
	read("weights", func(n *yaml.Node) { p.s.Weights = p.weights(n) })
	if !read("engines", p.engines) {
		p.add(at, "the scenario needs the key \"engines\"")
	}
	read("generation", p.generation)
	read("measurement", p.measurement)
	read("sweep", func(n *yaml.Node) { p.sweep = p.axes(n) })
	read("claims", p.claims)
	read("judge", p.judge)
	tasks := read("workloads", p.tasks)
	costs := read("cost", p.costs)
	read("load", p.load)
	read("goodput", p.goodput)
	read("thresholds", p.thresholds)
	read("match", p.match)
	read("quality", p.quality)
	read("outputs", p.outputs)
	switch {
	case !tasks && !costs:
		p.add(at, "there is nothing to measure: the scenario needs the key \"workloads\" or \"cost\"")
	case tasks && nodes["weights"] == nil:
		p.add(place(nodes["workloads"]), "workloads need the key \"weights\", for example {builtin: %s}", firstOr(p.catalog.Builtin, "v1"))
	case tasks:
		p.trained(p.s.Weights, nodes["weights"])
	}
}

func firstOr(list []string, otherwise string) string {
	if len(list) > 0 {
		return list[0]
	}
	return otherwise
}

var labelForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// label reads a name that shows up in tables, file names and sweep keys.
func (p *parser) label(n *yaml.Node, what string) string {
	s := p.text(n, what)
	if s != "" && !labelForm.MatchString(s) {
		p.add(place(n), "%s is %s; allowed are 1 to 40 letters, digits, - and _, the first one a letter or digit", what, kind(n))
	}
	return s
}

// generation reads what is the same for every engine.
func (p *parser) generation(n *yaml.Node) {
	g := &p.s.Generation
	for _, f := range p.fields(n, "generation") {
		switch f.name {
		case "budget_ratio":
			g.BudgetRatio = p.ratios(f.value)
		case "budget_multiple":
			if v, ok := p.wholeKey(f.value, generationKeys, f.name); ok {
				g.BudgetMultiple = v
			}
		default:
			p.common(f)
		}
	}
}

// ratios reads one or several budget ratios.
func (p *parser) ratios(n *yaml.Node) []float64 {
	var list []float64
	for _, item := range p.items(n, "budget_ratio") {
		if v, ok := p.realKey(item, generationKeys, "budget_ratio"); ok {
			list = append(list, v)
		}
	}
	return list
}

// common reads an option that holds for every engine with such a parameter.
func (p *parser) common(f field) {
	names := []string{"budget_ratio", "budget_multiple"}
	found := false
	for _, e := range p.s.Engines {
		for _, param := range e.Preset.Params {
			if !slices.Contains(names, param.Name) {
				names = append(names, param.Name)
			}
			if param.Name == f.name && !found {
				found = true
				if v, ok := p.value(f.value, f.name, param); ok {
					p.s.Generation.common[f.name] = v
				}
			}
		}
	}
	if !found {
		p.add(f.at, "unknown key %q in generation%s", clip(f.name), allowed(f.name, names))
	}
}

// measurement reads how to measure.
func (p *parser) measurement(n *yaml.Node) {
	m := &p.s.Measurement
	p.known(n, measureObject, map[string]func(*yaml.Node){
		"warmup":  func(n *yaml.Node) { m.Warmup, _ = p.wholeKey(n, measureObject, "warmup") },
		"repeats": func(n *yaml.Node) { m.Repeats, _ = p.wholeKey(n, measureObject, "repeats") },
		"trace":   func(n *yaml.Node) { m.Trace, _ = p.wholeKey(n, measureObject, "trace") },
		"order":   func(n *yaml.Node) { m.Order = p.order(n) },
		"timeout": func(n *yaml.Node) { m.Timeout, _ = p.duration(n, "timeout", time.Millisecond, 24*time.Hour) },
		"batch":   func(n *yaml.Node) { m.Batch = p.wholesKey(n, measureObject, "batch") },
		"threads": func(n *yaml.Node) { m.Threads = p.threadCounts(n, measureObject) },
	})
}

// threadCounts reads numbers of worker threads, each once; 0 is all CPUs.
func (p *parser) threadCounts(n *yaml.Node, object string) []int {
	var list []int
	for _, v := range p.wholesKey(n, object, "threads") {
		if v == 0 {
			v = p.cpus()
		}
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

func (p *parser) order(n *yaml.Node) Order {
	return Order(p.choice(n, "order", []string{string(Paired), string(Random), string(Sequential), string(Once)}))
}

// claims reads the word "all", or one or several numbers.
func (p *parser) claims(n *yaml.Node) {
	if target(n).Value == "all" {
		for number := range p.catalog.Claims {
			p.s.Claims = append(p.s.Claims, number+1)
		}
		return
	}
	p.s.Claims = p.wholes(n, "the number of a claim", 1, p.catalog.Claims)
}

// judge reads the weights whose likelihood stands for a missing oracle.
func (p *parser) judge(n *yaml.Node) {
	p.s.Judge = p.weights(n)
	if p.s.Judge.Random() {
		p.add(place(n), "a judge of a shape has random weights and knows nothing; allowed is one of builtin, path")
	}
}
