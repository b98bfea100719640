package endpoints

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/process"
	"dllmbench/engines/yamlfile"

	"gopkg.in/yaml.v3"
)

// program is the row of engines in programs of their own.
func program() kind {
	return kind{name: "process", engine: "process", doc: "A program that speaks dllmbench-engine/1 (docs/process-engine.md).", fills: true,
		params: func(e *Endpoint) []engines.Param { return e.params }, open: openProgram}
}

// openProgram starts the program. With shared tokens it can be asked for an engine that
// takes token ids ([engines.Sharing]).
func openProgram(ctx context.Context, e *Endpoint, s engines.Setting, h Host) (engines.TextEngine, error) {
	p, err := process.Start(ctx, process.Command{
		Name: "endpoint " + e.Name, Args: e.Command, Env: e.Env, Dir: e.Dir, Options: s.Options, Threads: s.Threads,
		Memory: e.Memory, Resident: h.Resident, Now: h.Now,
	})
	switch {
	case err != nil:
		return nil, err
	case e.Shared:
		return sharing{p}, nil
	case !slices.Contains(p.Ready().Takes, "text"):
		return nil, errors.Join(errors.New("it takes token ids and no text: give its entry tokens: shared, if its tokenizer is that of the comparison"), p.Close())
	}
	return p, nil
}

// sharing is a program that takes the ids of the tokenizer that counts.
type sharing struct{ *process.Engine }

// Share implements [engines.Sharing].
func (s sharing) Share(c engines.Codec) (engines.Engine, error) {
	e, err := s.Tokens(c.MaskID(), c.PadID())
	if err != nil {
		return nil, fmt.Errorf("tokens: shared: %w", err)
	}
	return e, nil
}

func programs(k kind) bool { return k.name == "process" }

// programKeys are the keys of kind process.
func programKeys() []key {
	return []key{
		{"command", programs, true, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Command = r.texts(n, "command")
			e.Dir = cmp.Or(e.Dir, filepath.Dir(r.file.Name))
		}},
		{"dir", programs, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			if dir := r.text(n, "dir"); filepath.IsAbs(dir) {
				e.Dir = dir
			} else {
				e.Dir = filepath.Join(filepath.Dir(r.file.Name), dir)
			}
		}},
		{"env", programs, false, func(r *reader, n *yaml.Node, e *Endpoint) { e.Env = r.texts(n, "env") }},
		{"memory_mib", programs, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Memory = int64(r.number(n, "memory_mib", 1, 1<<30, true)) << 20
		}},
		{"tokens", programs, false, func(r *reader, n *yaml.Node, e *Endpoint) {
			e.Shared = r.choice(n, "tokens", []string{"own", "shared"}) == "shared"
		}},
	}
}

// free reads options that only the program knows. Their values here are the defaults, and
// say what a scenario may set them to: numbers, truth values, or words of a list.
func (r *reader) free(n *yaml.Node, e *Endpoint) {
	for _, p := range r.Pairs(n, "options") {
		param, ok := r.param(p)
		if !ok {
			continue
		}
		if _, err := engines.Resolve(engines.Preset{Name: "process", Params: []engines.Param{param}}, nil); err != nil {
			r.Add(p.Value, "%s", strings.TrimPrefix(err.Error(), "preset process: "))
			continue
		}
		e.params = append(e.params, param)
	}
}

// param is an option whose kind follows from its value.
func (r *reader) param(p yamlfile.Pair) (engines.Param, bool) {
	const doc = "Option of the program."
	name := p.Key.Value
	if p.Value.Kind == yaml.SequenceNode {
		words := r.texts(p.Value, name)
		if words == nil {
			return engines.Param{}, false
		}
		return engines.Choice(name, words[0], words, doc), true
	}
	var v any
	if p.Value.Kind == yaml.ScalarNode && p.Value.Decode(&v) == nil {
		switch v := v.(type) {
		case int:
			return engines.Param{Name: name, Kind: engines.KindInt, Default: v, Doc: doc}, true
		case float64:
			return engines.Param{Name: name, Kind: engines.KindFloat, Default: v, Doc: doc}, true
		case bool:
			return engines.Bool(name, v, doc), true
		case string:
			return engines.Choice(name, v, []string{v}, doc), true
		}
	}
	r.Add(p.Value, "option %s is %q; allowed are a number, true or false, a word, or a list of words of which the first is the default", yamlfile.Clip(name), yamlfile.Clip(p.Value.Value))
	return engines.Param{}, false
}
