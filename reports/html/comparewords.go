package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// maxFailing is the most failing findings that the verdict lists.
const maxFailing = 5

// compareWords says in a few sentences what a comparison came to.
func compareWords(r *gate.Report) []string {
	var out []string
	if len(r.Findings)+len(r.Limits) == 0 {
		return []string{"There was nothing to compare."}
	}
	if r.OfEngines() {
		out = append(out, fmt.Sprintf("Each decoder is compared with %s on the same instances; slower and faster are findings here, not faults.", r.Old.Name))
	} else if r.OK() {
		out = append(out, "Nothing got worse, nothing changed that must not, and nothing was left without a verdict.")
	} else {
		out = append(out, troubles(r))
	}
	out = append(out, counterWords(r)...)
	timed := lists.Keep(r.Findings, func(f gate.Finding) bool { return f.Metric != gate.Counters })
	for _, g := range lists.Split(timed, func(f gate.Finding) [2]string { return [2]string{f.Side, f.Metric} }) {
		out = append(out, tallyWords(r, g.Of))
	}
	if n := len(r.Limits); n > 0 {
		out = append(out, fmt.Sprintf("%d of %d thresholds of the scenario are kept.", r.Kept(), n))
	}
	return out
}

// troubles names what stops a change, in one sentence.
func troubles(r *gate.Report) string {
	var parts []string
	for _, v := range gate.Verdicts() {
		n := len(lists.Keep(r.Findings, func(f gate.Finding) bool { return f.Verdict == v && f.Fails() }))
		if n == 0 {
			continue
		}
		words := map[gate.Verdict]string{
			gate.Invalid: "not valid", gate.NotComparable: "not comparable", gate.Insufficient: "without a verdict, for lack of data",
			gate.Changed: "changed in counters or outputs", gate.Regressed: "worse",
		}[v]
		parts = append(parts, fmt.Sprintf("%d %s", n, words))
	}
	if n := len(r.Missed()); n > 0 {
		parts = append(parts, view.Count(n, "missed threshold"))
	}
	return fmt.Sprintf("Not everything is in order. Of %s: %s.", view.Count(len(r.Findings), "comparison"), strings.Join(parts, ", "))
}

// counterWords says which counters differ.
func counterWords(r *gate.Report) []string {
	counted := countersOf(r)
	if counted.Cells == 0 {
		return nil
	}
	var names []string
	for _, f := range r.Findings {
		for _, c := range f.Changes {
			name := c.Counter
			if c.Accept {
				name += " (accepted)"
			}
			if f.Metric == gate.Counters && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	text := fmt.Sprintf("Exact counters and outputs are equal in %d of %s.", counted.Equal, view.Count(counted.Cells, "cell"))
	if len(names) > 0 {
		text += " These differ: " + strings.Join(names, ", ") + "."
	}
	return []string{text}
}

// tallyWords says how the comparisons of one metric and one side came out.
func tallyWords(r *gate.Report, findings []gate.Finding) string {
	side, metric := findings[0].Side, findings[0].Metric
	count := map[gate.Verdict]int{}
	effects := map[gate.Verdict][]float64{}
	slower, faster, write := "slower", "faster", gate.Percent
	for _, f := range findings {
		count[f.Verdict]++
		if f.Timing != nil && f.Ratio != nil && (f.Verdict == gate.Regressed || f.Verdict == gate.Improved) {
			effects[f.Verdict] = append(effects[f.Verdict], f.Ratio.Value)
		}
		if f.Timing != nil && f.Unit == "share" {
			slower, faster, write = "where fewer instances are solved", "where more are solved", gate.InPoints
		}
	}
	var parts []string
	for _, k := range []struct {
		verdict gate.Verdict
		words   string
	}{
		{gate.Regressed, slower}, {gate.Improved, faster}, {gate.WithinNoise, "with a difference inside the noise band"}, {gate.NoChange, "equal within the margin"}, {gate.Inconclusive, "where neither a difference nor equality is shown"},
		{gate.Insufficient, "with too little data for a verdict"}, {gate.NotComparable, "that cannot be compared"}, {gate.Invalid, "not valid"},
	} {
		if count[k.verdict] == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", count[k.verdict], k.words)
		if list := effects[k.verdict]; len(list) > 0 {
			lo, hi := write(slices.Min(list)), write(slices.Max(list))
			if text += " (" + lo; lo != hi {
				text += " to " + hi
			}
			text += ")"
		}
		parts = append(parts, text)
	}
	who := ""
	if side != "" && side != r.Old.Name {
		who = side + ", "
	} else if len(r.New) == 1 {
		who = r.New[0].Name + ", "
	}
	return fmt.Sprintf("%s%s, against %s, %s: %s.", who, metric, cmp.Or(r.Old.Name, "the old side"), view.Count(len(findings), "cell"), strings.Join(parts, ", "))
}

// failing lists the findings that stop a change, in words.
func failing(r *gate.Report) (list []outcomeText, more int) {
	all := r.Failing()
	if r.OfEngines() {
		all = slices.DeleteFunc(all, func(f gate.Finding) bool { return f.Verdict == gate.Regressed })
	}
	for _, f := range all[:min(len(all), maxFailing)] {
		list = append(list, outcomeText{badgeOf(f.Verdict), f.Sentence})
	}
	for _, l := range r.Missed() {
		list = append(list, outcomeText{mark{Shape: "✗", Text: "missed", Class: "bad"}, l.Sentence})
	}
	return list, max(0, len(all)-maxFailing)
}
