package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// into says where the values of a mapping go, by key: a pointer to what its kind
// of value fits into, a function that reads the node, or nil where the caller does.
// What a pointer leads to stays as it is after a problem.
type into map[string]any

// fields are the keys that a mapping has, by name.
type fields map[string]field

// read reads a mapping by the table of keys; nil if it is none.
func (p *parser) read(n *yaml.Node, what string, to into) fields {
	keys := objectOf(what).byName()
	list, have := p.fields(n, what), fields{}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for _, f := range list {
		k, known := keys[f.name]
		if !known {
			p.add(f.at, "unknown key %q in %s%s", clip(f.name), what, allowed(f.name, slices.Sorted(maps.Keys(keys))))
			continue
		}
		have[f.name] = f
		to, named := to[f.name]
		if !named {
			panic("scenario: nobody reads a key of the table")
		}
		switch to := to.(type) {
		case nil:
		case func(*yaml.Node):
			to(f.value)
		default:
			p.put(f.value, k, to)
		}
	}
	return have
}

// missing reports the keys that an object needs and does not have.
func (p *parser) missing(n *yaml.Node, what string, have fields) {
	for _, k := range objectOf(what).keys {
		if k.needed && have[k.name].value == nil {
			p.add(place(n), "%s needs the key %q", what, k.name)
		}
	}
}

// put reads the value of a key, or several, into what a pointer leads to. No
// choice, engine or whole number may be there twice.
func (p *parser) put(n *yaml.Node, k key, to any) {
	what, at := cmp.Or(k.value.what, k.name), reflect.ValueOf(to).Elem()
	if !k.value.list {
		v, ok := p.take(n, what, k.value)
		if !ok {
			return
		}
		if at.Kind() == reflect.Pointer { // nil stands for no value
			at.Set(reflect.New(at.Type().Elem()))
			at = at.Elem()
		}
		at.Set(reflect.ValueOf(v).Convert(at.Type()))
		return
	}
	at.SetZero()
	seen := map[any]bool{}
	for _, item := range p.items(n, k.name) {
		v, ok := p.take(item, what, k.value)
		if ok && seen[v] && slices.Contains([]valueKind{whole, choice, engineRef}, k.value.kind) {
			verb := "holds"
			if strings.HasSuffix(k.name, "s") {
				verb = "hold"
			}
			p.add(place(item), "%s %s %s twice", k.name, verb, kind(item))
		} else if ok {
			seen[v] = true
			at.Set(reflect.Append(at, reflect.ValueOf(v).Convert(at.Type().Elem())))
		}
	}
}

var (
	labelForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)
	octal      = regexp.MustCompile(`^[+-]?0[0-9_]+$`)
	digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// take reads one value: an int, float64, bool, string or time.Duration by its
// kind, of an engine its index; ok is false after a problem.
func (p *parser) take(n *yaml.Node, what string, v value) (got any, ok bool) {
	tag := ""
	if n.Kind == yaml.ScalarNode {
		tag = n.ShortTag()
	}
	want := ""
	switch v.kind {
	case whole:
		var x int
		if tag == "!!int" && n.Decode(&x) == nil && int(v.low) <= x && x <= int(v.high) {
			if octal.MatchString(n.Value) {
				p.add(place(n), "%s is %s, which is %d in YAML 1.1 and %s in YAML 1.2; write it without the 0 at its start", what, kind(n), x, strings.TrimLeft(n.Value, "+-0_"))
				return nil, false
			}
			return x, true
		}
		want = fmt.Sprintf("is a whole number from %.0f to %.0f", v.low, v.high)
		if v.low == v.high {
			want = fmt.Sprintf("is %.0f", v.low)
		}
	case real:
		var x float64
		if (tag == "!!int" || tag == "!!float") && n.Decode(&x) == nil && v.low <= x && x <= v.high {
			return x, true
		}
		want = fmt.Sprintf("is a number from %g to %g", v.low, v.high)
	case boolean, truth:
		var x bool
		if tag == "!!bool" && n.Decode(&x) == nil && (x || v.kind == boolean) {
			return x, true
		}
		if want = "are true and false"; v.kind == truth {
			want = "is true"
		}
	case duration:
		low, high := time.Duration(v.low), time.Duration(v.high)
		if d, err := time.ParseDuration(n.Value); tag != "" && err == nil && low <= d && d <= high {
			return d, true
		}
		want = fmt.Sprintf("is a duration with a unit from %v to %v, for example 500ms or 60s", low, high)
	case percent:
		number, ended := strings.CutSuffix(n.Value, "%")
		if x, err := strconv.ParseFloat(number, 64); tag != "" && ended && err == nil && x > 0 && x <= maxPercent {
			return x / 100, true
		}
		want = fmt.Sprintf("is a percentage above 0%% and up to %d%%, for example 5%%", maxPercent)
	case choice:
		s := p.choice(n, what, v.choices(p.catalog))
		return s, s != ""
	default:
		s := p.text(n, what)
		switch {
		case s == "":
			return nil, false
		case v.kind == engineRef:
			i := p.engineIndex(s, place(n))
			return i, i >= 0
		case v.kind == label && !labelForm.MatchString(s):
			// The name is kept: other places that use it are no mistakes.
			p.add(place(n), "%s is %s; allowed are 1 to 40 letters, digits, - and _, the first one a letter or digit", what, kind(n))
		case v.kind == digest && !digestForm.MatchString(s):
			want = "are 64 digits and letters from a to f"
		case v.kind == shape && p.catalog.Shape != nil:
			if err := p.catalog.Shape(s); err != nil {
				p.add(place(n), "%v", err)
			}
		}
		if want == "" {
			return s, true
		}
	}
	p.add(place(n), "%s is %s; allowed %s", what, kind(n), want)
	return nil, false
}
