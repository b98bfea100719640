// Package extract takes answers out of outputs and compares them with references,
// by the rules of the programs and papers whose scores people quote.
//
// A rule says which part of an output is the answer; a comparison says whether it is
// the reference. Both have names ([Rules], [Comparisons]), and both are what their
// source does, with its oddities: a score moves by several points with the rule, so a
// rule that is nearly the published one reproduces nothing. The functions are checked
// against the sources' own on texts written for it (testdata/golden.jsonl).
//
// [New] makes a checker of one or several rules. The primary rule decides; the verdict
// of each rule is an aspect of the score, so that reports show them side by side.
//
// A new rule is one line in rules.go and one function.
package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/workloads"
)

// maxOutput bounds the text that is looked at, in bytes.
const maxOutput = 64 << 10

// Rule says which part of an output is the answer.
type Rule struct {
	Name   string // a-z, 0-9 and -
	Doc    string // what it takes, in words
	Source string // program or paper
	// Compare names the comparison that the source makes. "" is a rule whose finding is
	// run or worked out instead.
	Compare string
	find    func(output string, a asked) (answer string, ok bool)
}

// asked is what a rule may look at beside the output.
type asked struct {
	choices             []string // their texts, in order
	question, reference string
}

// Find takes the answer out of an output; ok is false if the rule finds none. Rules
// of choices want the texts of the choices, in order; four without texts are assumed.
func (r Rule) Find(output string, choices ...string) (answer string, ok bool) {
	return r.find(output, asked{choices: choices})
}

// Comparison says whether what a rule has found is the reference.
type Comparison struct {
	Name, Doc, Source string
	equal             func(answer, reference string) bool
}

// RuleNamed finds a rule.
func RuleNamed(name string) (Rule, error) {
	var names []string
	for _, r := range Rules() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Rule{}, engines.UnknownName("extraction rule", name, names)
}

// comparisonNamed finds a comparison.
func comparisonNamed(name string) (Comparison, error) {
	var names []string
	for _, c := range Comparisons() {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Comparison{}, engines.UnknownName("comparison of answers", name, names)
}

// Checker judges outputs by rules. It has one constraint: that the primary rule finds
// the reference.
type Checker struct {
	judges []judge // the primary one first
	asked
}

// judge is a rule and what it is compared by.
type judge struct {
	rule    Rule
	compare Comparison
}

// New makes a checker of rules by name. The primary rule decides, the first one if
// primary is "". compare names the comparison of all rules; with "" each rule has the
// one of its source. answer is the reference: the final answer alone, without the
// steps before it. choices are the texts of the choices, in order, for the rules that
// look for them.
func New(rules []string, primary, compare, answer string, choices ...string) (*Checker, error) {
	if len(rules) == 0 {
		return nil, errors.New("no extraction rule")
	}
	if primary == "" {
		primary = rules[0]
	} else if !slices.Contains(rules, primary) {
		return nil, fmt.Errorf("the primary rule %q is not one of the rules (%s)", workloads.Clip(primary), strings.Join(rules, ", "))
	}
	if strip(answer) == "" {
		return nil, errors.New("the reference answer is empty")
	}
	c := &Checker{asked: asked{choices: choices, reference: answer}}
	for i, name := range rules {
		if slices.Contains(rules[:i], name) {
			return nil, fmt.Errorf("the rule %q is named twice", workloads.Clip(name))
		}
		rule, err := RuleNamed(name)
		if err != nil {
			return nil, err
		}
		by := compare
		if by == "" {
			by = rule.Compare
		}
		if rule.Compare == "" {
			return nil, fmt.Errorf("what the rule %q finds is run or worked out, not compared", name)
		}
		j := judge{rule: rule}
		if j.compare, err = comparisonNamed(by); err != nil {
			return nil, err
		}
		if name == primary {
			c.judges = slices.Insert(c.judges, 0, j)
		} else {
			c.judges = append(c.judges, j)
		}
	}
	return c, nil
}

// Ask says which question the answers are to, for the rules that look at it.
func (c *Checker) Ask(question string) { c.question = question }

// forms are how an answer may stand in an output; each rule finds a reference that suits it
// in one of them.
var forms = []string{
	"%s", "#### %s", "The answer is %s.", "the answer is (%s).", "the answer is %s.", "The final answer is %s", `\boxed{%s}`, "$%s$", "Answer: %s.", "<answer>%s</answer>",
	"Final Answer: The final answer is $%s$. I hope it is correct.",
}

// Possible reports whether the rule that decides finds the reference where it is written in any
// of the usual forms. Where it does not, no output is right.
func (c *Checker) Possible() bool {
	j := c.judges[0]
	return slices.ContainsFunc(forms, func(form string) bool {
		got, ok := j.rule.find(fmt.Sprintf(form, c.reference), c.asked)
		return ok && j.compare.equal(got, c.reference)
	})
}

// Constraints implements jsonl.Checker.
func (c *Checker) Constraints() []workloads.Constraint {
	return []workloads.Constraint{workloads.Must("answer", 0, "by the rule %s the answer is %q", c.judges[0].rule.Name, workloads.Clip(c.reference))}
}

// Check implements jsonl.Checker. With several rules each is an aspect of the score.
func (c *Checker) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: 1}
	aspects := map[string]float64{}
	if len(output) > maxOutput {
		v.Fail(0, 0, "more than %d bytes", maxOutput)
		output = ""
	}
	for i, j := range c.judges {
		got, ok := j.rule.find(output, c.asked)
		right := ok && j.compare.equal(got, c.reference)
		aspects[j.rule.Name] = 0
		switch {
		case right:
			aspects[j.rule.Name] = 1
		case i > 0 || len(v.Violations) > 0:
		case !ok:
			v.Fail(0, -1, "the rule %s finds no answer", j.rule.Name)
		default:
			at, n := strings.LastIndex(output, got), len(got)
			if got == "" || strings.Count(output, got) != 1 {
				at, n = -1, 0 // which place it was taken from is not known
			}
			v.Mark(0, at, n, "%q instead of %q", workloads.Clip(got), workloads.Clip(c.reference))
		}
	}
	s := v.Score()
	if len(c.judges) > 1 {
		s.Aspects = aspects
	}
	return s
}
