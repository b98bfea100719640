package card

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/rows"
)

// Input is a file that the user has.
type Input struct {
	Files fs.FS // nil for none
	Path  string
}

// Order is what somebody wants of a card.
type Order struct {
	Data    Input
	FewShot Input     // worked examples, where the style takes them from a file
	Style   string    // "" for the first one
	Shots   *int      // nil for those of the style
	Prompt  *Template // instead of the style's question
	Name    string    // of the workload; "" for one made of card, style and shots
}

// Task is a card opened on a file.
type Task struct {
	*jsonl.Workload
	Card  *Card
	Style Style
	Shots int
}

// lmEvalSeed is the seed of that program's choice of worked examples.
const lmEvalSeed = 1234

// Open reads the items of a file and asks them in a style. The error holds all mistakes
// of the file, see [jsonl.Mistakes].
func (c *Card) Open(o Order) (*Task, error) {
	style, err := c.Style(o.Style)
	if err != nil {
		return nil, err
	}
	if o.Shots != nil {
		style.Shots = *o.Shots
	}
	if o.Prompt != nil {
		style.Question = *o.Prompt
	}
	style.Judge = c.JudgeOf(style)
	b := builder{card: c, style: style, same: map[int]rows.Row{}}
	items, err := b.items(o)
	if err != nil {
		return nil, err
	}
	name := cmp.Or(o.Name, c.Name+"-"+style.Name+"-"+strconv.Itoa(style.Shots))
	if style.Shots == 0 {
		name = cmp.Or(o.Name, c.Name+"-"+style.Name)
	}
	w, err := jsonl.New(name, c.Title+", asked in the style "+style.Name+": "+style.Doc, items)
	if err != nil {
		return nil, err
	}
	return &Task{w, c, style, style.Shots}, nil
}

// builder makes items of rows.
type builder struct {
	card  *Card
	style Style
	shots []example        // all that may be chosen from
	same  map[int]rows.Row // rows of the file itself that are worked examples, by number
	draw  *mersenne        // nil for the first ones

	impossible  jsonl.Finder // items whose reference the rule that decides never finds
	impossibles int
}

// example is a worked one.
type example struct {
	said  [2]string // question and answer
	match string    // of the field by which examples are matched, "" without one
	lead  string    // stands in front of everything where the example is the first one
}

