package main

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/harness/result"
)

// TestWriting: files from before cells said how their decoder writes are read as
// those that do, for every preset that such a file can have.
func TestWriting(t *testing.T) {
	var models library.Shelf
	w, err := models.Open(weights.Parse("builtin:v1-gaps"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range decoders.Presets() {
		if p.Name == "dcd" { // newer; of the whole canvas, with no option that says so
			continue
		}
		for _, options := range []engines.Options{nil, {"block_length": 4}, {"infill": "fim"}, {"best_of": 3}, {"best_of": 3, "best_of_pick": "checker"}} {
			e, err := decoders.Open(w.Model, 1, p.Engine, p.Name, options)
			if err != nil {
				continue // without these options
			}
			info := e.Info()
			e.Close()
			writing := result.Writing(info.Writing)
			said, old := result.Cell{Writing: &writing, Options: info.Options}, result.Cell{Options: info.Options}
			if said.Unit(64) != old.Unit(64) || said.Apart() != old.Apart() || said.Tries() != old.Tries() || said.Oracle() != old.Oracle() {
				t.Errorf("%s/%s %v: %+v, and by the options %d %v %d %v", p.Engine, p.Name, options, writing, old.Unit(64), old.Apart(), old.Tries(), old.Oracle())
			}
		}
	}
}
