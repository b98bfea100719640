package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/imported"
	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
	"dllmbench/workloads"
	"dllmbench/workloads/extract"
	"dllmbench/workloads/python"
	"dllmbench/workloads/taskfile"
)

// scoreCmd judges answers that another program wrote.
type scoreCmd struct {
	Answers []string `arg:"" optional:"" name:"file" help:"Answers, of which several files are parts: results.jsonl of a run, samples_*.jsonl of lm-eval, or records with a text each, as JSON lines or as a JSON list; packed with gzip or not."`
	File    string   `placeholder:"FILE" help:"File of the tasks, whose checkers judge unless --rules are given; by default the file of answers has to hold references."`
	Format  string   `placeholder:"FORMAT" default:"jsonl" help:"Its format: {formats}."`
	Task    string   `placeholder:"CARD" help:"The task card that says what is right in it, by name or path, instead of a format."`
	Style   string   `placeholder:"STYLE" help:"Style of the card whose rules judge; by default its first one."`
	Rung    []string `placeholder:"RUNG" help:"Rungs of that file that were answered; by default all. Answers without names of items are those to one rung, in order."`
	Rules   []string `placeholder:"RULE" help:"Extraction rules; the first one decides, the others are shown beside it. Samples of known tasks of lm-eval have theirs."`
	Compare string   `placeholder:"NAME" help:"Comparison for all rules, instead of each rule's own."`
	Check   string   `placeholder:"NAME" help:"Judge by a checker instead of rules: countdown or sudoku."`
	Label   string   `placeholder:"NAME" help:"Name of the decoder; by default what the file says, or its name."`

	List      string `placeholder:"FIELD" help:"In a JSON file: the field that holds the list of records."`
	ID        string `name:"id" placeholder:"FIELD" help:"Field of a record with the name of its item; by default id, task_id and the like, else its place from 0."`
	Text      string `placeholder:"FIELD" help:"Field with what was written, or a list of samples; a point goes into an object, as in model.solution."`
	Reference string `placeholder:"FIELD" help:"Field with the final answer."`
	Take      string `placeholder:"RULE" help:"Rule that takes the final answer out of a reference with its steps; by default it follows ####, stands in the last box, or is all of it."`
	Question  string `placeholder:"FIELD" help:"Field with the question."`
	Verdict   string `placeholder:"FIELD" help:"Field with the verdict of whoever made the file, to be compared with ours."`

	Out       string `placeholder:"DIR" help:"Also write results into a folder, for report, compare and export."`
	ListRules bool   `help:"List the extraction rules and comparisons, and where they are from."`
	jsonFlag
	codeFlags
}

func (*scoreCmd) Help() string {
	return `Imported answers have no times: they meet those of a run in quality alone.

Examples:

    dllmbench score samples_gsm8k_2025-01-31T09-56-29.343109.jsonl
    dllmbench score outputs.jsonl --file gsm8k-test.jsonl --format gsm8k --rules gsm8k-flexible,number
    dllmbench score outputs.jsonl --task gsm8k --style chat --file gsm8k-test.jsonl
    dllmbench score generations.json --rules gsm8k-d1,gsm8k-flexible --reference ground_truth
    dllmbench score samples.jsonl --text completion --file HumanEval.jsonl --format humaneval --allow-code-execution
    dllmbench score results/mine --file prompts.jsonl --out results/again
    dllmbench score --list-rules`
}

// Run judges.
func (c *scoreCmd) Run(con *console) error {
	if c.ListRules {
		return c.rules(con)
	}
	if len(c.Answers) == 0 {
		return exit.Errorf(exit.Usage, "name a file of answers, or give --list-rules")
	}
	var err error
	if con.python, err = c.runner(con); err != nil {
		return err
	}
	how, err := c.how(con.python)
	if err != nil {
		return err
	}
	var files []*imported.File
	for _, path := range c.Answers {
		f, err := imported.Read(folder.Inside(path), imported.Fields{List: c.List, ID: c.ID, Text: c.Text, Reference: c.Reference, Question: c.Question, Verdict: c.Verdict})
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		files = append(files, f)
	}
	judged, err := imported.Judge(imported.Join(files), how, c.Label, con.now())
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if con.python != nil {
		judged.Header.Env.Python = con.python.Says()
	}
	if judged.Unknown > 0 {
		fmt.Fprintf(con.stderr, "%d of %d answers name no item of the tasks and are left out.\n", judged.Unknown, judged.Unknown+len(judged.Requests))
	}
	if judged.Lines > 0 && c.Check == "" {
		fmt.Fprintf(con.stderr, "note: %d references hold several lines: --take names the rule that takes the final answer out of them\n", judged.Lines)
	}
	if judged.Unscored > 0 {
		i := slices.IndexFunc(judged.Requests, func(q result.Request) bool { return q.Unscored != "" })
		fmt.Fprintf(con.stderr, "%d of %d answers are not judged: %s.\n", judged.Unscored, len(judged.Requests), view.Clean(judged.Requests[i].Unscored))
	}
	if err := c.print(con, judged); err != nil || c.Out == "" {
		return err
	}
	w, err := folder.Create(c.Out, judged.Header, judged.Metrics, "choose another folder", judged.Records()...)
	if err != nil {
		return err
	}
	return exit.With(exit.Execution, w.Close())
}

