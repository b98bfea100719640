package table_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/parquet"
)

var update = flag.Bool("update", false, "write docs/data.md again")

// files are what the program writes for others to read, with the record that a
// line or an object of it is.
var files = []struct{ what, record string }{
	{"`results.jsonl`, first line", "result.Header"},
	{"`results.jsonl`, a request", "result.Request"},
	{"`results.jsonl`, an instance", "result.Instance"},
	{"`results.jsonl`, validity of a cell or of the run", "result.Validity"},
	{"`results.jsonl`, a metric", "result.Metric"},
	{"`results.jsonl`, allocations of a cell", "result.Allocations"},
	{"`results.jsonl`, a process that measured", "result.Session"},
	{"`results.jsonl`, what else the machine did", "result.Activity"},
	{"`results.jsonl`, `extra` of a request", "result.Sample"},
	{"`traces.jsonl`, a request", "trace.Trace"},
	{"Cells: `report --format csv`, `json` and `jsonl`, `export`", "cells.Record"},
	{"Texts: `coherence --format json`", "cells.textRecord"},
	{"Texts: `coherence --format csv`", "cells.textLine"},
	{"Comparisons at equal cost or quality: `matched.csv`", "cells.matchedLine"},
	{"Shared weights and controls: `export --format sharing`", "view.Sharing"},
	{"Findings: `compare` and `check --format csv`", "ci.findingLine"},
	{"Findings: `compare` and `check --format json`", "gate.Report"},
	{"Scores: `score --json`, `scores`", "cells.Score"},
	{"Scores: `score --json`, `verdicts`", "imported.Verdict"},
	{"Advice: `recommend --format json`", "advice.Decision"},
	{"Outputs: `export --outputs`", "answers.Answer"},
	{"Disagreements: `export --disagree`", "disagree.Case"},
	{"History: `history --format csv`", "history.line"},
	{"Traces: `trace --json`", "traced.Cell"},
	{"Spread: `spread --json`", "traced.Spread"},
	{"Likelihood: `likelihood --format csv` and `json`", "rating.Row"},
}

// units of keys by their last word.
var units = map[string]string{"ns": "ns", "bytes": "bytes", "ms": "ms", "tokens": "tokens", "pct": "%", "nats": "nats", "points": "percentage points", "flops": "FLOPs"}

