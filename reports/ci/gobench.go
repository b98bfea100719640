package ci

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"dllmbench/engines/usage"
	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// GoBench writes a comparison as Go benchmark text, one line for each pair and
// side, in milliseconds as measured. The sides are told apart by the key "side":
//
//	benchstat -col side check.txt
func GoBench(w io.Writer, r *gate.Report) error {
	var b strings.Builder
	config(&b, r.Env, r.Scenario)
	for _, s := range []struct {
		side string
		runs func(gate.Finding) []float64
	}{{"old", func(f gate.Finding) []float64 { return f.OldRuns }}, {"new", func(f gate.Finding) []float64 { return f.NewRuns }}} {
		fmt.Fprintf(&b, "side: %s\n", s.side)
		for _, f := range timed(r) {
			if f.Timing == nil {
				continue
			}
			name := benchName(f.Cell, f.Side)
			for _, ms := range s.runs(f) {
				fmt.Fprintf(&b, "%s 1 %s\n", name, value(ms*1e6, "ns/"+unitName(f.Metric)))
			}
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// RunGoBench writes a run as Go benchmark text, one line for each finished request:
// its exact counters and, where it may be used, its time in ns/op.
func RunGoBench(w io.Writer, f *result.File) error {
	var b strings.Builder
	config(&b, f.Header.Env, f.Header.Scenario)
	counted := []struct {
		counter usage.Counter
		unit    string
	}{{usage.NFE, "nfe"}, {usage.FLOPs, "FLOP/op"}, {usage.UsefulTokens, "useful-tokens"}}
	b.WriteString("Unit nfe assume=exact better=lower\nUnit FLOP/op assume=exact better=lower\nUnit useful-tokens assume=exact\n\n")
	names, keys := map[string]string{}, place.Keys(f.Header)
	for _, c := range f.Header.Cells {
		names[c.ID] = benchName(keys[c.ID], "")
	}
	for _, r := range f.Requests {
		name, planned := names[r.Cell]
		if !planned || !place.Usable(&r) {
			continue
		}
		fmt.Fprintf(&b, "%s 1", name)
		if r.E2ENs != nil { // times that may not be used are withheld; counters hold
			b.WriteString(" " + value(float64(*r.E2ENs), "ns/op"))
		}
		if r.TTFTNs != nil {
			b.WriteString(" " + value(float64(*r.TTFTNs), "ns/ttft"))
		}
		for _, x := range counted {
			if n := r.Usage[x.counter]; n.Known() { // a line has no way to say that a value is unknown
				fmt.Fprintf(&b, " %s %s", n, x.unit)
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// config writes the keys of the environment that benchstat shows.
func config(b *strings.Builder, env result.Env, scenario string) {
	for _, c := range []struct{ key, value string }{
		{"goos", env.OS}, {"goarch", env.Arch}, {"cpu", env.CPU}, {"kernel", env.Kernel}, {"scenario", scenario}, {"commit", env.GitSHA},
	} {
		if c.value != "" {
			fmt.Fprintf(b, "%s: %s\n", c.key, view.Clean(c.value))
		}
	}
}

// unitName is the metric in a unit: the time of a request is that of an
// operation.
func unitName(metric string) string {
	if metric == "e2e" {
		return "op"
	}
	return metric
}

func value(x float64, unit string) string {
	return strconv.FormatFloat(x, 'f', -1, 64) + " " + unit
}

// benchName makes a benchmark's name of a cell: no spaces, and parts below
// slashes, so that they can be filtered by.
func benchName(cell, side string) string {
	name := "BenchmarkDecode"
	for part := range strings.SplitSeq(cell, ", ") {
		name += "/" + strings.Map(nameRune, strings.ReplaceAll(part, "=", "-"))
	}
	if side != "" {
		name += "/" + strings.Map(nameRune, side)
	}
	return name
}

func nameRune(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.' {
		return r
	}
	return '_'
}
