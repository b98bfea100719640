package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dllmbench/harness/exit"

	"github.com/alecthomas/kong"
)

// Two rules hold for the flags and arguments of all commands. What is given is not
// empty, unless the tag empty:"ok" says that it may be: an empty value is a variable
// of a script that was not set. And a number lies in the range of its tag, such as
// range:"0 to 1024" or range:"above 0 to 0.5".

// checkFlags refuses values that break the rules.
func checkFlags(parsed *kong.Context) error {
	for _, p := range parsed.Path {
		value, name := p.Positional, ""
		switch {
		case p.Flag != nil:
			value, name = p.Flag.Value, "--"+p.Flag.Name
		case p.Positional != nil:
			name = "<" + value.Name + ">"
		default:
			continue
		}
		if err := checkValue(name, value.Target, value.Tag); err != nil {
			return exit.With(exit.Usage, err)
		}
	}
	return nil
}

// checkValue checks one value, or each of several.
func checkValue(name string, v reflect.Value, tag *kong.Tag) error {
	switch {
	case v.Kind() == reflect.Pointer:
		return checkValue(name, v.Elem(), tag)
	case v.Kind() == reflect.Slice && v.Len() > 0:
		for i := range v.Len() {
			if err := checkValue(name, v.Index(i), tag); err != nil {
				return err
			}
		}
	case slices.Contains([]reflect.Kind{reflect.String, reflect.Slice, reflect.Map}, v.Kind()) && v.Len() == 0 && tag.Get("empty") != "ok":
		return fmt.Errorf("%s is empty: give it a value or leave it out", name)
	case v.CanInt() || v.CanFloat():
		if within := tag.Get("range"); !inRange(v, within) {
			return fmt.Errorf("%s is %s, allowed is %s", name, written(v), within)
		}
	}
	return nil
}

// inRange reports whether a number lies in a range such as "1 to 5" or "above 0 to 5".
func inRange(v reflect.Value, within string) bool {
	within, above := strings.CutPrefix(within, "above ")
	low, high, _ := strings.Cut(within, " to ")
	x, least, most := amount(written(v)), amount(low), amount(high)
	return x >= least && x <= most && !(above && x == least) // not of NaN
}

// written is a number as one writes it on a command line.
func written(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case percent:
		return strconv.FormatFloat(100*float64(x), 'g', -1, 64) + "%"
	default:
		return fmt.Sprint(x)
	}
}

// amount is a number, a percentage or a time as a number.
func amount(text string) float64 {
	if d, err := time.ParseDuration(text); err == nil {
		return float64(d)
	}
	number, share := strings.CutSuffix(text, "%")
	x, err := strconv.ParseFloat(number, 64)
	if err != nil {
		panic("no number in a range: " + text)
	}
	if share {
		x /= 100
	}
	return x
}
