package card

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"dllmbench/engines"
	"dllmbench/engines/yamlfile"
	"dllmbench/workloads"
)

// MaxCard is the most bytes of a card.
const MaxCard = 256 << 10

// maxNodes bounds the values of a card.
const maxNodes = 20_000

// Parse reads a card; file stands in mistakes. The error joins all of them, each with
// "file:line:col: ".
func Parse(file string, data []byte) (*Card, error) {
	r := &reader{yamlfile.Reader{File: file}}
	if len(data) > MaxCard {
		return nil, fmt.Errorf("%s:1:1: the card has more than %d bytes", file, MaxCard)
	}
	var doc, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%s:1:1: not valid YAML: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		r.Add(&second, "something follows the card: a file holds one")
	}
	c := &Card{file: file, text: string(data)}
	if n := r.Plain(&doc); n > maxNodes {
		r.Add(&doc, "the card has more than %d values", maxNodes)
	}
	if r.Errs == nil {
		r.value(doc.Content[0], reflect.ValueOf(c).Elem(), "the card")
	}
	if r.Errs == nil {
		r.sense(doc.Content[0], c)
	}
	if r.Errs != nil {
		return nil, errors.Join(r.Errs...)
	}
	return c, nil
}

// reader gathers mistakes.
type reader struct{ yamlfile.Reader }

// value reads a node into what it fits. what names the key in messages.
func (r *reader) value(n *yaml.Node, to reflect.Value, what string) {
	switch to.Interface().(type) {
	case Template:
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			r.Add(n, "%s must be a text", what)
			return
		}
		t, err := ParseTemplate(n.Value)
		if err != nil {
			r.Add(n, "%s: %v", what, err)
		}
		to.Set(reflect.ValueOf(t))
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		r.value(n, to.Elem(), what)
	case reflect.Struct:
		r.object(n, to, what)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			r.Add(n, "%s must be a list", what)
			return
		}
		list := reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content))
		for i, item := range n.Content {
			r.value(item, list.Index(i), "an element of "+what)
		}
		to.Set(list)
	case reflect.Map:
		to.Set(reflect.MakeMap(to.Type()))
		for _, p := range r.Pairs(n, what) {
			v := reflect.New(to.Type().Elem()).Elem()
			r.value(p.Value, v, p.Key.Value)
			to.SetMapIndex(reflect.ValueOf(p.Key.Value), v)
		}
	default:
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || n.Decode(to.Addr().Interface()) != nil {
			kinds := map[reflect.Kind]string{reflect.String: "a text", reflect.Int: "a whole number", reflect.Float64: "a number", reflect.Bool: "true or false", reflect.Interface: "a plain value"}
			r.Add(n, "%s must be %s", what, kinds[to.Kind()])
		}
	}
}

// object reads a mapping whose keys are the fields of a struct.
func (r *reader) object(n *yaml.Node, to reflect.Value, what string) {
	at, needed := map[string]int{}, map[string]bool{}
	for i := range to.NumField() {
		f := to.Type().Field(i)
		if name := f.Tag.Get("yaml"); name != "" {
			at[name] = i
			if f.Tag.Get("must") != "" {
				needed[name] = true
			}
		}
	}
	list := r.Pairs(n, what)
	for _, p := range list {
		name := p.Key.Value
		i, known := at[name]
		if !known {
			names := slices.Sorted(maps.Keys(at))
			r.Add(p.Key, "unknown key %q in %s; allowed are %s%s", workloads.Clip(name), what, strings.Join(names, ", "), engines.Hint("; did you mean %q?", name, names))
			continue
		}
		delete(needed, name)
		r.value(p.Value, to.Field(i), name)
	}
	if n.Kind == yaml.MappingNode {
		for _, name := range slices.Sorted(maps.Keys(needed)) {
			r.Add(n, "%s needs the key %q", what, name)
		}
	}
}

