package library

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// readGGUF reads a GGUF file, in which everything is.
func readGGUF(w weights.Name, most int64) (Weights, error) {
	file, err := userfile.Open(w.Name)
	if err != nil {
		return Weights{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Weights{}, err
	}
	return decodeGGUF(file, info.Size(), w, most)
}

func decodeGGUF(data io.ReaderAt, size int64, w weights.Name, most int64) (Weights, error) {
	c, f, err := model.OpenGGUF(data, size)
	if err != nil {
		return Weights{}, err
	}
	if file, ok := data.(*os.File); ok {
		remember(c, file.Name(), minRemembered)
	}
	list, err := listing(f)
	if err != nil {
		return Weights{}, fmt.Errorf("gguf: %w", err)
	}
	codec, err := list.Tokenizer()
	if err != nil {
		return Weights{}, fmt.Errorf("gguf: tokenizer.ggml: %w", err)
	}
	if err := settle(&c.Config, w.Trained, codec, ""); err != nil {
		return Weights{}, err
	}
	c.Config.Precision, c.Config.KV = w.Precision, w.KV
	got, err := join(c, codec, "the metadata", "the metadata", most)
	got.Stored = f.Types()
	return got, err
}

// listing reads the metadata of the tokenizer.
func listing(f *gguf.File) (list tokenizer.Listing, err error) {
	kind, _, errKind := gguf.Value[string](f, "tokenizer.ggml.model")
	pre, _, errPre := gguf.Value[string](f, "tokenizer.ggml.pre")
	tokens, _, errTokens := gguf.Value[[]string](f, "tokenizer.ggml.tokens")
	kinds, _, errKinds := gguf.Value[[]int64](f, "tokenizer.ggml.token_type")
	merges, _, errMerges := gguf.Value[[]string](f, "tokenizer.ggml.merges")
	scores, _, errScores := gguf.Value[[]float32](f, "tokenizer.ggml.scores")
	prefix, told, errPrefix := gguf.Value[bool](f, "tokenizer.ggml.add_space_prefix")
	if err := cmp.Or(errKind, errPre, errTokens, errKinds, errMerges, errScores, errPrefix); err != nil {
		return list, err
	}
	list = tokenizer.Listing{Split: pre, Tokens: tokens}
	begins := false // unless the file says otherwise, as llama.cpp has it
	switch {
	case kind == "llama" && len(scores) > 0:
		list.Scores, list.Bare, begins = scores, told && !prefix, true
	case kind == "llama":
		return list, errors.New("tokenizer.ggml.scores is missing, which tell a vocabulary of the model llama (SentencePiece) what to merge")
	case kind != "gpt2":
		return list, fmt.Errorf("tokenizer.ggml.model is %.60q, allowed are gpt2 (byte-level BPE) and llama (SentencePiece)", kind)
	case prefix:
		return list, fmt.Errorf("tokenizer.ggml.add_space_prefix is true, allowed is false")
	default:
		list.Merges = merges
	}
	for id, n := range kinds {
		switch n {
		case 1, 6: // normal, byte
			list.Kinds = append(list.Kinds, tokenizer.Ordinary)
		case 4: // defined by the user
			list.Kinds = append(list.Kinds, tokenizer.Named)
		case 2, 3, 5: // unknown, control, unused
			list.Kinds = append(list.Kinds, tokenizer.Control)
		default:
			return list, fmt.Errorf("tokenizer.ggml.token_type has %d for token %d, allowed are 1 to 6", n, id)
		}
	}
	for _, end := range []struct {
		name string
		add  bool
		ids  *[]int32
	}{{"bos", begins, &list.Begin}, {"eos", false, &list.End}} {
		add, told, errAdd := gguf.Value[bool](f, "tokenizer.ggml.add_"+end.name+"_token")
		id, known, errID := gguf.Value[uint64](f, "tokenizer.ggml."+end.name+"_token_id")
		if err := cmp.Or(errAdd, errID); err != nil {
			return list, err
		}
		if !told {
			add = end.add
		}
		if add && known && id < uint64(len(tokens)) {
			*end.ids = append(*end.ids, int32(id))
		}
	}
	return list, nil
}
