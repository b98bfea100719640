package place

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dllmbench/engines/weights"
	"dllmbench/harness/result"
)

// Names are the titles of the places of a run. They show only what is needed to
// tell the places apart, and no two places have the same title.
type Names struct {
	base  func(Place) string
	extra map[Place]string
	apart []string
}

// Name gives titles to places. base is what a title always says.
func Name(list []Place, base func(Place) string) *Names {
	n := &Names{base: base, extra: map[Place]string{}}
	var places []Place
	for _, p := range list {
		if _, known := n.extra[p]; !known {
			n.extra[p] = ""
			places = append(places, p)
		}
	}
	for _, f := range fields() {
		n.show(places, f)
	}
	taken := map[string]bool{}
	for _, p := range places {
		for i, text := 2, n.extra[p]; taken[n.Title(p)]; i++ { // names that hold commas or are equal when rounded
			n.extra[p] = fmt.Sprintf("%s (%d)", text, i)
		}
		taken[n.Title(p)] = true
	}
	return n
}

// show adds a field to the titles that need it.
func (n *Names) show(places []Place, f field) {
	alike := map[string][]Place{}
	var wide []Place
	for _, p := range places {
		alike[n.Title(p)] = append(alike[n.Title(p)], p)
		if f.wide != nil && f.wide(p) {
			wide = append(wide, p)
		}
	}
	need, parted := map[Place]bool{}, map[Place]bool{}
	mark := func(where map[Place]bool, list []Place) {
		if slices.ContainsFunc(list, func(p Place) bool { return f.of(p) != f.of(list[0]) }) {
			for _, p := range list {
				where[p] = true
			}
		}
	}
	mark(need, wide)
	for _, list := range alike {
		mark(parted, list)
	}
	var values []string
	for _, p := range places {
		if need[p] || parted[p] {
			n.extra[p] += f.text(p)
		}
		if v := cmp.Or(f.shown(p), "none"); parted[p] && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	if len(values) > 1 {
		n.apart = append(n.apart, fmt.Sprintf("%s differ (%s)", f.what, strings.Join(values, ", ")))
	}
}

// Title names a place.
func (n *Names) Title(p Place) string { return n.base(p) + n.extra[p] }

// Extra is the end of a title: what tells the place from others of the same task,
// length and batch. It begins with a comma or is empty.
func (n *Names) Extra(p Place) string { return n.extra[p] }

// Apart says in which fields places of the same task, length and batch differ, so
// that they are not compared: "weights differ (builtin:v1, builtin:v1-ar)".
func (n *Names) Apart() []string { return n.apart }

// Titles names the places of a run as keys do: "lists sort-3, budget 8".
func Titles(h result.Header) *Names {
	var list []Place
	for _, c := range h.Cells {
		list = append(list, Of(c))
	}
	return Name(list, func(p Place) string {
		text := fmt.Sprintf("%s, budget %d", p.Task(), p.Budget)
		if p.Batch != 1 {
			text += fmt.Sprintf(", batch %d", p.Batch)
		}
		return text
	})
}

// Task is what is decoded at the place, in words.
func (p Place) Task() string {
	if !p.CostOnly {
		return p.Workload + " " + p.Rung
	}
	return fmt.Sprintf("cost %s prompt %d", weights.Parse(p.Weights).Name, p.Prompt.Value)
}

// Keys names every cell of a run, by id, in a way that survives a change of weights,
// machine and program: the decoder, the task and its size, and threads, weights and
// the like only where a run has several.
func Keys(h result.Header) map[string]string {
	names := Titles(h)
	keys, taken := map[string]string{}, map[string]bool{}
	for _, c := range h.Cells {
		text := Decoder(c) + ", " + names.Title(Of(c))
		key := text
		for i := 2; taken[key]; i++ {
			key = fmt.Sprintf("%s (%d)", text, i)
		}
		keys[c.ID], taken[key] = key, true
	}
	return keys
}

// InTurns reports whether cells of two groups (Cell.Group) took turns, so that
// their blocks belong together and their times may be paired. Nothing is known of
// files from before cells named their group: they are taken at their word.
func InTurns(a, b string) bool { return a == b || a == "" || b == "" }

// Decoder is the label of a cell with its checkpoint, where the scenario names it, and
// its swept options.
func Decoder(c result.Cell) string { return strings.TrimSpace(c.Label + On(c) + " " + c.Variant) }

// Options are the swept options of a cell for readers, see [Option].
func Options(variant string) string {
	words := strings.Fields(variant)
	for i, s := range words {
		if key, value, is := strings.Cut(s, "="); is {
			words[i] = key + "=" + Option(key, value)
		}
	}
	return strings.Join(words, " ")
}

// Option is the value of an option for readers: "length" where 0 stands for as many steps
// as tokens, in every decoder.
func Option(name, value string) string {
	switch {
	case value == "0" && (name == "steps" || name == "steps_per_block"): // in others, as revise_steps, it is none
		return "length"
	case value == "0" && name == "block_length":
		return "all"
	}
	return value
}

// On says on which of the scenario's models a cell runs: " on qwen3", or "".
func On(c result.Cell) string {
	if c.Checkpoint == "" {
		return ""
	}
	return " on " + c.Checkpoint
}

// WeightsName is the name of the folder or file of the weights of a cell.
func WeightsName(c result.Cell) string {
	return strings.TrimSuffix(path.Base(strings.ReplaceAll(Place{Weights: c.Weights}.Network(), `\`, "/")), ".gguf")
}

// ModelNames are the names by which the weights of a cell are known.
func ModelNames(c result.Cell) []string {
	names := []string{WeightsName(c)}
	if c.Checkpoint != "" {
		names = append(names, c.Checkpoint)
	}
	if c.Endpoint != nil && c.Endpoint.Model != "" {
		names = append(names, path.Base(c.Endpoint.Model))
	}
	return names
}

// Called reports whether the weights of a cell have a name, which may stand behind its owner's.
func Called(c result.Cell, name string) bool {
	return slices.ContainsFunc(ModelNames(c), func(known string) bool { return strings.EqualFold(known, path.Base(name)) })
}
