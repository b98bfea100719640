package verdicts

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/reports/table"
)

// Markdown writes the page of a run's verdicts. figure returns the link target
// of a verdict's figure, "" without one.
func Markdown(w io.Writer, header *result.Header, list []claims.Verdict, figure func(*claims.Verdict) string) error {
	p := &page{}
	p.head(header)
	p.overview(list)
	for i := range list {
		p.verdict(&list[i], figure(&list[i]))
	}
	p.terms()
	_, err := io.WriteString(w, p.String())
	return err
}

type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) head(h *result.Header) {
	p.line("Run %s of scenario %s, started %s on %s (%d cores, kernels %s, %s).", table.Escape(h.RunID), table.Escape(h.Scenario), table.Escape(h.Started),
		table.Escape(h.Env.CPU), h.Env.Cores, table.Escape(h.Env.Kernels()), table.Escape(h.Env.Go))
	for _, digest := range digests(h) {
		p.line("Weights %s.", digest)
	}
	p.line("Verdicts hold for these weights, not for a family of models. Statistic and rule of each claim were laid down before the run, in")
	p.line("`harness/claims/rules`. The run's `report.html` also shows how the effects depend on further settings,")
	p.line("and what would change a verdict.")
	if h.Metadata[claims.QuickKey] != "" {
		p.line("\n**%s**", claims.QuickWarning)
	}
	p.line("")
}

// digests names the weights of the run's trained cells.
func digests(h *result.Header) []string {
	var list []string
	for _, c := range h.Cells {
		name := fmt.Sprintf("`%s` of the digest `%s`", table.Escape(c.Weights), table.Escape(strings.TrimPrefix(c.Model(), "sha256:")))
		if c.Checkpoint != "" {
			name = table.Escape(c.Checkpoint) + ", " + name
		}
		if !c.CostOnly && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func (p *page) overview(list []claims.Verdict) {
	t := table.New(7, "", "claim", "verdict", "primary effect", "n", "p", "p (Holm)")
	for i := range list {
		v := &list[i]
		t.Add(v.Claim, fmt.Sprintf("[%s](#%s)", table.Escape(v.Text), anchor(v)), "**"+string(v.Result)+"**", Effect(&v.Primary), v.Primary.N,
			Probability(v.Primary.P), Probability(v.PHolm))
	}
	p.line("%s", t.Markdown())
}

// anchor is how Markdown renderers name the heading of a verdict.
func anchor(v *claims.Verdict) string { return fmt.Sprintf("claim-%d-%s", v.Claim, v.Name) }

func (p *page) verdict(v *claims.Verdict, figure string) {
	p.line("## Claim %d %s\n", v.Claim, v.Name)
	p.line("> %s\n", table.Escape(v.Text))
	p.line("**%s.** %s\n", capital(string(v.Result)), table.Escape(v.Paragraph))
	if figure != "" {
		p.line("![%s](%s)\n", table.Escape(v.Figure.Title), figure)
	}
	p.findings(v)
	if v.Needs != "" {
		p.line("Needs %s.\n", table.Escape(v.Needs))
	}
	p.bullets("Left out", v.Excluded)
	p.bullets("Limits", v.Warnings)
}

// findings is the table of the primary effect, of those under named conditions, and of
// those on weights that share nothing.
func (p *page) findings(v *claims.Verdict) {
	primary := v.Primary
	primary.Name = "primary statistic"
	t := table.New(7, "comparison", "matched by", "effect", "n", "p", "rule met", "note")
	for i, f := range slices.Concat([]claims.Finding{primary}, v.Conditions, v.Sensitivity) {
		if i <= len(v.Conditions) || strings.HasPrefix(f.Name, claims.OwnWeights) {
			t.Add(table.Escape(f.Name), string(f.Matched), Effect(&f), f.N, Probability(f.P), Holds(&f), table.Escape(f.Note))
		}
	}
	p.line("%s", t.Markdown())
}

func (p *page) bullets(title string, list []string) {
	if len(list) == 0 {
		return
	}
	p.line("%s:\n", title)
	for _, s := range list {
		p.line("- %s", table.Escape(s))
	}
	p.line("")
}

func (p *page) terms() {
	p.line("## How to read this\n")
	p.line("Effects have 95%% intervals. p belongs to the one primary test of a claim; p (Holm) is corrected for the number of claims.")
	p.line("*conditional*: the answer differs between named conditions. *inconclusive*: the data do not decide. A task on which no")
	p.line("decoder is ten points above chance is left out.")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
