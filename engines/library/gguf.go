package library

import (
	"cmp"
	"fmt"
	"io"

	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// readGGUF reads a GGUF file, in which everything is.
func readGGUF(path string, t weights.Trained) (Weights, error) {
	file, err := userfile.Open(path)
	if err != nil {
		return Weights{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Weights{}, err
	}
	return decodeGGUF(file, info.Size(), t)
}

func decodeGGUF(data io.ReaderAt, size int64, t weights.Trained) (Weights, error) {
	c, f, err := model.OpenGGUF(data, size)
	if err != nil {
		return Weights{}, err
	}
	list, err := listing(f)
	if err != nil {
		return Weights{}, fmt.Errorf("gguf: %w", err)
	}
	codec, err := list.Tokenizer()
	if err != nil {
		return Weights{}, fmt.Errorf("gguf: tokenizer.ggml: %w", err)
	}
	if err := settle(&c.Config, t, codec, ""); err != nil {
		return Weights{}, err
	}
	got, err := join(c, codec, "the metadata", "the metadata")
	got.Stored = f.Types()
	return got, err
}

// listing reads the metadata of the tokenizer. Scores are for another kind than the
// one that is read, and templates for programs that hold conversations.
func listing(f *gguf.File) (list tokenizer.Listing, err error) {
	kind, _, errKind := gguf.Value[string](f, "tokenizer.ggml.model")
	pre, _, errPre := gguf.Value[string](f, "tokenizer.ggml.pre")
	tokens, _, errTokens := gguf.Value[[]string](f, "tokenizer.ggml.tokens")
	kinds, _, errKinds := gguf.Value[[]int64](f, "tokenizer.ggml.token_type")
	merges, _, errMerges := gguf.Value[[]string](f, "tokenizer.ggml.merges")
	prefix, _, errPrefix := gguf.Value[bool](f, "tokenizer.ggml.add_space_prefix")
	if err := cmp.Or(errKind, errPre, errTokens, errKinds, errMerges, errPrefix); err != nil {
		return list, err
	}
	switch {
	case kind != "gpt2":
		return list, fmt.Errorf("tokenizer.ggml.model is %.60q, allowed is gpt2 (byte-level BPE)", kind)
	case prefix:
		return list, fmt.Errorf("tokenizer.ggml.add_space_prefix is true, allowed is false")
	}
	list = tokenizer.Listing{Split: pre, Tokens: tokens, Merges: merges}
	for id, n := range kinds {
		switch n {
		case 1: // normal
			list.Kinds = append(list.Kinds, tokenizer.Ordinary)
		case 4: // defined by the user
			list.Kinds = append(list.Kinds, tokenizer.Named)
		case 2, 3, 5: // unknown, control, unused
			list.Kinds = append(list.Kinds, tokenizer.Control)
		default:
			return list, fmt.Errorf("tokenizer.ggml.token_type has %d for token %d, allowed are 1 to 5", n, id)
		}
	}
	for _, end := range []string{"bos", "eos"} {
		add, _, errAdd := gguf.Value[bool](f, "tokenizer.ggml.add_"+end+"_token")
		id, _, errID := gguf.Value[uint64](f, "tokenizer.ggml."+end+"_token_id")
		if err := cmp.Or(errAdd, errID); err != nil {
			return list, err
		}
		if add && id < uint64(len(tokens)) {
			list.Around = append(list.Around, tokens[id])
		}
	}
	return list, nil
}
