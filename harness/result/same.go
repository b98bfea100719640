package result

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// A Difference is something that shapes records and is not the same in two runs.
// A and B are the values in words.
type Difference struct{ What, A, B string }

// Differs finds the first difference between runs whose records must not be mixed,
// neither by continuing one nor by merging parts; nil if there is none.
func Differs(a, b *Header) *Difference {
	var list []Difference
	for _, key := range slices.Sorted(maps.Keys(union(a.Metadata, b.Metadata))) { // --budget, --quick and --threads, which change the scenario
		list = append(list, Difference{"--" + key, a.Metadata[key], b.Metadata[key]})
	}
	list = append(list,
		keyThatDiffers(a, b),
		Difference{"the scenario", a.scenario(), b.scenario()},
		Difference{"the seed", fmt.Sprint(a.Seed), fmt.Sprint(b.Seed)},
		Difference{"the version of the program", a.Env.version(), b.Env.version()},
		Difference{"--load", a.Load, b.Load},
		Difference{"--goodput", a.Goodput.String(), b.Goodput.String()})
	if a.JudgeDigest != b.JudgeDigest {
		list = append(list, Difference{"--judge", a.judge(), b.judge()})
	}
	return first(list)
}

// keyThatDiffers is the first key in which the texts of the scenarios differ, if it is
// a key and not only how they are written.
func keyThatDiffers(a, b *Header) Difference {
	var old, now map[string]any
	if a.ScenarioSHA256 == b.ScenarioSHA256 || yaml.Unmarshal([]byte(a.ScenarioYAML), &old) != nil || yaml.Unmarshal([]byte(b.ScenarioYAML), &now) != nil {
		return Difference{}
	}
	if old == nil || now == nil {
		return Difference{}
	}
	return valueThatDiffers("", old, now)
}

func valueThatDiffers(path string, a, b any) Difference {
	if reflect.DeepEqual(a, b) {
		return Difference{}
	}
	x, isMap := a.(map[string]any)
	y, both := b.(map[string]any)
	if isMap && both {
		for _, key := range slices.Sorted(maps.Keys(union(x, y))) {
			if d := valueThatDiffers(path+"."+key, x[key], y[key]); d.What != "" {
				return d
			}
		}
	}
	list, isList := a.([]any)
	other, both := b.([]any)
	if isList && both && len(list) == len(other) {
		for i := range list {
			if d := valueThatDiffers(fmt.Sprintf("%s.%d", path, i), list[i], other[i]); d.What != "" {
				return d
			}
		}
	}
	return Difference{strings.TrimPrefix(path, ".") + " of the scenario", inShort(a), inShort(b)}
}

// inShort is a value in the words of the file, up to a length.
func inShort(v any) string {
	if v == nil {
		return ""
	}
	text, _ := yaml.Marshal(v)
	return fmt.Sprintf("%.60s", strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ", "))
}

// mixes finds the first difference between a run and a process that would continue it.
func mixes(old, now *Header) *Difference {
	if d := Differs(old, now); d != nil {
		return d
	}
	list := []Difference{
		{"--shard", old.Shard.String(), now.Shard.String()},
		{"the compute kernel", old.Env.Kernels(), now.Env.Kernels()},
	}
	if a, b := old.Env, now.Env; a.Host == b.Host { // times of different hosts are not used
		list = append(list,
			Difference{"GOMAXPROCS", fmt.Sprint(a.GOMAXPROCS), fmt.Sprint(b.GOMAXPROCS)},
			Difference{"the number of usable processors", fmt.Sprint(a.CPUsUsable), fmt.Sprint(b.CPUsUsable)},
			Difference{"the limits of the container", a.Container, b.Container})
	}
	list = append(list, Difference{"the number of cells", fmt.Sprint(len(old.Cells)), fmt.Sprint(len(now.Cells))})
	for i := range min(len(old.Cells), len(now.Cells)) {
		if a, b := old.Cells[i], now.Cells[i]; a.ID != b.ID {
			list = append(list, a.differs(b)...)
		}
	}
	return first(list)
}

// first is the first of a list whose values differ; nil if there is none.
func first(list []Difference) *Difference {
	for _, d := range list {
		if d.A != d.B {
			return &Difference{d.What, cmp.Or(d.A, "none"), cmp.Or(d.B, "none")}
		}
	}
	return nil
}

// sameRun says why a file of header old takes no records of a run with header now.
func sameRun(path string, old, now Header) error {
	if major, _, _ := strings.Cut(old.Schema, "."); major != Schema {
		return fmt.Errorf("cannot resume %s: it is a file of %s and this program writes %s; begin another run", path, old.Schema, Schema)
	}
	if d := mixes(&old, &now); d != nil {
		return fmt.Errorf("cannot resume %s: %s was %s there and is %s now; continue with the same, or begin another run", path, d.What, d.A, d.B)
	}
	return nil
}

// differs lists the fields in which two cells at the same place differ, the ids last.
func (c Cell) differs(d Cell) (list []Difference) {
	a, b := c.fields(), d.fields()
	for _, key := range slices.Sorted(maps.Keys(union(a, b))) {
		if key != "id" && key != "group" { // hashes of all the others
			list = append(list, Difference{fmt.Sprintf("%q of cell %s", key, c.ID), string(a[key]), string(b[key])})
		}
	}
	return append(list, Difference{"the cell at this place", c.ID, d.ID})
}

// fields are the values of a cell by the names that they have in the file.
func (c Cell) fields() (list map[string]json.RawMessage) {
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		panic("result: a cell cannot be encoded: " + err.Error())
	}
	return list
}

// union has the keys of both maps.
func union[V any](a, b map[string]V) map[string]V {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]V{}
	}
	maps.Copy(both, b)
	return both
}

func (h *Header) scenario() string {
	return fmt.Sprintf("%s (sha256 %.12s)", h.Scenario, h.ScenarioSHA256)
}

func (h *Header) judge() string {
	if h.JudgeDigest == "" {
		return ""
	}
	return fmt.Sprintf("%s (%.19s)", h.Judge, h.JudgeDigest)
}

// Build identifies the program: see version.
func (e Env) Build() string { return e.version() }

// version identifies the program: by its commit if that is all of it, else by the binary.
func (e Env) version() string {
	switch {
	case e.GitSHA != "" && !e.Dirty:
		return e.GitSHA
	case e.GitSHA != "":
		return fmt.Sprintf("%s with local changes (binary %.12s)", e.GitSHA, e.BinarySHA256)
	}
	return fmt.Sprintf("an unknown commit (binary %.12s)", e.BinarySHA256)
}

// String is the form of --shard, with the index from 1; "" for nil.
func (s *Shard) String() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index+1, s.Count)
}

// String is the form of --goodput; "" for nil.
func (g *Goodput) String() string {
	if g == nil {
		return ""
	}
	var list []string
	for _, limit := range []struct {
		name string
		ns   *int64
	}{{"ttft", g.TTFTNs}, {"tpot", g.TPOTNs}, {"e2e", g.E2ENs}} {
		if limit.ns != nil {
			list = append(list, limit.name+":"+time.Duration(*limit.ns).String())
		}
	}
	if g.Exact {
		list = append(list, "exact")
	}
	if g.Partial != nil {
		list = append(list, fmt.Sprintf("partial:%g", *g.Partial))
	}
	return strings.Join(list, ",")
}
