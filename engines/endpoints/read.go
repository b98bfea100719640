package endpoints

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/remote"

	"gopkg.in/yaml.v3"
)

// MaxFile is the most bytes of a file of endpoints.
const MaxFile = 64 << 10

// Problem is one mistake in a file of endpoints.
type Problem struct {
	File      string
	Line, Col int // from 1
	Msg       string
}

// Error is "file:line:col: what is wrong".
func (p Problem) Error() string { return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Msg) }

// Read reads a file of endpoints. The error joins a [Problem] for each mistake.
func Read(name string, data []byte) (*File, error) {
	r := &reader{file: &File{Name: name}}
	if len(data) > MaxFile {
		return nil, Problem{name, 1, 1, fmt.Sprintf("the file has %d bytes; allowed are at most %d", len(data), MaxFile)}
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		return nil, Problem{name, 1, 1, "not valid YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if r.aliases(&doc); len(r.errs) == 0 {
		r.root(doc.Content[0])
	}
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	return r.file, nil
}

// reader gathers mistakes.
type reader struct {
	file *File
	errs []error
}

func (r *reader) add(n *yaml.Node, format string, args ...any) {
	msg := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '\ufffd'
		}
		return c
	}, fmt.Sprintf(format, args...))
	r.errs = append(r.errs, Problem{r.file.Name, max(1, n.Line), max(1, n.Column), msg})
}

// aliases refuses anchors: they are not needed in a file of this size, and a few of them
// make a tree of any size.
func (r *reader) aliases(n *yaml.Node) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.add(n, "anchors and aliases are not read; write the value out")
		return
	}
	for _, c := range n.Content {
		r.aliases(c)
	}
}

// pair is a key of a mapping and its value.
type pair struct{ key, value *yaml.Node }

// pairs are the keys of a mapping, each once.
func (r *reader) pairs(n *yaml.Node, what string) (list []pair) {
	if n.Kind != yaml.MappingNode {
		r.add(n, "%s must be a mapping of keys to values", what)
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.add(k, "keys in %s must be plain words", what)
		case slices.ContainsFunc(list, func(p pair) bool { return p.key.Value == k.Value }):
			r.add(k, "key %q in %s was given before", clip(k.Value), what)
		default:
			list = append(list, pair{k, n.Content[i+1]})
		}
	}
	return list
}

// root reads the file.
func (r *reader) root(n *yaml.Node) {
	version := false
	for _, p := range r.pairs(n, "the file") {
		switch p.key.Value {
		case "version":
			if version = true; p.value.Value != "1" {
				r.add(p.value, "version is %q; this program reads version 1", clip(p.value.Value))
			}
		case "endpoints":
			for _, e := range r.pairs(p.value, "endpoints") {
				r.endpoint(e)
			}
		default:
			r.unknown(p.key, "the file", []string{"version", "endpoints"})
		}
	}
	if !version {
		r.add(n, "the file needs the key \"version\"; this program reads version 1")
	}
}

