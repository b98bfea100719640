package builtin_test

import (
	"bytes"
	"io/fs"
	"slices"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/tokenizer"
)

// TestOpen loads every checkpoint as the program does and checks that model and
// tokenizer belong together.
func TestOpen(t *testing.T) {
	for _, name := range builtin.Names() {
		files, err := builtin.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		checkpoint, err := model.OpenCheckpoint(files)
		if err != nil {
			t.Fatal(err)
		}
		defer checkpoint.Close()
		m, err := checkpoint.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := fs.ReadFile(files, model.TokenizerFile)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := tokenizer.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		cfg := m.Config()
		if err := tok.MarkOwn(); err != nil || tok.VocabSize() != cfg.VocabSize || tok.MaskID() != cfg.MaskToken || !slices.Equal(tok.EndIDs(), cfg.EOS) || tok.PadID() != cfg.Pad {
			t.Errorf("%s: tokenizer and config disagree: %d tokens, mask %d, end %d, pad %d, %v; config %+v", name, tok.VocabSize(), tok.MaskID(), tok.EndIDs(), tok.PadID(), err, cfg)
		}
		if class, err := fs.ReadFile(files, model.ClassFile); err != nil || !bytes.Equal(class, tok.Class(cfg.MaxPositions)) {
			t.Errorf("%s: %s is %s (%v), wanted is %s", name, model.ClassFile, class, err, tok.Class(cfg.MaxPositions))
		}
		// What ends a sentence of a story, a row of a grid and a step of a sum.
		for _, text := range []string{".", ";", "/"} {
			if ids := tok.Encode(text); len(ids) != 1 || !slices.Contains(cfg.Delimiters, ids[0]) {
				t.Errorf("%s: %q has tokens %v, the delimiters are %v", name, text, ids, cfg.Delimiters)
			}
		}
	}
	if _, err := builtin.Open("v9"); err == nil {
		t.Error("unknown weights were opened")
	}
}
