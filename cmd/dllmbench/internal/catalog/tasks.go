package catalog

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"dllmbench/reports/table"
	"dllmbench/workloads/card"
)

// Task is a task card.
type Task struct {
	Name      string           `json:"name"`
	Version   int              `json:"version"`
	Title     string           `json:"title"`
	Source    card.Source      `json:"source"`
	Known     []card.Release   `json:"known,omitempty"` // files as they were published
	Styles    []Style          `json:"styles"`
	Published []card.Published `json:"published,omitempty"`
}

// Style is one way of asking.
type Style struct {
	Name     string   `json:"name"`
	Doc      string   `json:"doc"`
	Chat     bool     `json:"chat"`
	Question string   `json:"question"`
	Begin    string   `json:"begin,omitempty"`
	Shots    int      `json:"shots"`
	FewShot  string   `json:"fewshot,omitempty"` // where worked examples come from
	Stop     []string `json:"stop,omitempty"`
	Length   int      `json:"length,omitempty"` // tokens
	Judge    []string `json:"judge"`            // rules, the first of which decides, or a checker
}

// Tasks lists cards by their names or paths, the embedded ones where none is given.
func Tasks(names ...string) ([]Task, error) {
	var list []Task
	if names == nil {
		names = card.Names()
	}
	for _, name := range names {
		c, err := card.Load(name)
		if err != nil {
			return nil, err
		}
		t := Task{Name: c.Name, Version: c.Version, Title: c.Title, Source: c.Source, Known: c.Data.Known, Published: c.Published}
		for _, s := range c.Styles {
			judge := c.JudgeOf(s)
			rules := judge.Rules
			if judge.Check != "" {
				rules = []string{judge.Check}
			}
			if s.Rated != nil {
				rules = []string{"the likelihood of its choices: " + s.Primary}
			}
			t.Styles = append(t.Styles, Style{Name: s.Name, Doc: s.Doc, Chat: s.Chat, Question: s.Lead.Source() + s.Question.Source(), Begin: s.Begin.Source(), Shots: s.Shots, FewShot: s.FewShot.Doc,
				Stop: s.Stop, Length: s.Length, Judge: rules})
		}
		list = append(list, t)
	}
	return list, nil
}

// WriteTasks prints every card with its styles, or with all that is known of each.
func WriteTasks(w io.Writer, all []Task, details bool, width int) {
	for i, t := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s  %s\n", t.Name, t.Title)
		for _, s := range t.Styles {
			text := s.Name + ": " + s.Doc
			if details {
				text = s.describe()
			}
			io.WriteString(w, table.Wrap(text, "    ", width))
		}
		if !details {
			continue
		}
		io.WriteString(w, table.Wrap("Source: "+strings.Join(append([]string{t.Source.Data, t.Source.Paper}, t.Source.Prompts...), "; "), "  ", width))
		for _, k := range t.Known {
			io.WriteString(w, table.Wrap(fmt.Sprintf("Known: %s, %d items, SHA-256 %s", k.Name, k.Items, k.SHA256), "  ", width))
		}
		for _, p := range t.Published {
			style := p.Style
			if p.Length > 0 {
				style += fmt.Sprintf(", %d tokens", p.Length)
			}
			io.WriteString(w, table.Wrap(fmt.Sprintf("Published: %g%% of %s by %s in the style %s; %s", p.Value, items(p.N), p.Model, style, p.Source), "  ", width))
		}
	}
	if !details {
		fmt.Fprintln(w, "\nA name shows prompts, sources and published values: dllmbench list tasks gsm8k")
	}
}

func items(n *int) string {
	if n == nil {
		return "an unknown number of items"
	}
	return strconv.Itoa(*n) + " items"
}

// describe says everything of a style.
func (s Style) describe() string {
	text := fmt.Sprintf("%s: %s; asks %q", s.Name, s.Doc, s.Question)
	if s.Begin != "" {
		text += fmt.Sprintf(", begins the answer with %q", s.Begin)
	}
	if s.Shots > 0 {
		text += fmt.Sprintf("; %d worked examples from %s", s.Shots, s.FewShot)
	}
	if s.Chat {
		text += "; in a chat"
	}
	if len(s.Stop) > 0 {
		text += fmt.Sprintf("; stops at %q", s.Stop)
	}
	if s.Length > 0 {
		text += fmt.Sprintf("; %d tokens", s.Length)
	}
	return text + "; judged by " + strings.Join(s.Judge, ", ")
}
