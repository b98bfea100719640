package place

import (
	"reflect"
	"testing"

	"dllmbench/harness/result"
)

// other is a value that a field does not have.
func other(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "other")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 7)
	case reflect.Float64:
		v.SetFloat(v.Float() + 0.5)
	case reflect.Struct: // a Maybe
		v.Field(1).SetBool(true)
		other(v.Field(0))
	default:
		panic(v.Kind())
	}
}

// TestEveryFieldSeparates changes each field of a place by itself: it is named as
// a difference, and it gives the place another title. A field that nobody put
// into the table fails here.
func TestEveryFieldSeparates(t *testing.T) {
	a := Of(result.Cell{Weights: "builtin:v1", Digest: "sha256:aa", Workload: "lists", Rung: "sort-3", Split: "test", Budget: 8, Batch: 1, Threads: 2})
	typ := reflect.TypeFor[Place]()
	if n := len(fields()); n != typ.NumField() {
		t.Errorf("%d fields in words, the place has %d", n, typ.NumField())
	}
	for i := range typ.NumField() {
		b := a
		other(reflect.ValueOf(&b).Elem().Field(i))
		if d := Differs(a, b); len(d) != 1 || d[0].A == d[0].B {
			t.Errorf("%s: differences %v, want one", typ.Field(i).Name, d)
		}
		names := Name([]Place{a, b, a}, func(Place) string { return "task" })
		if names.Title(a) == names.Title(b) || len(names.Apart()) != 1 {
			t.Errorf("%s: titles %q and %q, apart %q", typ.Field(i).Name, names.Title(a), names.Title(b), names.Apart())
		}
	}
	if d := Differs(a, a); d != nil {
		t.Errorf("a place differs from itself: %v", d)
	}
}

// TestUnknownModel: where one side knows the weights alone, equal weights may be
// compared, and what is not known is said.
func TestUnknownModel(t *testing.T) {
	known, older := Place{Digest: "sha256:aa", Alone: "sha256:cc"}, Place{Alone: "sha256:cc"}
	for _, c := range []struct {
		a, b    Place
		differ  int
		unknown bool
	}{
		{known, known, 0, false}, {older, known, 0, true}, {known, older, 0, true}, {older, older, 0, true},
		{older, Place{Alone: "sha256:dd"}, 1, true}, {known, Place{Digest: "sha256:bb", Alone: "sha256:cc"}, 1, false}, {Place{}, Place{}, 0, false},
	} {
		if d, why := Differs(c.a, c.b), Unknown(c.a, c.b); len(d) != c.differ || (why != "") != c.unknown {
			t.Errorf("%v, %v: differences %v, unknown %q", c.a, c.b, d, why)
		}
	}
}

// TestFamily: cells of related checkpoints are at one place if the task is the same in
// tokens of one tokenizer, and their decoders have the names of the checkpoints.
func TestFamily(t *testing.T) {
	family := func(digest string, budget int) *result.Family {
		return &result.Family{Root: "base", Digest: digest, Budget: budget}
	}
	a := result.Cell{Label: "ar", Checkpoint: "base", Weights: "path:a", Digest: "sha256:aa", Params: 1, Workload: "lists", Budget: 8, Chat: "<{prompt}>", Family: family("sha256:ff", 8)}
	for _, c := range []struct {
		name   string
		family *result.Family
		differ int
	}{
		{"related", family("sha256:ff", 8), 0}, {"another budget", family("sha256:ff", 9), 1},
		{"another family of that name", family("sha256:ee", 8), 2}, {"none", nil, 6},
	} {
		b := result.Cell{Label: "full", Variant: "steps=4", Checkpoint: "mdlm", Weights: "path:b", Digest: "sha256:bb", Params: 2, Workload: "lists", Budget: 6, Chat: "[{prompt}]", Family: c.family}
		if d := Differs(Of(a), Of(b)); len(d) != c.differ {
			t.Errorf("%s: %v", c.name, d)
		}
		if got := Decoder(b); got != "full on mdlm steps=4" {
			t.Errorf("decoder %q", got)
		}
	}
}

// TestOfReadsEveryField fills a cell: a field of the place that [In] forgets stays
// empty.
func TestOfReadsEveryField(t *testing.T) {
	x, n := 0.25, 3
	p := In(result.Header{Load: "offline"}, result.Cell{Origin: "AIPerf", Weights: "w", Digest: "d", WeightsAlone: "e", CostOnly: true, Params: 1, Workload: "lists", Rung: "r", Split: "test",
		Dataset: "f", Chance: &x, Knobs: map[string]float64{"terms": 4, "digits": 2}, PromptLen: &n, Planted: &n, Samples: 2, Stop: []string{"Q:"}, Score: "likelihood", Chat: "[{prompt}]", Budget: 8, Batch: 1, Threads: 2})
	for i := range reflect.TypeFor[Place]().NumField() {
		if reflect.ValueOf(p).Field(i).IsZero() {
			t.Errorf("%s is empty", reflect.TypeFor[Place]().Field(i).Name)
		}
	}
	if p.Knobs != "digits=2 terms=4" {
		t.Errorf("knobs %q", p.Knobs)
	}
}

