package child

import (
	"bytes"
	"strings"
	"sync"
)

// tail keeps the last bytes that were written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if n := len(t.text); n > tailBytes {
		t.text = bytes.Clone(t.text[n-tailBytes:])
	}
	return len(p), nil
}

func (t *tail) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}

// last is what a dying program says: the first line of a Go crash, else the last line.
func (t *tail) last() string {
	found := ""
	for line := range strings.Lines(t.all()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "fatal error:") || strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "runtime:") {
			return line
		}
		if line != "" {
			found = line
		}
	}
	return found
}
