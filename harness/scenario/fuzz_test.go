package scenario

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzSet: a change is refused with a message, or what results keep says the same.
func FuzzSet(f *testing.F) {
	for _, change := range []string{"measurement.repeats=2", "engines.d.generation.steps=16", "workloads.0.instances=6", "sweep.d.steps=[4, 8]", "judge={path: '${X}'}", "a.b.c.d=1",
		"engines.0=*a", "workloads=[&a {workload: echo, rungs: all, instances: 1}, *a]", "seed=&a 1", "name=|\n a", "=", "engines=", ".=1", "engines..x=1", "workloads.0.0.0.instances=1", "weights.builtin=!!str v0", "seed=--- 1", "include=x"} {
		f.Add(change, "name=x", "v")
	}
	f.Fuzz(func(t *testing.T, first, second, value string) {
		options := files{"dir/base.yaml": base}.options(first, second)
		options.Env = func(string) (string, bool) { return value, true }
		s, err := Load("dir/m.yaml", []byte("version: 1\ninclude: base.yaml\njudge: {path: \"x${V}\"}\n"), fakeCatalog(), options)
		var problems Problems
		if errors.As(err, &problems) {
			for _, p := range problems {
				if p.Msg == "" || p.File == "" {
					t.Errorf("a problem that says nothing: %+v", p)
				}
			}
			return
		}
		if err != nil || !utf8.Valid(s.Text) {
			t.Fatalf("%v, %q", err, s.Text)
		}
		again, err := Parse("dir/again.yaml", s.Text, fakeCatalog())
		if err != nil || again.Judge != s.Judge || again.Name != s.Name || again.Seed != s.Seed || !reflect.DeepEqual(again.Measurement, s.Measurement) {
			t.Fatalf("%v, or another scenario by\n%s", err, s.Text)
		}
		plan, err := s.Sketch(context.Background(), fakeWeights)
		other, err2 := again.Sketch(context.Background(), fakeWeights)
		if (err == nil) != (err2 == nil) || err == nil && !reflect.DeepEqual(plan.Cells(), other.Cells()) {
			t.Errorf("another plan (%v, %v) by\n%s", err, err2, s.Text)
		}
	})
}