// TestNames checks what titles show: what differs, and nothing else.
func TestNames(t *testing.T) {
	task := func(edit func(*result.Cell)) result.Cell {
		c := result.Cell{ID: "c", Label: "ar", Weights: "builtin:v1", Digest: "sha256:aa", Workload: "lists", Rung: "sort-3", Split: "test", Budget: 8, Batch: 1, Threads: 2}
		edit(&c)
		return c
	}
	for _, c := range []struct {
		name  string
		edit  func(*result.Cell) // of a second cell of the run
		title string             // of the first
		apart string
	}{
		{"the same place", func(*result.Cell) {}, "lists sort-3, budget 8", ""},
		{"another budget", func(c *result.Cell) { c.Budget = 16 }, "lists sort-3, budget 8", ""},
		{"another batch", func(c *result.Cell) { c.Batch = 4 }, "lists sort-3, budget 8", ""},
		{"threads", func(c *result.Cell) { c.Threads = 1 }, "lists sort-3, budget 8, 2 threads", "thread counts differ (2, 1)"},
		{"threads of another task", func(c *result.Cell) { c.Threads, c.Rung = 1, "sort-4" }, "lists sort-3, budget 8, 2 threads", ""},
		{"weights", func(c *result.Cell) { c.Weights, c.Digest, c.Params = "builtin:v1-ar", "sha256:bb", 3 }, "lists sort-3, budget 8, builtin:v1", "weights differ (builtin:v1, builtin:v1-ar)"},
		{"weights of another task", func(c *result.Cell) { c.Weights, c.Rung = "builtin:v1-ar", "sort-4" }, "lists sort-3, budget 8, builtin:v1", ""},
		{"splits", func(c *result.Cell) { c.Split = "validation" }, "lists sort-3, budget 8, test split", "splits differ (test, validation)"},
		{"random weights beside", func(c *result.Cell) {
			*c = result.Cell{Weights: "shape:20m", CostOnly: true, Budget: 8, Batch: 1, Threads: 2}
		}, "lists sort-3, budget 8", ""},
		{"a digest alone", func(c *result.Cell) { c.Digest = "sha256:bb" }, "lists sort-3, budget 8, model sha256:aa", "digests of the models (weights, configuration and tokenizer) differ (sha256:aa, sha256:bb)"},
		{"half-written answers", func(c *result.Cell) { n := 1; c.Planted = &n }, "lists sort-3, budget 8", "planted errors differ (none, 1)"},
	} {
		h := result.Header{Cells: []result.Cell{task(func(*result.Cell) {}), task(c.edit)}}
		names := Titles(h)
		apart := ""
		if list := names.Apart(); len(list) > 0 {
			apart = list[0]
		}
		if got := names.Title(Of(h.Cells[0])); got != c.title || apart != c.apart {
			t.Errorf("%s: title %q, apart %q, want %q, %q", c.name, got, apart, c.title, c.apart)
		}
	}
}

// TestKeysOfTwins: cells that nothing in words tells apart have keys of their own.
func TestKeysOfTwins(t *testing.T) {
	h := result.Header{Cells: []result.Cell{{ID: "a", Label: "ar", Workload: "w", Rung: "r"}, {ID: "b", Label: "ar", Workload: "w", Rung: "r"}, {ID: "c", Label: "ar", Workload: "w", Rung: "r"}}}
	keys := Keys(h)
	if keys["a"] == keys["b"] || keys["b"] == keys["c"] || keys["a"] != "ar, w r, budget 0, batch 0" {
		t.Errorf("keys %q", keys)
	}
}

// TestReference checks which cell others are compared with.
func TestReference(t *testing.T) {
	oracle := map[string]any{"best_of": 4, "best_of_pick": "checker"}
	cells := []result.Cell{
		{Label: "tries", Engine: "autoregressive", Options: oracle},
		{Label: "full", Engine: "diffusion", Variant: "steps=4"},
		{Label: "remote", Engine: "endpoint", Baseline: true},
		{Label: "ar", Engine: "autoregressive"},
	}
	for _, c := range []struct {
		cells []result.Cell
		name  string
		want  int
	}{
		{cells, "", 2},          // it says so itself, whatever its engine is called
		{cells[:2], "", 1},      // no baseline without the checker
		{cells[3:], "", 0},      // a file from before cells said so
		{cells[:1], "", -1},     // nobody has the checker
		{cells[:1], "tries", 0}, // unless it is named
		{cells, "full", 1},
		{cells, "full steps=4", 1},
		{cells, "nobody", -1},
		{nil, "", -1},
	} {
		if got := Reference(c.cells, c.name); got != c.want {
			t.Errorf("%q of %d cells: %d, want %d", c.name, len(c.cells), got, c.want)
		}
	}
}
