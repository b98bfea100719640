package result

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// Every field that a Writer writes is read without encoding/json, to the same
// value: a new field of Request belongs into decodefields.go.
func TestDecoderKnowsAllFields(t *testing.T) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 1)
	odd := full
	odd.Output, odd.Instance = "line\nbreak \"quoted\" \u202e ü \x00 <b>", "back\\slash"
	odd.FLOPs, odd.NFE, odd.Seed = -123456789012345678, 0, 0
	d := newDecoder()
	for _, r := range []Request{full, {}, odd} {
		text := line(t, r)
		var want, got Request
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		s := scan{b: bytes.TrimSuffix(text, []byte("\n")), d: d}
		if !s.request(&got) {
			t.Errorf("left to encoding/json from byte %d: …%s", s.i, text[max(0, s.i-30):min(len(text), s.i+30)])
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("decoded differently:\n%s", diff)
		}
	}
}

// What a decoder reads at all, encoding/json reads as the same record.
func FuzzDecoder(f *testing.F) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 3)
	f.Add(line(f, full))
	f.Add(line(f, Request{}))
	for _, s := range []string{
		`{}`, `{"type":"request","seed":01}`, `{"nfe":1e3}`, `{"nfe":1.5}`, `{"nfe":-0}`, `{"chunks":[[1,2],[3,4]]}`, `{"chunks":[]}`, `{"chunks":null}`,
		`{"spent":null,"exact":null,"exact":true}`, `{"partial":1E400}`, `{"partial":0x10}`, `{"extra": {"a" : 1}}`, `{"extra":{"a":}}`, `{"cell":"\ud800"}`,
		`{"Cell":"a"}`, `{"cell":"a"}x`, `{"cell":"a",}`, `{"seed":18446744073709551616}`, `{"broken":[1,2}`, `{"output":"a` + "\xff" + `"}`, `{"prefill":{"flops":1},"prefill":{"passes":2}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, want Request
		s := scan{b: text, d: newDecoder()}
		if !s.request(&got) {
			return
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("accepted %q, which is broken: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	})
}

func BenchmarkDecoder(b *testing.B) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 1)
	text := line(b, full)
	for name, decode := range map[string]func(*Request) error{
		"ours":          func(r *Request) error { return newDecoder().request(text, r) },
		"encoding/json": func(r *Request) error { return json.Unmarshal(text, r) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var r Request
				if err := decode(&r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Eight bytes at a time or one by one: plain strings end at the same place.
func TestPlainStrings(t *testing.T) {
	for at := range 17 {
		for c := range 256 {
			body := bytes.Repeat([]byte{'a'}, 17)
			body[at] = byte(c)
			s := scan{b: append(append([]byte{'"'}, body...), `","b":"c"`...), d: newDecoder()}
			got := s.plain()
			switch {
			case c == '"':
				if s.bad || string(got) != string(body[:at]) || s.i != at+2 {
					t.Fatalf("quotation mark at %d: %q, next byte %d, bad %t", at, got, s.i, s.bad)
				}
			case c < ' ' || c > '~' || c == '\\':
				if !s.bad {
					t.Fatalf("byte %#x at %d passes as plain: %q", c, at, got)
				}
			default:
				if s.bad || string(got) != string(body) || s.i != 19 {
					t.Fatalf("byte %#x at %d: %q, next byte %d, bad %t", c, at, got, s.i, s.bad)
				}
			}
		}
	}
}

// What a reader of numbers alone leaves out is what was written, and nothing
// else; lines that are broken stay broken.
func TestDecoderOfNumbers(t *testing.T) {
	var full Request
	filled(reflect.ValueOf(&full).Elem(), 1)
	odd := full
	odd.Output, odd.Extra = "line\nbreak \"quoted\" ü", json.RawMessage(`[1,{"a":"]"}]`)
	d := newDecoder()
	d.numbers = true
	for _, text := range [][]byte{line(t, full), line(t, Request{}), line(t, odd), append([]byte(" "), line(t, full)...), []byte(`{"output":null,"nfe":3}`)} {
		var want, got Request
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		want.Output, want.OutputSHA256, want.Broken, want.Extra = "", "", nil, nil
		if err := d.request(text, &got); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
	for _, text := range []string{`{"output":5}`, `{"output":"a` + "\n" + `"}`, `{"extra":{"a":}}`, `{"broken":[1,2}`, `{"output":"a\x"}`, `{"output":"a`} {
		if err := d.request([]byte(text), new(Request)); err == nil {
			t.Errorf("%s is taken for a record", text)
		}
	}
}
