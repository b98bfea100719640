package usage

import (
	"bytes"
	"fmt"
)

// UnmarshalJSON reads what MarshalJSON writes, in any order. Counters that are
// not there are unknown, and names that are not in the table are left out.
func (u *Usage) UnmarshalJSON(data []byte) error {
	*u = Usage{}
	next := Counter(0) // in the order in which they are written
	return members(data, func(key, value []byte) error {
		for range totals {
			c := next
			if next++; next == totals {
				next = 0
			}
			if string(key) == table[c].Name {
				return u[c].UnmarshalJSON(value)
			}
		}
		for _, k := range Kinds() {
			if string(key) == k.String() {
				return u.readPart(k, value)
			}
		}
		return nil
	})
}

// readPart reads the object of one kind of rows.
func (u *Usage) readPart(k Kind, data []byte) error {
	next := Counter(0)
	return members(data, func(key, value []byte) error {
		for range split {
			c := next
			if next++; next == split {
				next = 0
			}
			if string(key) == table[c].Part {
				return u[c.In(k)].UnmarshalJSON(value)
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