// nameForm is the form of the names of cards and styles.
var (
	nameForm   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Bounds of the numbers of a card.
const (
	maxShots  = 64
	maxLength = 1 << 20
)

// readings are those of ratings by likelihood.
var readings = []string{"acc", "acc_norm", "acc_bytes"}

// chooses are the ways of choosing worked examples.
var chooses = []string{"first", "lm-eval"}

// sense checks what the values say together.
func (r *reader) sense(n *yaml.Node, c *Card) {
	if !nameForm.MatchString(c.Name) {
		r.Add(key(n, "name"), "the name %q: allowed are 1 to 32 of a-z, 0-9 and -", workloads.Clip(c.Name))
	}
	releases := func(at *yaml.Node, list []Release) {
		for i, k := range list {
			if !digestForm.MatchString(k.SHA256) {
				r.Add(element(key(at, "known"), i), "sha256 is %q; allowed are 64 digits and letters from a to f", workloads.Clip(k.SHA256))
			}
		}
	}
	releases(key(n, "data"), c.Data.Known)
	r.judge(key(n, "judge"), c.Judge)
	styles := key(n, "styles")
	for i, s := range c.Styles {
		at := element(styles, i)
		releases(key(at, "fewshot"), s.FewShot.Known)
		switch {
		case !nameForm.MatchString(s.Name):
			r.Add(key(at, "name"), "the style %q: allowed are 1 to 32 of a-z, 0-9 and -", workloads.Clip(s.Name))
		case slices.Contains(c.StyleNames()[:i], s.Name):
			r.Add(key(at, "name"), "the style %q stands there twice", s.Name)
		case s.Shots < 0 || s.Shots > maxShots:
			r.Add(key(at, "shots"), "shots is %d; allowed are 0 to %d", s.Shots, maxShots)
		case s.Length < 0 || s.Length > maxLength:
			r.Add(key(at, "length"), "length is %d; allowed are 1 to %d", s.Length, maxLength)
		case slices.Contains(s.Stop, ""):
			r.Add(key(at, "stop"), "a stop text is empty")
		case s.Shots > 0 && s.ShotAnswer.source == "":
			r.Add(at, "the style %s has %d shots and needs the key \"shot_answer\"", s.Name, s.Shots)
		case s.FewShot.Choose != "" && !slices.Contains(chooses, s.FewShot.Choose):
			r.Add(key(key(at, "fewshot"), "choose"), "%v", engines.UnknownName("way of choosing", s.FewShot.Choose, chooses))
		case s.FewShot.Match != "" && s.FewShot.Choose == "lm-eval":
			r.Add(key(key(at, "fewshot"), "match"), "\"match\" takes the first examples; leave \"choose\" out")
		case s.FewShot.Same != nil && c.Data.Keep.Field == "":
			r.Add(key(at, "fewshot"), "\"same\" numbers rows by the field of data.keep, and there is none")
		case s.Rated != nil && !slices.Contains(readings, s.Primary):
			r.Add(key(at, "primary"), "%v", engines.UnknownName("reading of ratings", s.Primary, readings))
		case s.Rated == nil && s.Primary != "":
			r.Add(key(at, "primary"), "\"primary\" is for choices that are \"rated\"")
		case s.Suffix != nil && (s.Chat || s.Shots > 0 || s.Rated != nil || len(s.Stop) > 0):
			r.Add(key(at, "suffix"), "a gap is filled in no chat, without worked examples and without stop")
		case !s.Chat && s.System != "":
			r.Add(key(at, "system"), "\"system\" is a part of a chat; say chat: true")
		case s.Judge.any():
			r.judge(key(at, "judge"), s.Judge.over(c.Judge))
		}
	}
	for i, p := range c.Published {
		at := element(key(n, "published"), i)
		if _, err := c.Style(p.Style); err != nil || p.Style == "" {
			r.Add(key(at, "style"), "%v", engines.UnknownName("style", p.Style, c.StyleNames()))
		}
		if p.Value < 0 || p.Value > 100 {
			r.Add(key(at, "value"), "value is %g; allowed are percentages from 0 to 100", p.Value)
		}
	}
}

// key is the value of a key of a mapping, or the mapping itself.
func key(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return n
}

// element is one of a list, or the list itself.
func element(n *yaml.Node, i int) *yaml.Node {
	if n.Kind == yaml.SequenceNode && i < len(n.Content) {
		return n.Content[i]
	}
	return n
}
