// Package terminal shows people what a command is doing while it runs: how far a
// long one is (a [Display] of one [Step] after the other), and an answer that is
// being written (a [Canvas]). It draws over what it has drawn on a terminal, and
// writes plain lines everywhere else.
package terminal

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// IsTerminal reports whether a reader or writer is a terminal.
func IsTerminal(stream any) bool {
	f, ok := file(stream)
	return ok && term.IsTerminal(int(f.Fd()))
}

// file is the one behind a stream.
func file(stream any) (*os.File, bool) {
	if outer, ok := stream.(interface{ Unwrap() io.Writer }); ok {
		stream = outer.Unwrap()
	}
	f, ok := stream.(*os.File)
	return f, ok
}

// DefaultWidth is the width in columns of what is written to files and pipes.
const DefaultWidth = 120

// Width returns the number of columns of a terminal.
func Width(w io.Writer) int {
	width, _ := size(w)
	return width
}

// size is that of a terminal, which is 80 columns of 24 lines where it tells none.
func size(w io.Writer) (width, height int) {
	if f, ok := file(w); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil {
			return cmp.Or(width, 80), cmp.Or(height, 24)
		}
	}
	return DefaultWidth, 24
}

// Visible makes text that a model or a file wrote safe to show: control and
// formatting characters, broken UTF-8 among them, appear as escapes, so that
// they can neither move the cursor nor reorder the line. Line feeds stay.
func Visible(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
	}
	return b.String()
}

// A Fact is one line of a two-column listing.
type Fact [2]string // name and value

// WriteFacts prints facts in two aligned columns, values of several lines too.
func WriteFacts(w io.Writer, facts []Fact) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range facts {
		fmt.Fprintf(t, "%s\t%s\n", f[0], strings.ReplaceAll(Visible(f[1]), "\n", "\n\t"))
	}
	return t.Flush()
}
