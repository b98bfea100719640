package endpoints

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/remote"
	"dllmbench/engines/yamlfile"

	"gopkg.in/yaml.v3"
)

// MaxFile is the most bytes of a file of endpoints.
const MaxFile = 64 << 10

// Read reads a file of endpoints. The error joins all mistakes, each with
// "file:line:col: ".
func Read(name string, data []byte) (*File, error) {
	r := &reader{Reader: yamlfile.Reader{File: name}, file: &File{Name: name}}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("%s:1:1: the file has %d bytes; allowed are at most %d", name, len(data), MaxFile)
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s:1:1: the file is empty; it begins with version: 1", name)
	} else if err != nil {
		return nil, fmt.Errorf("%s:1:1: not valid YAML: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if r.Plain(&doc); len(r.Errs) == 0 {
		r.root(doc.Content[0])
	}
	if err := errors.Join(r.Errs...); err != nil {
		return nil, err
	}
	return r.file, nil
}

// reader gathers mistakes.
type reader struct {
	yamlfile.Reader
	file *File
}

// root reads the file.
func (r *reader) root(n *yaml.Node) {
	version := false
	for _, p := range r.Pairs(n, "the file") {
		switch p.Key.Value {
		case "version":
			if version = true; p.Value.Value != "1" {
				r.Add(p.Value, "version is %q; this program reads version 1", yamlfile.Clip(p.Value.Value))
			}
		case "endpoints":
			for _, e := range r.Pairs(p.Value, "endpoints") {
				r.endpoint(e)
			}
		default:
			r.unknown(p.Key, "the file", []string{"version", "endpoints"})
		}
	}
	if !version {
		r.Add(n, "the file needs the key \"version\"; this program reads version 1")
	}
}

func (r *reader) unknown(n *yaml.Node, what string, names []string) {
	r.Add(n, "unknown key %q in %s; allowed are %s%s", yamlfile.Clip(n.Value), what, strings.Join(names, ", "), engines.Hint("; did you mean %q?", n.Value, names))
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// endpoint reads one entry.
func (r *reader) endpoint(entry yamlfile.Pair) {
	e := &Endpoint{Name: entry.Key.Value}
	if !nameForm.MatchString(e.Name) {
		r.Add(entry.Key, "the name of an endpoint is %q; allowed are 1 to 40 letters, digits, - and _, the first one a letter or digit", yamlfile.Clip(e.Name))
	}
	list := r.Pairs(entry.Value, "an endpoint")
	i := slices.IndexFunc(list, func(p yamlfile.Pair) bool { return p.Key.Value == "kind" })
	if i < 0 {
		if list != nil {
			r.Add(entry.Key, "endpoint %s needs the key \"kind\"; allowed are %s", yamlfile.Clip(e.Name), strings.Join(kindNames(), ", "))
		}
		return
	}
	if e.Kind = r.choice(list[i].Value, "kind", kindNames()); e.Kind == "" {
		return
	}
	e.Remote = remote.Config{Name: e.Name, API: remote.API(e.Kind), Mode: engines.Append, LimitField: "max_tokens", InFlight: 1, Spent: &remote.Spending{}}
	if e.Remote.API == remote.Edit {
		e.Remote.Mode = engines.Whole
	}
	mistakes := len(r.Errs)
	row, names, given := e.row(), []string{}, map[string]bool{}
	for _, k := range keys() {
		if k.of(row) {
			names = append(names, k.name)
		}
	}
	for _, p := range list {
		j := slices.IndexFunc(keys(), func(k key) bool { return k.name == p.Key.Value && k.of(row) })
		if j < 0 {
			r.unknown(p.Key, "an endpoint of kind "+e.Kind, names)
			continue
		}
		given[p.Key.Value] = true
		keys()[j].read(r, p.Value, e)
	}
	for _, k := range keys() {
		if k.needed && k.of(row) && !given[k.name] {
			r.Add(entry.Key, "endpoint %s needs the key %q", yamlfile.Clip(e.Name), k.name)
		}
	}
	if len(r.Errs) == mistakes {
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
		r.Add(n, "base_url is %q; allowed is http:// or https:// with a host, such as http://127.0.0.1:8080/v1", yamlfile.Clip(n.Value))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.Add(n, "base_url has a user, a query or a fragment; keys go into an environment variable that key_env names")
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
	for _, p := range r.Pairs(n, "options") {
		j := slices.IndexFunc(params, func(q engines.Param) bool { return q.Name == p.Key.Value })
		if j < 0 {
			var names []string
			for _, q := range params {
				names = append(names, q.Name)
			}
			r.unknown(p.Key, "options of kind "+e.Kind, names)
			continue
		}
		var v any
		if err := p.Value.Decode(&v); err != nil {
			r.Add(p.Value, "%s is no plain value", p.Key.Value)
			continue
		}
		got, err := engines.Resolve(engines.Preset{Name: e.Kind, Params: params[j : j+1]}, engines.Options{p.Key.Value: v})
		if err != nil {
			r.Add(p.Value, "%s", strings.TrimPrefix(err.Error(), "preset "+e.Kind+": "))
			continue
		}
		e.Options[p.Key.Value] = got[p.Key.Value]
	}
}

// text reads a text that is not empty; "" after a mistake.
func (r *reader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || n.Value == "" {
		r.Add(n, "%s must be a text", what)
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
		r.Add(n, "%s must be a list of texts", what)
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
		r.Add(n, "unknown %s %q; allowed are %s%s", what, yamlfile.Clip(text), strings.Join(words, ", "), engines.Hint("; did you mean %q?", text, words))
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
	r.Add(n, "%s is %q; allowed is %s from %.12g to %.12g", what, yamlfile.Clip(n.Value), sort, low, high)
	return 0
}

// truth reads true or false.
func (r *reader) truth(n *yaml.Node, what string) (b bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Decode(&b) != nil {
		r.Add(n, "%s is %q; allowed are true and false", what, yamlfile.Clip(n.Value))
	}
	return b
}
