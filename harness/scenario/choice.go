package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines"
	"dllmbench/harness/lists"
	"dllmbench/workloads"
)

// Likelihood is the score of entries whose choices are rated by how probable they are.
const Likelihood = "likelihood"

// The readings of ratings, as lm-eval names them: the sum of the log probabilities of a
// choice, the sum over its characters, and over its bytes.
const (
	Acc      = "acc"
	AccNorm  = "acc_norm"
	AccBytes = "acc_bytes"
)

// Readings lists the readings of ratings.
func Readings() []string { return []string{Acc, AccNorm, AccBytes} }

// defaultDraws is the number of draws of masks that LLaDA's evaluation takes.
const defaultDraws = 128

// scored checks what an entry says of rating choices, and what else it says then.
func (p *parser) scored(t *Task, have fields) {
	if t.Score == "" {
		for _, name := range []string{"draws", "primary"} {
			if f, given := have[name]; given {
				p.add(f.at, "%q is for choices that are rated; it needs score: %s", name, Likelihood)
			}
		}
		return
	}
	if t.Draws == 0 {
		t.Draws = defaultDraws
	}
	if t.Primary == "" {
		t.Primary = Acc
	}
	for _, name := range []string{"budget", "budget_ratio", "stop", "force_length", "planted"} {
		if f, given := have[name]; given {
			p.add(f.at, "score: %s rates the choices that are there and writes nothing; leave %q out", Likelihood, name)
		}
	}
	t.Budget, t.Stop, t.ForceLength = nil, nil, false // which a task card may say
}

// pair is a prompt and a text behind it as lm-eval cuts them into tokens: white space at the
// end of the prompt goes to the continuation, whose tokens are those of both together
// behind as many as the prompt has alone. In a chat the form ends the prompt.
func pair(f Form, codec engines.Codec, inst workloads.Instance, continuation string) (context, ids []int32, err error) {
	if f != nil {
		if context, err = f.Prompt(inst.Begin, inst.Said()...); err != nil {
			return nil, nil, err
		}
		return context, engines.Continue(codec, continuation), nil
	}
	prompt := inst.Whole()
	if front := strings.TrimRightFunc(prompt, unicode.IsSpace); front != "" {
		prompt, continuation = front, prompt[len(front):]+continuation
	}
	if context, err = engines.Prompt(codec, prompt); err != nil {
		return nil, nil, err
	}
	whole, err := engines.Prompt(codec, prompt+continuation)
	return context, whole[min(len(context), len(whole)):], err
}

// rated makes the choices of an instance the request of an item.
func rated(f Form, codec engines.Codec, inst workloads.Instance, item *Item) error {
	if len(inst.Choices) < 2 {
		return fmt.Errorf("%s has no choices that could be rated; score: %s is for items with choices", inst.ID, Likelihood)
	}
	for _, choice := range inst.Choices {
		context, ids, err := pair(f, codec, inst, choice)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", inst.ID, err)
		case len(ids) == 0 || slices.Contains(ids, engines.NoToken):
			return fmt.Errorf("%s: the choice %q has no tokens of its own behind the prompt", inst.ID, workloads.Clip(choice))
		}
		item.Prompt, item.Choices = context, append(item.Choices, ids)
	}
	return nil
}

// alike refuses options of a sweep that make no difference to ratings, and notes engines that
// rate alike.
func (x *expander) alike(variants []variant) {
	for i, v := range variants {
		j := slices.IndexFunc(variants[:i], func(w variant) bool { return w.info.Rates == v.info.Rates && v.info.Rates != "" })
		switch {
		case j < 0:
		case variants[j].engine == v.engine:
			x.add(v.blame(), "%s and %s rate choices alike (%s): of the options only block_length matters, and only to block diffusion; give the entry a \"sweep\" of its own",
				variants[j].title(), v.title(), v.info.Rates)
		default:
			note := fmt.Sprintf("%s and %s rate choices alike (%s): steps, orders and temperatures of decoders have no part in it", variants[j].title(), v.title(), v.info.Rates)
			x.plan.Alike = lists.With(x.plan.Alike, note)
		}
	}
}

// rating says in words how the cells of a group rate choices; "" where answers are written.
func (g *Group) rating() string {
	if g.Score == "" {
		return ""
	}
	var list []string
	for _, c := range g.Cells {
		way := c.Label + " exactly"
		if c.Rates != "exact" {
			way = fmt.Sprintf("%s by the bound %s of %d draws", c.Label, c.Rates, c.Draws)
		}
		list = lists.With(list, way)
	}
	return fmt.Sprintf("; choices are rated by likelihood, and %s decides: %s", g.Primary, strings.Join(list, ", "))
}
