package place

import "fmt"

// Looks names how reports tell decoders apart: the first of a kind of engine looks as
// its kind, the others have a number behind it ("diffusion/1"), counted through the
// report. The zero value is ready to use.
type Looks struct {
	own   map[[2]string]string
	kinds map[string]bool
}

// Of is the look of a decoder, by its kind of engine and its name in the scenario.
func (l *Looks) Of(kind, name string) string {
	if l.own == nil {
		l.own, l.kinds = map[[2]string]string{}, map[string]bool{}
	}
	own := [2]string{kind, name}
	if l.own[own] == "" {
		l.own[own] = kind
		if l.kinds[kind] {
			l.own[own] = fmt.Sprintf("%s/%d", kind, len(l.own)-len(l.kinds))
		}
		l.kinds[kind] = true
	}
	return l.own[own]
}
