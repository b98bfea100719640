// Package endpoints reads the user's file of engines that are not of this program,
// endpoints.yaml, and opens them: servers (package remote) and other programs.
//
// Scenarios name endpoints and say nothing else of them: where a server is, which key it
// takes and what it may cost are the user's own, and a scenario from somebody else cannot
// change them. The file is trusted as a program is: whoever writes it decides where keys go.
package endpoints

import (
	"context"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote"
)

// File is what a file of endpoints holds.
type File struct {
	Name string
	List []*Endpoint
}

// Endpoint is one entry of the file.
type Endpoint struct {
	Name string
	Kind string
	// Baseline is true of an engine that writes one token after another from left to right.
	Baseline bool
	Options  engines.Options // of its kind, beside what a scenario sets
	Remote   remote.Config   // of kinds that are servers
	// Of kind process: the command line of the program, the environment variables that it
	// sees (NAME, or NAME=VALUE), the folder that it works in, the most bytes of memory that
	// it may take (0: no limit), and whether it has the tokenizer of the comparison.
	Command, Env []string
	Dir          string
	Memory       int64
	Shared       bool
	params       []engines.Param // its options
}

// Host is what opening an engine needs of this process.
type Host struct {
	Now      func() time.Time
	Resident func(pid int) int64 // resident memory of another process, negative when unknown
}

// Find is an endpoint by its name.
func (f *File) Find(name string) (*Endpoint, error) {
	var names []string
	for _, e := range f.List {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return nil, engines.UnknownName("endpoint of "+f.Name, name, names)
}

// kind is a row of the table of kinds.
type kind struct {
	name   string
	engine string // the package behind it, as results call the engine
	doc    string
	server bool // it has the keys of servers
	fills  bool // it can fill a gap in a text
	chats  bool // it takes questions
	params func(e *Endpoint) []engines.Param
	open   func(ctx context.Context, e *Endpoint, s engines.Setting, h Host) (engines.TextEngine, error)
}

// kinds lists all kinds.
func kinds() []kind {
	return []kind{
		server(remote.Chat, "A server that answers questions (POST /chat/completions).", false, true),
		server(remote.Completions, "A server that continues texts (POST /completions).", false, false),
		server(remote.FIM, "A server that fills the gap between two texts (POST /fim/completions).", true, false),
		server(remote.Edit, "A server that edits code, all at once (POST /edit/completions).", true, false),
		program(),
	}
}

// server is the row of a kind of servers.
func server(a remote.API, doc string, fills, chats bool) kind {
	return kind{name: string(a), engine: "remote", doc: doc, server: true, fills: fills, chats: chats,
		params: func(*Endpoint) []engines.Param { return remote.Params(a) },
		open: func(_ context.Context, e *Endpoint, s engines.Setting, h Host) (engines.TextEngine, error) {
			return remote.Open(e.Remote, s.Options, h.Now)
		}}
}

// kindNames are those of the table.
func kindNames() (names []string) {
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// row is the kind of an endpoint.
func (e *Endpoint) row() kind {
	list := kinds()
	return list[slices.IndexFunc(list, func(k kind) bool { return k.name == e.Kind })]
}

// Preset is what a scenario may set of the endpoint. What the file sets is the default.
func (e *Endpoint) Preset() engines.Preset {
	k := e.row()
	p := engines.Preset{Engine: k.engine, Name: k.name, Doc: k.doc, Baseline: e.Baseline, Params: k.params(e)}
	for i, param := range p.Params {
		if v, given := e.Options[param.Name]; given {
			p.Params[i].Default = v
		}
	}
	return p
}

// Address is where the engine is: the base URL or the command line.
func (e *Endpoint) Address() string {
	if e.row().server {
		return e.Remote.URL
	}
	return strings.Join(e.Command, " ")
}

// Fills reports whether it can fill a gap in a text, Chats whether it takes questions.
func (e *Endpoint) Fills() bool { return e.row().fills }

// Chats reports whether it takes questions, and what the system says first.
func (e *Endpoint) Chats() bool { return e.row().chats }

// Open makes the engine, with resolved options of its preset.
func (e *Endpoint) Open(ctx context.Context, s engines.Setting, h Host) (engines.TextEngine, error) {
	return e.row().open(ctx, e, s, h)
}

// Ends says why an answer cannot be made to go on to its budget (force_length); "" where it can.
func (e *Endpoint) Ends() string {
	switch {
	case e.row().server:
		return e.Remote.Ends()
	case e.Shared:
		return ""
	}
	return "a program that is asked with text decides itself where an answer ends; one that takes token ids (tokens: shared) is told which ids it must not write"
}
