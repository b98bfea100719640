package place

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestKinship: each pair of checkpoints is said to share what it shares, and once what
// follows from that.
func TestKinship(t *testing.T) {
	base := result.Checkpoint{Name: "base", Family: "base", Alone: "a", Shape: "wide", Tokenizer: "x", Texts: 3}
	child := result.Checkpoint{Name: "child", Family: "base", Parent: "base", Alone: "b", Shape: "wide", Tokenizer: "x", Texts: 3}
	peer := result.Checkpoint{Name: "peer", Family: "base", Peer: "base", Alone: "c", Shape: "narrow", Tokenizer: "y", Texts: 3}
	rounded := result.Checkpoint{Name: "rounded", Weights: "builtin:v1#precision=q4_0", Trained: "in blocks", Family: "base", Parent: "base", Alone: "a", Shape: "wide", Tokenizer: "x", Texts: 3}
	stranger := result.Checkpoint{Name: "stranger", Alone: "d"}
	family := &result.Family{Root: "base"}
	said := "A difference between decoders on different checkpoints may come from the checkpoints as well as from decoding."
	for _, c := range []struct {
		name  string
		list  []result.Checkpoint
		cells []result.Cell
		want  []string
		note  string
	}{
		{"none", nil, []result.Cell{{Label: "ar"}}, nil, ""},
		{"one", []result.Checkpoint{stranger}, nil, nil, ""},
		{"strangers", []result.Checkpoint{base, stranger}, nil, []string{"stranger and base are not compared: no parent or peer connects them."},
			"Checkpoints base: the same: tokenizer (equal ids of 3 texts), shape, weights; different: nothing."},
		{"a child", []result.Checkpoint{base, child}, nil, []string{
			"child was made from base, as the scenario says. Measured: the same: tokenizer (equal ids of 3 texts), shape; different: weights.", said},
			"Checkpoints base, child: the same: tokenizer (equal ids of 3 texts), shape; different: weights."},
		{"itself in another precision", []result.Checkpoint{base, rounded}, nil, []string{
			"rounded was made from base, as the scenario says. Measured: the same: tokenizer (equal ids of 3 texts), shape, weights; different: precision, training as stated.", said}, ""},
		{"a peer, counted by base", []result.Checkpoint{base, peer}, []result.Cell{{TokensOf: "base sha256:aa"}, {TokensOf: "base sha256:aa"}}, []string{
			"peer was not made from base but is compared with it, as the scenario says. Measured: the same: nothing; different: tokenizer (unequal ids of 3 texts), shape, weights.",
			said, "Tokenizers differ: useful tokens, all that is per token and the budgets of tasks are in tokens of base;"}, ""},
		{"siblings with forms of their own", []result.Checkpoint{child, peer}, []result.Cell{{Workload: "w", Chat: "<{prompt}>", Family: family}, {Workload: "w", Chat: "[{prompt}]", Family: family}}, []string{
			"peer and child are both related to base", "Each checkpoint gets the prompts in the form of its own chat template.", said}, ""},
	} {
		h := result.Header{Checkpoints: c.list, Cells: c.cells}
		got := Kinship(h)
		if len(got) != len(c.want) {
			t.Fatalf("%s: %q", c.name, got)
		}
		for i, want := range c.want {
			if !strings.HasPrefix(got[i], want) {
				t.Errorf("%s: %q, want %q", c.name, got[i], want)
			}
		}
		if note := KinshipNote(h); c.note != "" && note != c.note || c.list == nil && note != "" {
			t.Errorf("%s: note %q", c.name, note)
		}
	}
}

// TestProducts: engines behind endpoints are compared as products, where there is something
// to compare them with.
func TestProducts(t *testing.T) {
	far, other := &result.Endpoint{Name: "far", Address: "http://a/v1"}, &result.Endpoint{Name: "other", Address: "http://b/v1"}
	for _, tt := range []struct {
		cells []result.Cell
		want  string
	}{
		{[]result.Cell{{}, {}}, ""},
		{[]result.Cell{{Endpoint: far}, {Endpoint: far}}, ""},
		{[]result.Cell{{}, {Endpoint: far}}, "others for far (http://a/v1), so"},
		{[]result.Cell{{Endpoint: far}, {Endpoint: other}}, "others for far (http://a/v1) and other (http://b/v1), so"},
	} {
		if got := products(result.Header{Cells: tt.cells}); (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
