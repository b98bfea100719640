package stats

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const page = "../../docs/statistics.md"

// TestPage compares the tables between markers in docs/statistics.md with what
// the code and the recorded simulations say; -update writes them. What stands
// outside of the markers is written by hand.
func TestPage(t *testing.T) {
	recorded := readRecords(t)
	blocks := map[string]string{"sizes": sizesTable(), "floors": floorsTable(), "sees": seesTable()}
	if len(recorded) != len(tables()) {
		t.Errorf("%s holds %d tables, there are %d", simulationFile, len(recorded), len(tables()))
	}
	for _, tb := range tables() {
		blocks[tb.name] = tb.markdown(recorded[tb.name])
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, block := range blocks {
		begin, end := fmt.Sprintf("<!-- harness/stats %s: begin -->\n", name), fmt.Sprintf("<!-- harness/stats %s: end -->\n", name)
		before, rest, found := strings.Cut(text, begin)
		old, after, closed := strings.Cut(rest, end)
		if !found || !closed || strings.Contains(old, "<!--") {
			t.Errorf("%s has no place for %q: add the lines %s%s", page, name, begin, end)
			continue
		}
		if old != block {
			if !*update {
				t.Errorf("%s: table %q is out of date; run go test ./harness/stats -run Page -update", page, name)
			}
			text = before + begin + block + end + after
		}
	}
	if n := strings.Count(text, "<!-- harness/stats "); n != 2*len(blocks) {
		t.Errorf("%s has %d markers of this package, the tests need %d", page, n, 2*len(blocks))
	}
	if *update && text != string(data) {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func sizesTable() string {
	var b strings.Builder
	b.WriteString("| tests judged together | blocks, α = 0.05 | blocks, α = 0.01 | values a side without pairs, α = 0.05 | α = 0.01 |\n|--:|--:|--:|--:|--:|\n")
	for _, m := range []int{1, 2, 4, 8, 20} {
		fmt.Fprintf(&b, "| %d | %d | %d | %d | %d |\n", m, MinBlocks(0.05, m), MinBlocks(0.01, m), MinPerSide(0.05, m), MinPerSide(0.01, m))
	}
	return b.String()
}

func floorsTable() string {
	head, line, row := "| percentile |", "|---|", "| least sample |"
	for _, p := range []float64{50, 75, 90, 95, 97, 99, 99.9} {
		head += fmt.Sprintf(" p%g |", p)
		line += "--:|"
		row += fmt.Sprintf(" %s |", thousands(Floor(p)))
	}
	return head + "\n" + line + "\n" + row + "\n"
}

// seesTable is the smallest slowdown found with probability 0.8.
func seesTable() string {
	var b strings.Builder
	b.WriteString("| deviation of a block's log-ratio |")
	for _, n := range blockCounts {
		fmt.Fprintf(&b, " %d blocks |", n)
	}
	b.WriteString("\n|--:|" + strings.Repeat("--:|", len(blockCounts)) + "\n")
	for _, sd := range []float64{0.01, 0.02, 0.05, 0.10} {
		fmt.Fprintf(&b, "| %g%% |", 100*sd)
		for _, n := range blockCounts {
			ratio, ok := PairedDesign{Blocks: n, Tests: 1, Alpha: 0.01, Band: 1}.Sees(sd, 0.8)
			if !ok {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(&b, " %.1f%% |", 100*(ratio-1))
		}
		b.WriteString("\n")
	}
	return b.String()
}
