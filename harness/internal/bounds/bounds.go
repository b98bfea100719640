// Package bounds knows which values the fields of a record may have. The range
// stands beside the name of a field, in a tag:
//
//	Partial *float64 `json:"partial" range:"0..1"`  // from 0 to 1; either end may be left out
//	Finish  string   `json:"finish" range:"stop|budget"` // one of these words
//	Hash    string   `json:"hash" range:"sha256"`   // 64 digits of hex, or ""
//	Started string   `json:"started" range:"time"`  // RFC 3339, or ""
//	LogProb float64  `json:"log" range:"any"`
//
// A number without a tag is a size, a time or a count: at least 0 and at most 1e18.
// So nothing has to be written down for most fields, and none can be forgotten.
package bounds

import (
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Most is the largest size: two of them can be added in 64 bits. In nanoseconds it
// is 31 years.
const Most = 1e18

// rounding is how far sums of floating-point numbers may leave a range.
const rounding = 1e-9

// Of reads the ranges of a type of record. The check that it returns names the first
// field that is out of its range, with the value and what is allowed.
func Of[T any]() func(*T) error {
	rule := of(reflect.TypeFor[T](), "")
	return func(record *T) error {
		if rule == nil {
			return nil
		}
		if wrong := rule(reflect.ValueOf(record).Elem()); wrong != nil {
			return wrong
		}
		return nil
	}
}

// outside is a value out of its range.
type outside struct{ field, value, allowed string }

func (o *outside) Error() string {
	return fmt.Sprintf("%s is %s; allowed is %s", strings.TrimPrefix(o.field, "."), o.value, o.allowed)
}

// rule finds a value out of its range in a value; nil where there is none.
type rule func(reflect.Value) *outside

// of is the rule of a type with a tag; nil where every value is allowed.
func of(t reflect.Type, tag string) rule {
	switch kind := t.Kind(); {
	case tag == "any":
	case kind == reflect.Struct:
		return fields(t)
	case kind == reflect.String && tag != "":
		return text(tag)
	case kind == reflect.Float64 || kind == reflect.Float32 || t.PkgPath() != "time" && kind >= reflect.Int && kind <= reflect.Int64:
		return number(tag)
	case kind == reflect.Pointer:
		if inner := of(t.Elem(), tag); inner != nil {
			return func(v reflect.Value) *outside {
				if v.IsNil() {
					return nil
				}
				return inner(v.Elem())
			}
		}
	case kind == reflect.Slice || kind == reflect.Array:
		if inner := of(t.Elem(), tag); inner != nil {
			return func(v reflect.Value) *outside {
				for i := range v.Len() {
					if wrong := inner(v.Index(i)); wrong != nil {
						return below(fmt.Sprintf("[%d]", i), wrong)
					}
				}
				return nil
			}
		}
	case kind == reflect.Map && t.Key().Kind() == reflect.String:
		if inner := of(t.Elem(), tag); inner != nil {
			return func(v reflect.Value) (first *outside) {
				for it := v.MapRange(); it.Next(); {
					if wrong := inner(it.Value()); wrong != nil && (first == nil || it.Key().String() < first.field[1:]) {
						first = below("."+it.Key().String(), wrong)
					}
				}
				return first
			}
		}
	}
	return nil
}

func below(name string, wrong *outside) *outside {
	wrong.field = name + wrong.field
	return wrong
}

// fields is the rule of a struct.
func fields(t reflect.Type) rule {
	type field struct {
		index int
		name  string
		rule
	}
	var list []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if inner := of(f.Type, f.Tag.Get("range")); f.IsExported() && name != "-" && inner != nil {
			list = append(list, field{i, "." + name, inner})
		}
	}
	if len(list) == 0 {
		return nil
	}
	return func(v reflect.Value) *outside {
		for i := range list {
			if wrong := list[i].rule(v.Field(list[i].index)); wrong != nil {
				return below(list[i].name, wrong)
			}
		}
		return nil
	}
}

// number is the rule of a number: "LOW..HIGH", or "" for a size.
func number(tag string) rule {
	low, high := 0.0, Most
	allowed := "0 or more"
	if from, to, ok := strings.Cut(tag, ".."); ok {
		low, high = end(from, math.Inf(-1)), end(to, Most)
		switch {
		case from == "":
			allowed = to + " or less"
		case to == "":
			allowed = from + " or more"
		default:
			allowed = from + " to " + to
		}
	} else if tag != "" {
		panic("bounds: a range of a number is LOW..HIGH")
	}
	return func(v reflect.Value) *outside {
		x, whole := 0.0, v.CanInt()
		if whole {
			x = float64(v.Int())
		} else {
			x = v.Float()
		}
		if !(x < low-rounding || x > high+rounding) { // NaN is a number that is unknown
			return nil
		}
		if x > high && high == Most {
			return &outside{value: fmt.Sprint(v), allowed: "at most 1e18"}
		}
		return &outside{value: fmt.Sprint(v), allowed: allowed}
	}
}

func end(text string, without float64) float64 {
	if text == "" {
		return without
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("bounds: an end of a range is no number")
	}
	return x
}

// text is the rule of a text: "sha256", "time", or words with | between them.
func text(tag string) rule {
	fits, allowed := func(s string) bool { return true }, ""
	switch words := strings.Split(tag, "|"); {
	case tag == "sha256":
		allowed = "64 hexadecimal digits"
		fits = func(s string) bool {
			_, err := hex.DecodeString(s)
			return s == "" || len(s) == 64 && err == nil
		}
	case tag == "time":
		allowed = "a time as RFC 3339 writes it"
		fits = func(s string) bool {
			_, err := time.Parse(time.RFC3339, s)
			return s == "" || err == nil
		}
	default:
		fits = func(s string) bool { return slices.Contains(words, s) }
		allowed = strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
		if words[0] == "" {
			allowed = strings.TrimPrefix(allowed, ", ") + ", or nothing"
		}
	}
	return func(v reflect.Value) *outside {
		if fits(v.String()) {
			return nil
		}
		return &outside{value: fmt.Sprintf("%.80q", v.String()), allowed: allowed}
	}
}
