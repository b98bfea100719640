package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Canvas is an answer while it is being written, as people see it. It is an
// engines.Sink for a single request.
type Canvas struct {
	codec  engines.Codec
	stop   []int32
	hidden bool // positions that are not written are not shown: the decoder has no masks

	cells []cell
	pass  engines.Event // the last one; its slices are not kept
	nfe   int
}

// cell is one position of the answer.
type cell struct {
	id    int32
	state state
}

// state is what happened to a position in the last pass.
type state int

// The states of a position.
const (
	masked  state = iota
	fresh         // written in the last pass
	revised       // changed, or masked again, in the last pass
	settled       // written before
)

// NewCanvas makes the canvas of a request. A decoder that writes from left to
// right has no masks.
func NewCanvas(codec engines.Codec, request engines.Request, leftToRight bool) *Canvas {
	c := &Canvas{codec: codec, stop: request.Stop, hidden: leftToRight, cells: make([]cell, request.Budget)}
	for i := range c.cells {
		c.cells[i].id = codec.MaskID()
		if request.Template != nil && request.Template[i] != engines.Gap {
			c.cells[i] = cell{request.Template[i], settled}
		}
	}
	return c
}

// Event implements engines.Sink.
func (c *Canvas) Event(e *engines.Event) {
	c.pass = *e
	c.pass.Committed, c.pass.Revised, c.pass.Probe = nil, nil, nil
	c.nfe++
	for i := range c.cells {
		c.cells[i].state = settled
		if c.cells[i].id == c.codec.MaskID() {
			c.cells[i].state = masked
		}
	}
	for _, k := range e.Revised {
		c.cells[k.Pos] = cell{k.ID, revised}
	}
	for _, k := range e.Committed {
		c.cells[k.Pos] = cell{k.ID, fresh}
	}
}

// at is the time of the last pass's end.
func (c *Canvas) at() time.Duration { return c.pass.Start + c.pass.Forward + c.pass.Sampling }

// Snapshot is a copy that later events do not change.
func (c *Canvas) Snapshot() *Canvas {
	copied := *c
	copied.cells = append([]cell(nil), c.cells...)
	return &copied
}

// style says how a state looks: marks around the text and terminal attributes.
// The marks carry the meaning where there are no attributes.
type style struct{ open, close, attributes string }

// The looks of the states on a terminal, and where there is none.
var (
	terminalStyles = [...]style{masked: {attributes: "\x1b[2m"}, fresh: {attributes: "\x1b[1;4;36m"}, revised: {attributes: "\x1b[7;33m"}, settled: {}}
	plainStyles    = [...]style{masked: {}, fresh: {open: "[", close: "]"}, revised: {open: "{", close: "}"}, settled: {}}
)

// Signs for what is no text.
const (
	maskSign = "░"
	endSign  = "∎"
	padSign  = "·"
	lineSign = "↵"
)

// legend explains the signs.
func legend(styled bool) string {
	styles := plainStyles
	if styled {
		styles = terminalStyles
	}
	return maskSign + " masked  " + styles[fresh].show("new") + "  " + styles[revised].show("revised") + "  " + endSign + " end of text  " + padSign + " padding"
}

func (s style) show(text string) string {
	if s.attributes == "" {
		return s.open + text + s.close
	}
	return s.attributes + text + "\x1b[0m"
}

// lines renders the answer in lines of at most width columns. Positions that
// follow each other in the same state share their marks.
func (c *Canvas) lines(styled bool, width int) []string {
	styles := plainStyles
	if styled {
		styles = terminalStyles
	}
	cells := c.cells
	if c.hidden {
		for len(cells) > 0 && cells[len(cells)-1].id == c.codec.MaskID() {
			cells = cells[:len(cells)-1]
		}
	}
	var out []string
	var line strings.Builder
	used := 0
	for i := 0; i < len(cells); {
		word, state := c.sign(cells[i]), cells[i].state
		for i++; i < len(cells) && cells[i].state == state && state != settled && state != masked; i++ {
			if next := c.sign(cells[i]); text.RuneWidthWithoutEscSequences(word+next) <= width/2 {
				word += next
				continue
			}
			break
		}
		shown := styles[state].show(word)
		w := text.RuneWidthWithoutEscSequences(shown)
		if used > 0 && used+w > width {
			out = append(out, line.String())
			line.Reset()
			used = 0
		}
		line.WriteString(shown)
		used += w
	}
	return append(out, line.String())
}

// sign is what a position shows.
func (c *Canvas) sign(k cell) string {
	switch {
	case k.id == c.codec.MaskID():
		return maskSign
	case slices.Contains(c.stop, k.id): // padding may be one of them
		return endSign
	case k.id == c.codec.PadID():
		return padSign
	}
	return strings.ReplaceAll(Visible(c.codec.Decode([]int32{k.id})), "\n", lineSign)
}

// title says where decoding stands.
func (c *Canvas) title() string {
	what := string(c.pass.Phase)
	if c.pass.Block > 0 {
		what += fmt.Sprintf(", block %d", c.pass.Block+1)
	}
	return c.progress() + " (" + what + ")"
}

// progress counts passes and positions.
func (c *Canvas) progress() string {
	if c.hidden { // the budget is no plan
		return fmt.Sprintf("pass %d: %d written", c.nfe, len(c.cells)-c.pass.Masked)
	}
	return fmt.Sprintf("pass %d: %d written, %d to go", c.nfe, len(c.cells)-c.pass.Masked, c.pass.Masked)
}
