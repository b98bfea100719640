package gguf

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestBlocks: every type gives the numbers of the reference implementation, bit for
// bit (testdata/blocks.py).
func TestBlocks(t *testing.T) {
	text, err := os.ReadFile("testdata/blocks.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]struct {
		Type    uint64
		Blocks  []byte
		Numbers []byte
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != len(codings) {
		t.Errorf("%d types, %d with golden numbers", len(codings), len(golden))
	}
	for name, g := range golden {
		n := len(g.Numbers) / 4
		file := build(nil, []described{{"x", []uint64{uint64(n)}, g.Type, 0}}, g.Blocks)
		f, err := parse(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if codings[g.Type].name != name {
			t.Errorf("type %d is called %s, want %s", g.Type, codings[g.Type].name, name)
		}
		got := make([]float32, n)
		if err := f.Read(got, "x", n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, x := range got {
			if want := binary.LittleEndian.Uint32(g.Numbers[4*i:]); math.Float32bits(x) != want {
				t.Fatalf("%s: number %d is %g, want %g", name, i, x, math.Float32frombits(want))
			}
		}
	}
	// Longer tensors are read in parts.
	q8 := golden["Q8_0"]
	const copies = 300
	f, err := parse(build(nil, []described{{"x", []uint64{256, copies}, 8, 0}}, bytes.Repeat(q8.Blocks, copies)))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, 256*copies)
	if err := f.Read(got, "x", copies, 256); err != nil {
		t.Fatal(err)
	}
	if last := binary.LittleEndian.Uint32(q8.Numbers[4*255:]); math.Float32bits(got[len(got)-1]) != last || !slices.Equal(got[:256], got[256*(copies-1):]) {
		t.Error("the parts of a long tensor do not join")
	}
}

// described is a tensor as the file describes it, sizes innermost first.
type described struct {
	name         string
	sizes        []uint64
	kind, offset uint64
}

// pair is a key with the bytes of its type and value.
type pair struct {
	key   string
	value []byte
}

func u32(n uint64) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }
func u64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }
func str(s string) []byte { return append(u64(uint64(len(s))), s...) }

// build puts a file of version 3 together without any checks.
func build(keys []pair, tensors []described, data []byte) []byte {
	out := slices.Concat([]byte("GGUF"), u32(3), u64(uint64(len(tensors))), u64(uint64(len(keys))))
	for _, k := range keys {
		out = slices.Concat(out, str(k.key), k.value)
	}
	for _, t := range tensors {
		out = slices.Concat(out, str(t.name), u32(uint64(len(t.sizes))))
		for _, n := range t.sizes {
			out = append(out, u64(n)...)
		}
		out = slices.Concat(out, u32(t.kind), u64(t.offset))
	}
	if tensors == nil {
		return out
	}
	return append(append(out, make([]byte, int(roundUp(int64(len(out)), 32))-len(out))...), data...)
}

func parse(data []byte) (*File, error) { return Open(bytes.NewReader(data), int64(len(data))) }

