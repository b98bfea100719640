package usage

import (
	"bytes"
	"fmt"
)

// UnmarshalJSON reads what MarshalJSON writes, in any order. Counters that are
// not there are unknown, and names that are not in the table are left out.
func (u *Usage) UnmarshalJSON(data []byte) error {
	if u.exactly(data) {
		return nil
	}
	*u = Usage{}
	return u.read(data, NFE)
}

// exactly reads the bytes that MarshalJSON writes, of which a large run has millions. Of
// others it reports false, and u is then anything.
func (u *Usage) exactly(data []byte) bool {
	rest, ok := data, true
	skip := func(text string) {
		if ok = ok && len(rest) >= len(text) && string(rest[:len(text)]) == text; ok {
			rest = rest[len(text):]
		}
	}
	count := func(c Counter) {
		if u[c] = (Count{}); ok && len(rest) > 0 && rest[0] == 'n' {
			skip("null")
			return
		}
		n, digits := int64(0), 0
		for ok && digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
			n = 10*n + int64(rest[digits]-'0')
			digits++
		}
		ok = ok && digits > 0 && digits < 19 && (digits == 1 || rest[0] != '0')
		if ok {
			u[c], rest = Known(n), rest[digits:]
		}
	}
	begin := `{"`
	for c := range totals {
		skip(begin)
		skip(table[c].Name)
		skip(`":`)
		count(c)
		begin = `,"`
	}
	for _, k := range Kinds() {
		skip(`,"`)
		skip(k.String())
		begin = `":{"`
		for c := range split {
			skip(begin)
			skip(table[c].Part)
			skip(`":`)
			count(c.In(k))
			begin = `,"`
		}
		skip(`}`)
	}
	skip(`}`)
	return ok && len(rest) == 0
}

// read reads an object of counters: of all of them, which begin with NFE, or of the
// parts of a kind of rows, which begin with NFE.In(k).
func (u *Usage) read(data []byte, first Counter) error {
	n, part := totals, first != NFE
	if part {
		n = split
	}
	next := Counter(0) // in the order in which they are written
	return members(data, func(key, value []byte) error {
		for range n {
			c := next
			if next++; next == n {
				next = 0
			}
			if !part && string(key) == table[c].Name || part && string(key) == table[c].Part {
				return u[first+c].UnmarshalJSON(value)
			}
		}
		for _, k := range Kinds() {
			if !part && string(key) == k.String() {
				return u.read(value, NFE.In(k))
			}
		}
		return nil
	})
}

// members calls f for each member of an object of numbers, nulls and such
// objects; null has no members. That it is JSON was checked before, by whoever
// calls UnmarshalJSON.
func members(data []byte, f func(key, value []byte) error) error {
	data = bytes.TrimSpace(data)
	if string(data) == "null" {
		return nil
	}
	if len(data) < 2 || data[0] != '{' {
		return fmt.Errorf("counters are %.20s, which is no object", data)
	}
	for at := space(data, 1); at < len(data) && data[at] == '"'; {
		end := at + 1 + bytes.IndexByte(data[at+1:], '"')
		key := data[at+1 : max(at+1, end)]
		at = space(data, end+1) // the colon
		at = space(data, at+1)
		from := at
		for depth := 0; at < len(data) && (depth > 0 || data[at] != ',' && data[at] != '}'); at++ {
			switch c := data[at]; {
			case c == '{':
				depth++
			case c == '}':
				depth--
			case c == '[' || c == '"' && depth == 0:
				return fmt.Errorf("counter %s has no number", key)
			}
		}
		if from >= at || at >= len(data) || bytes.IndexByte(key, '\\') >= 0 {
			return fmt.Errorf("counter %s has no number", key)
		}
		if err := f(key, bytes.TrimRight(data[from:at], " \t\r\n")); err != nil {
			return fmt.Errorf("counter %s: %w", key, err)
		}
		at = space(data, at+1)
	}
	return nil
}

// space is the index of the first byte from a given one on that is no space.
func space(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r' || data[at] == '\n') {
		at++
	}
	return at
}
