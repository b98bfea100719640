package jsonl

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Lines calls f with every line of r that is not blank, and its number from 1. What
// is packed with gzip is unpacked, and a byte order mark is passed over. It bounds
// the unpacked text, each line and their number before anything is kept. The error
// holds the mistakes of all lines, see [Mistakes], each with "file:line: " before
// it. The bytes are those of the reader's buffer until f returns.
func Lines(r io.Reader, file string, f func(line int, data []byte) error) error {
	found := Finder{File: file}
	total, items, line := 0, 0, 1
	fail := func(format string, args ...any) { found.Add(line, fmt.Errorf(format, args...)) }
	text, read, err := unpack(r)
	if err != nil {
		fail("%w", err)
		return found.Err()
	}
	s := bufio.NewScanner(io.LimitReader(text, MaxFile+1))
	s.Buffer(make([]byte, 0, 64<<10), MaxLine)
lines:
	for ; s.Scan() && s.Err() == nil; line++ {
		data := s.Bytes()
		total += len(data) + 1
		switch {
		case total > MaxFile:
			fail("the file has more than %d bytes", MaxFile)
			break lines
		case line > maxLines:
			fail("more than %d lines", maxLines)
			break lines
		case len(bytes.TrimSpace(data)) == 0:
			continue
		case items == MaxItems:
			fail("more than %d items", MaxItems)
			break lines
		}
		items++
		if !utf8.Valid(data) {
			fail("not UTF-8")
		} else if err := f(line, data); err != nil {
			fail("%w", err)
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		fail("the line has more than %d bytes", MaxLine)
	} else if s.Err() != nil {
		fail("%s%v", read, s.Err())
	}
	return found.Err()
}

// Finder gathers the mistakes of a file.
type Finder struct {
	File string
	list Mistakes
	more int
}

// Add adds the mistake of a line, in words where there are not too many.
func (m *Finder) Add(line int, err error) {
	if len(m.list) == maxMistakes {
		m.more++
		return
	}
	m.list = append(m.list, fmt.Errorf("%s:%d: %w", m.File, line, err))
}

// Err holds the [Mistakes], nil for none.
func (m *Finder) Err() error {
	switch {
	case m.list == nil:
		return nil
	case m.more > 0:
		return append(m.list, fmt.Errorf("%s: and %d more", m.File, m.more))
	}
	return m.list
}

// maxMistakes bounds the mistakes that are reported in words, maxLines blank lines
// and others.
const (
	maxMistakes = 20
	maxLines    = 10 * MaxItems
)

// Mistakes are those of a file, in the order of its lines.
type Mistakes []error

// Error has a line for each mistake.
func (m Mistakes) Error() string { return errors.Join(m...).Error() }

// Unwrap returns the mistakes.
func (m Mistakes) Unwrap() []error { return m }

// unpack returns the text of a file without what stands before it, and what to say
// before an error of reading it.
func unpack(r io.Reader) (text *bufio.Reader, read string, err error) {
	text = bufio.NewReader(r)
	if head, _ := text.Peek(2); string(head) == "\x1f\x8b" {
		read = "packed with gzip, and broken: "
		unpacked, err := gzip.NewReader(text)
		if err != nil {
			return nil, read, fmt.Errorf("%s%w", read, err)
		}
		text = bufio.NewReader(unpacked)
	}
	switch head, _ := text.Peek(3); {
	case string(head) == "\ufeff":
		_, err = text.Discard(len(head))
	case len(head) > 1 && (string(head[:2]) == "\xff\xfe" || string(head[:2]) == "\xfe\xff"):
		err = errors.New("UTF-16, which is not read: save the file as UTF-8")
	}
	return text, read, err
}

// Text is a whole file of at most so many bytes, unpacked, without a byte order mark.
func Text(r io.Reader, most int64) ([]byte, error) {
	text, read, err := unpack(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(text, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s%w", read, err)
	case int64(len(data)) > most:
		return nil, fmt.Errorf("the file has more than %d bytes", most)
	case !utf8.Valid(data):
		return nil, errors.New("not UTF-8")
	}
	return data, nil
}

// Fields reads one JSON object and calls f with every field, in order. A field
// that occurs twice is an error, and so is anything after the object.
func Fields(data []byte, f func(name string, value json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if first, err := dec.Token(); err != nil || first != json.Delim('{') {
		return errors.New("not a JSON object: a line begins with {")
	}
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return jsonError(err)
		}
		name := key.(string)
		if seen[name] {
			return fmt.Errorf("the field %q occurs twice", name)
		}
		seen[name] = true
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return jsonError(err)
		}
		if err := f(name, value); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return jsonError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object: one object per line")
	}
	return nil
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: the line ends within the object")
	}
	return err
}
