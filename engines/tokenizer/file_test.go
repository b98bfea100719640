package tokenizer

import (
	"bytes"
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
)

// TestJSONRoundTrip: what was read, written and read again encodes as before.
func TestJSONRoundTrip(t *testing.T) {
	corpus := string(read(t, "corpus.txt")) + "<tool>zq zq e\u0301</tool>"
	for _, name := range goldenFiles {
		first := load(t, name+".json")
		second, err := Parse(first.JSON())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(first.JSON(), second.JSON()) {
			t.Errorf("%s: the second file differs from the first", name)
		}
		if a, b := first.Encode(corpus), second.Encode(corpus); len(a) == 0 || first.Decode(a) != second.Decode(b) || len(a) != len(b) {
			t.Errorf("%s: other ids after a round trip", name)
		}
	}
}

// TestMark: special tokens are what a checkpoint says, whatever their names, and a
// marked token is a control sign even if the file lets texts name it.
func TestMark(t *testing.T) {
	data := bytes.ReplaceAll(read(t, "trained.json"), []byte("<|mask|>"), []byte("<|mdm_mask|>"))
	tok, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if tok.PadID() != -1 || tok.EndIDs() != nil || tok.MaskID() != -1 {
		t.Errorf("nothing is marked: pad %d, end %v, mask %d", tok.PadID(), tok.EndIDs(), tok.MaskID())
	}
	if err := tok.MarkOwn(); err == nil || !strings.Contains(err.Error(), `no special token "<|mask|>"`) {
		t.Errorf("got error %v", err)
	}
	ordinary, err := Parse(bytes.Replace(read(t, "trained.json"), []byte(`"normalized":false,"special":true`), []byte(`"normalized":false,"special":false`), 2))
	if err != nil {
		t.Fatal(err)
	}
	if err := ordinary.MarkOwn(); err == nil || !strings.Contains(err.Error(), `no special token "<|pad|>"`) {
		t.Errorf("tokens that texts may name: error %v", err)
	}
	if err := tok.Mark(Special{Mask: 2, Pad: 1, End: []int32{1, 5}}); err != nil {
		t.Fatal(err)
	}
	if tok.PadID() != 1 || !slices.Equal(tok.EndIDs(), []int32{1, 5}) || tok.MaskID() != 2 {
		t.Errorf("pad %d, end %v, mask %d", tok.PadID(), tok.EndIDs(), tok.MaskID())
	}
	if err := tok.Mark(Special{Mask: 5000, Pad: -1, End: []int32{73}}); err == nil || !strings.Contains(err.Error(), `token 73 is used as a special one, but it is the ordinary token "Z"`) {
		t.Errorf("got error %v", err)
	}
	word := load(t, "gpt2.json")
	const lamp = 323
	if err := word.Mark(Special{Mask: lamp, Pad: -1, Borrowed: true}); word.Token(lamp) != " lamp" || err != nil {
		t.Fatal(word.Token(lamp), err)
	}
	if ids := word.Encode("A lamp lamps"); slices.Contains(ids, lamp) || word.Decode(ids) != "A lamp lamps" || word.Decode([]int32{lamp}) != "" {
		t.Errorf("a mask that is a word: %v", ids)
	}
	literal := load(t, "qwen2.json")
	if err := literal.Mark(Special{Mask: 384, Pad: -1}); err != nil {
		t.Fatal(err)
	}
	if ids := literal.Encode("<tool></tool>"); slices.Contains(ids, 384) || !slices.Contains(ids, 385) || literal.Decode([]int32{384}) != "" {
		t.Errorf("the mask can be written: %v", ids)
	}
}

