package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// midway is a run that decodes with three cells in turns.
func midway() progressStep {
	fast, slow := 4291.4, 8.25
	return progressStep{
		done: 84, total: 310, elapsed: 65 * time.Second, left: 14 * time.Second,
		now: "diffusion steps=4", task: "arithmetic sum-6x2, 58 tokens (group 2 of 5)",
		parts: []progressPart{
			{name: "ar", detail: "autoregressive / greedy", done: 20, total: 20, left: 0, rate: &slow},
			{name: "diffusion steps=4", detail: "diffusion / llada", done: 14, total: 20, left: 3 * time.Second, rate: &fast, running: true},
			{name: "block", detail: "block / sdar-static", total: 20, left: -1},
		},
	}
}

func TestFrame(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{
		{81, `██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   27%  84/310  1m5s gone, 14s left
arithmetic sum-6x2, 58 tokens (group 2 of 5)
  ar                 20/20            8.2 tok/s  autoregressive / greedy
▸ diffusion steps=4  14/20  3s left  4291 tok/s  diffusion / llada
  block               0/20   – left     – tok/s  block / sdar-static`},
		{60, `██████░░░░░░░░░░░░░░░░░░   27%  84/310  1m5s gone, 14s left
arithmetic sum-6x2, 58 tokens (group 2 of 5)
  ar                 20/20            8.2 tok/s
▸ diffusion steps=4  14/20  3s left  4291 tok/s
  block               0/20   – left     – tok/s`},
	} {
		step := midway()
		if got := strings.Join(step.frame(c.width, 24, false), "\n"); got != c.want {
			t.Errorf("%d columns:\n%s\nwant\n%s", c.width, got, c.want)
		}
	}
}

func TestFrameNeverWraps(t *testing.T) {
	step := midway()
	step.task = strings.Repeat("a long task ", 30)
	for i := range 40 {
		step.parts = append(step.parts, progressPart{name: fmt.Sprintf("\x1b[2J個個%d ", i) + strings.Repeat("name ", i), total: 7, left: time.Hour, running: i == 30})
	}
	step.parts[1].running = false
	for _, width := range []int{1, 10, 40, 60, 80, 140, 300} {
		for _, height := range []int{1, 6, 24, 100} {
			lines := step.frame(width, height, true)
			if len(lines) > max(5, height) {
				t.Errorf("%d lines on a terminal of %d", len(lines), height)
			}
			all := strings.Join(lines, "\n")
			for _, line := range lines {
				if n := text.StringWidthWithoutEscSequences(line); n > max(1, width-1) {
					t.Errorf("%d columns: a line of %d: %q", width, n, line)
				}
			}
			if strings.Contains(all, "\x1b[2J") {
				t.Errorf("a name reaches the terminal as a command: %q", all)
			}
			if width >= 40 && !strings.Contains(all, "▸") {
				t.Errorf("%d×%d: the running cell is not shown:\n%s", width, height, all)
			}
		}
	}
}

// TestPanel draws by hand on a terminal that becomes narrower.
func TestPanel(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &screen{out: &out, live: true, width: 80, height: 24}
	p := newPanel(s, func() time.Time { return now })
	close(p.stop) // the test draws itself
	p.drawer.Wait()
	p.stop = make(chan struct{})

	p.draw()
	if out.Len() != 0 {
		t.Errorf("something is shown before the first step: %q", out.String())
	}
	p.update(midway())
	now = now.Add(4 * time.Second) // a long batch: the clock goes on
	p.draw()
	if got := out.String(); !strings.Contains(got, "1m9s gone, 10s left") || !strings.Contains(got, "14/20  0s left") || strings.Contains(got, "\x1b[J") {
		t.Errorf("first frame: %q", got)
	}
	out.Reset()
	s.width = 30 // the five lines were wider than that and have wrapped
	p.draw()
	if up, _, ok := strings.Cut(strings.TrimPrefix(out.String(), "\x1b["), "A\r\x1b[J"); !ok || up != "14" {
		t.Errorf("the first frame is taken away by %.20q", out.String())
	}
	out.Reset()
	p.update(progressStep{done: 310, total: 310, elapsed: 2 * time.Minute, now: "done"})
	p.finish()
	if got := out.String(); !strings.HasSuffix(got, "A\r\x1b[J[310/310] done in 2m0s\n") {
		t.Errorf("the end: %q", got)
	}
}

func TestPanelOfAnInterruptedRunLeavesNothing(t *testing.T) {
	var out strings.Builder
	p := newPanel(&screen{out: &out, live: true, width: 80, height: 24}, time.Now)
	p.update(midway())
	p.draw()
	out.Reset()
	p.finish()
	if got := out.String(); !strings.HasSuffix(got, "A\r\x1b[J") {
		t.Errorf("left on the terminal: %q", got)
	}
}
