package claims

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Rule is what was laid down for a claim before it was measured: one file of
// the folder rules.
type Rule struct {
	Claim       int      `yaml:"claim"`       // its number, from 1
	Name        string   `yaml:"name"`        // short, for files and anchors, for example "global-coherence"
	Text        string   `yaml:"text"`        // the claim, as it is commonly made
	Experiments []string `yaml:"experiments"` // names of the cells that bear on it
	Statistic   string   `yaml:"statistic"`   // the primary statistic, in words
	Rule        string   `yaml:"rule"`        // when it is supported, refuted, conditional; numbers as {name}
	WouldChange string   `yaml:"would_change"`
	// SharedWeights are roles that the rule compares as decoders of one network: those of
	// a list have to run on the same weights; empty where the claim needs none.
	SharedWeights struct {
		Roles [][]string `yaml:"roles"`
		Why   string     `yaml:"why"`
	} `yaml:"shared_weights"`
	// Decoders gives the roles of the experiment their engines of the scenario:
	// role → label.
	Decoders map[string]string `yaml:"decoders"`
	// Numbers are the thresholds, margins and smallest sample sizes by name; the
	// code reads them from here, and {name} in Rule and Statistic stands for them.
	// Every rule has "alpha", the error rate of its primary test.
	Numbers map[string]float64 `yaml:"numbers"`
}

// Number is a number of the rule. It panics for a name that the file does not
// hold, which a test of this package rules out.
func (r Rule) Number(name string) float64 { return held(r, r.Numbers, "number", name) }

// Decoder is the label of the engine with this role. It panics like Number.
func (r Rule) Decoder(role string) string { return held(r, r.Decoders, "decoder", role) }

func held[V any](r Rule, values map[string]V, what, name string) V {
	v, ok := values[name]
	if !ok {
		panic(fmt.Sprintf("claims: rule %d has no %s %q", r.Claim, what, name))
	}
	return v
}

// fill puts the numbers into a text.
func (r Rule) fill(text string) string {
	for name, x := range r.Numbers {
		text = strings.ReplaceAll(text, "{"+name+"}", strconv.FormatFloat(x, 'g', -1, 64))
	}
	return strings.TrimSpace(text)
}

//go:embed rules/*.yaml
var ruleFiles embed.FS

// Rules are the rules of all claims by number.
func Rules() (map[int]Rule, error) {
	names, err := fs.Glob(ruleFiles, "rules/*.yaml")
	if err != nil {
		return nil, err
	}
	rules := map[int]Rule{}
	for _, name := range names {
		data, err := ruleFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var r Rule
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if _, twice := rules[r.Claim]; twice {
			return nil, fmt.Errorf("%s: claim %d has two rules", name, r.Claim)
		}
		rules[r.Claim] = r
	}
	return rules, nil
}
