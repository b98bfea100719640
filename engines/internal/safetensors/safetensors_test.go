package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/x448/float16"
	"pgregory.net/rapid"
)

// file puts a header and data together without any checks.
func file(header string, data ...byte) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), data...)
}

// golden is what the reference implementation (safetensors 0.8.0 for Python)
// writes for a = 0.5 (a scalar), b = [[1, 2.5, -3]] and format = pt.
var golden = file(`{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1,3],"data_offsets":[4,16]}}    `,
	0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0x20, 0x40, 0, 0, 0x40, 0xc0)

var goldenTensors = []Out{
	{"b", []int{1, 3}, []float32{1, 2.5, -3}},
	{"a", nil, []float32{0.5}},
}

func parse(data []byte) (*File, error) { return Open(bytes.NewReader(data), int64(len(data))) }

// numbers reads a tensor.
func numbers(f *File, name string, shape ...int) ([]float32, error) {
	dst := make([]float32, f.tensors[name].count)
	return dst, f.Read(dst, name, shape...)
}

func TestWriteGolden(t *testing.T) {
	var buf bytes.Buffer
	if err := Write(&buf, goldenTensors, "F32", map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), golden) {
		t.Errorf("got  %q\nwant %q", buf.Bytes(), golden)
	}
	if goldenTensors[0].Name != "b" {
		t.Error("Write reordered the caller's tensors")
	}
}

