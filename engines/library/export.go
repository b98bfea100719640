package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// texts are the files of a checkpoint that other programs read for its tokenizer and
// its ends, and the rest of what they say.
var texts = []string{model.TokenizerFile, model.ClassFile, model.GenerationFile, "special_tokens_map.json", "chat_template.jinja"}

// IsGGUF reports whether [Export] writes a GGUF file under a name.
func IsGGUF(to string) bool { return strings.EqualFold(filepath.Ext(to), ".gguf") }

// Export writes loaded weights into a new folder or, by its name, a new
// file, which other programs and [Open] read. What their own folder says of tokenizer
// and generation is copied into a folder, and so are the modelling files there. Notes
// say what a reader of the result does not get. The error is [fs.ErrExist] if something
// is there already; on an error nothing is.
func Export(name weights.Name, w Weights, to, dtype string) (notes []string, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return nil, err
	}
	codec, _ := w.Codec.(*tokenizer.Tokenizer)
	if codec == nil { // random numbers: bytes, so that what is written is a whole checkpoint
		if codec, err = tokenizer.Train(slices.Values([]string(nil)), tokenizer.TrainOptions{VocabSize: len(tokenizer.DefaultSpecials()) + 256}); err != nil {
			return nil, err
		}
	}
	if IsGGUF(to) {
		if _, err := os.Lstat(to); err == nil {
			return nil, fs.ErrExist
		}
		return exportGGUF(name, w.Model, codec, to, dtype)
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(to)
		}
	}()
	files, err := descriptions(name, w.Model.Config(), codec)
	if err != nil {
		return nil, err
	}
	config := files[model.ConfigFile]
	delete(files, model.ConfigFile)
	code := false
	for name, text := range files {
		if err := atomicfile.Write(filepath.Join(to, name), text); err != nil {
			return nil, err
		}
		code = code || filepath.Ext(name) == ".py"
	}
	if c := w.Model.Config(); !code && c.Remote() {
		notes = append(notes, fmt.Sprintf("transformers computes a %s only with the modelling files of its makers, which are not there", c.ModelType))
	}
	return notes, w.Model.Export(to, dtype, config)
}

// descriptions are the contents of texts, and of config.json and modelling files where
// there are some.
func descriptions(name weights.Name, config model.Config, codec *tokenizer.Tokenizer) (map[string][]byte, error) {
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
		template, _, err := Template(name)
		if template != "" {
			all["chat_template.jinja"] = []byte(template)
		}
		return all, err
	}
	code, _ := fs.Glob(from, "*.py")
	for _, file := range slices.Concat(texts, code, []string{model.ConfigFile}) {
		text, err := userfile.ReadIn(from, file, model.MaxTokenizer)
		if err == nil {
			all[file] = text
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// exportGGUF writes a file.
func exportGGUF(name weights.Name, m *model.Model, codec *tokenizer.Tokenizer, to, dtype string) (notes []string, err error) {
	config := m.Config()
	keys, around, err := listed(codec, &config)
	if err != nil {
		return nil, err
	}
	template, _, err := Template(name)
	if err != nil {
		return nil, err
	}
	if id, ok, err := begin(name); err != nil {
		return nil, err
	} else if ok && !around {
		keys = append(keys, gguf.Key{Name: "tokenizer.ggml.bos_token_id", Value: uint32(id)})
	}
	if template != "" {
		keys = append(keys, gguf.Key{Name: "tokenizer.chat_template", Value: template})
	}
	if lost := config.GGUFLoses(); lost != nil {
		notes = append(notes, "a GGUF file has no place for "+strings.Join(lost, ", "))
	}
	if err := m.ExportGGUF(to, dtype, keys); err != nil || strings.Contains(dtype, "float") {
		return notes, err
	}
	// Types mix, and rows that fill no blocks of one get another.
	written, err := readGGUF(weights.Name{Kind: weights.Path, Name: to}, 0)
	return append(notes, "the file holds tensors in "+written.Stored), err
}

// listed are the keys of a tokenizer, and whether it puts a token in front of a text;
// [listing] is the other way round. Rows of the
// embedding without a token get one that no text has, as llama.cpp wants one for each.
func listed(codec *tokenizer.Tokenizer, config *model.Config) (keys []gguf.Key, begins bool, err error) {
	list, err := codec.Listing()
	if err != nil {
		return nil, false, err
	}
	const normal, control, named, unused, fallback = 1, 3, 4, 5, 6
	kinds := make([]int32, len(list.Kinds), config.VocabSize)
	for id, kind := range list.Kinds {
		kinds[id] = map[tokenizer.Kind]int32{tokenizer.Ordinary: normal, tokenizer.Control: control, tokenizer.Named: named}[kind]
		if list.Scores != nil && kind == tokenizer.Ordinary && tokenizer.Fallback(list.Tokens[id]) {
			kinds[id] = fallback
		}
	}
	for id := len(kinds); id < config.VocabSize; id++ {
		list.Tokens, kinds = append(list.Tokens, fmt.Sprintf("[PAD%d]", id)), append(kinds, unused)
	}
	add := func(key string, value any) {
		keys = append(keys, gguf.Key{Name: "tokenizer.ggml." + key, Value: value})
	}
	if list.Scores == nil {
		add("model", "gpt2")
		add("pre", list.Split)
		add("merges", list.Merges)
	} else {
		add("model", "llama")
		add("scores", append(list.Scores, make([]float32, len(kinds)-len(list.Scores))...))
		add("add_space_prefix", !list.Bare)
	}
	add("tokens", list.Tokens)
	add("token_type", kinds)
	if begins = len(list.Begin) > 0; begins {
		add("bos_token_id", uint32(list.Begin[0]))
	}
	add("add_bos_token", begins)
	add("add_eos_token", len(list.End) > 0)
	return keys, begins, nil
}
