package html

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// The marks of validity, by weight.
var (
	markValid   = mark{Class: "good", Shape: "✓", Text: "valid"}
	markInvalid = mark{Class: "bad", Shape: "✖", Text: "invalid"}
	markUntimed = mark{Class: "mixed", Shape: "◐", Text: "no times"}
	markRemark  = mark{Class: "note", Shape: "▲", Text: "remark"}
	markOpen    = mark{Class: "open", Shape: "?", Text: "not judged"}
	markNotRun  = mark{Class: "open", Shape: "○", Text: "not run"}
)

// untimedPrefix begins the reasons that forbid the use of times.
const untimedPrefix = "times are not used: "

// marksOf are the marks of a row that is not simply valid: invalid is used for
// nothing, without times its quality and counters hold, a remark limits what the
// numbers say.
func marksOf(r *view.Row) []mark {
	switch r.State {
	case view.Invalid:
		return []mark{because(markInvalid, r.Reasons)}
	case view.NotRun:
		return []mark{markNotRun}
	case view.Unjudged:
		return []mark{markOpen}
	}
	untimed := func(why string) bool { return strings.HasPrefix(why, untimedPrefix) }
	var out []mark
	if r.Untimed {
		out = append(out, because(markUntimed, lists.Keep(r.Reasons, untimed)))
	}
	if remarks := slices.DeleteFunc(slices.Clone(r.Reasons), untimed); len(remarks) > 0 {
		out = append(out, because(markRemark, remarks))
	}
	return out
}

func because(m mark, reasons []string) mark {
	const most = 160 // characters; the section on validity has all
	text := []rune(view.Clean(strings.Join(reasons, "; ")))
	if len(text) > most {
		text = append(text[:most], '…')
	}
	m.Title = string(text)
	return m
}

// validity is what a run says about its own validity.
type validity struct {
	Side  string // whose it is, where there are several
	Text  string
	Cells []judged
	Cut   string
}

// judged is a cell that is not simply valid.
type judged struct {
	Name    string
	Marks   []mark
	Reasons []string
}

// validityOf lists the cells that are not simply valid, invalid ones first.
func validityOf(v *view.View) validity {
	n := v.Counts()
	text := fmt.Sprintf("%d of %d cells are valid", n[view.Valid], len(v.Rows))
	for _, s := range []view.State{view.Invalid, view.Unjudged, view.NotRun} {
		if n[s] > 0 {
			text += fmt.Sprintf(", %d %s", n[s], s)
		}
	}
	switch {
	case v.Valid == nil:
		text += ". The run as a whole was not judged."
	case *v.Valid:
		text += ". The run as a whole is valid."
	default:
		text += ". The run as a whole is invalid."
	}
	for _, r := range slices.Concat(v.Reasons, v.Header.LeftOut) {
		r = view.Clean(r)
		first, size := utf8.DecodeRuneInString(r)
		text += " " + string(unicode.ToUpper(first)) + strings.TrimSuffix(r[size:], ".") + "."
	}
	out := validity{Text: text}
	for _, state := range []view.State{view.Invalid, view.NotRun, view.Unjudged, view.Valid} {
		for _, p := range v.Points {
			for _, r := range p.Rows {
				if r.State == state && (state != view.Valid || len(r.Reasons) > 0) {
					out.Cells = append(out.Cells, judged{view.Clean(p.Task() + ": " + r.Name), marksOf(r), safe(r.Reasons)})
				}
			}
		}
	}
	if extra := len(out.Cells) - maxVerdicts; extra > 0 {
		out.Cells, out.Cut = out.Cells[:maxVerdicts], fmt.Sprintf("… and %d more in results.jsonl.", extra)
	}
	return out
}

// markCount is how many rows have a mark.
type markCount struct {
	Mark  mark
	Count string
	Doc   string
}

// markCounts lists the marks that rows have; a row may have two.
func markCounts(v *view.View) []markCount {
	n := map[string]int{}
	for _, r := range v.Rows {
		if r.State == view.Valid && !r.Untimed {
			n[markValid.Text]++
		}
		for _, m := range marksOf(r) {
			n[m.Text]++
		}
	}
	var out []markCount
	for _, c := range []struct {
		mark mark
		doc  string
	}{
		{markValid, "every number may be used, times included"}, {markInvalid, "used for nothing"},
		{markUntimed, "quality and counters hold, nothing is derived from its clocks"},
		{markRemark, "valid, with something that limits what the numbers say"},
		{markOpen, "the run was interrupted before they were judged"}, {markNotRun, "planned, without a usable request"},
	} {
		if n[c.mark.Text] > 0 {
			out = append(out, markCount{c.mark, fmt.Sprintf("%d of %d cells", n[c.mark.Text], len(v.Rows)), c.doc})
		}
	}
	return out
}
