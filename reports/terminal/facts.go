package terminal

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A Fact is one line of a two-column listing.
type Fact [2]string // name and value

// WriteFacts prints facts in two aligned columns.
func WriteFacts(w io.Writer, facts []Fact) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range facts {
		fmt.Fprintf(t, "%s\t%s\n", f[0], Visible(f[1]))
	}
	return t.Flush()
}
