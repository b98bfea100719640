package result

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"strconv"
)

// requestPrefix begins the lines that a Writer writes for requests.
const requestPrefix = `{"type":"request",`

// decoder reads request lines as a Writer writes them, without reflection and
// with few allocations: numbers behind pointers come from slabs, and words that
// return in every line are held once. What is written in any other way, it
// leaves to encoding/json; where it reads a line, the result is the same.
type decoder struct {
	numbers bool // what was written is left out: see [Index.NumbersOf]

	words  map[string]string
	ints   []int64
	whole  []int
	floats []float64
	bools  []bool
	spent  []Spent
	pairs  [][2]int64
}

func newDecoder() *decoder { return &decoder{words: map[string]string{}} }

// request decodes a line into r, which must be zero.
func (d *decoder) request(line []byte, r *Request) error {
	s := scan{b: bytes.TrimSuffix(line, []byte{'\n'}), d: d}
	if s.request(r) {
		return nil
	}
	*r = Request{}
	err := decode(line, r)
	if d.numbers {
		r.Output, r.OutputSHA256, r.Broken, r.Extra = "", "", nil, nil
	}
	return err
}

// slabSize is the number of values that are allocated together.
const slabSize = 512

func slab[T any](free *[]T, v T) *T {
	if len(*free) == 0 {
		*free = make([]T, slabSize)
	}
	p := &(*free)[0]
	*p, *free = v, (*free)[1:]
	return p
}

// scan reads a line from the front. It gives up, for good, at the first thing
// that it does not know.
type scan struct {
	b   []byte
	i   int
	bad bool
	d   *decoder
}

func (s *scan) fail() { s.bad = true }

// take takes a byte that must come next.
func (s *scan) take(c byte) {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
	} else {
		s.fail()
	}
}

// next tells whether a byte comes next, and takes it if it does.
func (s *scan) next(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// object reads an object and calls field for each key, which must read the
// value.
func (s *scan) object(field func(key []byte)) {
	s.take('{')
	if s.next('}') {
		return
	}
	for !s.bad {
		key := s.plain()
		s.take(':')
		if s.bad {
			return
		}
		field(key)
		if s.next('}') {
			return
		}
		s.take(',')
	}
}

// plain reads a string without escapes, of printable ASCII.
func (s *scan) plain() []byte {
	s.take('"')
	from := s.i
	for s.i+8 <= len(s.b) {
		if odd := oddBytes(binary.LittleEndian.Uint64(s.b[s.i:])); odd != 0 {
			s.i += bits.TrailingZeros64(odd) / 8
			break
		}
		s.i += 8
	}
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1]
		case c < ' ' || c > '~' || c == '\\':
			s.fail()
			return nil
		}
	}
	s.fail()
	return nil
}

// oddBytes marks, by its highest bit, the lowest of eight bytes that is no
// printable ASCII, a quotation mark or a backslash, and perhaps higher ones; 0 if
// there is none.
func oddBytes(x uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	zero := func(y uint64) uint64 { return (y - ones) &^ y }
	return (x | (x-' '*ones)&^x | zero(x^'"'*ones) | zero(x^'\\'*ones) | zero(x^0x7f*ones)) & high
}

// text reads any string.
func (s *scan) text() string {
	from := s.i
	if out := s.plain(); !s.bad {
		return string(out)
	}
	s.i, s.bad = from, false
	var out string
	s.json(&out)
	return out
}

// written reads a string that is left out where numbers alone are wanted.
func (s *scan) written() string {
	if !s.d.numbers {
		return s.text()
	}
	from := s.i
	if s.plain(); !s.bad {
		return ""
	}
	s.i, s.bad = from, false
	if s.i < len(s.b) && s.b[s.i] == '"' {
		s.kept(nil)
		return ""
	}
	s.text() // null, or broken
	return ""
}

// kept leaves a value to encoding/json, or checks its syntax alone where numbers
// alone are wanted.
func (s *scan) kept(to any) {
	if !s.d.numbers {
		s.json(to)
		return
	}
	from := s.i
	if !s.skip() || !json.Valid(s.b[from:s.i]) {
		s.fail()
	}
}

