package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Screen shows frames one over the other on a terminal, and one after the other
// everywhere else.
type Screen struct {
	out    io.Writer
	live   bool // a terminal: frames replace each other
	styled bool
	width  int
	height int
	drawn  []int // width of each line of the frame that is shown
}

// NewScreen prepares a screen on w.
func NewScreen(w io.Writer) *Screen {
	s := &Screen{out: w, live: IsTerminal(w)}
	s.width, s.height = size(w)
	s.styled = s.live && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return s
}

// measure asks the terminal for its size, which may change.
func (s *Screen) measure() {
	if s.live && IsTerminal(s.out) {
		s.width, s.height = size(s.out)
	}
}

// show replaces the frame. What does not fit the terminal is cut off at its top.
func (s *Screen) show(lines []string) {
	if !s.live {
		fmt.Fprintln(s.out, strings.Join(lines, "\n"))
		return
	}
	lines = lines[max(0, len(lines)-max(1, s.height-2)):]
	erase := s.erase()
	for _, line := range lines {
		s.drawn = append(s.drawn, text.StringWidthWithoutEscSequences(line))
	}
	fmt.Fprint(s.out, erase+strings.Join(lines, "\n")+"\n")
}

// erase is what takes the frame away. A terminal that became narrower has
// wrapped its lines.
func (s *Screen) erase() string {
	rows := 0
	for _, width := range s.drawn {
		rows += max(1, (width+s.width-1)/s.width)
	}
	s.drawn = s.drawn[:0]
	if rows == 0 {
		return ""
	}
	return text.CursorUp.Sprintn(rows) + "\r\x1b[J"
}
