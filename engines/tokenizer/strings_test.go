package tokenizer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
)

// TestStrings compares variants of two files with the reference implementation on texts
// that are drawn from fragments, as testdata/strings.py draws them.
func TestStrings(t *testing.T) {
	var golden struct {
		Fragments, Names []string
		Texts            int
		Variants         []struct {
			Name, File string
			Names      bool // texts may name special tokens
			Parts      map[string]json.RawMessage
			Begin      []int32
			Some       []struct {
				Text, Decoded string
				IDs           []int32
			}
			Hashes []string
		}
	}
	if err := json.Unmarshal(read(t, "strings.json"), &golden); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, v := range golden.Variants {
		t.Run(v.Name, func(t *testing.T) {
			var file map[string]json.RawMessage
			if err := json.Unmarshal(read(t, v.File+".json"), &file); err != nil {
				t.Fatal(err)
			}
			maps.Copy(file, v.Parts)
			tok, err := Parse(marshal(t, file))
			if err != nil {
				t.Fatal(err)
			}
			again, err := Parse(tok.JSON())
			if err != nil || string(again.JSON()) != string(tok.JSON()) {
				t.Fatalf("written and read again: %v", err)
			}
			if !slices.Equal(tok.Begin(), v.Begin) {
				t.Errorf("texts begin with %v, want %v", tok.Begin(), v.Begin)
			}
			parts, state := golden.Fragments, uint64(19)
			if v.Names {
				parts = slices.Concat(parts, golden.Names)
			}
			draw := func(n int) int {
				state = state*6364136223846793005 + 1442695040888963407
				return int(state >> 33 % uint64(n))
			}
			h := sha256.New()
			for i := range golden.Texts {
				var text strings.Builder
				for range 1 + draw(12) {
					text.WriteString(parts[draw(len(parts))])
				}
				ids := tok.Rendered(text.String(), nil)
				if i < len(v.Some) {
					some := v.Some[i]
					if !slices.Equal(ids, some.IDs) || text.String() != some.Text {
						t.Errorf("%q\n got %v\nwant %v", some.Text, ids, some.IDs)
					}
					decoded := tok.Decode(ids)
					if tok.spaces != nil && tok.spaces.strip {
						decoded = strings.TrimPrefix(decoded, " ")
					}
					if decoded != some.Decoded {
						t.Errorf("%v is %q, want %q", ids, decoded, some.Decoded)
					}
				}
				if !v.Names && !slices.Equal(tok.Encode(text.String()), ids) || !slices.Equal(again.Rendered(text.String(), nil), ids) {
					t.Errorf("%q: other ids", text.String())
				}
				ordinary := tok.Encode(text.String())
				if slices.ContainsFunc(ordinary, func(id int32) bool { return id == engines.NoToken || tok.tokens[id].special }) {
					t.Errorf("%q gives %v", text.String(), ordinary)
				}
				back := text.String()
				if tok.spaces != nil {
					back = strings.ReplaceAll(back, meta, " ")
				}
				if got := tok.Decode(tok.Continue(text.String())); !tok.nfc && !strings.Contains(back, "<") && got != back {
					t.Errorf("%q came back as %q", back, got)
				}
				for _, n := range append([]int32{int32(len(ids))}, ids...) {
					h.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
				}
				if total++; i%100 == 99 {
					if got := hex.EncodeToString(h.Sum(nil))[:8]; got != v.Hashes[i/100] {
						t.Errorf("texts %d to %d have other ids", i-99, i)
					}
					h.Reset()
				}
			}
		})
	}
	if total < 10_000 {
		t.Errorf("only %d texts were compared", total)
	}
}