// common are the sentences of keys whose declarations say nothing, because the
// name says it or the lines around do.
var common = map[string]string{
	"constraints":     "constraints of the instance",
	"passes":          "forward passes",
	"valid":           "whether the numbers may be used",
	"violations":      "constraints that the answer breaks",
	"right":           "right tokens of the start",
	"instances":       "different instances",
	"started":         "when the run began, RFC 3339",
	"verdict":         "what the comparison came to",
	"old":             "the old side",
	"new":             "the new side",
	"kind":            "kind of constraint",
	"direction":       "backward or lookahead",
	"title":           "short title",
	"cell":            "id of the cell, or the cell in words",
	"metric":          "name of the metric",
	"name":            "name",
	"type":            "kind of the record",
	"cost_only":       "random weights: time and work, no quality",
	"batch":           "requests that are decoded together",
	"weights":         "name of the weights",
	"weights_digest":  "digest of the model: weights, configuration and tokenizer",
	"params":          "parameters of the model",
	"rung":            "difficulty of the workload",
	"workload":        "name of the workload; \"\" for cost-only cells",
	"options":         "options of the decoder",
	"session":         "number of the process that measured",
	"exact":           "whether the answer is fully correct; null where nothing was judged",
	"state":           "valid, invalid, unjudged (the run was interrupted) or not run",
	"decoder":         "label with the options that the scenario varies",
	"env":             "machine and program",
	"accepted_tokens": "drafted tokens that were written as proposed", "arch": "architecture of the processor", "attended_keys": "keys that queries attended to", "binary_sha256": "hash of the program", "bits_per_token": "mean of the rated tokens",
	"bookkeeping_ns": "wall time of all else", "budget_tokens": "tokens that an answer may have", "bytes": "bytes allocated by the batch", "cache_read_bytes": "keys and values read from the cache", "cache_write_bytes": "keys and values written to the cache",
	"canvas_positions": "positions that were worked on together", "chance": "rate of a strategy that does not solve the task, 0 to 1", "commit": "work of rows of finished text that a cache keeps", "commit_date": "when the commit was made, RFC 3339", "committed_tokens": "tokens committed, those after the end and those revised later included",
	"cores": "logical processors", "count": "number of shards", "counter": "name of the counter", "cpu": "name of the processor", "cpu_features": "instruction sets of the processor",
	"denoise": "work of rows from which tokens are chosen", "denoising_steps": "forward passes from which tokens were chosen by denoising", "dirty": "the program was built with local changes", "e2e_ns": "end-to-end time of a request, or its limit",
	"engine": "kind of decoder, for example diffusion", "error": "what went wrong", "findings": "what was compared, one a cell and metric", "flops": "floating-point operations as really computed", "format": "name of a format", "forward_ns": "wall time in the network",
	"git": "commit of the program", "git_sha": "commit of the program", "go": "version of Go", "gomaxprocs": "processors that Go uses", "high": "largest distance", "high_distance": "see low_distance", "in_support": "whether the generator of the workload could have written the output", "instance": "id of the instance",
	"judge_digest": "digest of the model of the judge", "judge_tokens": "tokens that the judge rated", "kernel_os": "version of the operating system", "knobs": "what the rung is made with, by name", "line": "line of the threshold in its file", "logit_rows": "rows of logits computed", "low": "smallest distance",
	"mem_bytes": "memory of the machine", "mhz_high": "highest frequency of a core, seen at both ends", "mended": "wrong tokens of the start that ended right", "met": "whether the threshold is kept", "metadata": "notes of the scenario, by name", "new_runs": "values of the new side, one a pair", "new_sum": "sum of the new side over all instances", "nfe": "forward passes",
	"noise_blocks": "blocks behind the noise", "objects": "objects allocated by the batch", "os": "operating system", "output": "text of the answer", "partial": "share of the answer that is right, 0 to 1, or its limit", "peak_cache_bytes": "largest cache of keys and values", "percentile_method": "how percentiles are made",
	"policy": "error rate and noise band of the comparison", "preset": "named set of options of the engine", "prompt_tokens": "tokens of the prompt", "query_tokens": "rows that went through the network", "queue_ns": "wait for the decoder", "revised_tokens": "written tokens that were changed", "right_output": "what the right decoder wrote",
	"run_id": "name of the run", "sampling_ns": "wall time of choosing tokens", "scenario": "name of the scenario", "scenario_sha256": "hash of the scenario file", "scenario_yaml": "the scenario file", "schema": "version of the format", "seed": "seed of all random numbers", "skipped": "prompts of the dataset that were too long",
	"spoiled": "right tokens of the start that ended wrong", "task": "workload, rung and length, in words", "threads": "worker threads", "thresholds": "outcome of each threshold of the scenario", "times_as_fast": "typical ratio of the times of the same instance", "tpot_ns": "time per token after the first, or its limit",
	"unit": "unit of the numbers", "used": "whether the value is used", "value": "the number", "verifying_passes": "passes that verified a draft", "weight_bytes": "weights read", "wrong": "wrong tokens of the start, or the decoder that is wrong", "wrong_output": "what the wrong decoder wrote", "k": "number of answers",
}

var goWords = regexp.MustCompile(`\bnil\b`)

// dictionary writes the sections of docs/data.md.
type dictionary struct {
	structs map[string]*ast.StructType // by package and name
	docs    map[string]string          // of types
	said    map[string]string          // sentences by package and key, for keys that mean the same in several records
	missing []string                   // keys without a sentence
	written map[string]bool
	entries map[string]bool // keys with their sentences, which are written once
	strings.Builder
}

