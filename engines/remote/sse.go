package remote

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// bounds are the most that is read of a stream. A server is not trusted.
type bounds struct {
	line   int // bytes of a line
	event  int // bytes of the data of an event
	body   int // bytes of an answer
	events int
}

// usual are the bounds outside of tests.
var usual = bounds{line: 4 << 20, event: 8 << 20, body: 64 << 20, events: 1_000_000}

// parser cuts a stream of server-sent events (WHATWG HTML, section 9.2.6) into events. It
// takes bytes as they are read, however they are cut, so that the caller knows which read
// completed which event. Only the type and the data of an event are kept; comments, ids and
// retry times are read over.
type parser struct {
	bounds bounds
	line   []byte // of the stream, not yet ended
	data   []byte // of the event so far, every line with its LF
	kind   string // its type; "" for none
	fields bool   // the event has a data field
	begun  bool   // the first line was seen, which may have a byte order mark
	cr     bool   // the last byte was a CR: an LF that follows is part of its end
	events int
}

// feed takes the next bytes of the stream and calls emit for each event that they complete.
// Its errors are those of emit, and streams beyond the bounds.
func (p *parser) feed(b []byte, emit func(kind string, data []byte) error) error {
	for len(b) > 0 {
		if p.cr {
			p.cr = false
			if b[0] == '\n' {
				b = b[1:]
				continue
			}
		}
		end := bytes.IndexAny(b, "\r\n")
		if end < 0 {
			end = len(b)
		}
		if len(p.line)+end > p.bounds.line {
			return fmt.Errorf("the server sent a line of more than %d bytes", p.bounds.line)
		}
		if p.line = append(p.line, b[:end]...); end == len(b) {
			return nil
		}
		p.cr, b = b[end] == '\r', b[end+1:]
		if err := p.take(emit); err != nil {
			return err
		}
	}
	return nil
}

// end is the end of the stream. An event that no empty line ended counts if its data is whole
// JSON: some servers leave the last empty line out, and a cut stream must not pass for one.
func (p *parser) end(emit func(kind string, data []byte) error) error {
	if len(p.line) > 0 {
		if err := p.take(emit); err != nil {
			return err
		}
	}
	if p.fields && json.Valid(p.data) {
		return p.dispatch(emit)
	}
	return nil
}

// take reads the line that has ended.
func (p *parser) take(emit func(kind string, data []byte) error) error {
	line := p.line
	p.line = p.line[:0]
	if !p.begun {
		p.begun = true
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if len(line) == 0 {
		return p.dispatch(emit)
	}
	name, value, _ := bytes.Cut(line, []byte(":")) // a comment has an empty name
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "event":
		p.kind = string(value[:min(len(value), 64)])
	case "data":
		if len(p.data)+len(value) > p.bounds.event {
			return fmt.Errorf("the server sent an event of more than %d bytes", p.bounds.event)
		}
		p.fields, p.data = true, append(append(p.data, value...), '\n')
	}
	return nil
}

// dispatch emits the event so far, if it has data, and begins the next.
func (p *parser) dispatch(emit func(kind string, data []byte) error) (err error) {
	if p.fields {
		if p.events++; p.events > p.bounds.events {
			return fmt.Errorf("the server sent more than %d events", p.bounds.events)
		}
		err = emit(p.kind, bytes.TrimSuffix(p.data, []byte("\n")))
	}
	p.data, p.kind, p.fields = p.data[:0], "", false
	return err
}
