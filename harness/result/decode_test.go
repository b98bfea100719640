package result

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"dllmbench/engines/usage"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// filled sets every field of a value to something that is not zero.
func filled(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n) * 1_000_003)
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(n))
	case reflect.Float64:
		v.SetFloat(float64(n) / 7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), n)
	case reflect.Struct:
		if count, ok := v.Addr().Interface().(*usage.Count); ok {
			*count = usage.Known(n)
			return
		}
		for i := range v.NumField() {
			filled(v.Field(i), n+i)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"prompt":"a, \"b\" }]","violations":[{"offset":-1}]}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			filled(v.Index(i), n+i)
		}
	case reflect.Array:
		for i := range v.Len() {
			filled(v.Index(i), n+i)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(map[string]string{"a": "b"}))
			return
		}
		v.Set(reflect.ValueOf(map[string]float64{"a": 0.5, "b": 1}))
	default:
		panic(v.Kind())
	}
}

func line(t testing.TB, r Request) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	r.Type = "request"
	if err := enc.Encode(r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// counts lets counts be compared with their own ==.
var counts = cmpopts.EquateComparable(usage.Count{})

// What a Writer writes is read as the same record, and without what was written
// where numbers alone are wanted; lines that are broken stay broken.
func TestDecoder(t *testing.T) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 1)
	odd := full
	odd.Output, odd.Instance = "line\nbreak \"quoted\" \u202e ü \x00 <b>", "back\\slash"
	odd.Usage[usage.FLOPs], odd.Usage[usage.NFE], odd.Seed = usage.Known(123456789012345678), usage.Known(0), 0
	odd.Extra = json.RawMessage(`[1,{"a":"]"}]`)
	for _, want := range []Request{full, {}, odd, {Usage: usage.Zero()}} {
		for _, numbers := range []bool{false, true} {
			d := newDecoder(&Header{Schema: Schema})
			d.numbers = numbers
			var got Request
			if err := d.decode(line(t, want), &got); err != nil {
				t.Fatal(err)
			}
			want.Type = "request"
			if numbers {
				d.request(line(t, want), &got) // what cannot be is refused, and left out all the same
				want.Output, want.OutputSHA256, want.Broken, want.Extra = "", "", nil, nil
			}
			if diff := cmp.Diff(want, got, counts); diff != "" {
				t.Errorf("numbers %t:\n%s", numbers, diff)
			}
		}
	}
	for _, text := range []string{`{"output":5}`, `{"output":"a` + "\n" + `"}`, `{"extra":{"a":}}`, `{"broken":[1,2}`, `{"output":"a\x"}`, `{"output":"a`,
		`{"usage":{"nfe":"many"}}`, `{"usage":[1]}`, `{"seed":-1}`, `{"chunks":[[1,2],[3,"4"]]}`} {
		if err := newDecoder(&Header{Schema: Schema}).decode([]byte(text), new(Request)); err == nil {
			t.Errorf("%s is taken for a record", text)
		}
	}
}

