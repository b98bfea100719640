package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// emitted is an event as the parser emits it.
type emitted struct{ kind, data string }

// parsed feeds a stream cut into pieces of some bytes.
func parsed(stream []byte, piece int) (list []emitted, err error) {
	p := parser{bounds: usual}
	emit := func(kind string, data []byte) error {
		list = append(list, emitted{kind, string(data)})
		return nil
	}
	for part := range slices.Chunk(stream, max(1, piece)) {
		if err := p.feed(part, emit); err != nil {
			return list, err
		}
	}
	return list, p.end(emit)
}

// twin reads a whole stream in the obvious way.
func twin(stream string) (list []emitted) {
	stream = strings.ReplaceAll(stream, "\r\n", "\n")
	stream = strings.ReplaceAll(stream, "\r", "\n")
	stream = strings.TrimPrefix(stream, "\ufeff")
	lines := strings.Split(stream, "\n")
	var data []string
	kind := ""
	for i, line := range lines {
		last := i == len(lines)-1 // behind it no line end came
		if value, ok := strings.CutPrefix(line, "data:"); ok || line == "data" {
			if !ok {
				value = ""
			}
			data = append(data, strings.TrimPrefix(value, " "))
		} else if value, ok := strings.CutPrefix(line, "event:"); ok || line == "event" {
			if !ok {
				value = ""
			}
			value = strings.TrimPrefix(value, " ")
			kind = value[:min(len(value), 64)]
		}
		whole := json.Valid([]byte(strings.Join(data, "\n")))
		if data != nil && (line == "" && !last || last && whole) {
			list = append(list, emitted{kind, strings.Join(data, "\n")})
		}
		if line == "" && !last {
			data, kind = nil, ""
		}
	}
	return list
}

var streams = []string{
	"data: {\"a\":1}\n\ndata: [DONE]\n\n", "data:{}\r\n\r\ndata: {}\r\rdata:  x\n\n", "\ufeffdata: 1\n\n", ": ping\n\n:\n\ndata: 1\n\n", "data: : OPENROUTER PROCESSING\n\n",
	"event: error\ndata: {\"error\":1}\n\n", "data: a\ndata: b\ndata\n\n", "data: {\"a\":\n\n", "data: {\"a\":1}", "data: {\"a\"", "id: 7\nretry: 10\ndata: 1\n\n", "data: \xc3\xa9\n\n", "data\n\n", "\n\n\n", "", "\r", "x: y\ndata: 1\n\r\n", "datum: 1\n\n", "\ufeff\ufeffdata: 1\n\n",
}

// FuzzEvents: a stream gives the same events however it is cut, and those of a reader that
// sees it whole.
func FuzzEvents(f *testing.F) {
	for _, s := range streams {
		f.Add([]byte(s), 1)
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		want := twin(string(stream))
		for _, n := range []int{piece, len(stream)} {
			got, err := parsed(stream, n)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("in pieces of %d: %q, want %q", n, got, want)
			}
		}
	})
}

// TestBounds: what has no end is given up before it fills the memory.
func TestBounds(t *testing.T) {
	forever := func(text string, n int) error {
		p := parser{bounds: usual}
		for range n {
			if err := p.feed([]byte(text), func(string, []byte) error { return nil }); err != nil {
				return err
			}
			if len(p.line) > usual.line || len(p.data) > usual.event+len(text) {
				return errors.New("it grows")
			}
		}
		return nil
	}
	long := strings.Repeat("x", 1<<20)
	for want, got := range map[string]error{
		"a line of more than 4194304 bytes":   forever(long, 100),
		"an event of more than 8388608 bytes": forever("data: "+long+"\n", 100),
		"more than 1000000 events":            forever(strings.Repeat("data: 1\n\n", 1000), 1001),
	} {
		if got == nil || !strings.Contains(got.Error(), want) {
			t.Errorf("%v, want %s", got, want)
		}
	}
	if deep := bytes.Repeat([]byte("["), 70); depth(deep) != 70 || depth([]byte(`{"a":"[[[\"["}`)) != 1 {
		t.Error("depth")
	}
}
