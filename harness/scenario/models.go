package scenario

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines/weights"

	"gopkg.in/yaml.v3"
)

// Model is an entry of "models": weights that engines and entries name.
type Model struct {
	Name    string
	Weights weights.Name
	Parent  string // the model that its weights were made from; "" for none
	Peer    string // a model that it is compared with though it was not made from it; "" for none
	Note    string // shown in reports
}

// model is the one with these weights; one without a name for weights that are none of
// "models".
func (s *Scenario) model(w weights.Name) Model {
	if i := slices.IndexFunc(s.Models, func(m Model) bool { return m.Weights == w }); i >= 0 {
		return s.Models[i]
	}
	return Model{Weights: w}
}

// named is the place of a model in Models; -1 if none has that name.
func (s *Scenario) named(name string) int {
	return slices.IndexFunc(s.Models, func(m Model) bool { return m.Name == name })
}

// related is its parent or peer.
func (m Model) related() string { return cmp.Or(m.Parent, m.Peer) }

// root is the model at the end of parents and peers, itself if it has none.
func (s *Scenario) root(m Model) Model {
	for range s.Models { // no longer than the list: a circle ends
		if i := s.named(m.related()); i >= 0 {
			m = s.Models[i]
		}
	}
	return m
}

// family are the models with the same root, in the order of the file; nil for a model
// without relatives.
func (s *Scenario) family(m Model) (list []Model) {
	if m.Name == "" {
		return nil
	}
	root := s.root(m).Name
	for _, other := range s.Models {
		if s.root(other).Name == root {
			list = append(list, other)
		}
	}
	if len(list) == 1 {
		return nil
	}
	return list
}

// counting is the model of a family whose tokenizer counts useful text.
func (s *Scenario) counting(family []Model) Model {
	if i := slices.IndexFunc(family, func(m Model) bool { return m.Name == s.TokenizerOf }); i >= 0 {
		return family[i]
	}
	return s.root(family[0])
}

// models reads the mapping "models".
func (p *parser) models(n *yaml.Node) {
	parents := map[string]*yaml.Node{}
	for _, f := range p.fields(n, "models") {
		m, before := Model{Name: f.name}, len(p.list)
		if !labelForm.MatchString(m.Name) {
			p.add(f.at, "the name of a model is %q; allowed are 1 to 40 letters, digits, - and _, the first one a letter or digit", clip(m.Name))
		}
		have := p.weightsIn(f.value, aModel, &m.Weights, into{"parent": &m.Parent, "peer": &m.Peer, "note": &m.Note}, weights.Builtin, weights.Path)
		if have == nil {
			continue
		}
		if same := p.s.model(m.Weights); same.Name != "" && len(p.list) == before { // else part of its name is missing
			p.add(f.at, "models %q and %q are the same weights", same.Name, clip(m.Name))
		}
		parent, peer := have["parent"].value, have["peer"].value
		if parent != nil && peer != nil {
			p.add(place(peer), "model %q has both \"parent\" and \"peer\"; allowed is one of them", clip(m.Name))
		}
		parents[m.Name] = cmp.Or(parent, peer)
		p.s.Models = append(p.s.Models, m)
	}
	for _, m := range p.s.Models {
		if n := parents[m.Name]; m.related() != "" && p.modelNamed(n) != nil && p.s.named(p.s.root(m).related()) >= 0 {
			p.add(place(n), "the parents and peers of model %q go round in a circle", m.Name)
		}
	}
}

// modelNamed is the model that a node names; nil after a problem.
func (p *parser) modelNamed(n *yaml.Node) *Model {
	i := p.s.named(n.Value)
	if i < 0 {
		p.add(place(n), "no model is named %q in this scenario%s", clip(n.Value), allowed(n.Value, namesOf(p.s.Models, func(m Model) string { return m.Name })))
		return nil
	}
	return &p.s.Models[i]
}

// weights reads {builtin: name}, {path: folder} or {shape: name}, or the name of a model.
func (p *parser) weights(n *yaml.Node) (w weights.Name) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" && len(p.s.Models) > 0 {
		if m := p.modelNamed(n); m != nil {
			w = m.Weights
		}
		return w
	}
	p.weightsIn(n, weightsObject, &w, into{"shape": &w.Name}, weights.Builtin, weights.Path, weights.Shape)
	return w
}

// weightsIn reads a mapping that names weights of one of some kinds, beside other keys.
func (p *parser) weightsIn(n *yaml.Node, what string, w *weights.Name, to into, kinds ...weights.Kind) fields {
	before := len(p.list)
	maps.Copy(to, into{"builtin": &w.Name, "path": &w.Name, "mask": &w.Trained.Mask, "context": &w.Trained.Context, "block": &w.Trained.Block, "shift": &w.Trained.Shift, "precision": &w.Precision, "kv": &w.KV})
	have := p.read(n, what, to)
	w.SetKV(w.KV)
	words := strings.Join(namesOf(kinds, func(k weights.Kind) string { return string(k) }), ", ")
	for _, kind := range kinds {
		given := have[string(kind)].value
		if given != nil && w.Kind != "" {
			p.add(place(given), "weights have both %q and %q; allowed is one of %s", w.Kind, kind, words)
		}
		if given != nil {
			w.Kind = kind
		}
	}
	if err := w.Trained.Check(); err != nil && len(p.list) == before {
		p.add(place(n), "%v", err)
	} else if w.Trained != (weights.Trained{}) && w.Kind != weights.Path && len(p.list) == before {
		p.add(place(n), "mask, context, block and shift say how the weights of a %q were trained", weights.Path)
	}
	if w.Kind == "" && len(p.list) == before {
		p.add(place(n), "weights are empty; allowed is one of %s", words)
	}
	return have
}

// trained refuses random weights for workloads.
func (p *parser) trained(w weights.Name, n *yaml.Node) {
	if w.Random() {
		p.add(place(n), "weights of a shape are random and cannot solve workloads; use an entry of \"cost\" with this shape")
	}
}
