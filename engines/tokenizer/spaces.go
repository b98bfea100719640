package tokenizer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// meta is what stands for a blank in the vocabularies of SentencePiece.
const meta = "▁"

// prefix says where a blank is put in front of a text, or of the text behind an
// added token.
type prefix uint8

const (
	never  prefix = iota
	always        // everywhere (Prepend, and GGUF)
	unless        // everywhere where there is none yet (Metaspace, "always")
	first         // in front of the whole text unless there is one (Metaspace, "first")
)

// metaspace is how a vocabulary of characters reads and writes blanks. Its texts are not
// cut into words first, unless split says so. A character that is no token is the
// tokens <0x00> to <0xFF> of its bytes (byte fallback).
//
// Source: Kudo and Richardson 2018, "SentencePiece: A simple and language independent
// subword tokenizer and detokenizer for Neural Text Processing", section 3.
type metaspace struct {
	prefix prefix
	split  bool // words begin with a blank
	strip  bool // whoever decodes a whole text takes one blank from its beginning
}

// read gives a text as it stands in the vocabulary.
func (s *metaspace) read(text string, at place) string {
	text = strings.ReplaceAll(text, " ", meta)
	switch {
	case text == "" || at == continues || s.prefix == never || s.prefix == first && at != begins:
	case s.prefix == always || !strings.HasPrefix(text, meta):
		return meta + text
	}
	return text
}

// find is the stage of a split, where every blank begins a word.
func (s *metaspace) find(text string) (from, to int) { return nextBlank(text, 1) }

// findRun is the stage of a vocabulary without a token that has a blank behind another
// character. No merge reaches across such a place, so that the ids stay the same, and
// words are quicker than a whole text.
func findRun(text string) (from, to int) {
	return nextBlank(text, len(text)-len(strings.TrimLeft(text, meta)))
}

func nextBlank(text string, from int) (int, int) {
	if at := strings.Index(text[from:], meta); at >= 0 {
		return 0, from + at
	}
	return 0, len(text)
}

// spaces reads how a file treats blanks. What gives other ids is an error.
func (f *file) spaces() (s *metaspace, nfc bool, err error) {
	s = &metaspace{}
	no := func(part string, p step) error {
		return fmt.Errorf("%s is %q here, or has settings that are not known; of vocabularies with byte_fallback Metaspace is known, and Prepend and Replace of blanks by %q", part, p.Type, meta)
	}
	blank := func(p step, from, to string) bool {
		return p.Pattern != nil && p.Pattern.String == from && p.Content == to
	}
	if f.Decoder == nil || !f.Model.ByteFallback {
		return nil, false, errors.New("the decoder is not ByteLevel, and the model has no byte_fallback; allowed are byte-level BPE and BPE of characters with byte fallback")
	}
	replaced := 0
	for _, p := range f.Normalizer.steps() {
		switch {
		case p.Type == "NFC" && replaced == 0:
			nfc = true
		case p.Type == "Prepend" && p.Prepend == meta && replaced == 0:
			s.prefix = always
		case p.Type == "Replace" && blank(p, " ", meta):
			replaced++
		default:
			return nil, false, no("normalizer", p)
		}
	}
	for _, p := range f.PreTokenizer.steps() {
		switch {
		case p.Type == "Metaspace" && p.Replacement == meta && replaced == 0:
			replaced++
			s.split = p.Split == nil || *p.Split
			scheme := p.PrependScheme
			if scheme == "" { // as files before tokenizers 0.15 say it
				scheme = "always"
			}
			if p.AddPrefixSpace != nil && !*p.AddPrefixSpace {
				scheme = "never"
			}
			known := false
			if s.prefix, known = map[string]prefix{"always": unless, "first": first, "never": never}[scheme]; !known {
				return nil, false, no("pre_tokenizer", p)
			}
		case p.Type == "Split" && replaced > 0 && p.Pattern != nil && p.Pattern.String == " ": // no blank is left
		default:
			return nil, false, no("pre_tokenizer", p)
		}
	}
	if replaced != 1 {
		return nil, false, fmt.Errorf("normalizer and pre_tokenizer do not replace blanks by %q; without that only byte-level BPE can be read, whose decoder is ByteLevel", meta)
	}
	for _, p := range f.Decoder.steps() {
		switch {
		case p.Type == "Replace" && blank(p, meta, " "), p.Type == "ByteFallback", p.Type == "Fuse":
		case p.Type == "Metaspace" && p.Replacement == meta:
			s.strip = s.prefix != never
		case p.Type == "Strip" && p.Content == " " && p.Start != nil && *p.Start <= 1 && (p.Stop == nil || *p.Stop == 0):
			s.strip = *p.Start == 1
		default:
			return nil, false, no("decoder", p)
		}
	}
	return s, nfc, nil
}

// describe gives a file the steps that [file.spaces] reads.
func (s *metaspace) describe(f *file) {
	replace := func(from, to string) step {
		return step{Type: "Replace", Pattern: &pattern{String: from}, Content: to}
	}
	var normal []step
	if f.Normalizer != nil {
		normal = append(normal, *f.Normalizer)
	}
	f.PreTokenizer = nil
	if s.prefix == always || s.prefix == never && !s.split {
		if s.prefix == always {
			normal = append(normal, step{Type: "Prepend", Prepend: meta})
		}
		normal = append(normal, replace(" ", meta))
	} else {
		scheme := map[prefix]string{never: "never", unless: "always", first: "first"}[s.prefix]
		f.PreTokenizer = &step{Type: "Metaspace", Replacement: meta, PrependScheme: scheme, Split: &s.split}
	}
	if normal != nil {
		f.Normalizer = &step{Type: "Sequence", Normalizers: normal}
	}
	decode := []step{replace(meta, " "), {Type: "ByteFallback"}, {Type: "Fuse"}}
	if s.strip {
		one, none := 1, 0
		decode = append(decode, step{Type: "Strip", Content: " ", Start: &one, Stop: &none})
	}
	f.Decoder = &step{Type: "Sequence", Decoders: decode}
	f.Model.ByteFallback, f.Model.FuseUnk = true, true
}

// fallback returns the byte of a token <0x00> to <0xFF>.
func fallback(name string) (b byte, ok bool) {
	if len(name) != len("<0x00>") {
		return 0, false
	}
	n, err := strconv.ParseUint(name[3:5], 16, 8)
	return byte(n), err == nil && name == byteName(byte(n))
}

// Fallback reports whether a token stands for a byte that is no character.
func Fallback(name string) bool {
	_, ok := fallback(name)
	return ok
}

func byteName(b byte) string { return fmt.Sprintf("<0x%02X>", b) }
