package verdicts

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
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
	p.line("Run %s of scenario %s, started %s on %s (%d cores, kernels %s, %s).", escape(h.RunID), escape(h.Scenario), escape(h.Started),
		escape(h.Env.CPU), h.Env.Cores, escape(h.Env.Kernels()), escape(h.Env.Go))
	for _, digest := range digests(h) {
		p.line("Weights %s.", digest)
	}
	p.line("Verdicts speak of these weights, not of a family of models.")
	if h.Metadata[claims.QuickKey] != "" {
		p.line("\n**%s**", claims.QuickWarning)
	}
	p.line("")
}

// digests names the weights of the run's trained cells.
func digests(h *result.Header) []string {
	var list []string
	for _, c := range h.Cells {
		name := fmt.Sprintf("`%s` with SHA-256 `%s`", escape(c.Weights), escape(strings.TrimPrefix(c.Digest, "sha256:")))
		if !c.CostOnly && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func (p *page) overview(list []claims.Verdict) {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"", "claim", "verdict", "primary effect", "n", "p", "p (Holm)"})
	for i := range list {
		v := &list[i]
		t.AppendRow(table.Row{v.Claim, fmt.Sprintf("[%s](#%s)", escape(v.Text), anchor(v)), "**" + string(v.Result) + "**", Effect(&v.Primary), v.Primary.N,
			Probability(v.Primary.P), Probability(v.PHolm)})
	}
	p.line("%s\n", t.RenderMarkdown())
}

// anchor is how Markdown renderers name the heading of a verdict.
func anchor(v *claims.Verdict) string { return fmt.Sprintf("claim-%d-%s", v.Claim, v.Name) }

func (p *page) verdict(v *claims.Verdict, figure string) {
	p.line("## Claim %d %s\n", v.Claim, v.Name)
	p.line("> %s\n", escape(v.Text))
	p.line("**%s.** %s\n", capital(string(v.Result)), escape(v.Paragraph))
	if figure != "" {
		p.line("![%s](%s)\n", escape(v.Figure.Title), figure)
	}
	p.line("*Statistic, laid down beforehand:* %s\n", escape(v.Statistic))
	p.line("*Rule, laid down beforehand:* %s\n", escape(v.Rule))
	p.line("*What would change this:* %s\n", escape(v.WouldChange))
	primary := v.Primary
	if primary.Name == v.Statistic {
		primary.Name = "the statistic above"
	}
	p.findings("Primary", []claims.Finding{primary})
	p.findings("Conditions", v.Conditions)
	p.findings("Sensitivity", v.Sensitivity)
	p.bullets("Left out", v.Excluded)
	p.bullets("Limits", v.Warnings)
}

func (p *page) findings(title string, list []claims.Finding) {
	if len(list) == 0 {
		return
	}
	t := table.NewWriter()
	t.AppendHeader(table.Row{strings.ToLower(title), "matched", "effect", "n", "p", "rule met", ""})
	for i := range list {
		f := &list[i]
		t.AppendRow(table.Row{escape(f.Name), string(f.Matched), Effect(f), f.N, Probability(f.P), Holds(f), escape(f.Note)})
	}
	p.line("%s\n", t.RenderMarkdown())
}

func (p *page) bullets(title string, list []string) {
	if len(list) == 0 {
		return
	}
	p.line("%s:\n", title)
	for _, s := range list {
		p.line("- %s", escape(s))
	}
	p.line("")
}

func (p *page) terms() {
	p.line("## How to read this\n")
	p.line("An effect stands with its 95%% interval. p belongs to the one primary test of a claim, laid down beforehand; p (Holm) is")
	p.line("corrected for the number of claims. *supported* and *refuted* are what the rule says, *conditional* means that the answer")
	p.line("differs between named conditions, *inconclusive* that the data do not decide. A task on which no decoder is ten points")
	p.line("above chance says nothing and is left out.")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// escape makes text safe inside Markdown; tables escape their bars themselves.
func escape(s string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", "\\*", "_", "\\_", "`", "'").Replace(view.Clean(s))
}
