package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// sameValue are other names of precisions.
var sameValue = map[string]string{"bf16": "bfloat16", "fp16": "float16", "f16": "float16", "fp32": "float32", "f32": "float32"}

// facts are what a cell tells of how it was measured, by the name of the setting.
func facts(c result.Cell) map[string]any {
	precision, _, _ := strings.Cut(c.Precision, " ")
	list := map[string]any{
		"engine": c.Engine, "model": place.WeightsName(c), "preset": c.Preset, "budget": c.Budget, "batch": c.Batch, "cache": c.Cache, "split": c.Split,
		"samples": max(1, c.Samples), "chat": c.Chat != "", "precision": strings.TrimSuffix(precision, ","), "force_length": c.ForceLength, "stop": c.Stop,
	}
	for name, value := range c.Options {
		if text(value) == "0" && (steppy(name) || name == "block_length") { // one step a token, the whole canvas
			value = c.Budget
		}
		list[name] = value
	}
	if t := c.Task; t != nil {
		list["style"], list["shots"], list[ruleSetting] = t.Style, t.Shots, t.Rule
		list["data"] = cmp.Or(t.Release, "another file")
		if t.Prompt != "" {
			list["style"] = t.Style + " with another question"
		}
	}
	if c.Preset == "greedy" {
		list["temperature"] = 0
	}
	maps.DeleteFunc(list, func(_ string, value any) bool { return value == "" })
	return list
}

// compareSettings lists the settings of a published value that differ from ours, and those
// of which ours tell nothing.
func compareSettings(ours, published map[string]any) (differ, unrecorded []Setting) {
	for _, name := range slices.Sorted(maps.Keys(published)) {
		own := name
		if other, known := place.SameSetting(name); known && ours[name] == nil {
			own = other
		}
		s := Setting{Name: Clean(name), Theirs: text(published[name])}
		value, recorded := ours[own]
		switch s.Ours = text(value); {
		case !recorded:
			s.Ours = Unknown
			unrecorded = append(unrecorded, s)
		case !strings.EqualFold(s.Ours, s.Theirs):
			differ = append(differ, s)
		}
	}
	return differ, unrecorded
}

// text is the value of a setting, safe to show.
func text(value any) string {
	switch x := value.(type) {
	case []string:
		var list []any
		for _, s := range x {
			list = append(list, s)
		}
		return text(list)
	case []any:
		var list []string
		for _, v := range x {
			list = append(list, fmt.Sprintf("%q", text(v)))
		}
		return strings.Join(list, " ")
	case string:
		if other, known := sameValue[strings.ToLower(x)]; known {
			return other
		}
		return Clean(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return Clean(fmt.Sprint(value))
}
