package setup

import (
	"cmp"
	"fmt"
	"maps"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/verdict"
	"dllmbench/workloads/card"
	"dllmbench/workloads/taskfile"
)

// taskFile reads a task file that a scenario names.
func taskFile(s scenario.TaskSource) (scenario.TaskFile, error) {
	t, err := taskfile.Open(taskfile.Source(s))
	if err != nil {
		return scenario.TaskFile{}, err
	}
	f := scenario.TaskFile{Workload: t.Workload, SHA256: t.SHA256, Asks: t.Asks, Turns: t.Turns()}
	if t.Card == nil {
		return f, nil
	}
	style := t.Card.Style
	f.Length, f.Stop, f.Begins = style.Length, style.Stop, style.Begin.Source() != ""
	f.Primary = style.Primary
	if style.System != "" {
		f.System = &style.System
	}
	f.Task = &result.Task{Card: t.Card.Card.Name, Version: t.Card.Card.Version, Style: style.Name, Shots: t.Card.Shots, Prompt: s.Prompt,
		Data: digest(t.Data), Release: t.DataRelease, FewShot: digest(t.FewShot), FewShotRelease: t.FewShotRelease}
	if rules := style.Judge.Rules; len(rules) > 0 {
		f.Task.Rule = rules[0]
	}
	f.Published = published(t.Card.Card)
	f.Notes = append(f.Notes, fmt.Sprintf("%s: %s", t.Name(), t.Card.Describe()))
	f.Notes = append(f.Notes, known(s.Path, t.DataRelease, t.Card.Card.Data.Known)...)
	f.Notes = append(f.Notes, known(s.FewShot, t.FewShotRelease, style.FewShot.Known)...)
	return f, nil
}

// published are the values that a card knows, with the settings they were measured with.
func published(c *card.Card) (list []result.Published) {
	for _, p := range c.Published {
		setting := map[string]any{"style": p.Style}
		maps.Copy(setting, p.Options)
		put := func(name string, value any, known bool) {
			if known {
				setting[name] = value
			}
		}
		style, err := c.Style(p.Style)
		if p.Shots != nil {
			style.Shots = *p.Shots
		}
		put("shots", style.Shots, err == nil || p.Shots != nil)
		put("budget", cmp.Or(p.Length, style.Length), p.Length > 0 || style.Length > 0)
		put("chat", style.Chat, err == nil)
		put("rule", p.Rule, p.Rule != "")
		put("engine", p.Engine, p.Engine != "")
		if known := c.Data.Known; len(known) > 0 {
			setting["data"] = known[0].Name
		}
		put("preset", p.Preset, p.Preset != "")
		v := result.Published{Model: p.Model, Metric: "exact_match", Value: p.Value, Margin: 100 * verdict.Margin, Source: p.Source, Setting: setting}
		if p.N != nil {
			v.N = *p.N
		}
		list = append(list, v)
	}
	return list
}

// digest is one with the name of its kind, "" for none.
func digest(hex string) string {
	if hex == "" {
		return ""
	}
	return "sha256:" + hex
}

// known says which release a file is, where the card knows any.
func known(path, release string, list []card.Release) []string {
	switch {
	case path == "" || len(list) == 0:
		return nil
	case release == "":
		return []string{fmt.Sprintf("%s is not a file that the card knows by its digest; known is %s", path, list[0].Name)}
	}
	return []string{fmt.Sprintf("%s is %s", path, release)}
}