// read collects the structs of a folder.
func (d *dictionary) read(t *testing.T, folder string) {
	paths, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if g, ok := n.(*ast.GenDecl); ok {
				for _, spec := range g.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok {
						if st, ok := s.Type.(*ast.StructType); ok {
							name := f.Name.Name + "." + s.Name.Name
							d.structs[name], d.docs[name] = st, g.Doc.Text()
							d.keys(f.Name.Name, st, "", func(key, _, sentence string, _ reflect.StructTag) {
								if key = f.Name.Name + "." + key; d.said[key] == "" {
									d.said[key] = sentence
								}
							})
						}
					}
				}
			}
			return true
		})
	}
}

// keys calls visit for each key of a struct, those of embedded structs too.
func (d *dictionary) keys(pkg string, st *ast.StructType, before string, visit func(key, kind, sentence string, tag reflect.StructTag)) {
	for _, f := range st.Fields.List {
		kind := typeOf(f.Type)
		if len(f.Names) == 0 {
			if inner := d.structs[qualified(pkg, strings.TrimPrefix(kind, "*"))]; inner != nil {
				d.keys(pkg, inner, before, visit)
			}
			continue
		}
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		key, options, _ := strings.Cut(tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		if strings.Contains(options, "omitempty") && !strings.HasPrefix(kind, "*") {
			kind = "?" + kind
		}
		sentence := strings.Join(strings.Fields(cmp.Or(f.Doc.Text(), f.Comment.Text())), " ")
		for _, verb := range []string{"is", "are", "says", "say", "holds", "hold", "has"} { // the key stands in front
			sentence = strings.TrimPrefix(sentence, f.Names[0].Name+" "+verb+" ")
		}
		visit(before+key, kind, sentence, tag)
	}
}

func qualified(pkg, name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return pkg + "." + name
}

func typeOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return "*" + typeOf(x.X)
	case *ast.SelectorExpr:
		return typeOf(x.X) + "." + x.Sel.Name
	case *ast.ArrayType:
		return "[]" + typeOf(x.Elt)
	case *ast.MapType:
		return "map:" + typeOf(x.Value)
	}
	return "any"
}

// plain says in words what a Go type is in JSON.
func plain(kind string) string {
	switch {
	case strings.HasPrefix(kind, "*"):
		return plain(kind[1:]) + " or null"
	case strings.HasPrefix(kind, "?"):
		return plain(kind[1:]) + "?"
	case strings.HasPrefix(kind, "[]"):
		return "list of " + plain(kind[2:])
	case strings.HasPrefix(kind, "map:"):
		return "object of " + plain(kind[4:])
	case strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint"):
		return "integer"
	}
	if word := map[string]string{"string": "text", "bool": "boolean", "float64": "number", "trace.Number": "number or null", "Number": "number or null", "stats.Estimate": "estimate", "usage.Usage": "[counters](#counters)",
		"quantity": "estimate with unit", "values": "object of estimate with unit", "any": "value"}[kind]; word != "" {
		return word
	}
	return kind
}

