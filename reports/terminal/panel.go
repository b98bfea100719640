package terminal

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// panelEvery is the time between two drawings of a panel.
const panelEvery = 250 * time.Millisecond

// panel is a live view for terminals: a bar with the time left, and a line for
// each cell that is decoded in turns. A goroutine of its own draws it, so that
// a slow or stopped terminal does not hold up what is measured.
type panel struct {
	screen *Screen
	now    func() time.Time
	stop   chan struct{}
	drawer sync.WaitGroup
	steady

	mu   sync.Mutex
	step *Step     // the last one; nil before the first
	at   time.Time // when it came
}

func newPanel(s *Screen, now func() time.Time) *panel {
	p := &panel{screen: s, now: now, stop: make(chan struct{})}
	p.drawer.Go(func() {
		tick := time.NewTicker(panelEvery)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.attempt(s.out, p.draw)
			}
		}
	})
	return p
}

func (p *panel) Update(step Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step, p.at = &step, p.now()
}

// Finish leaves one line of a finished command, and nothing of another one.
func (p *panel) Finish() {
	close(p.stop)
	p.drawer.Wait()
	p.attempt(p.screen.out, func() {
		p.screen.measure()
		fmt.Fprint(p.screen.out, p.screen.erase())
		if p.step != nil && p.step.Done == p.step.Total {
			fmt.Fprintln(p.screen.out, text.Trim(p.step.line(), p.screen.width))
		}
	})
}

// draw shows the last step with the time that has passed since it came.
func (p *panel) draw() {
	p.mu.Lock()
	if p.step == nil {
		p.mu.Unlock()
		return
	}
	step, since := *p.step, p.now().Sub(p.at)
	p.mu.Unlock()
	step.Elapsed += since
	step.Left = later(step.Left, since)
	step.Parts = slices.Clone(step.Parts)
	for i := range step.Parts {
		if step.Parts[i].Running {
			step.Parts[i].Left = later(step.Parts[i].Left, since)
		}
	}
	p.screen.measure()
	p.screen.show(step.frame(p.screen.width, p.screen.height, p.screen.styled))
}

// later is the time left after some more has passed; unknown stays unknown.
func later(left, since time.Duration) time.Duration {
	if left < 0 {
		return left
	}
	return max(0, left-since)
}

// The widest bar, and the narrowest that is worth showing, in columns.
const (
	maxBar = 40
	minBar = 8
)

// frame draws a step on a terminal of a size. No line reaches the last column,
// at which some terminals wrap.
func (p *Step) frame(width, height int, styled bool) []string {
	width = max(1, width-1)
	lines := []string{p.head(width)}
	if p.Task == "" {
		return append(lines, text.Trim(Visible(p.Now), width))
	}
	lines = append(lines, text.Trim(Visible(p.Task), width))
	rows := p.rows(width)
	// Parts that do not fit the height are left out around the running one.
	running := 0
	for i, part := range p.Parts {
		if part.Running {
			running = i
			if styled {
				rows[i] = text.Colors{text.Bold}.Sprint(rows[i])
			}
		}
	}
	room := max(1, height-len(lines)-3)
	from := min(max(0, running-room/2), max(0, len(rows)-room))
	shown := rows[from:min(len(rows), from+room)]
	lines = append(lines, shown...)
	if out := len(rows) - len(shown); out > 0 {
		lines = append(lines, text.Trim(fmt.Sprintf("  … and %d more", out), width))
	}
	return lines
}

// head is the bar with counts and times.
func (p *Step) head(width int) string {
	share := float64(p.Done) / float64(max(1, p.Total))
	words := fmt.Sprintf("%3.0f%%  %d/%d  %v gone, %s", 100*share, p.Done, p.Total, seconds(p.Elapsed), remaining(p.Left))
	room := min(maxBar, width-len(words)-2)
	if room < minBar {
		return text.Trim(words, width)
	}
	full := int(share * float64(room))
	return strings.Repeat("█", full) + strings.Repeat("░", room-full) + "  " + words
}

// rows are the lines of the parts, in columns. A name gives way to the numbers;
// details are shown where there is room for all of them.
func (p *Step) rows(width int) []string {
	table := make([][]string, len(p.Parts))
	for i, part := range p.Parts {
		left := ""
		if part.Done < part.Total && part.Left < 0 {
			left = "– left"
		} else if part.Done < part.Total {
			left = remaining(part.Left)
		}
		table[i] = []string{Visible(part.Name), fmt.Sprintf("%d/%d", part.Done, part.Total), left, tokensPerSecond(part.Rate), Visible(part.Detail)}
	}
	var widths [5]int
	for _, row := range table {
		for i, s := range row {
			widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(s))
		}
	}
	numbers := widths[1] + widths[2] + widths[3] + 3*2 + 2 // gaps and the mark
	widths[0] = min(widths[0], max(minBar, width-numbers))
	detailed := widths[0]+numbers+2+widths[4] <= width
	lines := make([]string, len(table))
	for i, row := range table {
		mark := "  "
		if p.Parts[i].Running {
			mark = "▸ "
		}
		line := mark + text.Pad(text.Snip(row[0], widths[0], "…"), widths[0], ' ')
		for j := 1; j <= 3; j++ {
			line += "  " + text.AlignRight.Apply(row[j], widths[j])
		}
		if detailed {
			line += "  " + row[4]
		}
		lines[i] = text.Trim(strings.TrimRight(line, " "), width)
	}
	return lines
}
