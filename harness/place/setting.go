package place

import "slices"

// settings are the facts about a cell, beside the options of its decoder, that a published
// value may name; other names of theirs stand behind them.
var settings = [][]string{
	{"engine"}, {"model"}, {"preset"}, {"batch"}, {"cache"}, {"split"}, {"samples"}, {"chat"}, {"force_length"}, {"stop"},
	{"style"}, {"shots"}, {"rule"}, {"data"}, {"temperature"},
	{"budget", "length", "gen_length", "generation_length", "max_tokens", "tokens"},
	{"precision", "dtype"}, {"block_length", "block", "block_size"},
}

// Settings lists the names of settings that records tell, beside options of decoders.
func Settings() []string { return slices.Concat(settings...) }

// SameSetting is the name that records have for a setting; false where they have its own.
func SameSetting(name string) (string, bool) {
	for _, names := range settings {
		if slices.Contains(names[1:], name) {
			return names[0], true
		}
	}
	return "", false
}
