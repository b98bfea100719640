package claims

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
)

// decision is a claim that is being decided: what was measured, the rule, and the
// verdict so far, which begins with what the rule says.
type decision struct {
	*index
	Rule
	v *Verdict
}

// conditions adds findings under named conditions.
func (d *decision) conditions(list ...Finding) { d.v.Conditions = append(d.v.Conditions, list...) }

// sensitivity adds findings that show how the verdict depends on settings.
func (d *decision) sensitivity(list ...Finding) { d.v.Sensitivity = append(d.v.Sensitivity, list...) }

// role picks the cell of the engine with a role, whatever its options.
func (d *decision) role(name string) pick { return the(d.Decoder(name)) }

// plain picks the cell of the engine with a role, without swept options.
func (d *decision) plain(name string) pick { return plain(d.Decoder(name)) }

// margin is the rule's number of that name.
func (d *decision) margin() float64 { return d.Number("margin") }

// competent lists the groups of an experiment in which some decoder solves its
// task; the verdict names the others with the reason.
func (d *decision) competent(experiment string) []*Group { return competent(d.Find(experiment), d.v) }

func competent(groups []*Group, v *Verdict) []*Group {
	return lists.Keep(groups, func(g *Group) bool {
		ok, why := g.Competent()
		if !ok {
			v.exclude("%s", why)
		}
		return ok
	})
}

// parts concludes a claim of several parts, with more words behind theirs.
func (d *decision) parts(more string, parts ...partial) {
	var answers []answer
	var words []string
	for _, p := range parts {
		answers, words = append(answers, p.answer), append(words, p.words)
	}
	d.v.Result = verdictOf(answers...)
	if words = append(words, more); d.v.Result == Inconclusive {
		words = append(words, "One part of the claim is undecided, and so is the claim.")
	}
	d.v.Paragraph = sentences(words...)
}

// undecided leaves a verdict inconclusive, for this reason.
func (v *Verdict) undecided(format string, args ...any) {
	v.Result, v.Paragraph = Inconclusive, fmt.Sprintf(format, args...)
}

// exclude notes what was left out, and why; a reason counts once.
func (v *Verdict) exclude(format string, args ...any) {
	v.Excluded = appendOnce(v.Excluded, fmt.Sprintf(format, args...))
}

// warn adds a warning once.
func (v *Verdict) warn(what string) { v.Warnings = appendOnce(v.Warnings, what) }

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// untrained warns of decoders that used weights for what they were not trained for.
func (v *Verdict) untrained(cells ...*Cell) {
	for _, c := range cells {
		for _, runs := range c.Runs {
			if len(runs[0].Untrained) > 0 {
				v.warn(c.Title() + ": " + list(runs[0].Untrained))
				break
			}
		}
	}
}

// reasonsShown is how many exclusions a sentence names.
const reasonsShown = 5

// reasons are the first exclusions, or that there are none, for a sentence.
func (v *Verdict) reasons() string {
	n := len(v.Excluded)
	switch {
	case n == 0:
		return "the run has no further cells"
	case n > reasonsShown:
		return fmt.Sprintf("%s; and %d more reasons in the list of what was left out", strings.Join(v.Excluded[:reasonsShown], "; "), n-reasonsShown)
	}
	return strings.Join(v.Excluded, "; ")
}

// otherMargins shows whether the primary effect meets other margins; name has a place
// for the margin, and needed is the effect that a margin asks for.
func (d *decision) otherMargins(name string, needed func(float64) float64, margins ...float64) {
	for _, m := range margins {
		f := d.v.Primary.met(d.v.Primary.atLeast(needed(m)))
		f.Name = fmt.Sprintf(name, m)
		d.sensitivity(f)
	}
}

func same(x float64) float64 { return x }

// budgets compares two decoders where the token budget is larger than needed.
func (d *decision) budgets(experiment, a, b string) {
	for _, p := range pairs(d.Find(experiment), d.role(a), d.role(b)) {
		d.sensitivity(points(fmt.Sprintf("%s with a token budget of %d: right answers, %s", p.b.where(), p.b.Budget, p), ByTokens, []pair{p}, solved))
	}
}

// String names the cells of a pair, for the names of findings.
func (p pair) String() string { return p.b.Title() + " minus " + p.a.Title() }

// near is the largest factor by which two costs may differ and still count as
// matched.
const near = 1.5

// atEqualCost compares what a swept decoder solves with the reference where
// its setting costs about as much: in passes, in FLOPs, in time. In each
// group the setting is chosen by cost alone.
func (d *decision) atEqualCost(groups []*Group, role string) {
	label := d.Decoder(role)
	reference := d.plain("reference")
	for _, c := range costs {
		ps := pairs(groups, reference, atCostOf(reference, c.field, near, label))
		f := points(fmt.Sprintf("solved by %s minus autoregressive, settings of equal %s", label, c.matched), c.matched, ps, solved)
		if len(ps) == 0 {
			f = f.noted("no setting costs between 1/%g and %g times as much", near, near)
		} else {
			f = f.noted("in %d of %d rungs there is a setting within a factor of %g", len(ps), len(groups), near)
		}
		d.conditions(f)
	}
}

// atEqualQuality is the ratio of times of the fastest swept setting that solves
// no more than the margin less than the reference, over all groups. It is
// chosen among settings by what they did on these very instances, which
// flatters it, and says so.
func (d *decision) atEqualQuality(groups []*Group, role string) {
	label := d.Decoder(role)
	best := finding(fmt.Sprintf("time of the fastest setting of %s of equal quality over autoregressive", label), ByQuality, "ratio").
		noted("no setting was shown to solve at most %g points less", d.margin())
	for _, title := range titles(groups, label) {
		ps := pairs(groups, d.plain("reference"), titled(title))
		if points("", ByQuality, ps, solved).side(-d.margin()) != above {
			continue
		}
		f := ratio(best.Name, ByQuality, ps, unitSeconds, 1)
		if f.Effect != nil && (best.Effect == nil || *f.Effect < *best.Effect) {
			best = f.noted("%s, chosen on the same instances", title)
			best.P = nil // of a setting that was chosen by its outcome
		}
	}
	d.conditions(best)
}

// batched are the groups of that batch size.
func batched(groups []*Group, batch int) []*Group {
	return lists.Keep(groups, func(g *Group) bool { return g.Batch == batch })
}

// list joins names for a sentence.
func list(names []string) string { return strings.Join(names, ", ") }

// sentences joins those that are not empty.
func sentences(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " ")
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
