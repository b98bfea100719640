package place

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/engines/weights"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
)

// Kinship says in sentences what the checkpoints of a run that are compared share and
// what they do not, pair by pair, and what that means; nil without named checkpoints.
func Kinship(h result.Header) (lines []string) {
	related := false
	for i, a := range h.Checkpoints {
		for _, b := range h.Checkpoints[:i] {
			if a.Family == "" || a.Family != b.Family {
				lines = append(lines, fmt.Sprintf("%s and %s are not compared: no parent or peer connects them.", a.Name, b.Name))
				continue
			}
			related = true
			lines = append(lines, relation(a, b))
		}
	}
	if s := ownForms(h); s != "" {
		lines = append(lines, s)
	}
	if related {
		lines = append(lines, "A difference between decoders on different checkpoints may come from the checkpoints as well as from decoding.")
	}
	for _, s := range []string{CountedBy(h), products(h)} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

// products says that engines behind endpoints are compared as whole products; "" where there
// is nothing to compare them with.
func products(h result.Header) string {
	var list []string
	rivals := map[result.Endpoint]bool{} // the zero value is this program
	for _, c := range h.Cells {
		var there result.Endpoint
		if c.Endpoint != nil {
			there = *c.Endpoint
		}
		if !rivals[there] && c.Endpoint != nil {
			list = append(list, fmt.Sprintf("%s (%s)", there.Name, there.Address))
		}
		rivals[there] = true
	}
	if len(rivals) < 2 || list == nil {
		return ""
	}
	return fmt.Sprintf("Product against product: hardware, precision and what else is served may be others for %s, so a difference in time is one of whole products, not of the way of decoding alone.", strings.Join(list, " and "))
}

// KinshipNote says the same in short, for a table; "" where no two checkpoints are related.
func KinshipNote(h result.Header) string {
	var notes []string
	for _, f := range lists.Split(h.Checkpoints, func(c result.Checkpoint) string { return c.Family }) {
		if f.Key == "" {
			continue
		}
		var names []string
		for _, c := range f.Of {
			names = append(names, c.Name)
		}
		notes = append(notes, fmt.Sprintf("Checkpoints %s: %s.", strings.Join(names, ", "), common(f.Of...)))
	}
	for _, s := range []string{ownForms(h), CountedBy(h), products(h)} {
		if s != "" {
			notes = append(notes, s)
		}
	}
	return strings.Join(notes, " ")
}

// ownForms says that prompts stand in different chat templates; "" where they do not.
func ownForms(h result.Header) string {
	for _, f := range lists.Split(h.Cells, func(c result.Cell) string { return cmp.Or(c.Workload, "-") }) {
		for _, c := range f.Of {
			if c.Family != nil && f.Of[0].Family != nil && c.Chat != f.Of[0].Chat {
				return "Each checkpoint gets the prompts in the form of its own chat template."
			}
		}
	}
	return ""
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
	differ := func(of func(result.Checkpoint) string) bool {
		return slices.ContainsFunc(list, func(c result.Checkpoint) bool { return of(c) != of(list[0]) })
	}
	part := func(what, detail string, of func(result.Checkpoint) string) {
		if differ(of) {
			other = append(other, what+strings.Replace(detail, "=", "unequal", 1))
		} else {
			same = append(same, what+strings.Replace(detail, "=", "equal", 1))
		}
	}
	part("tokenizer", fmt.Sprintf(" (= ids of %s)", lists.Count(list[0].Texts, "text")), func(c result.Checkpoint) string { return c.Tokenizer })
	part("shape", "", func(c result.Checkpoint) string { return c.Shape })
	alone := func(c result.Checkpoint) string { return c.Alone }
	part("weights", "", alone)
	if differ(func(c result.Checkpoint) string { w := weights.Parse(c.Weights); return w.Precision + " " + w.KV }) {
		other = append(other, "precision")
	}
	if !differ(alone) && differ(func(c result.Checkpoint) string { return c.Trained }) {
		other = append(other, "training as stated")
	}
	words := func(list []string) string { return cmp.Or(strings.Join(list, ", "), "nothing") }
	return fmt.Sprintf("the same: %s; different: %s", words(same), words(other))
}

// CountedBy says whose tokenizer counts useful tokens where those of a family differ;
// "" where each decoder's own does.
func CountedBy(h result.Header) string {
	var by []string
	for _, c := range h.Cells {
		if name, _, _ := strings.Cut(c.TokensOf, " "); name != "" && !slices.Contains(by, name) {
			by = append(by, name)
		}
	}
	if by == nil {
		return ""
	}
	return fmt.Sprintf("Tokenizers differ: useful tokens, all that is per token and the budgets of tasks are in tokens of %s; canvas, commits and options of decoders are in each checkpoint's own tokens. Characters compare directly (char/s, ms/char).",
		strings.Join(by, " and "))
}
