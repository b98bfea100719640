//go:build linux

package terminal

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestTerminalWithoutSize: a terminal that tells no size, as under some programs that
// run others, has 80 columns.
func TestTerminalWithoutSize(t *testing.T) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer master.Close()
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Skip(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer tty.Close()
	if w := Width(tty); !IsTerminal(tty) || w != 80 {
		t.Errorf("%d columns, want 80", w)
	}
	s := NewScreen(tty)
	for range 2 {
		s.show([]string{"a line"})
	}
	p := newPanel(s, time.Now)
	p.Update(Step{Done: 1, Total: 1})
	p.draw()
	p.Finish()
}

// TestDisplaysNeverEndTheWork: a display that panics says so once, and is off.
func TestDisplaysNeverEndTheWork(t *testing.T) {
	var out strings.Builder
	p := newPanel(&Screen{out: &out, live: true, drawn: []int{3}}, time.Now) // no columns
	p.Update(Step{Done: 1, Total: 2})
	for range 2 {
		p.attempt(&out, p.draw)
	}
	p.Finish()
	if got := strings.Count(out.String(), "the work goes on: runtime error: integer divide by zero"); got != 1 {
		t.Errorf("said %d times: %s", got, &out)
	}
}