func TestValues(t *testing.T) {
	f, err := parse(build([]pair{
		{"u8", append(u32(0), 200)}, {"i8", append(u32(1), 0xfe)}, {"u16", append(u32(2), 1, 2)}, {"i32", append(u32(5), 0xff, 0xff, 0xff, 0xff)},
		{"f32", slices.Concat(u32(6), u32(uint64(math.Float32bits(1.5))))}, {"f64", slices.Concat(u32(12), u64(math.Float64bits(0.1)))},
		{"yes", append(u32(7), 1)}, {"text", slices.Concat(u32(8), str("é"))}, {"u64", slices.Concat(u32(10), u64(math.MaxUint64))},
		{"texts", slices.Concat(u32(9), u32(8), u64(2), str("a"), str(""))}, {"ints", slices.Concat(u32(9), u32(5), u64(2), u32(7), u32(math.MaxUint32))},
		{"uints", slices.Concat(u32(9), u32(4), u64(1), u32(math.MaxUint32))}, {"floats", slices.Concat(u32(9), u32(6), u64(1), u32(0))},
	}, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	wantValue(t, f, "u8", uint64(200))
	wantValue(t, f, "u8", int64(200))
	wantValue(t, f, "i8", int64(-2))
	wantValue(t, f, "u16", uint64(0x201))
	wantValue(t, f, "i32", int64(-1))
	wantValue(t, f, "f32", 1.5)
	wantValue(t, f, "f64", 0.1)
	wantValue(t, f, "yes", true)
	wantValue(t, f, "text", "é")
	wantValue(t, f, "u64", uint64(math.MaxUint64))
	if list, _, err := Value[[]string](f, "texts"); err != nil || !slices.Equal(list, []string{"a", ""}) {
		t.Errorf("texts are %q, %v", list, err)
	}
	for key, want := range map[string][]int64{"ints": {7, -1}, "uints": {math.MaxUint32}} {
		if list, _, err := Value[[]int64](f, key); err != nil || !slices.Equal(list, want) {
			t.Errorf("%s are %v, %v", key, list, err)
		}
	}
	if _, ok, err := Value[uint64](f, "missing"); ok || err != nil {
		t.Errorf("a missing key: %v, %v", ok, err)
	}
	for _, key := range []string{"i8", "f32", "texts", "floats"} {
		if _, _, err := Value[uint64](f, key); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s as a count: error %v", key, err)
		}
	}
	if _, _, err := Value[int64](f, "u64"); err == nil {
		t.Error("a number became negative")
	}
	if !slices.Equal(f.Keys()[:2], []string{"u8", "i8"}) {
		t.Errorf("keys %v", f.Keys())
	}
}

func wantValue[T uint64 | int64 | float64 | bool | string](t *testing.T, f *File, key string, want T) {
	t.Helper()
	if got, ok, err := Value[T](f, key); got != want || !ok || err != nil {
		t.Errorf("%s is %v, %v, %v, want %v", key, got, ok, err, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	good := build([]pair{{"general.alignment", append(u32(4), 32, 0, 0, 0)}},
		[]described{{"a", []uint64{2, 3}, 0, 0}, {"b", []uint64{1}, 0, 32}}, make([]byte, 36))
	f, err := parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if shape, _ := f.Shape("a"); !slices.Equal(shape, []int{3, 2}) {
		t.Errorf("shape %v", shape)
	}
	change := func(old, new []byte) []byte { return bytes.Replace(good, old, new, 1) }
	one := func(d described, data ...byte) []byte { return build(nil, []described{d}, data) }
	key := func(name string, value ...byte) []byte { return build([]pair{{name, value}}, nil, nil) }
	eight := make([]byte, 8)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the file is empty"},
		{"cut version", good[:6], "truncated"},
		{"cut behind the head", good[:24], "tensors and 1 keys, and only 0 bytes follow; the file is truncated: fetch it again"},
		{"other file", []byte("PK\x03\x04 and more of it"), `does not begin with "GGUF"`},
		{"version 1", change(u32(3), u32(1)), "version is 1, allowed are 2 and 3"},
		{"big endian", change(u32(3), u32(3<<24)), "big endian"},
		{"many tensors", change(u64(2), u64(1<<60)), "allowed are at most 1000000 and 65536"},
		{"many keys", slices.Concat([]byte("GGUF"), u32(3), u64(0), u64(1<<40)), "allowed are at most"},
		{"cut head", good[:20], "truncated"},
		{"cut tensor", good[:115], `tensor 1 ("b"): the file ends here; it is truncated`},
		{"cut data", good[:len(good)-1], `tensor "b" has 4 bytes, but only 3 follow`},
		{"more data", append(slices.Clone(good), make([]byte, 64)...), "belong to no tensor"},
		{"empty key", key("", append(u32(7), 1)...), "is empty"},
		{"same key", build([]pair{{"a", append(u32(7), 1)}, {"a", append(u32(7), 1)}}, nil, nil), `"a" is given twice`},
		{"long key", append(slices.Concat([]byte("GGUF"), u32(3), u64(0), u64(1), u64(1<<20)), make([]byte, 1<<20+20)...), "allowed is at most 65536"},
		{"truth", key("a", append(u32(7), 2)...), "truth value is 2"},
		{"type of value", key("a", slices.Concat(u32(13), eight)...), "has the type 13"},
		{"nested array", key("a", slices.Concat(u32(9), u32(9), u64(1), eight)...), "all but arrays"},
		{"huge array", key("a", slices.Concat(u32(9), u32(5), u64(1<<62), eight)...), "truncated"},
		{"huge array of texts", key("a", slices.Concat(u32(9), u32(8), u64(1<<40), eight)...), "truncated"},
		{"huge text", key("a", slices.Concat(u32(8), u64(math.MaxUint64), eight)...), "truncated"},
		{"alignment", change(append(u32(4), 32, 0, 0, 0), append(u32(4), 33, 0, 0, 0)), "general.alignment is 33"},
		{"no sizes", one(described{"a", nil, 0, 0}, eight...), "has 0 sizes"},
		{"many sizes", one(described{"a", []uint64{1, 1, 1, 1, 1}, 0, 0}, eight...), "has 5 sizes"},
		{"size 0", one(described{"a", []uint64{0}, 0, 0}, eight...), "size of 0"},
		{"huge size", one(described{"a", []uint64{1 << 40}, 0, 0}, eight...), "too many"},
		{"huge product", one(described{"a", []uint64{1 << 30, 1 << 30, 1 << 30}, 0, 0}, eight...), "too many"},
		{"type Q2_K", one(described{"a", []uint64{256}, 10, 0}, eight...), "the type Q2_K, allowed are F32"},
		{"type 99", one(described{"a", []uint64{2}, 99, 0}, eight...), "the type number 99"},
		{"part of a block", one(described{"a", []uint64{31}, 8, 0}, eight...), "do not fill blocks of 32"},
		{"no name", one(described{"", []uint64{2}, 0, 0}, eight...), "no name"},
		{"same name", build(nil, []described{{"a", []uint64{1}, 0, 0}, {"a", []uint64{1}, 0, 32}}, make([]byte, 36)), "listed twice"},
		{"overlap", build(nil, []described{{"a", []uint64{9}, 0, 0}, {"b", []uint64{1}, 0, 32}}, make([]byte, 68)), `"b" begins at byte 32 of the data, wanted is 64`},
		{"hole", one(described{"a", []uint64{2}, 0, 32}, make([]byte, 40)...), `begins at byte 32 of the data, wanted is 0`},
	} {
		if _, err := parse(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		name  string
		room  int
		shape []int
		want  string
	}{
		{"c", 1, []int{1}, `no tensor "c"`}, {"a", 6, []int{2, 3}, "wanted is [2 3]"}, {"a", 5, []int{3, 2}, "room for 5"},
	} {
		if err := f.Read(make([]float32, c.room), c.name, c.shape...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("reading %s %v: error %v, want one with %q", c.name, c.shape, err, c.want)
		}
	}
	nan, err := parse(one(described{"a", []uint64{1}, 30, 0}, 0xc0, 0x7f))
	if err != nil {
		t.Fatal(err)
	}
	if err := nan.Read(make([]float32, 1), "a", 1); err == nil || !strings.Contains(err.Error(), "holds NaN at index 0") {
		t.Errorf("NaN: error %v", err)
	}
}

// FuzzOpen: whatever is in a file, it is refused or read, with memory in proportion
// to its size.
func FuzzOpen(f *testing.F) {
	f.Add(build([]pair{{"a", append(u32(4), 32, 0, 0, 0)}, {"b", slices.Concat(u32(9), u32(8), u64(2), str("x"), str("y"))}},
		[]described{{"a", []uint64{2, 3}, 0, 0}, {"b", []uint64{32}, 8, 32}}, make([]byte, 66)))
	f.Add(build([]pair{{"a", slices.Concat(u32(9), u32(5), u64(1<<40), u64(0))}}, nil, nil))
	for kind, c := range codings {
		f.Add(build(nil, []described{{"x", []uint64{uint64(c.numbers)}, kind, 0}}, bytes.Repeat([]byte{0x2c}, c.bytes)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		file, err := parse(data)
		runtime.ReadMemStats(&after)
		if took, most := after.TotalAlloc-before.TotalAlloc, uint64(64*len(data)+1<<20); took > most {
			t.Errorf("%d bytes took %d of memory, more than %d", len(data), took, most)
		}
		if err != nil {
			return
		}
		for _, name := range file.Names() {
			shape, _ := file.Shape(name)
			file.Read(make([]float32, file.tensors[name].count), name, shape...)
		}
	})
}
