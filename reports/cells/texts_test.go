package cells

import (
	"strings"
	"testing"

	"dllmbench/reports/view"
)

// TestTexts has a line for each setting, the comparison at equal entropy where
// there is one, and nothing of what a task does not have.
func TestTexts(t *testing.T) {
	var b strings.Builder
	if err := Texts(&b, view.New(texts())); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if !strings.HasPrefix(lines[0], "### world =who") {
		t.Errorf("title %q", lines[0])
	}
	head := lines[2]
	for _, want := range []string{"decoder", "C back %", "C ahead %", "H1 valid nats", "CE nats/word", "minus AR at equal entropy"} {
		if !strings.Contains(head, want) {
			t.Errorf("no %q in %q", want, head)
		}
	}
	if strings.Contains(head, "parses") {
		t.Errorf("scores of code of texts: %q", head)
	}
	rows := 0
	for _, line := range lines {
		if strings.Contains(line, "temperature=") {
			rows++
			if autoregressive, compared := strings.HasPrefix(line, "| auto"), strings.Contains(line, "+0.500 |"); autoregressive == compared {
				t.Errorf("the comparison of %q", line)
			}
		}
		if strings.ContainsRune(line, '\x1b') {
			t.Errorf("control characters in %q", line)
		}
	}
	if rows != 6 {
		t.Errorf("%d settings", rows)
	}
}

// TestTextsAboveChance leaves out a task that nobody is shown to solve, and names it.
func TestTextsAboveChance(t *testing.T) {
	for chance, left := range map[float64]bool{0.2: false, 0.95: true} {
		file := texts()
		for i := range file.Header.Cells {
			file.Header.Cells[i].Chance = &chance
		}
		var b strings.Builder
		if err := Texts(&b, view.New(file)); err != nil {
			t.Fatal(err)
		}
		named := strings.Contains(b.String(), "Left out, because no decoder is 10 points above chance there with an interval above it: world =who, 16 tokens.\n")
		if named != left || strings.Contains(b.String(), "### ") == left {
			t.Errorf("chance %g:\n%s", chance, b.String())
		}
	}
}
