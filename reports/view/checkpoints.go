package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/result"
)

// Checkpoints are those that the scenario names, safe to show.
func (v *View) Checkpoints() []result.Checkpoint {
	list := slices.Clone(v.Header.Checkpoints)
	for i := range list {
		c := &list[i]
		for _, text := range []*string{&c.Name, &c.Weights, &c.Parent, &c.Family, &c.Peer, &c.Note, &c.Shape, &c.Trained} {
			*text = Clean(*text)
		}
	}
	return list
}

// Kinship says in sentences what the checkpoints that are compared share and what they
// do not, pair by pair, and what that means for the comparison; nil without checkpoints.
func (v *View) Kinship() (lines []string) {
	list := v.Checkpoints()
	related := false
	for i, a := range list {
		for _, b := range list[:i] {
			if a.Family == "" || a.Family != b.Family {
				lines = append(lines, fmt.Sprintf("%s and %s are not compared: no parent or peer connects them.", a.Name, b.Name))
				continue
			}
			related = true
			lines = append(lines, relation(a, b))
		}
	}
	if related {
		lines = append(lines, "A difference between decoders on different checkpoints may come from their training as well as from decoding.")
	}
	if s := v.CountedBy(); s != "" {
		lines = append(lines, s)
	}
	return lines
}

// relation says what two related checkpoints share.
func relation(a, b result.Checkpoint) string {
	said := fmt.Sprintf("%s and %s are both related to %s", a.Name, b.Name, a.Family)
	switch {
	case a.Peer == b.Name:
		said = fmt.Sprintf("%s was not made from %s but is compared with it", a.Name, b.Name)
	case b.Peer == a.Name:
		said = fmt.Sprintf("%s was not made from %s but is compared with it", b.Name, a.Name)
	case a.Parent == b.Name:
		said = fmt.Sprintf("%s was made from %s", a.Name, b.Name)
	case b.Parent == a.Name:
		said = fmt.Sprintf("%s was made from %s", b.Name, a.Name)
	}
	return fmt.Sprintf("%s, as the scenario says. Measured: %s.", said, common(a, b))
}

// common says what related checkpoints share and what they do not.
func common(list ...result.Checkpoint) string {
	var same, other []string
	part := func(what, detail string, of func(result.Checkpoint) string) {
		if slices.ContainsFunc(list, func(c result.Checkpoint) bool { return of(c) != of(list[0]) }) {
			other = append(other, "the "+what+strings.Replace(detail, "=", "unequal", 1))
		} else {
			same = append(same, "the "+what+strings.Replace(detail, "=", "equal", 1))
		}
	}
	part("tokenizer", fmt.Sprintf(" (= ids of %s)", Count(list[0].Texts, "text")), func(c result.Checkpoint) string { return c.Tokenizer })
	part("shape", "", func(c result.Checkpoint) string { return c.Shape })
	part("weights", "", func(c result.Checkpoint) string { return c.Alone })
	both := func(list []string) string { return cmp.Or(strings.Join(list, " and "), "nothing") }
	return fmt.Sprintf("shared is %s; not shared is %s", both(same), both(other))
}

// CheckpointNote says in short on which checkpoints the rows of a table are and what
// these share; "" where the run has no related ones.
func (v *View) CheckpointNote() string {
	note := ""
	for _, list := range Groups(v.Checkpoints(), func(c result.Checkpoint) string { return c.Family }) {
		if list[0].Family == "" {
			continue
		}
		var names []string
		for _, c := range list {
			names = append(names, c.Name)
		}
		note += fmt.Sprintf(" Checkpoints %s: %s.", strings.Join(names, ", "), common(list...))
	}
	if s := v.CountedBy(); s != "" {
		note += " " + s
	}
	return note
}

// CountedBy says whose tokenizer counts useful tokens where those of a family differ;
// "" where each decoder's own does.
func (v *View) CountedBy() string {
	var by []string
	for _, r := range v.Rows {
		if name, _, _ := strings.Cut(r.Cell.TokensOf, " "); name != "" && !slices.Contains(by, Clean(name)) {
			by = append(by, Clean(name))
		}
	}
	if by == nil {
		return ""
	}
	return fmt.Sprintf("Tokenizers differ: useful tokens, all that is per token and the budgets of tasks are in tokens of %s; canvas, commits and options of decoders are in each checkpoint's own tokens. Characters compare directly (char/s, ms/char).",
		strings.Join(by, " and "))
}
