package terminal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// midway is a run that decodes with three cells in turns.
func midway() Step {
	fast, slow := 4291.4, 8.25
	return Step{
		Done: 84, Total: 310, Elapsed: 65 * time.Second, Left: 14 * time.Second,
		Now: "diffusion steps=4", Task: "arithmetic sum-6x2, 58 tokens (group 2 of 5)",
		Parts: []Part{
			{Name: "ar", Detail: "autoregressive / greedy", Done: 20, Total: 20, Left: 0, Rate: &slow},
			{Name: "diffusion steps=4", Detail: "diffusion / llada", Done: 14, Total: 20, Left: 3 * time.Second, Rate: &fast, Running: true},
			{Name: "block", Detail: "block / sdar-static", Total: 20, Left: -1},
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
	step.Task = strings.Repeat("a long task ", 30)
	for i := range 40 {
		step.Parts = append(step.Parts, Part{Name: fmt.Sprintf("\x1b[2J個個%d ", i) + strings.Repeat("name ", i), Total: 7, Left: time.Hour, Running: i == 30})
	}
	step.Parts[1].Running = false
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
	s := &Screen{out: &out, live: true, width: 80, height: 24}
	p := newPanel(s, func() time.Time { return now })
	close(p.stop) // the test draws itself
	p.drawer.Wait()
	p.stop = make(chan struct{})

	p.draw()
	if out.Len() != 0 {
		t.Errorf("something is shown before the first step: %q", out.String())
	}
	p.Update(midway())
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
	p.Update(Step{Done: 310, Total: 310, Elapsed: 2 * time.Minute, Now: "done"})
	p.Finish()
	if got := out.String(); !strings.HasSuffix(got, "A\r\x1b[J[310/310] done in 2m0s\n") {
		t.Errorf("the end: %q", got)
	}
}

func TestPanelOfAnInterruptedRunLeavesNothing(t *testing.T) {
	var out strings.Builder
	p := newPanel(&Screen{out: &out, live: true, width: 80, height: 24}, time.Now)
	p.Update(midway())
	p.draw()
	out.Reset()
	p.Finish()
	if got := out.String(); !strings.HasSuffix(got, "A\r\x1b[J") {
		t.Errorf("left on the terminal: %q", got)
	}
}