// how says how answers are judged, and programs of Python by whom.
func (c *scoreCmd) how(r *python.Runner) (imported.How, error) {
	how := imported.How{Rules: c.Rules, Compare: c.Compare, Check: c.Check, Reference: c.Take}
	if c.Take != "" {
		if _, err := extract.RuleNamed(c.Take); err != nil {
			return how, exit.Errorf(exit.Usage, "--take: %w", err)
		}
	}
	if c.Check != "" {
		switch {
		case !slices.Contains(imported.Checks(), c.Check):
			return how, exit.With(exit.Usage, engines.UnknownName("checker of answers", c.Check, imported.Checks()))
		case len(c.Rules) > 0 || c.File != "":
			return how, exit.Errorf(exit.Usage, "--check judges by itself: leave out --rules and --file")
		}
		return how, nil
	}
	if len(c.Rules) > 0 {
		if _, err := extract.New(c.Rules, "", c.Compare, "1"); err != nil {
			return how, exit.With(exit.Usage, err)
		}
	}
	if c.File == "" {
		if c.Task != "" || c.Style != "" || len(c.Rung) > 0 {
			return how, exit.Errorf(exit.Usage, "--task, --style and --rung say what is in the file of the tasks: name it with --file")
		}
		return how, nil
	}
	source := taskfile.Source{Format: c.Format, Path: c.File, Task: c.Task, Style: c.Style, Shots: new(int)} // prompts are not asked for
	if c.Task == "" {
		source.Shots = nil
	}
	items, err := taskfile.Open(source)
	if err != nil {
		return how, exit.With(exit.Usage, err)
	}
	items.Workload = python.Judged(items.Workload, r)
	how.Items, how.Data = items, "sha256:"+cmp.Or(items.Data, items.SHA256)
	if items.Card != nil {
		how.Card = items.Card.Card.Name
	}
	if how.Rungs, err = workloads.RungsNamed(items, c.Rung...); err != nil {
		return how, exit.With(exit.Usage, err)
	}
	return how, nil
}

// print prints scores with intervals, and the verdicts of whoever made the file.
func (c *scoreCmd) print(con *console, judged *imported.Judged) error {
	v := view.New(judged.File)
	if c.JSON {
		return table.Object(con.stdout, map[string]any{"scores": cells.ScoresOf(v), "verdicts": judged.Verdicts})
	}
	var b strings.Builder
	t := cells.Scores(v)
	fmt.Fprintf(&b, "%s\n%s", t.Text(0), "[low, high] is a 95% interval over items.\n")
	if len(judged.Verdicts) > 0 {
		theirs := table.New(3, "task", "decoder", "verdict in the file", "theirs %", "ours %", "difference", "n", "judged otherwise")
		for _, d := range judged.Verdicts {
			theirs.Add(view.Clean(d.Task), view.Clean(d.Label), view.Clean(d.Name), fmt.Sprintf("%.2f", 100*d.Theirs), fmt.Sprintf("%.2f", 100*d.Ours), apart(d), d.N, d.Differ)
		}
		fmt.Fprintf(&b, "\n%sDifferences are of the same answers, with the 95%% interval of the exact test of pairs (McNemar).\n", theirs.Text(0))
	}
	_, err := io.WriteString(con.stdout, b.String())
	return exit.With(exit.Execution, err)
}

// apart is the difference of the verdicts on the same answers, in points.
func apart(d imported.Verdict) string {
	text := fmt.Sprintf("%+.2f", 100*(d.Ours-d.Theirs))
	if d.Difference != nil && d.Differ > 0 {
		text += fmt.Sprintf(" [%.2f, %.2f]", 100*d.Difference.CI.Low, 100*d.Difference.CI.High)
	}
	return text
}

// rules lists rules and comparisons.
func (c *scoreCmd) rules(con *console) error {
	if c.JSON {
		return table.Object(con.stdout, map[string]any{"rules": extract.Rules(), "comparisons": extract.Comparisons()})
	}
	rules, compare := table.New(4, "rule", "takes", "compared by", "as in"), table.New(3, "comparison", "equal are", "as in")
	for _, r := range extract.Rules() {
		rules.Add(r.Name, r.Doc, r.Compare, r.Source)
	}
	for _, k := range extract.Comparisons() {
		compare.Add(k.Name, k.Doc, k.Source)
	}
	_, err := fmt.Fprintf(con.stdout, "%s\n%s", rules.Text(0), compare.Text(0))
	return exit.With(exit.Execution, err)
}
