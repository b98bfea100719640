package puzzles

import (
	"bufio"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/workloadtest"
)

// checkers are those of the tasks that the golden file was made for.
func checkers(t testing.TB) map[string]jsonl.Checker {
	t.Helper()
	countdown, err := NewCountdown([]int64{3, 5, 8}, 23)
	if err != nil {
		t.Fatal(err)
	}
	sudoku, err := NewSudoku("0100203000040002", "4132243113243412")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]jsonl.Checker{"countdown": countdown, "sudoku": sudoku}
}

// TestGolden: what d1's own program says of texts that were written for this test.
func TestGolden(t *testing.T) {
	f, err := os.Open("../extract/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, n := checkers(t), 0
	for s := bufio.NewScanner(f); s.Scan(); {
		var g struct {
			Text  string
			Right map[string]any
		}
		if err := json.Unmarshal(s.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		for name, want := range g.Right {
			n++
			c := all[name]
			got := c.Check(g.Text)
			if msg := workloadtest.WellFormed(workloads.Instance{Constraints: c.Constraints()}, g.Text, got); msg != "" {
				t.Errorf("%q: %s", g.Text, msg)
			}
			right := any(got.Exact)
			if name == "sudoku" {
				right = float64(len(c.Constraints()) - len(got.Violations))
			}
			if right != want {
				t.Errorf("%s: %q: %v, d1 says %v (%+v)", name, g.Text, right, want, got.Violations)
			}
		}
	}
	if n < 40 {
		t.Errorf("%d cases", n)
	}
}

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"2**-3": "1/8", "-2**2": "-4", "2**3**2": "512", "7//2": "3", "-7//2": "-4", "1.5*4": "6", ".5+5.": "11/2", "00": "0", "(1\n+2)": "3", " 4 ": "4", "--5": "5", "1-2-3": "-4", "8/4/2": "1",
		"1\n+2": "", "2(3)": "", "()": "", "1+": "", "1 2": "", "05": "", "1..2": "", "9**99": "", "1/0": "", "0**-1": "", "2**0.5": "", "": "", "a": "", "1)": "",
		strings.Repeat("(", 60) + "1" + strings.Repeat(")", 60): "", strings.Repeat("1+", 300) + "1": "", "9**64**2": "", strings.Repeat("-", 60) + "1": "", "(9**64)**64": "",
	} {
		v, err := work(text)
		if want == "" != (err != nil) || err == nil && v.Cmp(mustRat(want)) != 0 {
			t.Errorf("%q: %v %v, want %q", text, v, err, want)
		}
	}
}

func mustRat(s string) *big.Rat {
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return v
}

func TestRefused(t *testing.T) {
	for want, make := range map[string]func() error{
		"0 numbers; allowed are 1 to 20":  func() error { _, err := NewCountdown(nil, 1); return err },
		"the number -1 is less than 0":    func() error { _, err := NewCountdown([]int64{-1}, 1); return err },
		`"12" is not 16 digits of 0 to 4`: func() error { _, err := NewSudoku("12", "4132243113243412"); return err },
		"the solution 4132243113243412 does not keep the 3 of cell 1 of the puzzle": func() error {
			_, err := NewSudoku("3100203000040002", "4132243113243412")
			return err
		},
		"the puzzle 4132243113243412 has no empty cell": func() error { _, err := NewSudoku("4132243113243412", "4132243113243412"); return err },
	} {
		if err := make(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func FuzzPuzzles(f *testing.F) {
	f.Add(`\boxed{3*5+8}`)
	f.Add("<answer>4132 2431</answer>")
	f.Add(`\boxed{((((3**2)//-1.)+(-8)}`)
	all := checkers(f)
	f.Fuzz(func(t *testing.T, output string) {
		for _, c := range all {
			if msg := workloadtest.WellFormed(workloads.Instance{Constraints: c.Constraints()}, output, c.Check(output)); msg != "" {
				t.Error(msg)
			}
		}
		_, _ = work(output)
	})
}
