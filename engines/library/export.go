package library

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// texts are the files of a checkpoint that other programs read for its tokenizer and
// its ends, and the rest of what they say.
var texts = []string{model.TokenizerFile, model.ClassFile, model.GenerationFile, "special_tokens_map.json", "chat_template.jinja"}

// Export writes loaded weights into a new folder, which transformers and [Open] read.
// What their own folder says of tokenizer and generation is copied; lost are tokens
// around a text that another source names. The error is [fs.ErrExist] if something is
// there already; on an error there is no folder.
func Export(name weights.Name, w Weights, dir, dtype string) (lost []string, err error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	files, err := descriptions(name, w)
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		if err := atomicfile.Write(filepath.Join(dir, name), text); err != nil {
			return nil, err
		}
	}
	if c, ok := w.Codec.(*tokenizer.Tokenizer); ok && bytes.Equal(files[model.TokenizerFile], c.JSON()) {
		lost = c.Around()
	}
	return lost, w.Model.Export(dir, dtype)
}

// descriptions are the contents of texts.
func descriptions(name weights.Name, w Weights) (map[string][]byte, error) {
	codec, _ := w.Codec.(*tokenizer.Tokenizer)
	config := w.Model.Config()
	if codec == nil { // random numbers: bytes, so that what is written is a whole checkpoint
		var err error
		if codec, err = tokenizer.Train(slices.Values([]string(nil)), tokenizer.TrainOptions{VocabSize: len(tokenizer.DefaultSpecials()) + 256}); err != nil {
			return nil, err
		}
	}
	ends, err := config.Generation()
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{model.TokenizerFile: codec.JSON(), model.ClassFile: codec.Class(config.MaxPositions), model.GenerationFile: ends}
	from, err := folder(name)
	if err != nil {
		return nil, err
	}
	if from == nil {
		template, err := Template(name)
		if template != "" {
			all["chat_template.jinja"] = []byte(template)
		}
		return all, err
	}
	for _, file := range texts {
		text, err := userfile.ReadIn(from, file, model.MaxTokenizer)
		if err == nil {
			all[file] = text
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}
