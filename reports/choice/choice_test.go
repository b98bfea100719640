package choice

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// usual is a small run: two tasks, of which diffusion is shown to be best on the second.
func usual() *view.View {
	shape := fixture.Default
	shape.Tasks = []fixture.Task{{Workload: "lists", Rung: "sort-4", Budget: 16, AR: 0.8, Parallel: 0.8}, {Workload: "sudoku", Rung: "holes_4", Budget: 16, AR: 0.1, Parallel: 0.95}}
	shape.Steps, shape.Lengths = []int{16}, nil
	return view.New(fixture.New(shape))
}

func write(t *testing.T, text, format string, v *view.View) string {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Find(format)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := f.Write(&b, Run{Choice: c, View: v}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFormats: one choice in all formats, rows in the order of the choice, and the best in
// bold where it is shown.
func TestFormats(t *testing.T) {
	v := usual()
	const said = "exact: share of instances answered fully correctly, by the exact checker; NFE: number of function evaluations: forward passes that a request took part in, prefill and cache commits included. n = 24. " +
		"Brackets hold 95% intervals. Bold: shown to be better than every other of the same task (exact McNemar test for solved instances, the whole interval of the paired ratio beyond 2% for speed), 95% for each comparison, without correction for their number."
	for format, want := range map[string]string{
		"latex": `% \usepackage{booktabs}
\begin{table*}[t]
\centering
\small
\caption{` + strings.ReplaceAll(said, "%", `\%`) + `}
\label{tab:fixture}
\begin{tabular}{lrrrr}
\toprule
 & \multicolumn{2}{c}{lists sort-4, 16 tokens} & \multicolumn{2}{c}{sudoku holes\_4, 16 tokens} \\
\cmidrule(lr){2-3} \cmidrule(lr){4-5}
decoder & exact \% & NFE & exact \% & NFE \\
\midrule
diffusion steps=16 & 83 [64, 93] & 16 & \textbf{88 [69, 96]} & 16 \\
ar & 83 [64, 93] & 15.1 [14.5, 15.7] & 12 [4, 31] & 15.1 [14.5, 15.7] \\
\bottomrule
\end{tabular}
\end{table*}
`,
		"md": `| decoder | lists sort-4, 16 tokens: exact % | lists sort-4, 16 tokens: NFE | sudoku holes_4, 16 tokens: exact % | sudoku holes_4, 16 tokens: NFE |
|:--- | ---:| ---:| ---:| ---:|
| diffusion steps=16 | 83 [64, 93] | 16 | **88 [69, 96]** | 16 |
| ar | 83 [64, 93] | 15.1 [14.5, 15.7] | 12 [4, 31] | 15.1 [14.5, 15.7] |

` + said + "\n",
	} {
		if got := write(t, "decoder(diffusion, ar) x task: exact, nfe", format, v); got != want {
			t.Errorf("%s:\n%s", format, got)
		}
	}
	got := write(t, "decoder, task(sudoku): exact, speed-up", "csv", v)
	for _, want := range []string{"decoder,task,exact_match_pct,exact_match_pct low,", ",times_as_fast best\n", "\nblock steps=16,\"sudoku holes_4, 16 tokens\",87.5,"} {
		if !strings.Contains(got, want) {
			t.Errorf("csv lacks %q:\n%s", want, got)
		}
	}
	if got := write(t, "decoder x task: nfe", "table", v); !strings.Contains(got, "lists sort-4, 16 tokens  sudoku holes_4, 16 tokens\n") {
		t.Errorf("what stands over narrow columns is cut:\n%s", got)
	}
	for _, d := range result.Metrics() {
		if s := meaning(d); len(d.Doc) < 2 || !utf8.ValidString(s) || strings.Contains(s, ": fL") {
			t.Errorf("%s in words: %q", d.Name, s)
		}
	}
	untimed := usual()
	for _, p := range untimed.Points {
		clear(p.Against)
		delete(p.Reference.Values, view.E2E)
	}
	if got := write(t, "decoder x task: exact, speed-up", "md", untimed); strings.Contains(got, "× AR |") {
		t.Errorf("a comparison of times without times:\n%s", got)
	}
	if got := write(t, "decoder(diffusion, ar), task: exact", "md", v); !strings.Contains(got, "| diffusion steps=16 | lists sort-4, 16 tokens | 83 [64, 93] |\n| diffusion steps=16 | sudoku") {
		t.Errorf("rows are not in the order of their axes:\n%s", got)
	}
	if got := write(t, "task, decoder(ar, diffusion): exact", "md", v); !strings.Contains(got, "| lists sort-4, 16 tokens | ar | 83 [64, 93] |\n| lists") {
		t.Errorf("rows are not in the order of their axes:\n%s", got)
	}
	if got := write(t, "task(sudoku)×decoder(ar, diffusion): exact", "md", v); !strings.Contains(got, "| 12 [4, 31] | **88 [69, 96]** |") {
		t.Errorf("the best of a line in\n%s", got)
	}
	v.Rows[0].Aspects = []view.Aspect{{Name: "loose", Estimate: *v.Rows[0].Values[view.Exact]}}
	if got := write(t, "task, decoder: exact, rule(loose)", "md", v); !strings.Contains(got, "| exact % | loose % |") || !strings.Contains(got, "| ar | 83 [64, 93] | 83 [64, 93] |") {
		t.Errorf("a rule in\n%s", got)
	}
	if strings.Contains(got, "lists") {
		t.Errorf("a task that is not chosen stands in\n%s", got)
	}
}

// TestMistakes: what is wrong with a choice is said, with the nearest name.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"decoder×task":                "ROWS×COLUMNS: METRICS",
		"decoder×task: ":              "ROWS×COLUMNS: METRICS",
		": exact":                     "ROWS×COLUMNS: METRICS",
		"decodr×task: exact":          "did you mean decoder?",
		"decoder×task: exat":          "did you mean exact?",
		"decoder×decoder: exact":      "is there twice",
		"decoder(ar×task: exact":      "ROWS×COLUMNS: METRICS",
		"decoder (ar, task: exact)":   "ROWS×COLUMNS: METRICS",
		strings.Repeat("x", 5000):     "at most 4096 bytes",
		"decoder×task(sort-5): exact": "did you mean sort-4?",
		"decoder×task: rule(loos)":    "(known: none)",
		"decoder: exact":              "add the axis workload",
		"decoder×task×rung: exact":    "parted by one ×; further axes of either stand behind commas",
		"decoder×task: judge_bits":    "the run knows none of these numbers",
	} {
		c, err := Parse(text)
		if err == nil {
			_, err = c.grid(usual())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{Default, "decoder(ar, b) x task(a): nfe", "a:(", ")×(:", "decoder: points, speedup"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := Parse(text); err == nil && (len(c.Rows) == 0 || len(c.Values) == 0) {
			t.Errorf("%q has neither rows nor values", text)
		}
	})
}

// TestAUP belongs to all settings of a decoder, and stands at each.
func TestAUP(t *testing.T) {
	shape := fixture.Default
	shape.Tasks, shape.Lengths = shape.Tasks[:1], nil
	s := write(t, "decoder: aup", "csv", view.New(fixture.New(shape)))
	lines := strings.Split(strings.TrimSpace(s), "\n")
	_, first, _ := strings.Cut(lines[2], ",")
	_, second, _ := strings.Cut(lines[3], ",")
	if len(lines) != 8 || first == "" || first != second || !strings.HasPrefix(lines[3], "diffusion steps=8,") {
		t.Error(s)
	}
	if md := write(t, "decoder: nfe, aup", "md", view.New(fixture.New(shape))); strings.Count(md, "|  |") != 6-1-1 || strings.Contains(md, ".  ") {
		t.Error(md)
	}
}
