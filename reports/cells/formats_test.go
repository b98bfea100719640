package cells

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"unicode"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// written is a run in one of the formats.
func written(t *testing.T, name string, v *view.View) string {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, Run{View: v, Width: 80}); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %q", name)
	return ""
}

// wholes parse what a program would parse.
var wholes = map[string]func(string) error{
	"csv": func(s string) error {
		_, err := csv.NewReader(strings.NewReader(s)).ReadAll()
		return err
	},
	"json": func(s string) error { return json.Unmarshal([]byte(s), new([]map[string]any)) },
	"jsonl": func(s string) error {
		for line := range strings.Lines(s) {
			if err := json.Unmarshal([]byte(line), new(map[string]any)); err != nil {
				return err
			}
		}
		return nil
	},
	"html": func(s string) error {
		dec := xml.NewDecoder(strings.NewReader(s))
		for {
			if _, err := dec.Token(); err != nil {
				if errors.Is(err, io.EOF) {
					return nil
				}
				return err
			}
		}
	},
}

// TestFormats writes usual, hostile and empty runs in all formats: each is whole,
// and no text of the run acts on a terminal or in a page.
func TestFormats(t *testing.T) {
	attack := hostile()
	attack.Rows[0].Reasons = []string{"\u009b2J\U000e0001<script>alert(1)</script>"}
	attack.Rows[0].Cell.Preset = "</td><script>"
	attack.Rows[0].Name = "<img src=x onerror=alert(1)>"
	attack.Header.Scenario = "</title><script>"
	for _, f := range Formats() {
		for name, v := range map[string]*view.View{"usual": usual, "hostile": attack, "empty": view.New(&result.File{})} {
			got := written(t, f.Name, v)
			if parse := wholes[f.Name]; parse != nil {
				if err := parse(got); err != nil {
					t.Errorf("%s, %s: %v in\n%.500s", f.Name, name, err, got)
				}
			}
			if i := strings.IndexFunc(got, func(r rune) bool {
				return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
			}); i >= 0 {
				t.Errorf("%s, %s: a control character in %q", f.Name, name, got[max(0, i-20):i+5])
			}
			if f.Name == "html" && strings.Contains(got, "<script") || f.Name == "html" && strings.Contains(got, "<img") {
				t.Errorf("markup of the run reaches the page:\n%s", got)
			}
			if got == "" && f.Name != "jsonl" {
				t.Errorf("%s, %s: nothing is written", f.Name, name)
			}
		}
	}
}

// TestFormatsAgree checks that CSV, JSON and JSONL hold the same numbers, with
// units, and unknown as null.
func TestFormatsAgree(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	v.Points[0].Rows[0].Values[view.TTFT] = nil
	v.Points[0].Rows[1].Values[view.E2E].Value = math.NaN()
	type cell struct {
		Cell   string
		Values map[string]*struct {
			Unit  string
			Value float64
			CI    *stats.Interval
			N     int
		}
		Against *struct {
			Speed, Exact *struct{ Unit string }
			SpeedP       *float64 `json:"speed_p"`
			ExactP       *float64 `json:"exact_p"`
		} `json:"against"`
	}
	var list []cell
	if err := json.Unmarshal([]byte(written(t, "json", v)), &list); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(written(t, "jsonl", v)), "\n")
	rows, err := csv.NewReader(strings.NewReader(written(t, "csv", v))).ReadAll()
	if err != nil || len(lines) != len(list) || len(rows) != 1+len(list) || len(list) != len(v.Rows) {
		t.Fatalf("%d cells in JSON, %d in JSONL, %d lines in CSV, %v", len(list), len(lines), len(rows), err)
	}
	for i, line := range lines {
		var c cell
		if err := json.Unmarshal([]byte(line), &c); err != nil || c.Cell != list[i].Cell {
			t.Errorf("line %d: cell %s, %v", i, c.Cell, err)
		}
	}
	if q := list[0].Values["ttft"]; q != nil {
		t.Errorf("an unknown value is %+v", q)
	}
	if q := list[1].Values["e2e"]; q != nil {
		t.Errorf("a value that is no number is %+v", q)
	}
	if q := list[0].Values["e2e"]; q == nil || q.Unit != "ms" || q.CI == nil || q.N != 24 {
		t.Errorf("e2e is %+v", q)
	}
	a := list[1].Against
	if a == nil || a.SpeedP == nil || a.ExactP == nil || a.Speed.Unit != "times as fast" {
		t.Errorf("against the reference: %+v", a)
	}
}
