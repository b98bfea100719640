package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"dllmbench/harness/result"
)

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
	c.Writing = v.writing()
	c.Revises, c.Baseline, c.Source = preset.Revises, preset.Baseline, preset.Source
	if c.Planted != nil {
		c.Variant = strings.TrimSpace(fmt.Sprintf("%s planted=%d", c.Variant, *c.Planted))
	}
	c.ID = id(c)
	return c
}

// writing is what the engine says of its way of writing; nil where nobody asked it.
func (v variant) writing() *result.Writing {
	if v.info.Engine == "" {
		return nil
	}
	w := result.Writing(v.info.Writing)
	return &w
}

// id is a hash of everything that decides what a cell computes, and of its
// label; not of facts that follow from these. 64 bits as 16 hex digits.
func id(c result.Cell) string {
	c.ID, c.Variant, c.Params, c.Knobs, c.Chance, c.Cache, c.Revises, c.Baseline, c.Source = "", "", 0, nil, nil, "", false, false, ""
	c.Experiments, c.Skipped, c.Group, c.Writing = nil, 0, "", nil
	data, err := json.Marshal(c) // map keys are sorted
	if err != nil {
		panic("scenario: cell cannot be encoded")
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
