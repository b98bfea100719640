package view

import (
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Checkpoints are those that the scenario names, safe to show.
func (v *View) Checkpoints() []result.Checkpoint {
	list := slices.Clone(v.Header.Checkpoints)
	for i := range list {
		c := &list[i]
		for _, text := range []*string{&c.Name, &c.Weights, &c.Parent, &c.Peer, &c.Note, &c.Shape, &c.Trained} {
			*text = Clean(*text)
		}
	}
	return list
}

// Kinship is [place.Kinship] of the run, safe to show.
func (v *View) Kinship() []string {
	list := place.Kinship(v.Header)
	for i := range list {
		list[i] = Clean(list[i])
	}
	return list
}

// CheckpointNote is [place.KinshipNote] of the run, safe to show, with a space in front.
func (v *View) CheckpointNote() string {
	if note := place.KinshipNote(v.Header); note != "" {
		return " " + Clean(note)
	}
	return ""
}
