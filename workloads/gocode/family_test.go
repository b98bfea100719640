package gocode

import (
	"fmt"
	"go/format"
	"go/token"
	"go/types"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/gocode/minigo"
)

// forms is how many different functions of each kind the tests look at.
const forms = 25

// drawAll calls f with functions of every kind, every way of writing among them.
func drawAll(t *testing.T, n int, f func(t *testing.T, key string, fn function, rng *rand.Rand)) {
	for _, r := range New().rungs {
		for _, k := range r.kinds {
			t.Run(r.name+"/"+k.name, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(7, 8))
				for range n {
					f(t, r.name+"/"+k.name, drawFunction(rng, k), rng)
				}
			})
		}
	}
}

// identifier finds the name of a function and of its first parameter.
var identifier = regexp.MustCompile(`[a-z][a-z0-9]*`)

// TestReferences checks the references against functions in Go, on gofmt, on
// cost, and that the calls can tell functions apart.
func TestReferences(t *testing.T) {
	total := 0
	drawAll(t, forms, func(t *testing.T, key string, f function, rng *rand.Rand) {
		src := header + f.prompt + f.answer + "\n"
		if pretty, err := format.Source([]byte(src)); err != nil || string(pretty) != src {
			t.Fatalf("gofmt would change (%v)\n%s", err, src)
		}
		r := minigo.Load(src)
		if r.Program == nil {
			t.Fatalf("%+v\n%s", r.Problems, src)
		}
		tests := f.tests(rng)
		if len(tests) < testsPerFunction*3/4 {
			t.Fatalf("%d calls\n%s", len(tests), src)
		}
		if telling(tests) {
			total++
		}
		check := reflect.ValueOf(oracle(t, key, f))
		if got, want := fmt.Sprintf("func(%s) %s", strings.Join(f.params, ", "), f.result), check.Type().String(); strings.ReplaceAll(got, "byte", "uint8") != want {
			t.Fatalf("types %s, compared with %s", got, want)
		}
		for _, c := range tests {
			out, err := r.Program.Call(minigo.DefaultLimits(), f.name, c.values()...)
			if err != nil || !minigo.Equal(out.Value, c.want) {
				t.Fatalf("%s = %s, %v, want %s\n%s", c.text(f.name), minigo.Text(out.Value), err, minigo.Text(c.want), src)
			}
			in := make([]reflect.Value, len(c.args))
			for i, a := range c.args {
				in[i] = reflect.ValueOf(a)
			}
			if right := minigo.Of(check.Call(in)[0].Interface()); !minigo.Equal(right, c.want) {
				t.Fatalf("%s = %s, but has to be %s\n%s", c.text(f.name), minigo.Text(c.want), minigo.Text(right), src)
			}
			if out.Steps > minigo.DefaultLimits().Steps/4 {
				t.Fatalf("%s takes %d steps\n%s", c.text(f.name), out.Steps, src)
			}
		}
		for _, name := range identifier.FindAllString(f.prompt[strings.Index(f.prompt, "func ")+5:], 2) {
			if types.Universe.Lookup(name) != nil || token.IsKeyword(name) {
				t.Fatalf("the name %s means something else in Go\n%s", name, src)
			}
		}
	})
	if all := forms * kinds(); total < all*9/10 {
		t.Errorf("%d of %d functions are nearly constant", all-total, all)
	}
	if n := kinds(); n < 90 {
		t.Errorf("%d kinds", n)
	}
}

func kinds() (n int) {
	for _, r := range New().rungs {
		n += len(r.kinds)
	}
	return n
}

// TestLines checks the knob.
func TestLines(t *testing.T) {
	for _, r := range New().rungs {
		longest := 0
		rng := rand.New(rand.NewPCG(1, 1))
		for range 60 * len(r.kinds) {
			longest = max(longest, 1+strings.Count(drawFunction(rng, r.kinds[rng.IntN(len(r.kinds))]).answer, "\n"))
		}
		if longest != int(r.lines) {
			t.Errorf("%s: longest reference %d lines, the knob says %g", r.name, longest, r.lines)
		}
	}
}

// TestForms checks what keeps splits disjoint: the prompt tells the canonical
// form, rich kinds have many forms, and every kind occurs in every split.
func TestForms(t *testing.T) {
	prompts, kinds := map[string]string{}, map[string]string{}
	for _, r := range New().rungs {
		for _, k := range r.kinds {
			if other, ok := kinds[k.name]; ok && r.name == other {
				t.Errorf("two kinds %s", k.name)
			}
			kinds[k.name] = r.name
			rng := rand.New(rand.NewPCG(2, 3))
			seen, in := map[string]bool{}, map[workloads.Split]int{}
			for range 600 {
				f := drawFunction(rng, k)
				if was, ok := prompts[f.prompt]; ok && was != f.canon {
					t.Fatalf("one prompt, two forms %q and %q", was, f.canon)
				}
				prompts[f.prompt] = f.canon
				if !seen[f.canon] {
					in[workloads.SplitOf(f.canon)]++
				}
				seen[f.canon] = true
			}
			if k.rich && len(seen) < 80 {
				t.Errorf("%s: rich, but %d forms", k.name, len(seen))
			}
			for _, s := range []workloads.Split{workloads.Validation, workloads.Test} {
				if in[s] == 0 {
					t.Errorf("%s: none of %d forms is in %s", k.name, len(seen), s)
				}
			}
		}
	}
}

// TestChance repeats the estimate of the chance of a strategy that reads the
// types of the signature, but neither the comment nor the name, and writes the
// likeliest function of that type with the names of the signature.
func TestChance(t *testing.T) {
	for _, r := range New().rungs {
		if len(r.kinds) == 1 {
			continue // steps and pipes: see the documentation
		}
		rng := rand.New(rand.NewPCG(9, 9))
		count, most := map[[2]string]int{}, map[string]int{}
		const n = 2000
		for range n {
			f := drawFunction(rng, r.kinds[rng.IntN(len(r.kinds))])
			signature := fmt.Sprint(f.params, f.result)
			key := [2]string{signature, f.kind.name + f.form}
			count[key]++
			most[signature] = max(most[signature], count[key])
		}
		sum := 0
		for _, m := range most {
			sum += m
		}
		if got := float64(sum) / n; math.Abs(got-r.chance) > 0.02 {
			t.Errorf("%s: chance %g, counted %g", r.name, r.chance, got)
		}
	}
}
