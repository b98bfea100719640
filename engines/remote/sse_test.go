package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tmaxmax/go-sse"
)

// emitted is an event as the parser emits it.
type emitted struct{ kind, data string }

// parsed feeds a stream cut into pieces of some bytes. What the end of the stream adds comes apart.
func parsed(stream []byte, piece int) (list, atEnd []emitted, err error) {
	p := parser{bounds: usual}
	emit := func(kind string, data []byte) error {
		list = append(list, emitted{kind, string(data)})
		return nil
	}
	for part := range slices.Chunk(stream, max(1, piece)) {
		if err := p.feed(part, emit); err != nil {
			return list, nil, err
		}
	}
	n := len(list)
	err = p.end(emit)
	return list[:n], list[n:], err
}

// oracle reads a stream by another implementation. It also has events without a data line, which
// cannot be told from those whose data is empty.
func oracle(t *testing.T, stream []byte) (list []emitted) {
	for e, err := range sse.Read(bytes.NewReader(stream), &sse.ReadConfig{MaxEventSize: 1 << 20}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, emitted{e.Type[:min(len(e.Type), 64)], e.Data})
	}
	return list
}

var streams = []string{
	"data: {\"a\":1}\n\ndata: [DONE]\n\n", "data:{}\r\n\r\ndata: {}\r\rdata:  x\n\n", "\ufeffdata: 1\n\n", ": ping\n\n:\n\ndata: 1\n\n", "data: : OPENROUTER PROCESSING\n\n",
	"event: error\ndata: {\"error\":1}\n\n", "data: a\ndata: b\ndata\n\n", "data: {\"a\":\n\n", "data: {\"a\":1}", "data: {\"a\"", "id: 7\nretry: 10\ndata: 1\n\n", "data: \xc3\xa9\n\n", "data\n\n", "\n\n\n", "", "\r", "x: y\ndata: 1\n\r\n", "datum: 1\n\n", "\ufeff\ufeffdata: 1\n\n",
	"event: a\n\ndata: 1\n\n", "id: a\x00b\ndata: 1\n\n", "data: 1\r\n\r", "event:  a\revent\rdata:1\r\r", " data: 1\n\n",
}

// FuzzEvents: a stream gives the same events however it is cut, and those of another
// implementation. Where the two differ, the rules of the format (WHATWG HTML, section 9.2.6) decide:
//   - Blocks without a data line are no events: here as the rules say, TestRules; the other emits them.
//   - What no empty line ended is none: the other drops it as the rules say; here it is one if
//     its data is whole JSON, because some servers leave that line out.
func FuzzEvents(f *testing.F) {
	for _, s := range streams {
		f.Add([]byte(s), 1)
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		if len(stream) > 1<<19 {
			return
		}
		list, atEnd, err := parsed(stream, len(stream))
		if err != nil {
			t.Fatal(err)
		}
		if cut, cutEnd, err := parsed(stream, piece); err != nil || !slices.Equal(cut, list) || !slices.Equal(cutEnd, atEnd) {
			t.Fatalf("in pieces of %d: %q, %q, %v, want %q, %q", piece, cut, cutEnd, err, list, atEnd)
		}
		if len(atEnd) > 1 || len(atEnd) == 1 && !json.Valid([]byte(atEnd[0].data)) {
			t.Fatalf("the end of the stream adds %q", atEnd)
		}
		empty := func(e emitted) bool { return e.data == "" }
		want := slices.DeleteFunc(oracle(t, stream), empty)
		if got := slices.DeleteFunc(list, empty); !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// TestRules: what the other implementation of FuzzEvents does not show.
func TestRules(t *testing.T) {
	t.Parallel()
	for stream, want := range map[string][]emitted{
		"data\n\ndata\ndata\n\ndata:": {{"", ""}, {"", "\n"}},
		"event: a\n\n:\n\nid: 1\n\n":  nil,
		"event: a\n\ndata: 1\n\n":     {{"", "1"}},
		"data: [1]":                   {{"", "[1]"}},
		"data: [1":                    nil,
	} {
		if list, atEnd, err := parsed([]byte(stream), 1); err != nil || !slices.Equal(append(list, atEnd...), want) {
			t.Errorf("%q: %q, %q, %v, want %q", stream, list, atEnd, err, want)
		}
	}
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
