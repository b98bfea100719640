package place

import (
	"cmp"
	"fmt"
	"strings"

	"dllmbench/harness/result"
)

// trait is what two machines must share for times to be compared; "" is unknown or none.
type trait struct {
	what string // in the plural
	of   func(result.Env) string
}

func traits() []trait {
	return []trait{
		{"processors", func(e result.Env) string { return cmp.Or(e.CPU, "unknown processor") }},
		{"numbers of cores", func(e result.Env) string { return fmt.Sprintf("%d cores", e.Cores) }},
		{"values of GOMAXPROCS", func(e result.Env) string { return fmt.Sprintf("GOMAXPROCS %d", e.GOMAXPROCS) }},
		{"systems", func(e result.Env) string { return e.OS + "/" + e.Arch }},
		{"limits of the container", func(e result.Env) string { return e.Container }},
		{hosts, func(e result.Env) string { return strings.TrimSuffix(fmt.Sprintf("host %.8s", e.Host), "host ") }},
	}
}

const hosts = "hosts"

// Machine names a machine by its traits.
func Machine(e result.Env) string {
	var parts []string
	for _, t := range traits() {
		if s := t.of(e); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// Machines lists the traits in which two machines differ, so that their times are
// not compared. A host that an older file does not name may be the same.
func Machines(a, b result.Env) []Difference {
	var list []Difference
	for _, t := range traits() {
		x, y := t.of(a), t.of(b)
		if x != y && (t.what != hosts || x != "" && y != "") {
			list = append(list, Difference{What: t.what, A: x, B: y, Clock: true})
		}
	}
	return list
}
