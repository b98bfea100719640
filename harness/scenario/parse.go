package scenario

import (
	"cmp"
	"runtime"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/load"
	"dllmbench/harness/result"

	"gopkg.in/yaml.v3"
)

// Limits of the numbers in a scenario, and of flags that say the same.
const (
	MaxInstances = 100_000
	MaxRepeats   = 10_000
	maxSamples   = 1000
	maxShots     = 64
	MaxTokens    = 1 << 20 // prompt lengths and budgets
	maxStops     = 64      // stop texts of an entry
	maxStop      = 1024    // bytes of one
	MaxBatch     = 4096
	MaxThreads   = 1024
	maxCells     = 20_000
	maxPercent   = 1000
)

// keptPrompts is the one word of "keep".
const keptPrompts = "prompts"

// Load reads a scenario with includes, variables and changes. file is the name
// that messages show, and its folder is where relative paths start. An error is
// of type [Problems] and holds every mistake.
func Load(file string, data []byte, catalog Catalog, options Options) (*Scenario, error) {
	p := &parser{collector: collector{sources: []origin{{name: file}}}, catalog: catalog, opened: map[taskFile]TaskFile{}}
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

	opened   map[taskFile]TaskFile // task files, each of which is read once
	measured map[string][]string   // see tasksByName
	known    []result.Published    // that task cards know
}

func (p *parser) cpus() int { return cmp.Or(p.catalog.CPUs, runtime.NumCPU()) }

// scenario reads the top level. Keys may come in any order in the file and are
// read in the order in which they depend on each other.
func (p *parser) scenario(root *yaml.Node) {
	p.s.Name = "scenario"
	version := 0
	to := into{}
	for _, k := range objectOf(theScenario).keys {
		to[k.name] = nil
	}
	var keep []string
	to["version"], to["name"], to["seed"], to["keep"] = &version, &p.s.Name, &p.s.Seeds, &keep
	have := p.read(root, theScenario, to) // what it includes is put in already
	if have == nil {
		return
	}
	p.s.KeepPrompts = len(keep) > 0
	if len(p.s.Seeds) > 0 {
		p.s.Seed = p.s.Seeds[0]
	}
	read := func(name string, f func(*yaml.Node)) bool {
		n := have[name].value
		if n != nil {
			f(n)
		}
		return n != nil
	}
	at := place(root)
	if have["version"].value == nil {
		p.add(at, "the scenario needs the key \"version\"; this program reads version 1")
	}
	read("models", p.models)
	read("tokenizer_of", func(n *yaml.Node) {
		if m := p.modelNamed(n); m != nil {
			p.s.TokenizerOf = m.Name
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
	read("published", p.published)
	p.publishedOf()
	read("quality", p.quality)
	read("outputs", p.outputs)
	switch {
	case !tasks && !costs:
		p.add(at, "there is nothing to measure: the scenario needs the key \"workloads\" or \"cost\"")
	case tasks && have["weights"].value == nil:
		without := func(i int) bool { return p.s.Engines[i].Weights.Kind == "" }
		if slices.ContainsFunc(p.s.Tasks, func(t Task) bool {
			return t.Weights.Kind == "" && (len(t.engines) == 0 || slices.ContainsFunc(t.engines, without))
		}) {
			p.add(place(have["workloads"].value), "workloads need the key \"weights\", for example {builtin: %s}, or engines that all name a \"model\"", append(p.catalog.Builtin, "v1")[0])
		}
	case tasks:
		p.trained(p.s.Weights, have["weights"].value)
	}
}

// generation reads what is the same for every engine. An option holds for every
// engine with such a parameter.
func (p *parser) generation(n *yaml.Node) {
	g, keys := &p.s.Generation, objectOf(generationKeys)
	to := into{"budget_ratio": &g.BudgetRatio, "budget_multiple": &g.BudgetMultiple, "force_length": &g.ForceLength}
	params, names := map[string]engines.Param{}, []string{}
	for _, k := range keys.keys {
		names = append(names, k.name)
	}
	for _, e := range p.s.Engines {
		for _, param := range e.Preset.Params {
			if _, known := params[param.Name]; !known {
				params[param.Name], names = param, append(names, param.Name)
			}
		}
	}
	for _, f := range p.fields(n, generationKeys) {
		if to[f.name] != nil {
			p.put(f.value, keys.byName()[f.name], to[f.name])
		} else if param, known := params[f.name]; !known {
			p.add(f.at, "unknown key %q in generation%s", clip(f.name), allowed(f.name, names))
		} else if v, ok := p.take(f.value, f.name, valueOf(param)); ok {
			g.common[f.name] = setting{v, place(f.value)}
		}
	}
}

// measurement reads how to measure.
func (p *parser) measurement(n *yaml.Node) {
	m := &p.s.Measurement
	to := m.into()
	to["warmup"], to["timeout"] = &m.Warmup, &m.Timeout
	to["until"] = func(n *yaml.Node) { m.Enough = p.enough(n) }
	p.read(n, measureObject, to)
	m.Threads = p.workers(m.Threads)
}

// enough reads how narrow intervals have to be.
func (p *parser) enough(n *yaml.Node) (list []Enough) {
	half := map[string]*float64{}
	to := into{}
	for _, k := range objectOf(theUntil).keys {
		half[k.name] = new(float64)
		to[k.name] = half[k.name]
	}
	have := p.read(n, theUntil, to)
	for _, k := range objectOf(theUntil).keys {
		if f, given := have[k.name]; given {
			if *half[k.name] > 0.5 {
				p.add(place(f.value), "%s: no interval of a share is wider than 50%% to either side", k.name)
			}
			list = append(list, Enough{k.name, *half[k.name]})
		}
	}
	if have != nil && list == nil {
		p.add(place(n), "until names no metric%s", allowed("", namesOf(objectOf(theUntil).keys, func(k key) string { return k.name })))
	}
	return list
}

// into are the keys that an entry may give otherwise.
func (m *Measurement) into() into {
	return into{"repeats": &m.Repeats, "order": &m.Order, "batch": &m.Batch, "threads": &m.Threads, "trace": &m.Trace}
}

// workers are numbers of worker threads, each once; 0 is all CPUs.
func (p *parser) workers(given []int) []int {
	var list []int
	for _, v := range given {
		if v = cmp.Or(v, p.cpus()); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// claims reads the word "all", or one or several numbers.
func (p *parser) claims(n *yaml.Node) {
	if n.Value == "all" {
		for number := range p.catalog.Claims {
			p.s.Claims = append(p.s.Claims, number+1)
		}
		return
	}
	p.put(n, key{name: "the number of a claim", value: listOf(wholeOf(1, float64(p.catalog.Claims)))}, &p.s.Claims)
}

// judge reads the weights whose likelihood stands for a missing oracle.
func (p *parser) judge(n *yaml.Node) {
	p.s.Judge = p.weights(n)
	if p.s.Judge.Random() {
		p.add(place(n), "a judge of a shape has random weights and knows nothing; allowed is one of builtin, path")
	}
}

// load reads how requests arrive, as --load does.
func (p *parser) load(n *yaml.Node) {
	text := p.text(n, "load")
	if text == "" {
		return
	}
	if _, sweeps, _ := load.ParseSweep(text); sweeps {
		p.add(place(n), "load %q: a sweep is several runs, and asked for with --load %s", text, text)
		return
	}
	process, err := load.Parse(text)
	if err != nil {
		p.add(place(n), "%v", err)
	}
	p.s.Load = &process
}
