package library

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/model"
	"dllmbench/engines/userfile"
)

// minRemembered is the size of weights, in bytes, from which on their digest is
// remembered: a second or two per gigabyte.
const minRemembered = 64 << 20

// digests remembers those of one checkpoint. Each is a file in a folder of its own,
// which may be deleted at any time.
type digests struct{ folder, path string }

// remember makes a checkpoint at a path remember its digest if it is large, in the
// user's cache directory, if there is one.
func remember(c *model.Checkpoint, path string, least int64) {
	cache, err := os.UserCacheDir()
	if err != nil || c.Bytes() < least {
		return
	}
	if full, err := filepath.Abs(path); err == nil {
		c.Digests = digests{filepath.Join(cache, "dllmbench", "digests"), full}
	}
}

func (d digests) file(stamp string) string {
	return filepath.Join(d.folder, fmt.Sprintf("%x", sha256.Sum256([]byte(d.path+"\n"+stamp))))
}

var isDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// Find implements [model.Digests].
func (d digests) Find(stamp string) string {
	text, err := userfile.Read(d.file(stamp), 1<<10)
	if err != nil || !isDigest.Match(text) {
		return ""
	}
	return string(text)
}

// Keep implements [model.Digests]. Without it the digest is computed again.
func (d digests) Keep(stamp, digest string) {
	if d.Find(stamp) != digest && os.MkdirAll(d.folder, 0o755) == nil {
		_ = atomicfile.Write(d.file(stamp), []byte(digest))
	}
}