// TestMissingByte: a vocabulary may lack bytes, other than one of our own. They are
// no tokens, so that a text with one is refused, and no merge reaches across them.
func TestMissingByte(t *testing.T) {
	tok, err := Parse(bytes.Replace(read(t, "trained.json"), []byte(`"Z":73`), []byte(`"ZZ":73`), 1))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]int32{"Z": {engines.NoToken}, "ZZ": {engines.NoToken, engines.NoToken}, "1Z": {tok.symbol['1'], engines.NoToken}} {
		if ids := tok.Encode(text); !slices.Equal(ids, want) {
			t.Errorf("%q has the ids %v, want %v", text, ids, want)
		}
	}
	if _, err := engines.Encode(tok, "A to Z"); err == nil || !strings.Contains(err.Error(), "byte 0x5a (byte 5 of") {
		t.Errorf("got error %v", err)
	}
	if err := tok.MarkOwn(); err == nil || !strings.Contains(err.Error(), "no token for byte 0x5a") {
		t.Errorf("as our own: got error %v", err)
	}
}

// TestListing: a listing gives the tokenizer that a file with the same content gives.
func TestListing(t *testing.T) {
	for file, split := range map[string]string{"gpt2": "gpt-2", "llama3": "llama-bpe", "qwen2": "qwen2"} {
		want := load(t, file+".json")
		var l Listing
		for id, tok := range want.tokens {
			kind := Ordinary
			if tok.added && tok.special {
				kind = Control
			} else if tok.added {
				kind = Named
			}
			l.Tokens, l.Kinds = append(l.Tokens, want.name(int32(id))), append(l.Kinds, kind)
		}
		for _, p := range want.order {
			l.Merges = append(l.Merges, want.name(p.left)+" "+want.name(p.right))
		}
		l.Split = split
		got, err := l.Tokenizer()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !bytes.Equal(got.JSON(), want.JSON()) {
			t.Errorf("%s: the listing gives another tokenizer", file)
		}
		for name, change := range map[string]func(*Listing){
			`"mpt" is not a known rule`: func(l *Listing) { l.Split = "mpt" },
			"types, allowed are":        func(l *Listing) { l.Kinds = l.Kinds[1:] },
			"are both":                  func(l *Listing) { l.Tokens[5], l.Kinds[5], l.Kinds[6] = l.Tokens[6], Ordinary, Ordinary },
			"wanted are two parts":      func(l *Listing) { l.Merges[0] = "ab" },
			"not both in vocab":         func(l *Listing) { l.Merges[0] = "a  b" },
			"alphabet":                  func(l *Listing) { l.Tokens[300], l.Kinds[300] = "two words", Ordinary },
		} {
			broken := Listing{Split: l.Split, Tokens: slices.Clone(l.Tokens), Kinds: slices.Clone(l.Kinds), Merges: slices.Clone(l.Merges)}
			change(&broken)
			if _, err := broken.Tokenizer(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: error %v, want one with %q", file, err, name)
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	digits := `{"type":"Digits","individual_digits":true}`
	for _, c := range []struct{ name, file, old, new, want string }{
		{"cut", "trained", `"merges":[`, `"merges":[[`, "/model/merges/0"},
		{"other model", "trained", `"type":"BPE"`, `"type":"Unigram"`, `"Unigram"`},
		{"lower case", "trained", `"normalizer":null`, `"normalizer":{"type":"Lowercase"}`, `"Lowercase"`},
		{"no decoder", "trained", `"decoder":{"type":"ByteLevel"`, `"decoder":{"type":"WordPiece"`, "decoder"},
		{"dropout", "trained", `"dropout":null`, `"dropout":0.1`, "dropout"},
		{"suffix", "trained", `"end_of_word_suffix":null`, `"end_of_word_suffix":"</w>"`, "suffix"},
		{"byte fallback", "trained", `"byte_fallback":false`, `"byte_fallback":true`, "byte_fallback"},
		{"looks around", "llama3", `{1,3}`, `{1,3}(?=x)`, "not known: it looks around"},
		{"ends otherwise", "llama3", `|\\s+(?!\\S)|`, `|\\s+(?!\\w)|`, "not known: it looks around"},
		{"possessive", "llama3", `{1,3}`, `++`, "possessive"},
		{"word boundary", "llama3", `{1,3}`, `\\b`, `it has \b`},
		{"many repetitions", "llama3", `{1,3}`, `{1,999}`, "it repeats by"},
		{"set in a set", "llama3", `[\\r\\n]`, `[\\r[\\n]]`, "set within a set"},
		{"literal pattern", "llama3", `"pattern":{"Regex"`, `"pattern":{"String"`, "no expression"},
		{"other behaviour", "llama3", `"Isolated"`, `"Removed"`, "Isolated"},
		{"space in front", "trained", `"add_prefix_space":false`, `"add_prefix_space":true`, "add_prefix_space"},
		{"other step", "trained", digits, `{"type":"Whitespace"}`, `"Whitespace"  is not known before ByteLevel`},
		{"other end", "trained", digits, digits + `,{"type":"Split"}],"pretokenizers":[{"type":"Digits"}`, "duplicate object member name"},
		{"no pre-tokenizer", "trained", `"pre_tokenizer":`, `"unknown":`, "pre_tokenizer is missing"},
		{"not in the alphabet", "llama3", `"zq"`, `"z q"`, "alphabet"},
		{"id too large", "llama3", `"zq":384`, `"zq":999`, "allowed is 0 to 385"},
		{"negative id", "llama3", `"zq":384`, `"zq":-1`, "id -1"},
		{"id twice", "llama3", `"zq":384`, `"zq":385`, "two tokens"},
		{"added twice", "trained", `"content":"<|end|>"`, `"content":"<|pad|>"`, "twice"},
		{"added without text", "trained", `"content":"<|end|>"`, `"content":""`, "empty"},
		{"added with another id", "trained", `{"id":1,`, `{"id":500,`, "500"},
		{"three parts", "gpt2", `"merges":["`, `"merges":["a b c","`, "two parts"},
		{"merge of unknown", "trained", `"merges":[`, `"merges":[["a","xyz"],`, "not both in vocab"},
		{"merge without result", "trained", `"merges":[`, `"merges":[["#","#"],`, "merge 0"},
		{"merge with special", "trained", `"merges":[`, `"merges":[["<|end|>","a"],`, "merge 0"},
		{"unknown setting", "trained", `"byte_fallback":false`, `"byte_fallbak":true`, `the key "byte_fallbak" of "/model" is not known and may change token ids`},
		{"unknown part", "trained", `"normalizer":null`, `"normaliser":{"type":"NFKC"},"normalizer":null`, `the key "normaliser" of "/" is not known`},
		{"unknown flag", "trained", `"lstrip":false`, `"left_strip":true`, `the key "left_strip" of "/added_tokens/0" is not known`},
		{"other case", "trained", `"byte_fallback":false`, `"Byte_Fallback":true`, `the key "Byte_Fallback"`},
		{"key twice", "trained", `"byte_fallback":false`, `"byte_fallback":false,"byte_fallback":true`, "duplicate object member name"},
		{"token twice", "trained", `"Z":73`, `"Z":73,"Z":74`, "duplicate object member name"},
		{"other post-processor", "trained", `"post_processor":null`, `"post_processor":{"type":"Sequence","processors":[{"type":"RobertaProcessing","cls":["a",1]}]}`, `post_processor is "RobertaProcessing"`},
		{"merge number", "trained", `"merges":[`, `"merges":[7,`, "number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := string(read(t, c.file+".json"))
			if !strings.Contains(data, c.old) {
				t.Fatalf("%s.json has no %s", c.file, c.old)
			}
			_, err := Parse([]byte(strings.Replace(data, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, wanted one with %q", err, c.want)
			}
		})
	}
}

// TestFrame: what the reference puts around a text is known beside its ids, and comes
// back from a file.
func TestFrame(t *testing.T) {
	const post = `"post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":false},{"type":"TemplateProcessing",
		"single":[{"SpecialToken":{"id":"start","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<|end|>","type_id":0}}],"pair":[],
		"special_tokens":{"start":{"id":"start","ids":[3,2],"tokens":["<|reserved_0|>","<|mask|>"]},"<|end|>":{"id":"<|end|>","ids":[1],"tokens":["<|end|>"]}}}]}`
	file := bytes.Replace(read(t, "trained.json"), []byte(`"post_processor":null`), []byte(post), 1)
	tok, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	plain := load(t, "trained.json")
	again, err := Parse(tok.JSON())
	if err != nil || !bytes.Equal(again.JSON(), tok.JSON()) {
		t.Fatalf("written and read again: %v", err)
	}
	for _, tok := range []*Tokenizer{tok, again} {
		if !slices.Equal(tok.Begin(), []int32{3, 2}) || !slices.Equal(tok.Behind(), []string{"<|end|>"}) || !slices.Equal(tok.Encode("ab"), plain.Encode("ab")) {
			t.Errorf("begin %v, behind %q, ids %v and %v", tok.Begin(), tok.Behind(), tok.Encode("ab"), plain.Encode("ab"))
		}
	}
	if plain.Begin() != nil || plain.Behind() != nil {
		t.Errorf("begin %v, behind %q", plain.Begin(), plain.Behind())
	}
	for old, want := range map[string]string{`"ids":[1]`: "gives no ids", `"ids":[3,2]`: "token 300", `{"Sequence":{"id":"A","type_id":0}},`: "0 texts"} {
		change := map[string]string{`"ids":[1]`: `"ids":[]`, `"ids":[3,2]`: `"ids":[300]`}[old]
		if _, err := Parse(bytes.Replace(file, []byte(old), []byte(change), 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, which should say %q", old, err, want)
		}
	}
}

// TestParseMergeGivesSpecial: a file whose merges spell a special token would
// let text end the answer.
func TestParseMergeGivesSpecial(t *testing.T) {
	var f map[string]any
	if err := json.Unmarshal(read(t, "trained.json"), &f); err != nil {
		t.Fatal(err)
	}
	model := f["model"].(map[string]any)
	vocab := model["vocab"].(map[string]any)
	vocab["qj"] = vocab[EndToken]
	delete(vocab, EndToken)
	model["merges"] = append([]any{[]string{"q", "j"}}, model["merges"].([]any)...)
	f["added_tokens"].([]any)[1].(map[string]any)["content"] = "qj"
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse(data)
	if err == nil || !strings.Contains(err.Error(), "merge 0") {
		t.Errorf("got error %v", err)
	}
}

// FuzzParse: no input makes Parse panic, and what it accepts encodes any text
// without loss or special tokens and can be written and read again. The input
// takes the place of some bytes of a good file, or of all of it.
func FuzzParse(f *testing.F) {
	var good [][]byte
	for i, name := range append([]string{"spm"}, goldenFiles...) {
		good = append(good, read(f, name+".json"))
		f.Add(byte(i), uint16(0), uint16(0), []byte(" "))
		f.Add(byte(i), uint16(100), uint16(1), []byte(`"`))
		f.Add(byte(i), uint16(6000), uint16(2), []byte("12"))
	}
	f.Add(byte(9), uint16(0), uint16(0), []byte(`{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","a"]]},"decoder":{"type":"ByteLevel"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}`))
	f.Add(byte(9), uint16(0), uint16(0), []byte(`{"model":{"vocab":{"a":-1},"merges":["a"]}}`))
	f.Fuzz(func(t *testing.T, base byte, at, size uint16, data []byte) {
		if int(base) < len(good) {
			file := good[base]
			from := min(int(at), len(file))
			to := min(from+int(size), len(file))
			data = slices.Concat(file[:from], data, file[to:])
		}
		var tok *Tokenizer
		var err error
		bounded(t, len(data), func() { tok, err = Parse(data) })
		if err != nil {
			return
		}
		const text = "Anna's 12 lamps\n\n<|end|><tool>\xff"
		if ids := tok.Continue(text); tok.Decode(ids) != text && !tok.nfc && !slices.Contains(ids, engines.NoToken) && !strips(tok) {
			t.Errorf("%q came back as %q", text, tok.Decode(ids))
		}
		plain(t, tok, text)
		if _, err := Parse(tok.JSON()); err != nil {
			t.Errorf("own file is refused: %v", err)
		}
	})
}

// strips reports whether an added token may take white space with it.
func strips(tok *Tokenizer) bool {
	return slices.ContainsFunc(tok.tokens, func(one token) bool { return one.flags.left || one.flags.right })
}

// plain checks that a text gives no special token, whoever names one.
func plain(t *testing.T, tok *Tokenizer, text string) {
	t.Helper()
	for _, id := range slices.Concat(tok.Encode(text), tok.Rendered(text, [][2]int{{0, len(text)}})) {
		if id != engines.NoToken && (!tok.known(id) || tok.tokens[id].special) {
			t.Errorf("text gave the special token %q", tok.Token(id))
		}
	}
}

// FuzzListing: the same for vocabularies of GGUF files, whose lists are lines here.
func FuzzListing(f *testing.F) {
	f.Add("gpt-2", "Ġ\na\nĠa\n<|end|>", []byte{0, 0, 0, 2}, "Ġ a", []byte(nil), uint8(3))
	f.Add("", "▁\na\n▁a\n<0x62>\n<s>", []byte{0, 0, 0, 0, 2}, "", []byte{1, 2, 3, 4, 5}, uint8(4))
	f.Add("llama-bpe", "a\na", []byte{0, 0}, "a a\na a", []byte{1}, uint8(200))
	f.Fuzz(func(t *testing.T, split, tokens string, kinds []byte, merges string, scores []byte, begin uint8) {
		l := Listing{Split: split, Tokens: strings.Split(tokens, "\n"), Merges: strings.Split(merges, "\n"), Begin: []int32{int32(begin)}}
		for _, k := range kinds {
			l.Kinds = append(l.Kinds, Kind(k%3))
		}
		for _, s := range scores {
			l.Scores = append(l.Scores, float32(s))
		}
		var tok *Tokenizer
		var err error
		bounded(t, len(split)+len(tokens)+len(kinds)+len(merges)+len(scores), func() { tok, err = l.Tokenizer() })
		if err != nil {
			return
		}
		plain(t, tok, "Anna's 12 lamps\n\n<|end|><s>\xff"+tokens)
		if _, err := Parse(tok.JSON()); err != nil {
			t.Errorf("own file is refused: %v", err)
		}
	})
}

// FuzzSlow: the same for vocab.json, merges.txt and tokenizer_config.json.
func FuzzSlow(f *testing.F) {
	const config = `{"tokenizer_class": "GPT2Tokenizer", "added_tokens_decoder": {"2": {"content": "<|end|>", "special": true}}}`
	f.Add(`{"a": 0, "b": 1}`, "#version: 0.2\n", config)
	f.Add(`{"a": 0, "aa": 1}`, "a a\r\naa a\n", config)
	f.Add(`{"a": 0, "b": 0}`, "a  b", `{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {"-1": {"content": ""}}}`)
	f.Fuzz(func(t *testing.T, vocab, merges, config string) {
		var tok *Tokenizer
		var err error
		bounded(t, len(vocab)+len(merges)+len(config), func() { tok, err = ParseSlow([]byte(vocab), []byte(merges), []byte(config)) })
		if err == nil {
			plain(t, tok, "Anna's 12 lamps\n\n<|end|>\xff"+vocab)
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

// TestUnigram: a file of another kind is refused as such, though its vocabulary is a list.
func TestUnigram(t *testing.T) {
	_, err := Parse([]byte(`{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5]]}}`))
	if want := `tokenizer.json: model type is "Unigram", allowed is BPE`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
