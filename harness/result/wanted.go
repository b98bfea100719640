package result

import (
	"path/filepath"
	"slices"
	"strings"
)

// The quantities at which a [Match] makes engines equal.
const (
	MatchTokens  = "tokens"  // the same token budget, each engine with its own settings
	MatchNFE     = "nfe"     // as many forward passes
	MatchFLOPs   = "flops"   // as much arithmetic
	MatchTime    = "time"    // as much wall time
	MatchQuality = "quality" // as large a share of exact answers
)

// Matchings lists them.
func Matchings() []string {
	return []string{MatchTokens, MatchNFE, MatchFLOPs, MatchTime, MatchQuality}
}

// Match says at which equal cost or quality engines are compared, and how near is equal.
type Match struct {
	By     []string `json:"by" range:"tokens|nfe|flops|time|quality"` // of Matchings, in that order
	Factor float64  `json:"factor" range:"1.."`                       // most ratio of the two costs, ≥ 1
	Points float64  `json:"points"`                                   // most difference of the two shares of exact answers, in percentage points
}

// Floor is the least quality of a decoder that may be called the fastest.
type Floor struct {
	Metric string  `json:"metric"`             // a share of [Metrics] that should be high
	Share  float64 `json:"share" range:"0..1"` // 0 to 1
}

// Published is a value that somebody else reports of a task. It is compared with the cells
// of that task, in quality and counters: never in time.
type Published struct {
	Task   string  `json:"task"`                    // workload, or workload and rung
	Engine string  `json:"engine,omitempty"`        // label of the decoder that is compared; "" for every one that Setting allows
	Model  string  `json:"model,omitempty"`         // name of the weights, without owner; "" for any
	Metric string  `json:"metric"`                  // of Metrics
	Value  float64 `json:"value" range:"any"`       // in the unit of the metric
	N      int     `json:"n,omitempty" range:"0.."` // items behind it; 0 when nobody says
	Margin float64 `json:"margin"`                  // difference that counts as none, in the unit of the metric
	Source string  `json:"source"`
	// Setting is how it was measured: by the name of an option of a decoder, or of another
	// fact about a cell.
	Setting map[string]any `json:"setting,omitempty"`
}

// Publishable reports whether a published value of a metric can be compared with one of
// this machine: a score in per cent, or a counter.
func (m Metric) Publishable() bool { return m.From == "" && (m.Quality && m.Unit == "%" || m.Exact()) }

// Shares lists the metrics that a floor may be of: scores in percent, more is better.
func Shares(metrics []Metric) []string {
	var names []string
	for _, m := range metrics {
		if m.Quality && m.Unit == "%" && m.Better == "higher" && m.From == "" {
			names = append(names, m.Name)
		}
	}
	return names
}

// Output is a file, or a folder of figures, that a report of the run makes.
type Output struct {
	Format string `json:"format"`
	Path   string `json:"path"` // below the folder of the run, with slashes
}

// recordFiles are the files of a run that no report may replace.
var recordFiles = []string{"results.jsonl", "traces.jsonl"}

// Problem says why a report must not write there, or "": paths come from others' files.
func (o Output) Problem() string {
	switch {
	case o.Path == "." || strings.Contains(o.Path, `\`) || !filepath.IsLocal(filepath.FromSlash(o.Path)):
		return "the path must lead to a place below the folder of the run, for example tables/cells.csv"
	case slices.Contains(recordFiles, o.Path):
		return "the records of the run are in this file; choose another one"
	}
	return ""
}