// word reads a string that returns in other lines.

func (s *scan) word() string {
	from := s.i
	key := s.plain()
	if s.bad {
		s.i, s.bad = from, false
		return s.text()
	}
	w, ok := s.d.words[string(key)]
	if !ok {
		w = string(key)
		s.d.words[w] = w
	}
	return w
}

// int reads a whole number of at most 18 digits.
func (s *scan) int() int64 {
	negative := s.next('-')
	from, n := s.i, int64(0)
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		n = n*10 + int64(s.b[s.i]-'0')
		s.i++
	}
	digits := s.i - from
	if digits == 0 || digits > 18 || digits > 1 && s.b[from] == '0' || s.i < len(s.b) && (s.b[s.i] == '.' || s.b[s.i]|0x20 == 'e') {
		s.fail()
	}
	if negative {
		return -n
	}
	return n
}

func (s *scan) unsigned() uint64 {
	from, n := s.i, uint64(0)
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		n = n*10 + uint64(s.b[s.i]-'0')
		s.i++
	}
	if digits := s.i - from; digits > 19 { // it may not fit
		var err error
		if n, err = strconv.ParseUint(string(s.b[from:s.i]), 10, 64); err != nil {
			s.fail()
		}
	} else if digits == 0 {
		s.fail()
		return 0
	}
	if s.b[from] == '0' && s.i > from+1 || s.i < len(s.b) && (s.b[s.i] == '.' || s.b[s.i]|0x20 == 'e') {
		s.fail()
	}
	return n
}

// null tells whether the value is null, and takes it if it is.
func (s *scan) null() bool {
	if bytes.HasPrefix(s.b[s.i:], []byte("null")) {
		s.i += 4
		return true
	}
	return false
}

func (s *scan) intPointer() *int64 {
	if s.null() {
		return nil
	}
	return slab(&s.d.ints, s.int())
}

func (s *scan) wholePointer() *int {
	if s.null() {
		return nil
	}
	return slab(&s.d.whole, int(s.int()))
}

func (s *scan) floatPointer() *float64 {
	if s.null() {
		return nil
	}
	from := s.i
	for s.i < len(s.b) && s.b[s.i] != ',' && s.b[s.i] != '}' {
		s.i++
	}
	token := s.b[from:s.i]
	if len(token) == 1 && token[0] >= '0' && token[0] <= '9' {
		return slab(&s.d.floats, float64(token[0]-'0'))
	}
	var x float64
	if json.Unmarshal(token, &x) != nil {
		s.fail()
	}
	return slab(&s.d.floats, x)
}

func (s *scan) boolPointer() *bool {
	switch rest := s.b[s.i:]; {
	case s.null():
		return nil
	case bytes.HasPrefix(rest, []byte("true")):
		s.i += 4
		return slab(&s.d.bools, true)
	case bytes.HasPrefix(rest, []byte("false")):
		s.i += 5
		return slab(&s.d.bools, false)
	}
	s.fail()
	return nil
}

// json leaves a value to encoding/json.
func (s *scan) json(to any) {
	from := s.i
	if !s.skip() || json.Unmarshal(s.b[from:s.i], to) != nil {
		s.fail()
	}
}

// skip moves behind a value, whose syntax it does not check.
func (s *scan) skip() bool {
	depth, quoted := 0, false
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case quoted && c == '\\':
			s.i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']' || c == ',') && depth == 0:
			return true
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// chunks reads pairs of numbers.
func (s *scan) chunks() [][2]int64 {
	s.take('[')
	if s.bad || s.next(']') {
		s.fail() // empty ones are not written
		return nil
	}
	from := len(s.d.pairs)
	for !s.bad {
		var pair [2]int64
		s.take('[')
		pair[0] = s.int()
		s.take(',')
		pair[1] = s.int()
		s.take(']')
		s.d.pairs = append(s.d.pairs, pair)
		if s.next(']') {
			break
		}
		s.take(',')
	}
	out := s.d.pairs[from:len(s.d.pairs):len(s.d.pairs)]
	if len(s.d.pairs) > slabSize {
		s.d.pairs = nil // the next ones begin another slab
	}
	return out
}
