package main

import (
	"strings"
	"testing"

	"dllmbench/engines/decoders"
	"dllmbench/engines/published"
	"dllmbench/reports/methods"
	"dllmbench/workloads/card"
)

// TestEverySourceHasAReference: what presets and public checkpoints rest on can be cited.
func TestEverySourceHasAReference(t *testing.T) {
	for _, p := range decoders.Presets() {
		ids := methods.Sources(p.Source)
		for _, id := range ids {
			if len(methods.Find([]string{id})) == 0 && !strings.Contains(id, "/") { // a repository stands beside its paper
				t.Errorf("%s/%s: no reference for %s", p.Engine, p.Name, id)
			}
		}
		if own := p.Source == "standard practice" || strings.HasPrefix(p.Source, "own"); len(methods.Find(ids)) == 0 && !own {
			t.Errorf("%s/%s: no reference for %q", p.Engine, p.Name, p.Source)
		}
	}
	for _, name := range card.Names() {
		c, err := card.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range methods.Sources(c.Source.Paper) {
			if len(methods.Find([]string{id})) == 0 {
				t.Errorf("task %s: no reference for %s", name, id)
			}
		}
		if len(methods.Find([]string{methods.TaskID(name)})) == 0 {
			t.Errorf("task %s has no reference", name)
		}
	}
	for _, m := range published.Models() {
		if len(methods.Find([]string{methods.ModelID(m.Name)})) != 1 {
			t.Errorf("%s has not one reference", m.Name)
		}
	}
}