// section writes a record, and behind it the records in it.
func (d *dictionary) section(title, name string) {
	st := d.structs[name]
	if st == nil || d.written[name] {
		return
	}
	d.written[name] = true
	pkg, _, _ := strings.Cut(name, ".")
	if strings.HasPrefix(title, "#") {
		fmt.Fprintf(d, "%s\n\n", title)
	} else {
		fmt.Fprintf(d, "## %s\n\n", title)
	}
	var inner, again []string
	d.keys(pkg, st, "", func(key, kind, sentence string, tag reflect.StructTag) {
		parts := strings.Split(key, "_")
		unit := cmp.Or(tag.Get("unit"), units[parts[len(parts)-1]])
		named := qualified(pkg, strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(kind, "*?[]"), "map:"), "*[]"))
		word := plain(kind)
		if d.structs[named] != nil && !strings.Contains(word, "estimate") {
			inner = append(inner, named)
			_, short, _ := strings.Cut(named, ".")
			word = strings.ReplaceAll(strings.ReplaceAll(word, named, short), short, fmt.Sprintf("[%s](#%s)", short, strings.ToLower(short)))
		} else if strings.Contains(word, ".") || word != "" && word[0] >= 'A' && word[0] <= 'Z' {
			word = "text" // a named kind of text
		}
		if sentence = cmp.Or(sentence, common[key], d.said[pkg+"."+key]); sentence == "" {
			d.missing = append(d.missing, name+"."+key)
		}
		sentence = goWords.ReplaceAllString(sentence, "null")
		switch low, high, ranged := strings.Cut(tag.Get("range"), ".."); {
		case !ranged:
		case high == "":
			word += ", at least " + low
		case low == "":
			word += ", at most " + high
		default:
			word += ", " + low + " to " + high
		}
		entry := fmt.Sprintf("- `%s` (%s): %s\n", key, strings.TrimSuffix(word+", "+unit, ", "), strings.TrimSuffix(sentence, "."))
		if d.entries[entry] {
			again = append(again, "`"+key+"`")
			return
		}
		d.entries[entry] = true
		d.WriteString(entry)
	})
	if len(again) > 0 {
		fmt.Fprintf(d, "- as above: %s\n", strings.Join(again, ", "))
	}
	d.WriteString("\n")
	for _, n := range inner {
		_, short, _ := strings.Cut(n, ".")
		d.section("### "+short, n)
	}
}

