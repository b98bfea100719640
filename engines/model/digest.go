package model

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"time"
)

// Digests remembers digests of weights that are too large to be read at every start.
type Digests interface {
	// Find returns the digest of weights with a stamp, or "".
	Find(stamp string) (digest string)
	// Keep remembers it.
	Keep(stamp, digest string)
}

// weightsFile is an open file of weights.
type weightsFile struct {
	data    io.ReaderAt
	size    int64
	changed time.Time
}

// digest is "sha256:<hex>" of the file.
func (f *weightsFile) digest() (string, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, io.NewSectionReader(f.data, 0, f.size))
	return fmt.Sprintf("sha256:%x", sum.Sum(nil)), err
}

// stamp tells files from others without reading them: by size, time of the last
// change, and what is at some places.
func stamp(files []weightsFile) string {
	const places, length = 64, 1 << 12
	sum, sample := sha256.New(), make([]byte, length)
	for _, f := range files {
		fmt.Fprintln(sum, f.size, f.changed.UnixNano())
		for i := range int64(places) {
			n, _ := f.data.ReadAt(sample, f.size/places*i) // what cannot be read is an error when it is loaded
			sum.Write(sample[:n])
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// Bytes is the size of the files of weights.
func (c *Checkpoint) Bytes() (n int64) {
	for _, f := range c.files {
		n += f.size
	}
	return n
}

// Digest is what identifies the weights: "sha256:<hex>" of their file, or "" if there
// are several and nobody remembers it: then [New] makes it of the numbers.
func (c *Checkpoint) Digest() (string, error) {
	if c.Digests != nil {
		if known := c.Digests.Find(stamp(c.files)); known != "" {
			return known, nil
		}
	}
	if len(c.files) > 1 {
		return "", nil
	}
	return c.files[0].digest()
}

// Model reads the numbers, for a tokenizer as [New] has it. The digest of a file is made
// meanwhile.
func (c *Checkpoint) Model(tokenizer []byte) (m *Model, err error) {
	if len(c.files) > 1 {
		weights, _ := c.Digest() // which nothing is read for
		m, err = New(c.Config, c, weights, tokenizer)
	} else {
		var weights, precision string
		var unread error
		var meanwhile sync.WaitGroup
		meanwhile.Go(func() { weights, unread = c.Digest() })
		m, precision, err = assemble(c.Config, c, nil)
		meanwhile.Wait()
		if err = cmp.Or(err, unread); err == nil {
			m.describe(weights, tokenizer, precision)
		}
	}
	if err != nil {
		return nil, err
	}
	if c.Digests != nil {
		c.Digests.Keep(stamp(c.files), m.spec.Weights)
	}
	return m, nil
}
