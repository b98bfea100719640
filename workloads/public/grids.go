package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dllmbench/workloads/internal/square"
	"dllmbench/workloads/jsonl"
)

// maxSymbols bounds the size of a Latin square.
const maxSymbols = 100

// latinSquare wants a square of the symbols, as lines of cells with commas
// between: the first lines that hold every symbol once count, and so other text
// around them does no harm.
func latinSquare(raw json.RawMessage) (jsonl.Item, error) {
	o := objectOf(raw)
	o.only("example", "symbols")
	symbols := o.texts("symbols")
	sorted := slices.Sorted(slices.Values(symbols))
	if len(symbols) > maxSymbols || len(slices.Compact(slices.Clone(sorted))) < len(symbols) {
		o.fail("the symbols are not at most %d different ones", maxSymbols)
	}
	answer := o.text("example")
	all := func(cells []string) bool { return slices.Equal(slices.Sorted(slices.Values(cells)), sorted) }
	return jsonl.Item{Answer: answer, Checker: check{"square", "every row and column has every symbol once", false, func(output string) finding {
		var rows [][]string
		for line := range strings.Lines(output) {
			cells := strings.Split(line, ",")
			for i, c := range cells {
				cells[i] = strings.TrimSpace(c)
			}
			if all(cells) && len(rows) < len(symbols) {
				rows = append(rows, cells)
			}
		}
		good := len(rows)
		if good < len(symbols) {
			return finding{wrong: fmt.Sprintf("%d rows with every symbol instead of %d", good, len(symbols)), partial: float64(good) / float64(2*len(symbols))}
		}
		for i := range symbols {
			column := make([]string, len(rows))
			for j, row := range rows {
				column[j] = row[i]
			}
			if all(column) {
				good++
			}
		}
		f := finding{partial: float64(good) / float64(2*len(symbols))}
		if good < 2*len(symbols) {
			f.wrong = fmt.Sprintf("%d columns have a symbol twice", 2*len(symbols)-good)
		}
		return f
	}}}, o.err
}

// sudokuSize is the side of the grids: four.
const sudokuSize = 4

// grid reads the lines that have exactly four digits, spaces and commas left
// out; there have to be four. strict wants nothing but these lines.
func grid(text string, strict bool) (rows []string, ok bool) {
	if strict {
		text = strings.TrimSpace(text)
	} else {
		text = strings.NewReplacer(" ", "", ",", "").Replace(text)
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		digits := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, line)
		if strict && digits != line {
			return nil, false
		}
		if len(digits) == sudokuSize {
			rows = append(rows, digits)
		} else if strict {
			return nil, false
		}
	}
	return rows, len(rows) == sudokuSize
}

// sudoku wants the one solution.
func sudoku(raw json.RawMessage) (jsonl.Item, error) {
	var answer string
	if json.Unmarshal(raw, &answer) != nil {
		return jsonl.Item{}, errors.New("not a text")
	}
	want, ok := grid(answer, true)
	if !ok {
		return jsonl.Item{}, errors.New("not four lines of four digits")
	}
	four := square.Shape{N: sudokuSize, BoxRows: 2, BoxColumns: 2}
	if s := four.Check(make(square.Grid, sudokuSize*sudokuSize), strings.Join(want, "/")); !s.Exact {
		return jsonl.Item{}, fmt.Errorf("not a solved sudoku: %s", s.Violations[0].Doc)
	}
	return jsonl.Item{Answer: answer, Unique: true, Checker: check{"grid", "the grid is " + strings.Join(want, "/"), true, func(output string) finding {
		got, ok := grid(output, false)
		if !ok {
			return finding{wrong: fmt.Sprintf("%d lines of four digits instead of four", len(got))}
		}
		right := 0
		for i, row := range want {
			for j := range row {
				if got[i][j] == row[j] {
					right++
				}
			}
		}
		f := finding{partial: float64(right) / (sudokuSize * sudokuSize)}
		if right < sudokuSize*sudokuSize {
			f.wrong = fmt.Sprintf("%d of 16 cells are right", right)
		}
		exact, ok := grid(output, true)
		f.strict = ok && slices.Equal(exact, want)
		return f
	}}}, nil
}

// words wants every word somewhere in the output, also within longer words, as
// the published metric does. Grammar is not looked at.
func words(raw json.RawMessage) (jsonl.Item, error) {
	o := objectOf(raw)
	o.only("example", "words")
	list := o.texts("words")
	if len(list) > maxItems/100 || slices.Contains(list, "") {
		o.fail("the words are not 1 to %d", maxItems/100)
	}
	answer := strings.Join(list, " ")
	if o.fields["example"] != nil {
		answer = o.text("example")
	}
	return jsonl.Item{Answer: answer, Checker: check{"words", "every word occurs; grammar is not judged", false, func(output string) finding {
		n := 0
		for _, w := range list {
			if strings.Contains(output, w) {
				n++
			}
		}
		f := finding{partial: float64(n) / float64(len(list))}
		if n < len(list) {
			f.wrong = fmt.Sprintf("%d of %d words occur", n, len(list))
		}
		return f
	}}}, o.err
}