// TestDictionary writes docs/data.md from the declarations of all records, and
// wants a sentence for every key.
func TestDictionary(t *testing.T) {
	d := &dictionary{structs: map[string]*ast.StructType{}, docs: map[string]string{}, said: map[string]string{}, written: map[string]bool{}, entries: map[string]bool{}}
	for _, folder := range []string{"harness/stats", "harness/result", "harness/trace", "harness/imported", "reports/advice", "harness/coherence", "harness/gate", "reports/view", "reports/cells", "reports/ci", "reports/answers", "reports/disagree", "reports/history", "reports/traced", "engines/rating"} {
		d.read(t, folder)
	}
	d.WriteString(`# Data dictionary

Every key of JSON and every column of CSV that dllmbench writes. The page is made from the declarations by
` + "`go test ./reports/table -run Dictionary -update`" + `.

Unknown is null in JSON and an empty field in CSV, never 0. An *estimate* is in JSON an object with value, ci (low and high
end of the 95% interval, or null), n (independent units), method and warnings. In CSV it has three columns: NAME, NAME_low
and NAME_high. Objects in objects have their keys joined by _ in CSV; lists are in JSON only. A type with ? is left out when empty.

Numbers of ` + "`results.jsonl`" + ` are sizes, times or counts from 0 to 1e18 where no other range is named. A record with a number out of
its range, a word that is not listed or fields that contradict each other is refused by line, by every command.

`)
	for _, f := range files {
		if d.structs[f.record] == nil {
			t.Errorf("there is no record %s", f.record)
		}
		d.section(f.what, f.record)
	}
	d.WriteString("## Counters\n\nExact counters of a request, the same in every run with the same seed; null where nobody knows one.\nThe objects `prefill`, `commit` and `denoise` hold the parts of a counter by kind of row, which sum to it.\n\n")
	for _, c := range usage.Counters() {
		e := c.Entry()
		part := ""
		if e.Part != "" {
			part = "; part `" + e.Part + "`"
		}
		fmt.Fprintf(d, "- `%s` (%s): %s%s\n", e.Name, e.Unit, e.Words, part)
	}
	d.WriteString("\n## Metrics\n\nA metric has one name everywhere: in scenarios, flags, JSON and CSV. Columns of CSV add the unit. Units, titles and\ndefinitions are in [metrics](metrics.md).\n\n")
	var columns []string
	for _, m := range result.Metrics() {
		columns = append(columns, "`"+m.Column()+"`")
	}
	d.WriteString(strings.Join(columns, ", ") + "\n")
	d.WriteString("\nA table of chosen rows and columns, `report --table CHOICE --format csv`, has the names of its rows first, and for each number four columns:\nNAME, `NAME low`, `NAME high` and `NAME best` (it is shown to be the best).\n")
	d.parquet(t)
	d.examples(t)
	for name, st := range d.structs { // a record that stands on a line of a file
		if pkg, _, _ := strings.Cut(name, "."); (pkg == "result" || pkg == "trace") && !d.written[name] {
			d.keys(pkg, st, "", func(key, _, _ string, _ reflect.StructTag) {
				if key == "type" {
					t.Errorf("the record %s is not on the page", name)
				}
			})
		}
	}
	slices.Sort(d.missing)
	if d.missing = slices.Compact(d.missing); len(d.missing) > 0 {
		t.Errorf("%d keys have no sentence: %s", len(d.missing), strings.Join(d.missing, " "))
	}
	const path = "../../docs/data.md"
	if *update {
		if err := os.WriteFile(path, []byte(d.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if page, err := os.ReadFile(path); err != nil || string(page) != d.String() {
		t.Errorf("docs/data.md is not what the declarations say (%v); write it with -update", err)
	}
}

// parquet says what the columns of Parquet files are, whose names are keys of records above.
func (d *dictionary) parquet(t *testing.T) {
	d.WriteString("\n## Parquet: `export --format parquet`\n\n" +
		"`requests.parquet` has a row for each request, `cells.parquet` one for each cell; `cell` joins them, `run_id` tells runs apart. Columns are the\n" +
		"keys of the records above: of a request with the first nine columns from its cell, and of a cell first what `report --format csv` has and then what\n" +
		"the header says. Keys of objects in them are joined by _. Each option of a decoder is a column `option_NAME`: DOUBLE, BOOLEAN, or VARCHAR where it is neither in all cells.\n\n" +
		"A text is VARCHAR, an integer BIGINT (`seed`, `seeds`: UBIGINT), a number DOUBLE, a boolean BOOLEAN; a list of them TYPE[], an object of them\n" +
		"MAP(VARCHAR, TYPE), a list of objects STRUCT[]. A list of pairs is two lists, such as `chunks_ns` and `chunks_tokens`. Unknown is null; an empty list or map may be one that\n" +
		"the record does not have. Files are packed with snappy; DESCRIBE of DuckDB lists all columns.\n")
	for _, c := range slices.Concat(parquet.RequestColumns(), parquet.CellColumns()) {
		kind := strings.TrimSuffix(strings.TrimPrefix(c.Type, "MAP(VARCHAR, "), ")")
		if kind = strings.TrimSuffix(kind, "[]"); !slices.Contains([]string{"VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN"}, kind) && !strings.HasPrefix(kind, "STRUCT(") && !(kind == "UBIGINT" && strings.HasPrefix(c.Name, "seed")) {
			t.Errorf("the page does not say that %s is %s", c.Name, c.Type)
		}
		if !d.known(c.Name) {
			t.Errorf("the column %s is no key of a record on the page", c.Name)
		}
	}
}

// known reports whether a column is a key of the page, or some joined by _.
func (d *dictionary) known(column string) bool {
	page := d.String()
	for from, end := column, ""; ; {
		if strings.Contains(page, "`"+from+"`") || slices.Contains([]string{"low", "high", "ns"}, from) {
			if column = strings.TrimPrefix(end, "_"); column == "" {
				return true
			}
			from, end = column, ""
			continue
		}
		at := strings.LastIndexByte(from, '_')
		if at < 0 {
			return false
		}
		from, end = from[:at], from[at:]+end
	}
}

// examples are programs that a test of the command runs.
func (d *dictionary) examples(t *testing.T) {
	d.WriteString("\n## Examples\n\nPrograms in `docs/examples`, after `dllmbench export results/mine --format parquet --out tables`.\n")
	paths, err := filepath.Glob("../../docs/examples/*.py")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%v %v", paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(d, "\n```python\n%s```\n", text)
	}
}
