// Package card reads task cards: files in YAML that say of a published task how its file
// looks, what is asked in which style, how an answer is judged, and what has been
// published about it. The cards of well-known tasks are embedded; a card of one's own is
// a file with the same keys.
//
// A card holds no item of a task and no worked example of somebody else: both come from
// files that the user has, see docs/tasks.md. What it quotes is the form of a prompt, a
// line or two, with its source: without that no published value could be reproduced.
package card

import (
	"dllmbench/engines"
)

// Card is a task as data.
type Card struct {
	Name    string `yaml:"name" must:"true"`
	Version int    `yaml:"version" must:"true"` // counts changes of what is asked or how it is judged
	Title   string `yaml:"title" must:"true"`
	Source  Source `yaml:"source" must:"true"`
	Data    Data   `yaml:"data"`
	// Answer is the right answer as a text, for budgets and reports; empty where many are
	// right and the file has none.
	Answer Template `yaml:"answer"`
	// Mark divides the answer into reasoning and result: what stands before and behind the
	// last of it. "" for an answer of one piece.
	Mark   string  `yaml:"mark"`
	Judge  Judge   `yaml:"judge" must:"true"`
	Styles []Style `yaml:"styles" must:"true"`
	// Published are values of other people.
	Published []Published `yaml:"published"`

	file string // "card:NAME", or the path of one's own
	text string // as it is written
}

// Source says where task and prompts come from.
type Source struct {
	Paper   string   `yaml:"paper" json:"paper,omitempty"`
	Data    string   `yaml:"data" json:"data" must:"true"`
	Licence string   `yaml:"licence" json:"licence,omitempty"` // of the data
	Prompts []string `yaml:"prompts" json:"prompts,omitempty"` // repositories with the commit that was read
}

// Data is the form of the file.
type Data struct {
	// ID is the item's own name; its number from 0 where this is empty.
	ID Template `yaml:"id"`
	// Rung is the part of the task that a row belongs to; all are one where it is empty.
	Rung    Template `yaml:"rung"`
	Columns []string `yaml:"columns"` // of a CSV file without a line of names
	// Keep leaves out rows whose field is none of these.
	Keep  Keep      `yaml:"keep"`
	Known []Release `yaml:"known"`
}

// Keep chooses rows by a field that is a whole number.
type Keep struct {
	Field string `yaml:"field"`
	From  int    `yaml:"from"`
	To    int    `yaml:"to"`
}

// Release is a file as it was published.
type Release struct {
	Name   string `yaml:"name" json:"name" must:"true"`
	SHA256 string `yaml:"sha256" json:"sha256" must:"true"`
	Items  int    `yaml:"items" json:"items,omitempty"`
}

// Judge says how an answer is judged.
type Judge struct {
	// Rules are names of extraction rules; the first one decides, the others are aspects.
	Rules   []string `yaml:"rules"`
	Compare string   `yaml:"compare"` // the name of a comparison
	// Answer is what the result has to be.
	Answer Template `yaml:"answer"`
	// Choices are the texts among which one is right, for guessing and by likelihood.
	Choices Template `yaml:"choices"`
	// Check names a checker that is no comparison, and Fields what it gets of the row.
	Check string `yaml:"check"`
	// Code is the rule that cuts a program out of an output, of checkers that run it.
	Code   string              `yaml:"code"`
	Fields map[string]Template `yaml:"fields"`
}

// Style is one way of asking.
type Style struct {
	Name string `yaml:"name" must:"true"`
	Doc  string `yaml:"doc" must:"true"`
	Chat bool   `yaml:"chat"` // questions and examples are turns of a chat
	// System is what the system says first, in a chat.
	System   string   `yaml:"system"`
	Question Template `yaml:"question" must:"true"`
	// Begin is what the answer begins with, written for the decoder.
	Begin Template `yaml:"begin"`
	// The worked examples: how many, their questions and answers, what stands between the
	// two and behind both.
	Shots        int       `yaml:"shots"`
	ShotQuestion *Template `yaml:"shot_question"` // as Question where it is left out
	ShotAnswer   Template  `yaml:"shot_answer"`
	Between      string    `yaml:"between"`
	Behind       string    `yaml:"behind"`
	FewShot      FewShot   `yaml:"fewshot"`
	// Lead stands in front of everything, examples too.
	Lead Template `yaml:"lead"`
	// Finish changes the question once it is whole, as the field "question".
	Finish Template `yaml:"finish"`
	// Rated are the choices as they are rated by likelihood behind the question: a list of the
	// row, or one template for each. Nothing is written in such a style. Primary is the reading
	// of ratings that decides: acc, acc_norm or acc_bytes.
	Rated   []Template `yaml:"rated"`
	Primary string     `yaml:"primary"`
	// Suffix is the text behind the gap that an answer fills.
	Suffix *Template `yaml:"suffix"`
	Stop   []string  `yaml:"stop"` // an answer ends before these texts
	Length int       `yaml:"length"`
	// Judge replaces that of the card where it has any rule or check.
	Judge Judge `yaml:"judge"`
}

// FewShot says where worked examples come from.
type FewShot struct {
	Doc    string    `yaml:"doc"`    // which file, in words
	Known  []Release `yaml:"known"`  // of it
	Choose string    `yaml:"choose"` // first, or lm-eval: drawn anew for each item as that program does
	Same   []int     `yaml:"same"`   // of the task's own file: the rows with these numbers in Keep's field
	Match  string    `yaml:"match"`  // only examples that have the same value of this field as the item
	Lead   Template  `yaml:"lead"`   // stands in front of everything: a text of the first example
}

// Published is a value of somebody else.
type Published struct {
	Model   string          `yaml:"model" json:"model" must:"true"` // as in package published, or the name on its page
	Style   string          `yaml:"style" json:"style" must:"true"`
	Shots   *int            `yaml:"shots" json:"shots,omitempty"` // nil for those of the style
	Value   float64         `yaml:"value" json:"value" must:"true"`
	N       *int            `yaml:"n" json:"n,omitempty"` // items; nil where nobody says
	Rule    string          `yaml:"rule" json:"rule,omitempty"`
	Length  int             `yaml:"length" json:"length,omitempty"`
	Engine  string          `yaml:"engine" json:"engine,omitempty"`
	Preset  string          `yaml:"preset" json:"preset,omitempty"`
	Options engines.Options `yaml:"options" json:"options,omitempty"` // other than the defaults of the preset
	Source  string          `yaml:"source" json:"source" must:"true"`
}

// JudgeOf is how answers in a style are judged.
func (c *Card) JudgeOf(s Style) Judge { return s.Judge.over(c.Judge) }

// StyleNames lists the styles.
func (c *Card) StyleNames() []string {
	var names []string
	for _, s := range c.Styles {
		names = append(names, s.Name)
	}
	return names
}

// Style finds a style by its name; the first one for "".
func (c *Card) Style(name string) (Style, error) {
	for _, s := range c.Styles {
		if s.Name == name || name == "" {
			return s, nil
		}
	}
	return Style{}, engines.UnknownName("style of the task "+c.Name, name, c.StyleNames())
}
