package setup

import (
	"fmt"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
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
	if style.System != "" {
		f.System = &style.System
	}
	f.Task = &result.Task{Card: t.Card.Card.Name, Version: t.Card.Card.Version, Style: style.Name, Shots: t.Card.Shots, Prompt: s.Prompt,
		Data: digest(t.Data), Release: t.DataRelease, FewShot: digest(t.FewShot), FewShotRelease: t.FewShotRelease}
	f.Notes = append(f.Notes, fmt.Sprintf("%s: %s", t.Name(), t.Card.Describe()))
	f.Notes = append(f.Notes, known(s.Path, t.DataRelease, t.Card.Card.Data.Known)...)
	f.Notes = append(f.Notes, known(s.FewShot, t.FewShotRelease, style.FewShot.Known)...)
	return f, nil
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