// items reads the file.
func (b *builder) items(o Order) ([]jsonl.Item, error) {
	if b.style.Shots > 0 && b.style.ShotAnswer.source == "" {
		return nil, fmt.Errorf("the style %s of %s has no form for worked examples: shots is 0", b.style.Name, b.card.Name)
	}
	if o.FewShot.Files != nil && (b.style.ShotAnswer.source == "" || b.style.FewShot.Same != nil) {
		return nil, fmt.Errorf("the style %s of %s takes no worked examples from another file: leave fewshot out", b.style.Name, b.card.Name)
	}
	if b.style.Shots > 0 && b.style.FewShot.Same == nil {
		if err := b.examples(o.FewShot); err != nil {
			return nil, err
		}
	}
	var list []rows.Row
	rowsRead := 0
	err := read(o.Data, b.card.Data.Columns, func(r rows.Row) error {
		rowsRead++
		n, keep, err := b.card.Data.Keep.number(r)
		if err != nil {
			return err
		}
		if slices.Contains(b.style.FewShot.Same, n) && b.card.Data.Keep.Field != "" {
			b.same[n] = r
		}
		if keep {
			list = append(list, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := b.ownExamples(o.Data.Path); err != nil {
		return nil, err
	}
	var items []jsonl.Item
	found := jsonl.Finder{File: o.Data.Path}
	b.impossible.File = o.Data.Path
	ids := map[string]bool{}
	for i, r := range list {
		it, err := b.item(i, r)
		if err == nil && ids[it.ID] {
			err = fmt.Errorf("the id %q is that of an earlier row", workloads.Clip(it.ID))
		}
		if err != nil {
			found.Add(r.Line, err)
			continue
		}
		ids[it.ID] = true
		if it.Suffix != nil && it.Answer == "" { // a gap of nothing
			continue
		}
		items = append(items, it)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	// Published cards judge as their sources do, a few odd references included; a card of one's
	// own, or most of a file, is a mistake.
	if b.impossibles > 0 && (b.card.own() || 2*b.impossibles > len(items)) {
		return nil, b.impossible.Err()
	}
	if k := b.card.Data.Keep; len(items) == 0 && k.Field != "" && rowsRead > 0 {
		return nil, fmt.Errorf("%s: no items: those of the task %s have a %s from %d to %d, and none of its %d rows has", o.Data.Path, b.card.Name, k.Field, k.From, k.To, rowsRead)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%s: no items", o.Data.Path)
	}
	return items, nil
}

// read reads the rows of a file.
func read(in Input, columns []string, f func(rows.Row) error) error {
	file, err := in.Files.Open(in.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	return rows.Read(file, in.Path, columns, f)
}

// number is that of a row in the field that chooses, and whether the row is an item.
func (k Keep) number(r rows.Row) (n int, keep bool, err error) {
	if k.Field == "" {
		return 0, true, nil
	}
	text, err := written(r.Fields[k.Field])
	if err == nil {
		n, err = strconv.Atoi(text)
	}
	if err != nil {
		return 0, false, fmt.Errorf("the field %q is not a whole number (the row has %s)", k.Field, r.Names())
	}
	return n, k.From <= n && n <= k.To, nil
}

// examples reads worked examples of a file. Of the first ones no more are read than are
// wanted.
func (b *builder) examples(in Input) error {
	s, f := b.style, b.style.FewShot
	if in.Files == nil {
		return fmt.Errorf("the style %s of %s has %d worked examples, which come from a file of yours: name it with fewshot (%s), or say shots: 0", s.Name, b.card.Name, s.Shots, f.Doc)
	}
	first := f.Choose != "lm-eval" && f.Match == ""
	err := read(in, b.card.Data.Columns, func(r rows.Row) error {
		if first && len(b.shots) == s.Shots {
			return nil
		}
		shot, err := b.shot(r)
		b.shots = append(b.shots, shot)
		return err
	})
	if err != nil {
		return err
	}
	if len(b.shots) < s.Shots {
		return fmt.Errorf("%s has %d worked examples, and %d are wanted", in.Path, len(b.shots), s.Shots)
	}
	if f.Choose == "lm-eval" {
		b.draw = newMersenne(lmEvalSeed)
	}
	return nil
}

// ownExamples are worked examples that stand in the file itself.
func (b *builder) ownExamples(file string) error {
	if b.style.FewShot.Same == nil {
		return nil
	}
	if len(b.style.FewShot.Same) < b.style.Shots {
		return fmt.Errorf("the style %s of %s has %d worked examples; shots is at most that", b.style.Name, b.card.Name, len(b.style.FewShot.Same))
	}
	for _, n := range b.style.FewShot.Same[:b.style.Shots] {
		r, ok := b.same[n]
		if !ok {
			return fmt.Errorf("%s: the row with %s %d is a worked example of the style %s, and the file has none; take the file with all rows, or say shots: 0", file, b.card.Data.Keep.Field, n, b.style.Name)
		}
		shot, err := b.shot(r)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", file, r.Line, err)
		}
		b.shots = append(b.shots, shot)
	}
	return nil
}

// shot is a worked example.
func (b *builder) shot(r rows.Row) (e example, err error) {
	q := b.style.Question
	if b.style.ShotQuestion != nil {
		q = *b.style.ShotQuestion
	}
	if e.said[0], err = q.Text(r); err == nil {
		e.said[1], err = b.style.ShotAnswer.Text(r)
	}
	if err == nil {
		e.lead, err = b.style.FewShot.Lead.Text(r)
	}
	if name := b.style.FewShot.Match; err == nil && name != "" {
		e.match, err = written(r.Fields[name])
	}
	return e, err
}

// chosen are the worked examples of the next item.
func (b *builder) chosen(r rows.Row) (list []example, err error) {
	n := b.style.Shots
	switch name := b.style.FewShot.Match; {
	case n == 0:
	case b.draw != nil:
		for _, i := range b.draw.sample(len(b.shots), n) {
			list = append(list, b.shots[i])
		}
	case name != "":
		want, err := written(r.Fields[name])
		if err != nil {
			return nil, fmt.Errorf("the field %q: %w", name, err)
		}
		for _, e := range b.shots {
			if e.match == want && len(list) < n {
				list = append(list, e)
			}
		}
		if len(list) < n {
			return nil, fmt.Errorf("%d worked examples have %s %q, and %d are wanted", len(list), name, workloads.Clip(want), n)
		}
	default:
		list = b.shots[:n]
	}
	return list, nil
}

// item makes an item of a row, given its number among the items.
func (b *builder) item(index int, r rows.Row) (it jsonl.Item, err error) {
	c, s := b.card, b.style
	texts := map[string]string{}
	for _, t := range []struct {
		name string
		Template
	}{{"id", c.Data.ID}, {"question", s.Question}, {"answer", c.Answer}, {"lead", s.Lead}, {"begin", s.Begin}, {"rung", c.Data.Rung}} {
		if texts[t.name], err = t.Text(r); err != nil {
			return it, err
		}
	}
	if s.Finish.source != "" {
		if texts["question"], err = s.Finish.Text(rows.Row{Fields: map[string]any{"question": texts["question"]}}); err != nil {
			return it, err
		}
	}
	it.Rung = texts["rung"]
	it.ID, it.Answer, it.Split = cmp.Or(texts["id"], strconv.Itoa(index)), strings.TrimSpace(texts["answer"]), workloads.Test
	for _, name := range s.Question.Fields() {
		switch v := r.Fields[name].(type) {
		case string:
			if v == "" && s.Finish.source == "" {
				return it, fmt.Errorf("the field %q is empty", name)
			}
		case []any, map[string]any:
		default:
			return it, fmt.Errorf("the field %q is not a text", name)
		}
	}
	shots, err := b.chosen(r)
	if err != nil {
		return it, err
	}
	lead := texts["lead"]
	if len(shots) > 0 {
		lead = shots[0].lead + lead
	}
	it.Prompt = texts["question"]
	if s.Chat {
		it.Begin = texts["begin"]
		for _, e := range shots {
			it.Turns = append(it.Turns, e.said)
		}
		if len(shots) > 0 {
			it.Turns[0][0] = lead + it.Turns[0][0]
		} else {
			it.Prompt = lead + it.Prompt
		}
	} else {
		var all strings.Builder
		all.WriteString(lead)
		for _, e := range shots {
			all.WriteString(e.said[0] + s.Between + e.said[1] + s.Behind)
		}
		it.Prompt = all.String() + it.Prompt + texts["begin"]
	}
	if len(it.Prompt) > maxText {
		return it, fmt.Errorf("the prompt has more than %d bytes", maxText)
	}
	switch {
	case s.Rated != nil:
		return it, b.rated(&it, r)
	case s.Suffix != nil:
		suffix, err := s.Suffix.Text(r)
		if it.Answer, it.Suffix = texts["answer"], &suffix; err != nil {
			return it, err
		}
	default:
		if err := b.spans(&it); err != nil {
			return it, err
		}
	}
	return it, b.judged(&it, r)
}

// rated gives an item its choices to be rated, of which the reference of the judge names one:
// by a letter, or by a number from 1.
func (b *builder) rated(it *jsonl.Item, r rows.Row) error {
	v, err := b.style.Rated[0].Value(r)
	if err != nil {
		return err
	}
	if len(b.style.Rated) == 1 {
		if it.Choices, err = texts(v); err != nil {
			return fmt.Errorf("\"rated\": %w", err)
		}
	} else {
		for _, t := range b.style.Rated {
			text, err := t.Text(r)
			if err != nil {
				return err
			}
			it.Choices = append(it.Choices, text)
		}
	}
	name, err := b.style.Judge.Answer.Text(r)
	if err != nil {
		return err
	}
	right := -1
	if name = strings.TrimSpace(name); len(name) == 1 && name[0] >= 'A' {
		right = int(name[0] - 'A')
	} else if n, err := strconv.Atoi(name); err == nil {
		right = n - 1
	}
	if right < 0 || right >= len(it.Choices) || len(it.Choices) < 2 || slices.Contains(it.Choices, "") {
		return fmt.Errorf("%q names none of the %d choices, or one of these is empty", workloads.Clip(name), len(it.Choices))
	}
	it.Answer, it.Chance = it.Choices[right], 1/float64(len(it.Choices))
	it.Checker = jsonl.Exact(it.Answer)
	return nil
}

// spans names reasoning and result of the answer.
func (b *builder) spans(it *jsonl.Item) error {
	if b.card.Mark == "" {
		return nil
	}
	if n := strings.Count(it.Answer, b.card.Mark); n != 1 {
		return fmt.Errorf("the answer has %d marks %q instead of one before its result", n, b.card.Mark)
	}
	at := strings.Index(it.Answer, b.card.Mark)
	if at > 0 {
		it.Spans = append(it.Spans, workloads.Span{Name: workloads.Reasoning, Start: 0, End: at})
	}
	result := len(it.Answer) - len(strings.TrimLeft(it.Answer[at+len(b.card.Mark):], " "))
	it.Result = it.Answer[result:]
	it.Spans = append(it.Spans, workloads.Span{Name: workloads.Result, Start: result, End: len(it.Answer)})
	return nil
}

// Identity is what makes two tasks of the same files the same: everything of the style
// that reaches a prompt or a verdict.
func (t *Task) Identity() string {
	s := t.Style
	data, err := json.Marshal(append([]any{t.Card.Name, s.Name, t.Shots, s.Chat, s.System, s.Question.source, s.Begin.source, s.ShotAnswer.source, s.Between, s.Behind, s.FewShot.Choose,
		s.FewShot.Same, s.FewShot.Match, s.FewShot.Lead.source, s.Lead.source, s.Judge.identity(), t.Card.Answer.source, t.Card.Data.Keep}, s.further()...))
	if err != nil {
		panic("card: a style cannot be encoded")
	}
	return string(data)
}

// further are the keys of Identity that most styles do not have.
func (s Style) further() []any {
	if s.Rated == nil && s.Suffix == nil && s.Finish.source == "" {
		return nil
	}
	var rated []string
	for _, t := range s.Rated {
		rated = append(rated, t.source)
	}
	suffix := ""
	if s.Suffix != nil {
		suffix = s.Suffix.source
	}
	return []any{rated, suffix, s.Finish.source}
}

// Describe says in a sentence what is asked and how it is judged.
func (t *Task) Describe() string {
	s := t.Style
	text := fmt.Sprintf("task card %s %d, style %s (%s)", t.Card.Name, t.Card.Version, s.Name, s.Doc)
	if t.Shots > 0 {
		text += fmt.Sprintf(", %d worked example%s", t.Shots, strings.Repeat("s", min(1, t.Shots-1)))
	}
	if s.Length > 0 {
		text += fmt.Sprintf(", %d tokens unless the entry says otherwise", s.Length)
	}
	if s.Rated != nil {
		return text + ", choices rated by likelihood"
	}
	if len(s.Judge.Rules) > 0 {
		return text + ", judged by " + strings.Join(s.Judge.Rules, ", ")
	}
	return text + ", judged by " + s.Judge.Check
}