func (r *reader) unknown(n *yaml.Node, what string, names []string) {
	r.add(n, "unknown key %q in %s; allowed are %s%s", clip(n.Value), what, strings.Join(names, ", "), engines.Hint("; did you mean %q?", n.Value, names))
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// endpoint reads one entry.
func (r *reader) endpoint(entry pair) {
	e := &Endpoint{Name: entry.key.Value}
	if !nameForm.MatchString(e.Name) {
		r.add(entry.key, "the name of an endpoint is %q; allowed are 1 to 40 letters, digits, - and _, the first one a letter or digit", clip(e.Name))
	}
	list := r.pairs(entry.value, "an endpoint")
	i := slices.IndexFunc(list, func(p pair) bool { return p.key.Value == "kind" })
	if i < 0 {
		if list != nil {
			r.add(entry.key, "endpoint %s needs the key \"kind\"; allowed are %s", clip(e.Name), strings.Join(kindNames(), ", "))
		}
		return
	}
	if e.Kind = r.choice(list[i].value, "kind", kindNames()); e.Kind == "" {
		return
	}
	e.Remote = remote.Config{Name: e.Name, API: remote.API(e.Kind), Mode: engines.Append, LimitField: "max_tokens", InFlight: 1, Spent: &remote.Spending{}}
	if e.Remote.API == remote.Edit {
		e.Remote.Mode = engines.Whole
	}
	mistakes := len(r.errs)
	row, names, given := e.row(), []string{}, map[string]bool{}
	for _, k := range keys() {
		if k.of(row) {
			names = append(names, k.name)
		}
	}
	for _, p := range list {
		j := slices.IndexFunc(keys(), func(k key) bool { return k.name == p.key.Value && k.of(row) })
		if j < 0 {
			r.unknown(p.key, "an endpoint of kind "+e.Kind, names)
			continue
		}
		given[p.key.Value] = true
		keys()[j].read(r, p.value, e)
	}
	for _, k := range keys() {
		if k.needed && k.of(row) && !given[k.name] {
			r.add(entry.key, "endpoint %s needs the key %q", clip(e.Name), k.name)
		}
	}
	if len(r.errs) == mistakes {
		r.settled(entry, e, given)
	}
	r.file.List = append(r.file.List, e)
}

// url reads the base URL of a server.
func (r *reader) url(n *yaml.Node) string {
	text := strings.TrimRight(r.text(n, "base_url"), "/")
	u, err := url.Parse(text)
	switch {
	case text == "":
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		r.add(n, "base_url is %q; allowed is http:// or https:// with a host, such as http://127.0.0.1:8080/v1", clip(n.Value))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.add(n, "base_url has a user, a query or a fragment; keys go into an environment variable that key_env names")
	default:
		return text
	}
	return ""
}

// options reads options of the kind.
func (r *reader) options(n *yaml.Node, e *Endpoint) {
	if programs(e.row()) {
		r.free(n, e)
		return
	}
	e.Options = engines.Options{}
	params := e.row().params(e)
	for _, p := range r.pairs(n, "options") {
		j := slices.IndexFunc(params, func(q engines.Param) bool { return q.Name == p.key.Value })
		if j < 0 {
			var names []string
			for _, q := range params {
				names = append(names, q.Name)
			}
			r.unknown(p.key, "options of kind "+e.Kind, names)
			continue
		}
		var v any
		if err := p.value.Decode(&v); err != nil {
			r.add(p.value, "%s is no plain value", p.key.Value)
			continue
		}
		got, err := engines.Resolve(engines.Preset{Name: e.Kind, Params: params[j : j+1]}, engines.Options{p.key.Value: v})
		if err != nil {
			r.add(p.value, "%s", strings.TrimPrefix(err.Error(), "preset "+e.Kind+": "))
			continue
		}
		e.Options[p.key.Value] = got[p.key.Value]
	}
}

// text reads a text that is not empty; "" after a mistake.
func (r *reader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || n.Value == "" {
		r.add(n, "%s must be a text", what)
		return ""
	}
	return n.Value
}

// path reads the name of a file, relative to this one.
func (r *reader) path(n *yaml.Node, what string) string {
	path := r.text(n, what)
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file.Name), path)
	}
	return path
}

// texts reads a list of texts.
func (r *reader) texts(n *yaml.Node, what string) (list []string) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.add(n, "%s must be a list of texts", what)
		return nil
	}
	for _, item := range n.Content {
		list = append(list, r.text(item, what))
	}
	return list
}

// choice reads one of some words; "" after a mistake.
func (r *reader) choice(n *yaml.Node, what string, words []string) string {
	text := r.text(n, what)
	if text != "" && !slices.Contains(words, text) {
		r.add(n, "unknown %s %q; allowed are %s%s", what, clip(text), strings.Join(words, ", "), engines.Hint("; did you mean %q?", text, words))
		return ""
	}
	return text
}

// number reads a number in a range; 0 after a mistake.
func (r *reader) number(n *yaml.Node, what string, low, high float64, whole bool) (x float64) {
	tag := ""
	if n.Kind == yaml.ScalarNode {
		tag = n.ShortTag()
	}
	if (tag == "!!int" || tag == "!!float" && !whole) && n.Decode(&x) == nil && low <= x && x <= high {
		return x
	}
	sort := "a number"
	if whole {
		sort = "a whole number"
	}
	r.add(n, "%s is %q; allowed is %s from %.12g to %.12g", what, clip(n.Value), sort, low, high)
	return 0
}

// truth reads true or false.
func (r *reader) truth(n *yaml.Node, what string) (b bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Decode(&b) != nil {
		r.add(n, "%s is %q; allowed are true and false", what, clip(n.Value))
	}
	return b
}

// clip shortens a value for messages.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
