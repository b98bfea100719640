package stats

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// The simulations of docs/statistics.md are made by
//
//	go test ./harness/stats -run 'Simulation|Page' -long -update
//
// (two minutes on two cores) and kept in testdata/simulation.json. A plain go test
// repeats the first runs of every cell, which must come out as recorded, holds
// the recorded rates against what is promised, and compares the page with the
// file. So neither the code nor the page can drift from the numbers.
var (
	long   = flag.Bool("long", false, "run the simulations in full")
	update = flag.Bool("update", false, "write testdata/simulation.json (with -long) and the tables of docs/statistics.md")
)

const simulationFile = "testdata/simulation.json"

// A table is one table of simulated rates.
type table struct {
	name    string
	corner  string // heading of the first column
	columns []string
	runs    int // in full
	short   int // in a plain go test
	rows    []row
}

type row struct {
	name  string
	cells []cell
}

// A cell is one rate. Without a trial it is empty.
type cell struct {
	trial func(*rand.Rand) bool
	// The recorded rate must lie in [low, high], give or take three standard
	// errors of the simulation.
	low, high float64
}

// A tally is what became of one cell.
type tally struct {
	Short int `json:"short"` // hits among the first runs
	Hits  int `json:"hits"`
}

// A record is what became of one table.
type record struct {
	Runs  int                `json:"runs"`
	Short int                `json:"short_runs"`
	Rows  map[string][]tally `json:"rows"`
}

// run makes a cell's trials. The noise depends on names only, so that a new
// row leaves the others as they are.
func (tb table) run(row, column string, c cell, runs int) tally {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%s", tb.name, row, column)
	rng := rand.New(rand.NewPCG(h.Sum64(), 1))
	var out tally
	for i := range runs {
		if c.trial(rng) {
			out.Hits++
			if i < tb.short {
				out.Short++
			}
		}
	}
	return out
}

// simulate runs all cells of a table, on all processors.
func (tb table) simulate(runs int) record {
	rec := record{Runs: runs, Short: tb.short, Rows: map[string][]tally{}}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for _, r := range tb.rows {
		counts := make([]tally, len(r.cells))
		rec.Rows[r.name] = counts
		for i, c := range r.cells {
			if c.trial == nil {
				continue
			}
			slots <- struct{}{}
			wg.Go(func() {
				counts[i] = tb.run(r.name, tb.columns[i], c, runs)
				<-slots
			})
		}
	}
	wg.Wait()
	return rec
}

func TestSimulation(t *testing.T) {
	recorded := readRecords(t)
	for _, tb := range tables() {
		t.Run(tb.name, func(t *testing.T) {
			runs := tb.short
			if *long {
				runs = tb.runs
			}
			got := tb.simulate(runs)
			if *long && *update {
				recorded[tb.name] = got
				writeRecords(t, recorded)
			}
			want, ok := recorded[tb.name]
			if !ok || want.Runs != tb.runs || want.Short != tb.short || len(want.Rows) != len(tb.rows) {
				t.Fatalf("%s does not hold this table as it is now: run with -long -update", simulationFile)
			}
			for _, r := range tb.rows {
				if len(want.Rows[r.name]) != len(r.cells) || len(r.cells) != len(tb.columns) {
					t.Fatalf("row %q: %d recorded, %d cells, %d columns", r.name, len(want.Rows[r.name]), len(r.cells), len(tb.columns))
				}
				for i, c := range r.cells {
					if c.trial == nil {
						continue
					}
					g, w := got.Rows[r.name][i], want.Rows[r.name][i]
					if g.Short != w.Short || *long && g != w {
						t.Errorf("%s, %s: %+v, recorded is %+v", r.name, tb.columns[i], g, w)
					}
					rate := float64(w.Hits) / float64(want.Runs)
					error3 := 3 * math.Sqrt(max(c.low*(1-c.low), c.high*(1-c.high))/float64(want.Runs))
					if rate < c.low-error3 || rate > c.high+error3 {
						t.Errorf("%s, %s: rate %.4f, promised %.4f … %.4f", r.name, tb.columns[i], rate, c.low, c.high)
					}
				}
			}
		})
	}
}

func readRecords(t *testing.T) map[string]record {
	t.Helper()
	recorded := map[string]record{}
	data, err := os.ReadFile(simulationFile)
	if os.IsNotExist(err) && *update {
		return recorded
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	return recorded
}

func writeRecords(t *testing.T, recorded map[string]record) {
	t.Helper()
	data, err := json.MarshalIndent(recorded, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	// One cell a line.
	text := strings.NewReplacer("{\n     \"short\"", "{\"short\"", ",\n     \"hits\"", ", \"hits\"", "\n    }", "}").Replace(string(data))
	if err := os.WriteFile(simulationFile, []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// markdown writes a table as the page shows it: rates in per cent.
func (tb table) markdown(rec record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s |\n|---|%s\n", tb.corner, strings.Join(tb.columns, " | "), strings.Repeat("--:|", len(tb.columns)))
	for _, r := range tb.rows {
		fmt.Fprintf(&b, "| %s |", r.name)
		for i, c := range r.cells {
			if c.trial == nil {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(&b, " %.1f |", 100*float64(rec.Rows[r.name][i].Hits)/float64(rec.Runs))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\nPer cent of %s runs a cell.\n", thousands(rec.Runs))
	return b.String()
}

// thousands writes a number below a million with a comma.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
