package library

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// settle puts what the user says of the training in the place of what the files say,
// and decides which token is the mask: the one that the user states, else that of the
// configuration or its architecture, else, for weights that were trained with one, the
// token that the tokenizer's files call so (named).
func settle(c *model.Config, t weights.Trained, codec *tokenizer.Tokenizer, named string) error {
	if t.Context != "" {
		c.Context, c.BlockSize, c.Shift = t.Context, t.Block, t.Shift
		if c.MaskToken == network.NoToken {
			c.MaskToken = c.UsualMask()
		}
	}
	reads := c.Context == "" || c.Context == "token" // from left to right
	switch id, ok := codec.Added(named); {
	case t.Mask > 0:
		c.MaskUnseen = c.MaskToken == network.NoToken && reads && t.Context == ""
		c.MaskToken = int32(t.Mask)
	case c.MaskToken == network.NoToken && !reads && ok:
		c.MaskToken = id
	}
	if err := c.Validate(); err != nil {
		return err
	}
	if id := c.MaskToken; id != network.NoToken && id != c.UsualMask() && int(id) < codec.VocabSize() && !maskLike(codec.Token(id)) {
		others := ""
		for id := range int32(codec.VocabSize()) {
			piece := codec.Token(id)
			if at, added := codec.Added(piece); added && at == id && strings.Contains(strings.ToLower(piece), "mask") {
				others = fmt.Sprintf(", for example token %d, which is %q", id, piece)
			}
		}
		return fmt.Errorf("the mask token is %d (mask_token_id), which is %q and does not look like a mask; state the right one beside the path (mask: ID in a scenario, PATH#mask=ID for a flag)%s", id, codec.Token(id), others)
	}
	return nil
}

// maskLike reports whether a token may be a mask: by its name, or as one of those
// that tokenizers keep free.
func maskLike(piece string) bool {
	piece = strings.ToLower(piece)
	for _, word := range []string{"mask", "reserved", "unused", "extra", "special"} {
		if strings.Contains(piece, word) {
			return true
		}
	}
	return false
}

// maskName is the token that the files of a tokenizer name as the mask; "" for none.
func maskName(files fs.FS) (string, error) {
	for _, name := range []string{model.ClassFile, "special_tokens_map.json"} {
		text, err := userfile.ReadIn(files, name, model.MaxTokenizer)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var c struct {
			Mask json.RawMessage `json:"mask_token"`
		}
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		var piece struct{ Content string } // newer files have the text alone
		if len(c.Mask) > 0 && (json.Unmarshal(c.Mask, &piece.Content) == nil || json.Unmarshal(c.Mask, &piece) == nil) && piece.Content != "" {
			return piece.Content, nil
		}
	}
	return "", nil
}
