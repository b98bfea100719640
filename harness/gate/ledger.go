package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Ledger holds the exact counters of a run on one kernel variant.
type Ledger struct {
	Seed  uint64 // of the scenario
	Cells []Account
	Hint  string // what to do about a cell that it lacks, as the end of a sentence
}

// Account holds the exact counters of one cell.
type Account struct {
	Key      string         `json:"key"` // names the cell in two runs: see [place.Keys]
	Decoder  string         `json:"-"`   // the part of the key that names the decoder; "" in a baseline
	Engine   string         `json:"engine"`
	Preset   string         `json:"preset"`
	Options  map[string]any `json:"options"`
	Weights  string         `json:"weights"`
	Digest   string         `json:"weights_digest"`
	Alone    string         `json:"weights_alone,omitempty"`
	CostOnly bool           `json:"cost_only"`
	// Problem says why the counters must not be used; "" if they may.
	Problem string   `json:"problem,omitempty"`
	Rows    []Row    `json:"-"`
	foreign []string // counters of a baseline that this program does not know
}

// Row holds the exact counters of one instance.
type Row struct {
	Instance string
	Usage    usage.Usage
	Finish   string
	Output   string // the SHA-256 of the written tokens
}

// NewLedger collects the exact counters of a run. Repetitions of an instance
// must agree; a cell in which they do not, or in which requests failed, keeps
// its problem instead. An engine that says that equal seeds need not give equal
// outputs has nothing exact, and its cells are left out.
func NewLedger(f *result.File) Ledger {
	l := Ledger{Seed: f.Header.Seed}
	byCell := f.ByCell()
	keys := place.Keys(f.Header)
	for _, c := range f.Header.Cells {
		if slices.ContainsFunc(byCell[c.ID], func(r result.Request) bool { return r.Varies }) {
			continue
		}
		a := Account{Key: keys[c.ID], Decoder: place.Decoder(c), Engine: c.Engine, Preset: c.Preset, Options: c.Options,
			Weights: c.Weights, Digest: c.Digest, Alone: c.WeightsAlone, CostOnly: c.CostOnly}
		a.Rows, a.Problem = rows(byCell[c.ID])
		l.Cells = append(l.Cells, a)
	}
	return l
}

// rows makes one row of each instance, sorted, and says what is wrong with them.
func rows(requests []result.Request) (list []Row, problem string) {
	if len(requests) == 0 {
		return nil, "it was not run"
	}
	if why := place.Failure(requests); why != "" {
		return nil, why
	}
	at, exact := map[string]int{}, facts()
	for i := range requests {
		r := &requests[i]
		row := rowOf(r)
		k, seen := at[row.Instance]
		if !seen {
			at[row.Instance] = len(list)
			list = append(list, row)
			continue
		}
		for _, f := range exact {
			if f.differ(&list[k], &row) {
				return nil, fmt.Sprintf("repetitions of %s with the same seed gave %s of %s and %s: the decoder is not deterministic",
					row.Instance, f.name, f.show(&list[k]), f.show(&row))
			}
		}
	}
	slices.SortFunc(list, func(a, b Row) int { return cmp.Compare(a.Instance, b.Instance) })
	return list, ""
}

func rowOf(r *result.Request) Row {
	name := r.Instance
	if r.Sample > 0 {
		name = fmt.Sprintf("%s, sample %d", name, r.Sample+1)
	}
	return Row{Instance: name, Usage: r.Usage, Finish: r.Finish, Output: r.OutputSHA256}
}

// Totals sums up the counters of a cell in a line: those that say most.
func (a Account) Totals() string {
	const shown = 8 // of the list of counters, which begins with the most telling ones
	parts := []string{lists.Count(len(a.Rows), "instance")}
	for _, c := range usage.Compared()[:shown] {
		sum := usage.Known(0)
		for _, r := range a.Rows {
			sum = sum.Plus(r.Usage[c])
		}
		if sum.Known() && sum != usage.Known(0) {
			parts = append(parts, fmt.Sprintf("%s %s", c, sum))
		}
	}
	return strings.Join(parts, ", ")
}
