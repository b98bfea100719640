package usage

import (
	"fmt"
	"math"
	"strconv"
)

// Count is a whole number that may be unknown. The zero value is unknown, so
// that nothing counts as 0 that nobody counted.
type Count struct {
	bits int64 // the number with its sign bit turned around, which no number makes 0 but the least int64
}

// Unknown is how a count that is not known is shown.
const Unknown = "–"

// Known is a count with a value; the least int64 has none.
func Known[N int | int64](n N) Count { return Count{int64(n) ^ math.MinInt64} }

// Value is the number, and false for a count that is unknown.
func (c Count) Value() (n int64, known bool) {
	if c.bits == 0 {
		return 0, false
	}
	return c.bits ^ math.MinInt64, true
}

// Known reports whether the count has a value.
func (c Count) Known() bool { return c.bits != 0 }

// Float is the number for calculations, and NaN for a count that is unknown.
func (c Count) Float() float64 {
	if n, known := c.Value(); known {
		return float64(n)
	}
	return math.NaN()
}

// both are two numbers, and whether both are known.
func both(c, d Count) (x, y int64, known bool) {
	x, first := c.Value()
	y, second := d.Value()
	return x, y, first && second
}

// Plus is the sum; it is unknown if either count is, or if 64 bits do not hold it.
func (c Count) Plus(d Count) Count {
	if x, y, known := both(c, d); known && (x+y > x) == (y > 0) {
		return Known(x + y)
	}
	return Count{}
}

// Above reports whether both counts are known and c is the larger one.
func (c Count) Above(d Count) bool {
	x, y, known := both(c, d)
	return known && x > y
}

// max is the larger count; it is unknown if either count is.
func (c Count) max(d Count) Count {
	if x, y, known := both(c, d); known {
		return Known(max(x, y))
	}
	return Count{}
}

// String is the number, or [Unknown].
func (c Count) String() string {
	if n, known := c.Value(); known {
		return strconv.FormatInt(n, 10)
	}
	return Unknown
}

// append writes the number, or null.
func (c Count) append(to []byte) []byte {
	if n, known := c.Value(); known {
		return strconv.AppendInt(to, n, 10)
	}
	return append(to, "null"...)
}

// MarshalJSON writes the number, or null.
func (c Count) MarshalJSON() ([]byte, error) { return c.append(nil), nil }

// UnmarshalJSON reads a whole number, or null.
func (c *Count) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*c = Count{}
		return nil
	}
	n, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil || n == math.MinInt64 {
		return fmt.Errorf("%s is no count: a whole number of 64 bits, or null", data)
	}
	*c = Known(n)
	return nil
}