// Every counter of the table reaches a line and comes back, known, 0 or unknown,
// in the form of this version and of the one before.
func TestCountersOfRecords(t *testing.T) {
	older := func(line []byte) []byte { // the counters among the other fields
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(fields["usage"], &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "usage")
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for c := range usage.Counter(usage.Size) {
		for _, count := range []usage.Count{{}, usage.Known(0), usage.Known(42)} {
			want := Request{Type: "request", Cell: "c"}
			want.Usage[usage.DraftedTokens], want.Usage[usage.AcceptedTokens], want.Usage[usage.VerifyingPasses] = usage.Known(1), usage.Known(2), usage.Known(3)
			want.Usage[c] = count
			text := line(t, want)
			for schema, text := range map[string][]byte{Schema: text, olderSchema: older(text)} {
				var got Request
				if err := newDecoder(&Header{Schema: schema}).decode(text, &got); err != nil {
					t.Fatal(err)
				}
				if got.Usage != want.Usage {
					t.Errorf("%s %s = %s: %s", schema, c, count, got.Usage.Diff(want.Usage))
				}
			}
		}
	}
}

// TestOlderFile reads records that a program of version 1 wrote, where counters
// of speculation were left out if they were 0.
func TestOlderFile(t *testing.T) {
	x, err := OpenIndex("testdata/v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	data, err := os.ReadFile("testdata/v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile("testdata/v1.jsonl")
	if err != nil || len(f.Requests) != 2 {
		t.Fatalf("%d requests, %v", len(f.Requests), err)
	}
	for i, want := range []map[usage.Counter]int{
		{usage.PromptTokens: 14, usage.UsefulTokens: 31, usage.NFE: 17, usage.FLOPs: 569397760, usage.PeakCacheBytes: 345600, usage.DraftedTokens: 110,
			usage.AcceptedTokens: 15, usage.VerifyingPasses: 13, usage.QueryTokens.In(usage.Prefill): 14, usage.NFE.In(usage.Denoise): 16},
		{usage.NFE: 32, usage.DenoisingSteps: 32, usage.DraftedTokens: 0, usage.AcceptedTokens: 0, usage.VerifyingPasses: 0, usage.CacheWriteBytes.In(usage.Commit): 184320},
	} {
		r := f.Requests[i]
		for c, n := range want {
			if r.Usage[c] != usage.Known(n) {
				t.Errorf("request %d: %s is %s, want %d", i, c, r.Usage[c], n)
			}
		}
		for _, c := range usage.Compared() { // a counter that came later is unknown
			if there := bytes.Contains(data, []byte(`"`+c.String()+`":`)); there != r.Usage[c].Known() && !strings.HasSuffix(c.String(), "_passes") {
				t.Errorf("request %d: %s is %s", i, c, r.Usage[c])
			}
		}
		list, err := x.RequestsOf(r.Cell)
		if err != nil || len(list) != 1 || list[0].Usage != r.Usage || r.Output == "" {
			t.Errorf("the index reads %+v, %v", list, err)
		}
	}
	path := t.TempDir() + "/results.jsonl"
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Resume(path, f.Header); err == nil || !strings.Contains(err.Error(), "dllmbench/v1") {
		t.Errorf("a file of the older version is continued in the form of this one: %v", err)
	}
}

// FuzzRequest reads anything without a panic, and what it takes for a record is
// written and read again as the same one.
func FuzzRequest(f *testing.F) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 3)
	f.Add(line(f, full), false)
	f.Add(line(f, Request{}), false)
	for _, s := range []string{
		`{}`, `{"type":"request","seed":01}`, `{"nfe":1e3}`, `{"usage":{"nfe":1.5}}`, `{"nfe":-0}`, `{"chunks":[[1,2],[3,4]]}`, `{"chunks":[]}`, `{"chunks":null}`,
		`{"spent":null,"exact":null,"exact":true}`, `{"partial":1E400}`, `{"partial":0x10}`, `{"extra": {"a" : 1}}`, `{"extra":{"a":}}`, `{"cell":"\ud800"}`,
		`{"Cell":"a"}`, `{"cell":"a"}x`, `{"cell":"a",}`, `{"seed":18446744073709551616}`, `{"broken":[1,2}`, `{"output":"a` + "\xff" + `"}`, `{"prefill":{"flops":1},"prefill":{"passes":2}}`,
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, older bool) {
		d := newDecoder(&Header{Schema: Schema})
		d.older = older
		var got, again Request
		if d.decode(text, &got) != nil {
			return
		}
		if len(got.Extra) > 0 && !json.Valid(got.Extra) {
			t.Fatalf("%q is no JSON", got.Extra)
		}
		got.Type = "request"
		if err := newDecoder(&Header{Schema: Schema}).decode(line(t, got), &again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(line(t, got), line(t, again)) {
			t.Errorf("%q is written and read as another record: %+v", text, again)
		}
	})
}
