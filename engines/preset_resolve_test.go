package engines

import (
	"reflect"
	"strings"
	"testing"
)

var testPreset = Preset{Engine: "diffusion", Name: "llada", Params: []Param{
	{Name: "steps", Kind: KindInt, Default: 0, Min: 0, Max: 4096},
	{Name: "temperature", Kind: KindFloat, Default: 0.0, Min: 0, Max: 10},
	{Name: "remasking", Kind: KindChoice, Default: "low_confidence", Allowed: []string{"low_confidence", "random"}},
	{Name: "stop_at_end", Kind: KindBool, Default: false},
}}

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		name  string
		given Options
		want  Options
	}{
		{"defaults", nil, Options{"steps": 0, "temperature": 0.0, "remasking": "low_confidence", "stop_at_end": false}},
		{"all given", Options{"steps": 8, "temperature": 0.5, "remasking": "random", "stop_at_end": true},
			Options{"steps": 8, "temperature": 0.5, "remasking": "random", "stop_at_end": true}},
		{"whole float for an int, int for a float", Options{"steps": 16.0, "temperature": 1},
			Options{"steps": 16, "temperature": 1.0, "remasking": "low_confidence", "stop_at_end": false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Resolve(testPreset, c.given)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, c := range []struct {
		given Options
		want  []string // parts of the message
	}{
		{Options{"step": 8}, []string{`"step" is not a known option of preset llada`, "did you mean steps?", "temperature, remasking"}},
		{Options{"steps": 8.5}, []string{"steps is 8.5, allowed is a whole number from 0 to 4096"}},
		{Options{"steps": -1}, []string{"steps is -1, allowed is from 0 to 4096"}},
		{Options{"steps": 1e300}, []string{"steps is 1e+300"}},
		{Options{"steps": "many"}, []string{"steps is many"}},
		{Options{"temperature": 11}, []string{"temperature is 11, allowed is from 0 to 10"}},
		{Options{"remasking": "randon"}, []string{`remasking is "randon", allowed are low_confidence, random; did you mean random?`}},
		{Options{"remasking": 3}, []string{`remasking is "3"`}},
		{Options{"stop_at_end": "yes"}, []string{"stop_at_end is yes, allowed are true and false"}},
		{Options{"steps": -1, "temperature": 11, "x": 0}, []string{"steps", "temperature", `"x"`}},
	} {
		got, err := Resolve(testPreset, c.given)
		if err == nil {
			t.Errorf("%v was accepted as %v", c.given, got)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%v: message %q does not say %q", c.given, err, part)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"greedy", "greedy"}, {"gredy", "greedy"}, {"sampel", "sample"}, {"GREEDY", "greedy"}, {"zzz", ""}, {"", ""},
	} {
		if got := Nearest(c.name, []string{"greedy", "sample"}); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
