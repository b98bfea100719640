// Package enginetest helps the tests of decoders. It has networks for them: a tiny
// transformer with random weights, and [Table], whose answers are known
// beforehand, so that a decoder's output can be too. What every decoder must do is
// tested in engines/decoders.
package enginetest

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// Opener makes the engines of a decoder, as its New does.
type Opener func(net network.Network, preset string, opts engines.Options) (engines.Engine, error)

// Must returns an engine or ends the test.
func (open Opener) Must(t testing.TB, net network.Network, preset string, opts engines.Options) engines.Engine {
	t.Helper()
	e, err := open(net, preset, opts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// NewSession is a tiny transformer with random weights, 40 tokens of
// vocabulary and 64 positions; it is closed at the end of the test.
func NewSession(t testing.TB) *model.Session { return NewSessionIn(t, "", "") }

// NewSessionIn is NewSession in a precision, and one of keys and values.
func NewSessionIn(t testing.TB, precision, kv string) *model.Session {
	config := Config(40, 64)
	config.Precision, config.KV = precision, kv
	s := model.NewSession(model.Random(config, 3), 2)
	t.Cleanup(s.Close)
	return s
}
