package library

import (
	"os"
	"runtime"
	"runtime/debug"
)

// About how much memory, in bytes, may wait for the collector: a twentieth of the weights
// within these bounds. By default that is as much as is in use, and so would double them.
const (
	minGarbage = 1 << 26
	maxGarbage = 1 << 30
)

// collect sets how long garbage may wait beside weights of so many bytes. Without large
// ones it is as long as ever, and a user who names it (GOGC) decides.
func collect(bytes int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(int(max(5, min(100, 100*max(minGarbage, min(maxGarbage, bytes/20))/max(bytes, 1)))))
	}
}

// bytes is what the loaded weights take up.
func (l *Shelf) bytes() (n int64) {
	for _, w := range l.loaded {
		if w.Model != nil {
			n += w.Model.Bytes()
		}
	}
	return n
}

// settle makes room for others after some weights were let go.
func (l *Shelf) settle(before int64) {
	if before-l.bytes() > maxGarbage {
		runtime.GC()
	}
	collect(l.bytes())
}
