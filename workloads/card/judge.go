package card

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"dllmbench/engines"
	"dllmbench/workloads"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/rows"
)

// any reports whether the card says how answers are judged.
func (j Judge) any() bool { return len(j.Rules) > 0 || j.Check != "" }

// over is a style's judge, with what it leaves out taken from that of the card.
func (j Judge) over(card Judge) Judge {
	if !j.any() {
		return card
	}
	if j.Answer.source == "" {
		j.Answer = card.Answer
	}
	if j.Choices.source == "" {
		j.Choices = card.Choices
	}
	if j.Fields == nil && j.Check != "" {
		j.Fields = card.Fields
	}
	return j
}

// identity is what decides a verdict.
func (j Judge) identity() []any {
	fields := map[string]string{}
	for name, t := range j.Fields {
		fields[name] = t.source
	}
	return []any{j.Rules, j.Compare, j.Answer.source, j.Choices.source, j.Check, j.Code, fields}
}

// judge checks what a card, or a style of it, says of judging.
func (r *reader) judge(n *yaml.Node, j Judge) {
	switch c, known := checks[j.Check]; {
	case !j.any():
		r.Add(n, "judge needs \"rules\" or a \"check\"")
	case len(j.Rules) > 0 && j.Check != "":
		r.Add(key(n, "check"), "judge has both \"rules\" and a \"check\"; allowed is one of them")
	case j.Check == "":
		if _, err := extract.New(j.Rules, "", j.Compare, "1"); err != nil {
			r.Add(key(n, "rules"), "%v", err)
		}
		if j.Answer.source == "" {
			r.Add(n, "judge needs the key \"answer\": what the result has to be")
		}
	case !known:
		r.Add(key(n, "check"), "%v", engines.UnknownName("checker", j.Check, slices.Sorted(maps.Keys(checks))))
	default:
		for _, name := range c.fields() {
			if _, ok := j.Fields[name]; !ok {
				r.Add(n, "the checker %s needs \"fields\" with %s", j.Check, strings.Join(c.fields(), ", "))
				break
			}
		}
		for _, name := range slices.Sorted(maps.Keys(j.Fields)) {
			if !slices.Contains(c.fields(), name) {
				r.Add(key(key(n, "fields"), name), "the checker %s has no use for %q; allowed are %s", j.Check, name, strings.Join(c.fields(), ", "))
			}
		}
		if _, err := j.code(); err != nil {
			r.Add(key(n, "code"), "%v", err)
		}
	}
}

// code cuts a program out of an output; nil for all of it.
func (j Judge) code() (func(string) string, error) {
	if j.Code == "" {
		return nil, nil
	}
	rule, err := extract.RuleNamed(j.Code)
	if err != nil {
		return nil, err
	}
	return func(output string) string {
		code, _ := rule.Find(output)
		return code
	}, nil
}

// judged gives an item its checker.
func (b *builder) judged(it *jsonl.Item, r rows.Row) (err error) {
	j := b.style.Judge
	if j.Check != "" {
		c, v := checks[j.Check], map[string]any{}
		for name, t := range j.Fields {
			if v[name], err = t.Value(r); err != nil {
				return err
			}
		}
		text := make([]string, len(c.texts))
		for i, name := range c.texts {
			if text[i], err = written(v[name]); err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
		}
		it.Many = it.Answer == ""
		it.Checker, err = c.make(j, text, v)
		return err
	}
	answer, err := j.Answer.Text(r)
	if err != nil {
		return err
	}
	answer = strings.TrimSpace(answer)
	choices, err := j.choices(r)
	if err != nil {
		return err
	}
	checker, err := extract.New(j.Rules, "", j.Compare, answer, choices...)
	if err != nil {
		return fmt.Errorf("the reference %q: %w", workloads.Clip(answer), err)
	}
	checker.Ask(it.Prompt)
	if !checker.Possible() {
		b.impossible.Add(r.Line, fmt.Errorf("item %q: the rule %s does not find the reference %q however it is written, so no answer is right", workloads.Clip(it.ID), j.Rules[0], workloads.Clip(answer)))
		b.impossibles++
	}
	it.Checker, it.Result = checker, answer
	if len(choices) > 0 {
		it.Chance = 1 / float64(len(choices))
	}
	return nil
}

// choices are the texts of the choices of a row, nil for none.
func (j Judge) choices(r rows.Row) ([]string, error) {
	if j.Choices.source == "" {
		return nil, nil
	}
	v, err := j.Choices.Value(r)
	if err != nil {
		return nil, err
	}
	list, err := texts(v)
	if err == nil && (len(list) < 2 || len(list) > 26) {
		err = fmt.Errorf("the row has %d choices; allowed are 2 to 26", len(list))
	}
	return list, err
}

// texts are the elements of a list, as text.
func texts(v any) ([]string, error) {
	in, ok := v.([]any)
	if !ok {
		return nil, errors.New("not a list")
	}
	list := make([]string, len(in))
	for i, x := range in {
		var err error
		if list[i], err = written(x); err != nil {
			return nil, err
		}
	}
	return list, nil
}
