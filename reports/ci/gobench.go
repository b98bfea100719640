package ci

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"dllmbench/engines/usage"
	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
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

// RunGoBench writes a run as Go benchmark text, one line for each independent unit, of
// which benchstat takes each for one sample: an instance, or a pair block where a cell
// has batches or too few instances to judge times by (see [view.ByBlock]). A line holds
// means over the finished requests of its unit, whose number stands where that of
// iterations does: counters and, where they may be used, times.
func RunGoBench(w io.Writer, f *result.File) error {
	var b strings.Builder
	config(&b, f.Header.Env, f.Header.Scenario)
	b.WriteString("Unit nfe assume=exact better=lower\nUnit FLOP/op assume=exact better=lower\nUnit useful-tokens assume=exact\n\n")
	names, keys := map[string]string{}, place.Keys(f.Header)
	for _, c := range f.Header.Cells {
		names[c.ID] = benchName(keys[c.ID], "")
	}
	columns := []column{ // times that may not be used are withheld; counters hold
		{"ns/op", result.Number(func(r *result.Request) *int64 { return r.E2ENs }, 1)},
		{"ns/ttft", result.Number(func(r *result.Request) *int64 { return r.TTFTNs }, 1)},
		{"nfe", result.Counted(usage.NFE)}, {"FLOP/op", result.Counted(usage.FLOPs)}, {"useful-tokens", result.Counted(usage.UsefulTokens)},
	}
	byCell := f.ByCell()
	for _, c := range f.Header.Cells {
		requests := lists.Keep(byCell[c.ID], func(r result.Request) bool { return place.Usable(&r) })
		instances := lists.Split(requests, func(r result.Request) string { return r.Instance })
		byBlock := view.ByBlock(c.Batch, len(instances))
		for _, unit := range lists.Split(requests, func(r result.Request) string {
			if byBlock {
				return strconv.Itoa(r.PairBlock)
			}
			return r.Instance
		}) {
			fmt.Fprintf(&b, "%s %d", names[c.ID], len(unit.Of))
			for _, x := range columns {
				x.write(&b, unit.Of)
			}
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// column is a value of a line.
type column struct {
	unit string
	of   result.Field
}

// write adds the mean of a value over the requests of a unit that have it; a line has
// no way to say that one is unknown.
func (c column) write(b *strings.Builder, requests []result.Request) {
	sum, n := 0.0, 0.0
	for i := range requests {
		if x, ok := c.of(&requests[i]); ok {
			sum += x
			n++
		}
	}
	if n > 0 && !math.IsNaN(sum) {
		b.WriteString(" " + value(sum/n, c.unit))
	}
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
