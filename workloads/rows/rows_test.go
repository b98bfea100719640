package rows

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// read lists the rows of a text.
func read(name, text string, columns ...string) (list []map[string]any, lines []int, err error) {
	err = Read(strings.NewReader(text), name, columns, func(r Row) error {
		list, lines = append(list, r.Fields), append(lines, r.Line)
		return nil
	})
	return list, lines, err
}

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func TestRead(t *testing.T) {
	want := []map[string]any{{"a": "x, y", "n": json.Number("3")}, {"a": "é\n", "n": nil}}
	lines := "{\"a\": \"x, y\", \"n\": 3}\n\n{\"a\": \"é\\n\", \"n\": null}\n"
	list := `[{"a": "x, y", "n": 3}, {"a": "é\n", "n": null}]`
	for name, text := range map[string]string{
		"f.jsonl": lines, "f": lines, "f.jsonl.gz": packed(lines), "f.json": list, "g.json": `{"note": "n", "rows": ` + list + `}`, "f.json.gz": packed(list), "b.json": "\ufeff" + list,
	} {
		got, _, err := read(name, text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	got, at, err := read("f.csv", "a,n\n\"x, y\",3\n\"é\n\",\n")
	if diff := cmp.Diff([]map[string]any{{"a": "x, y", "n": "3"}, {"a": "é\n", "n": ""}}, got); err != nil || diff != "" || at[1] != 3 {
		t.Errorf("%v %s %v", err, diff, at)
	}
	if got, _, err = read("f.csv.gz", packed("p,q\n"), "a", "n"); err != nil || cmp.Diff([]map[string]any{{"a": "p", "n": "q"}}, got) != "" {
		t.Errorf("%v %v", err, got)
	}
}

func TestReadMistakes(t *testing.T) {
	for _, c := range [][3]string{
		{"f.jsonl", "{}\n[]\n", "f.jsonl:2: not a JSON object: a line begins with {"},
		{"f.json", "3", "f.json:1: neither a list of objects nor an object with one"},
		{"f.json", `{"a": [], "b": []}`, "f.json:1: the object has 2 lists instead of one of rows"},
		{"f.json", `[{"a": 1}, 2]`, "f.json:2: not a JSON object: a line begins with {"},
		{"f.json", `[{"a": 1}, {`, "f.json:2: not JSON: unexpected EOF"},
		{"f.json", "\xff", "f.json:1: not UTF-8"},
		{"f.csv", "a,b\n1\n2,3\n", "f.csv:2: wrong number of fields"},
		{"f.csv", "a,b\n1,\"2\n", `f.csv:2: extraneous or missing " in quoted-field`},
		{"f.csv", "\x1f\x8b", "f.csv:1: packed with gzip, and broken: unexpected EOF"},
		{"f", "PAR1", "f:1: a Parquet file that cannot be read"},
	} {
		if _, _, err := read(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), c[2]) {
			t.Errorf("%q: %v, want %s", c[1], err, c[2])
		}
	}
}

// TestParquet: columns as pyarrow writes them (testdata/parquet.py), packed or not, with a
// dictionary or without, in pages of both versions. Other packings are refused.
func TestParquet(t *testing.T) {
	want := []map[string]any{
		{"question": "two?", "choices": []any{"a", "b"}, "answer": json.Number("1"), "both": map[string]any{"text": []any{"p"}, "label": []any{"A"}}, "kwargs": []any{map[string]any{"n": json.Number("2.5"), "word": nil}, map[string]any{"n": nil, "word": "w"}}, "ok": true},
		{"question": "é", "choices": []any{}, "answer": nil, "both": map[string]any{"text": []any{"q", "r"}, "label": []any{"A", "B"}}, "kwargs": []any{}, "ok": false},
	}
	for _, name := range packings() {
		data, err := os.ReadFile("testdata/" + name + ".parquet")
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := read(name+".parquet", string(data))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		for cut := range data { // no part of a file panics, or is taken for the whole
			if got, _, err := read(name+".parquet", string(data[:cut])); cut > 4 && err == nil {
				t.Fatalf("%s: the first %d bytes are %v", name, cut, got)
			}
		}
	}
	data, err := os.ReadFile("testdata/lz4.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := read("lz4.parquet", string(data)); err == nil || !strings.Contains(err.Error(), "it is packed with LZ4_RAW; allowed are snappy, gzip, zstd and none") {
		t.Error(err)
	}
}

// packings names the files of testdata that are read.
func packings() []string {
	return []string{"none", "snappy", "snappy2", "gzip", "gzip2", "zstd", "zstd2"}
}

// TestParquetBounds: a page unpacks to what it states and no more, and refers back no further than
// is allowed, before the library unpacks any.
func TestParquetBounds(t *testing.T) {
	text := strings.Repeat("0", 1<<20)
	z, err := zstd.NewWriter(nil, zstd.WithWindowSize(4*maxWindow))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var far bytes.Buffer // a stream of unknown length keeps the window of its writer
	z.Reset(&far)
	z.Write([]byte(text[:100]))
	z.Flush()
	z.Close()
	for _, c := range []struct {
		codec  format.CompressionCodec
		page   string
		states int32
		want   string
	}{
		{format.Gzip, packed(text), 1 << 20, ""},
		{format.Gzip, packed(text), 1<<20 - 1, "a page unpacks to more than it states"},
		{format.Gzip, packed("") + packed(text), 1, "a page unpacks to more than it states"},
		{format.Gzip, packed(text)[:200], 1 << 20, "a page: unexpected EOF"},
		{format.Zstd, string(z.EncodeAll([]byte(text), nil)), 1 << 20, ""},
		{format.Zstd, string(z.EncodeAll([]byte(text), nil)), 1<<20 - 1, "a page unpacks to more than it states"},
		{format.Zstd, far.String(), 100, "a page: window size exceeded"},
		{format.Snappy, "\x80\x80\x40", 1 << 20, ""},
		{format.Snappy, "\x80\x80\x40", 1<<20 - 1, "a page unpacks to more than it states"},
		{format.Gzip, packed(text), -1, "a page lies outside of its column"},
		{format.Gzip, packed(text), math.MaxInt32, "it unpacks to more than "},
	} {
		var column bytes.Buffer
		head := format.PageHeader{Type: format.DataPage, UncompressedPageSize: c.states, CompressedPageSize: int32(len(c.page))}
		if err := thrift.NewEncoder(new(thrift.CompactProtocol).NewWriter(&column)).Encode(&head); err != nil {
			t.Fatal(err)
		}
		column.WriteString(c.page)
		n, err := pages(column.Bytes(), packing(c.codec))
		if c.want == "" && (err != nil || n != int64(c.states)) || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%v, %d bytes: %d, %v, want %q", c.codec, c.states, n, err, c.want)
		}
	}
}

// FuzzRead: no text makes a reader panic or return more than it may.
func FuzzRead(f *testing.F) {
	for i, text := range []string{"{\"a\": 1}\n", `[{"a": [1, {"b": null}]}]`, "a,b\n1,2\n", packed("{}\n")} {
		f.Add(i, []byte(text))
	}
	for _, name := range append(packings(), "lz4") {
		data, err := os.ReadFile("testdata/" + name + ".parquet")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(0, data)
	}
	f.Fuzz(func(t *testing.T, form int, data []byte) {
		name := []string{"f.jsonl", "f.json", "f.csv", "f"}[uint(form)%4]
		Read(bytes.NewReader(data), name, nil, func(r Row) error {
			if r.Line < 1 || len(r.Fields) > MaxFields {
				t.Fatalf("%+v", r)
			}
			_ = fmt.Sprint(r.Names())
			return nil
		})
	})
}
