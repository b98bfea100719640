package bestof

import (
	"slices"

	"dllmbench/engines"
)

// Extend returns presets with the parameters of this package.
func Extend(presets []engines.Preset) []engines.Preset {
	list := slices.Clone(presets)
	for i := range list {
		list[i].Params = append(slices.Clone(list[i].Params), Params()...)
	}
	return list
}

// Own tells whether a parameter is one of this package.
func Own(param string) bool { return param == ParamTries || param == ParamPick }