func TestParseGolden(t *testing.T) {
	f, err := parse(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Names(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("names %v", got)
	}
	if got := f.Metadata()["format"]; got != "pt" {
		t.Errorf("format %q", got)
	}
	if shape, ok := f.Shape("b"); !ok || !slices.Equal(shape, []int{1, 3}) {
		t.Errorf("shape of b: %v, %v", shape, ok)
	}
	if _, ok := f.Shape("c"); ok {
		t.Error("c has a shape")
	}
	a, err := numbers(f, "a")
	if err != nil || !slices.Equal(a, []float32{0.5}) {
		t.Errorf("a = %v, %v", a, err)
	}
	b, err := numbers(f, "b", 1, 3)
	if err != nil || !slices.Equal(b, []float32{1, 2.5, -3}) {
		t.Errorf("b = %v, %v", b, err)
	}
}

func TestParseRefuses(t *testing.T) {
	one := func(entry string, data ...byte) []byte { return file(`{"a":`+entry+`}`, data...) }
	four := []byte{1, 2, 3, 4}
	for _, c := range []struct {
		name string
		data []byte
		want string // part of the error
	}{
		{"empty", nil, "8-byte header length"},
		{"short length", golden[:7], "8-byte header length"},
		{"header over the limit", binary.LittleEndian.AppendUint64(nil, math.MaxUint64), "allowed is at most"},
		{"header cut", golden[:40], "truncated"},
		{"data cut", golden[:len(golden)-1], "truncated"},
		{"data too long", append(slices.Clone(golden), 0), "last 1 bytes"},
		{"no object", file(`[]`), "not a JSON object"},
		{"no UTF-8", file("{\"\xff\":1}"), "not a JSON object"},
		{"unfinished object", file(`{"a"`), "EOF"},
		{"text after object", file(`{} {}`), "goes on"},
		{"duplicate", file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`), `"a" is listed twice`},
		{"two metadata", file(`{"__metadata__":{},"__metadata__":{}}`), "twice"},
		{"metadata no strings", file(`{"__metadata__":{"a":1}}`), "__metadata__"},
		{"unknown key", one(`{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}`, four...), `"x"`},
		{"unknown dtype", one(`{"dtype":"F31","shape":[1],"data_offsets":[0,4]}`, four...), `"F31"`},
		{"no shape", one(`{"dtype":"F32","data_offsets":[0,4]}`, four...), "shape is missing"},
		{"one offset", one(`{"dtype":"F32","shape":[1],"data_offsets":[0]}`, four...), "needs 2"},
		{"negative size", one(`{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}`, four...), "negative"},
		{"negative offset", one(`{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}`, four...), "do not lie"},
		{"backward offsets", one(`{"dtype":"F32","shape":[1],"data_offsets":[4,0]}`, four...), "do not lie"},
		{"beyond the data", one(`{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`, four...), "do not lie"},
		{"span of another shape", one(`{"dtype":"F32","shape":[2],"data_offsets":[0,4]}`, four...), "does not fill"},
		{"product overflows", one(`{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}`, four...), "too large"},
		{"bytes overflow", one(`{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}`, four...), "does not fill"},
		{"number overflows", one(`{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}`, four...), "tensor \"a\""},
		{"too many sizes", one(`{"dtype":"F32","shape":[1`+strings.Repeat(",1", 40)+`],"data_offsets":[0,4]}`, four...), "41 sizes"},
		{"long name", file(`{"` + strings.Repeat("a", 2000) + `":{}}`), "2000 bytes"},
		{"overlap", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}`, four...), `"b" overlaps`},
		{"hole", one(`{"dtype":"U8","shape":[2],"data_offsets":[2,4]}`, four...), "bytes 0 to 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parse(c.data)
			if err == nil || !strings.Contains(err.Error(), c.want) || f != nil {
				t.Errorf("got error %v, wanted one with %q", err, c.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	data := file(`{"head.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"half":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]}}`,
		0, 0, 0, 0, 0, 0, 0xc0, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xff)
	f, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		shape []int
		want  string
	}{
		{"haed.weight", []int{2, 1}, `no tensor "haed.weight"; the nearest name is "head.weight"`},
		{"head.weight", []int{2}, `tensor "head.weight" has shape [2 1], wanted is [2]`},
		{"head.weight", []int{2, 1}, `tensor "head.weight" holds NaN at index 1`},
		{"half", []int{1}, `tensor "half" holds -Inf at index 0`},
		{"ids", []int{1}, `dtype I64, allowed are F32, F16 and BF16`},
	} {
		if _, err := numbers(f, c.name, c.shape...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got error %v, wanted one with %q", err, c.want)
		}
	}
	empty, err := parse(file(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := numbers(empty, "a"); err == nil || !strings.Contains(err.Error(), "the file has 0 tensors") {
		t.Errorf("got error %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		tensors []Out
		dtype   string
		want    string
	}{
		{nil, "F64", "allowed are F32, F16 and BF16"},
		{[]Out{{"a", []int{2}, []float32{1}}}, "F32", "needs 2 numbers, given are 1"},
		{[]Out{{"a", []int{1}, []float32{1}}, {"a", []int{1}, []float32{1}}}, "F32", "given twice"},
		{[]Out{{"a", []int{1}, []float32{inf}}}, "F32", "finite"},
		{[]Out{{"a", []int{1}, []float32{65520}}}, "F16", "too large for F16"},
		{[]Out{{"a", []int{1}, []float32{math.MaxFloat32}}}, "BF16", "too large for BF16"},
		{[]Out{{metaKey, []int{1}, []float32{1}}}, "F32", "not allowed"},
		{[]Out{{"\xff", []int{1}, []float32{1}}}, "F32", "not allowed"},
	} {
		var buf bytes.Buffer
		err := Write(&buf, c.tensors, c.dtype, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || buf.Len() != 0 {
			t.Errorf("got error %v and %d bytes, wanted an error with %q and none", err, buf.Len(), c.want)
		}
	}
	if err := Write(failing{}, goldenTensors, "F32", nil); !errors.Is(err, errFull) {
		t.Errorf("got error %v, wanted %v", err, errFull)
	}
}

var errFull = errors.New("disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// TestBF16 compares rounding with a search among the two neighbours in float64.
func TestBF16(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float32Range(-1e38, 1e38).Draw(t, "v")
		value := func(b uint16) float64 { return float64(math.Float32frombits(uint32(b) << 16)) }
		down := uint16(math.Float32bits(v) >> 16) // toward zero
		up := down + 1
		want := down
		toDown, toUp := math.Abs(float64(v)-value(down)), math.Abs(float64(v)-value(up))
		if toUp < toDown || toUp == toDown && up%2 == 0 {
			want = up
		}
		if got := bf16(v); got != want {
			t.Errorf("bf16(%g) = %#04x, want %#04x", v, got, want)
		}
	})
	for bits, want := range map[uint32]uint16{0x3f808000: 0x3f80, 0x3f818000: 0x3f82, 0x3f808001: 0x3f81, 0x80000000: 0x8000} {
		if got := bf16(math.Float32frombits(bits)); got != want {
			t.Errorf("bf16 of %#08x is %#04x, want %#04x", bits, got, want)
		}
	}
}

// TestRoundTrip writes random tensors and reads them back: F32 bit by bit, the
// narrow types after one rounding, and a second trip changes nothing.
func TestRoundTrip(t *testing.T) {
	narrow := map[string]func(float32) float32{
		"F32":  func(v float32) float32 { return v },
		"F16":  func(v float32) float32 { return float16.Fromfloat32(v).Float32() },
		"BF16": func(v float32) float32 { return math.Float32frombits(uint32(bf16(v)) << 16) },
	}
	rapid.Check(t, func(t *rapid.T) {
		dtype := rapid.SampledFrom([]string{"F32", "F16", "BF16"}).Draw(t, "dtype")
		shapes := rapid.MapOf(rapid.String(), rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3)).Draw(t, "shapes")
		delete(shapes, metaKey)
		meta := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "metadata")
		var tensors []Out
		for name, shape := range shapes {
			n, _ := elements(shape)
			tensors = append(tensors, Out{name, shape, rapid.SliceOfN(rapid.Float32Range(-60000, 60000), n, n).Draw(t, "data")})
		}
		var first, second bytes.Buffer
		if err := Write(&first, tensors, dtype, meta); err != nil {
			t.Fatal(err)
		}
		f, err := parse(first.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range tensors {
			got, err := numbers(f, o.Name, o.Shape...)
			if err != nil {
				t.Fatal(err)
			}
			for j, v := range o.Data {
				if math.Float32bits(got[j]) != math.Float32bits(narrow[dtype](v)) {
					t.Fatalf("%s %q[%d]: %g became %g", dtype, o.Name, j, v, got[j])
				}
			}
			tensors[i].Data = got
		}
		if err := Write(&second, tensors, dtype, meta); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("the second trip gave other bytes")
		}
		if got := 8 + binary.LittleEndian.Uint64(first.Bytes()); got%8 != 0 {
			t.Errorf("data starts at %d", got)
		}
	})
}

// FuzzParse: no input makes Open or Read panic, and whatever reads as
// numbers is finite and as long as its shape says.
func FuzzParse(f *testing.F) {
	f.Add(golden)
	for cut := 0; cut < len(golden); cut += 13 {
		f.Add(golden[:cut])
		broken := slices.Clone(golden)
		broken[cut] ^= 0x11
		f.Add(broken)
	}
	f.Add(file(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}`, 0, 0x3c, 0, 0x7c))
	f.Add(file(`{"a":{"dtype":"BF16","shape":[9223372036854775807,2],"data_offsets":[0,4]}}`, 1, 2, 3, 4))
	f.Fuzz(func(t *testing.T, data []byte) {
		var file *File
		var err error
		bounded(t, len(data), func() { file, err = parse(data) })
		if err != nil {
			return
		}
		for _, name := range file.Names() {
			shape, _ := file.Shape(name)
			values, err := numbers(file, name, shape...)
			if err != nil {
				continue
			}
			if n, _ := elements(shape); n != len(values) || slices.ContainsFunc(values, notFinite) {
				t.Errorf("tensor %q of shape %v has values %v", name, shape, values)
			}
		}
	})
}

// bounded checks that f allocates in proportion to what it reads, not to a number in it.
func bounded(t *testing.T, size int, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > uint64(1<<20+100*size) {
		t.Errorf("%d bytes allocated for a file of %d", n, size)
	}
}
