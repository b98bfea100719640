package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Lines calls f with every line of r that is not blank, and its number from 1.
// It bounds the file, each line and their number before anything is kept, and
// puts "file:line: " before errors. The bytes are those of the reader's buffer
// until f returns.
func Lines(r io.Reader, file string, f func(line int, data []byte) error) error {
	s := bufio.NewScanner(io.LimitReader(r, MaxFile+1))
	s.Buffer(make([]byte, 0, 64<<10), MaxLine)
	total, items, line := 0, 0, 0
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...))
	}
	for s.Scan() {
		line++
		data := s.Bytes()
		if total += len(data) + 1; total > MaxFile {
			return fail("the file has more than %d bytes", MaxFile)
		}
		if len(bytes.TrimSpace(data)) == 0 {
			continue
		}
		if items++; items > MaxItems {
			return fail("more than %d items", MaxItems)
		}
		if !utf8.Valid(data) {
			return fail("not UTF-8")
		}
		if err := f(line, data); err != nil {
			return fail("%v", err)
		}
	}
	line++
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fail("the line has more than %d bytes", MaxLine)
	}
	if s.Err() != nil {
		return fail("%v", s.Err())
	}
	return nil
}

// Fields reads one JSON object and calls f with every field, in order. A field
// that occurs twice is an error, and so is anything after the object.
func Fields(data []byte, f func(name string, value json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	first, err := dec.Token()
	if err != nil {
		return jsonError(err)
	}
	if first != json.Delim('{') {
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
