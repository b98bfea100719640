package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// variant is an engine with one choice of every swept option.
type variant struct {
	engine  *Engine
	options engines.Options
	at      map[string]pos // where each option that was given stands
	name    string         // "steps=4 block_length=8", with a name before it where the sweep gives one, "" without a sweep
	info    engines.Info   // what the engine says of itself with the options, set by expander.groups
}

// variants is the Cartesian product of an engine's axes in the order of the
// file, the last axis changing fastest. Options come from the sweep, else from
// the engine, else from what is common to all, else from the preset.
func (s *Scenario) variants(index int, sweep []axis) ([]variant, error) {
	e := &s.Engines[index]
	base := variant{engine: e, at: map[string]pos{}}
	given := engines.Options{}
	for _, param := range e.Preset.Params {
		for _, from := range []map[string]setting{s.Generation.common, e.given} {
			if v, ok := from[param.Name]; ok {
				given[param.Name], base.at[param.Name] = v.value, v.at
			}
		}
	}
	var err error
	if base.options, err = engines.Resolve(e.Preset, given); err != nil {
		return nil, err
	}
	list := []variant{base}
	for _, a := range sweep {
		if a.engine != index {
			continue
		}
		var next []variant
		for _, v := range list {
			for _, point := range a.points {
				next = append(next, v.with(point))
			}
		}
		list = next
	}
	return list, nil
}

// with is v with the options of a point of a sweep.
func (v variant) with(p point) variant {
	w := v
	w.options, w.at = maps.Clone(v.options), maps.Clone(v.at)
	words := []string{v.name, p.name}
	for _, a := range p.options {
		w.options[a.option], w.at[a.option] = a.value, a.at
		words = append(words, fmt.Sprintf("%s=%v", a.option, a.value))
	}
	w.name = strings.TrimSpace(strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " "))
	return w
}

// blame is where the option stands that most likely has to change: the last
// one given in the file, else the engine.
func (v variant) blame() pos {
	at := v.engine.at
	for _, p := range v.at {
		if p.line > at.line || p.line == at.line && p.col > at.col {
			at = p
		}
	}
	return at
}

func (v variant) title() string {
	if v.name == "" {
		return v.engine.Name
	}
	return v.engine.Name + " " + v.name
}

// cell completes a cell with the engine and its options, and gives it its id.
func (v variant) cell(c result.Cell) result.Cell {
	preset := v.engine.Preset
	c.Engine, c.Label, c.Preset, c.Options, c.Variant, c.Cache = preset.Engine, v.engine.Name, preset.Name, v.options, v.name, v.info.Cache
	if v.info.Engine != "" { // it was asked
		c.Writing = (*result.Writing)(&v.info.Writing)
	}
	if c.Score != "" {
		c.Rates, c.Cache = v.info.Rates, ""
	}
	c.Revises, c.Baseline, c.Source = preset.Revises, preset.Baseline, preset.Source
	if c.Planted != nil {
		c.Variant = strings.TrimSpace(fmt.Sprintf("%s planted=%d", c.Variant, *c.Planted))
	}
	c.ID = id(c)
	return c
}

// id is a hash of everything that decides what a cell computes, and of its
// label; not of facts that follow from these. 64 bits as 16 hex digits.
func id(c result.Cell) string {
	c.ID, c.WeightsAlone, c.Variant, c.Params, c.Knobs, c.Chance, c.Cache, c.Revises, c.Baseline, c.Source = "", "", "", 0, nil, nil, "", false, false, ""
	c.Experiments, c.Skipped, c.Group, c.Writing, c.Checkpoint, c.Family, c.Precision, c.Rates, c.Task = nil, 0, "", nil, "", nil, "", "", nil
	data, err := json.Marshal(c) // map keys are sorted
	if err != nil {
		panic("scenario: cell cannot be encoded")
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
