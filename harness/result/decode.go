package result

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"dllmbench/engines/usage"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// requestPrefix begins the lines that a Writer writes for requests.
const requestPrefix = `{"type":"request",`

// decoder reads the lines of requests of one file, of which a large run has a
// million: with the second version of encoding/json, which takes half the time.
type decoder struct {
	older   bool // the file is of [olderSchema]
	numbers bool // what was written is left out: see [Index.NumbersOf]
	words   map[string]string
	samples map[string]int // of each cell of the header

	described map[Name]int64 // instances: where the last record of each begins
	last      string         // of them that was asked for, for it is asked for again
}

// Name stands for the id of an instance in tables of a large run, in which ids would take
// the most: it is the beginning of its SHA-256.
type Name [16]byte

// NameOf is the name of an id.
func NameOf(id string) Name {
	sum := sha256.Sum256([]byte(id))
	return Name(sum[:16])
}

func newDecoder(h *Header) *decoder {
	major, _, _ := strings.Cut(h.Schema, ".")
	d := &decoder{older: major == olderSchema, words: map[string]string{}, samples: map[string]int{}, described: map[Name]int64{}}
	for _, c := range h.Cells {
		d.samples[c.ID] = max(1, c.Samples)
	}
	return d
}

// request decodes a line into r, which must be zero, and refuses what cannot be.
func (d *decoder) request(line []byte, r *Request) error {
	err := d.decode(line, r)
	if err == nil {
		err = d.check(r)
	}
	if d.numbers {
		r.Output, r.OutputSHA256, r.Broken, r.Extra = "", "", nil, nil
	}
	return d.without(err)
}

func (d *decoder) decode(line []byte, r *Request) error {
	if err := jsonv2.Unmarshal(line, r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return fmt.Errorf("broken record: %v", err)
	}
	if d.older {
		if err := r.readOlderUsage(line); err != nil {
			return err
		}
	}
	// Words that return in other lines are held once.
	for _, word := range []*string{&r.Type, &r.Cell, &r.Digest, &r.Instance, &r.Rung, &r.Status, &r.Finish, &r.Void, &r.Unscored} {
		if _, seen := d.words[*word]; !seen {
			d.words[*word] = *word
		}
		*word = d.words[*word]
	}
	return nil
}

// olderSchema is the version in which counters stood among the other fields of
// a request, and those of speculation were left out where they were 0.
const olderSchema = "dllmbench/v1"

func (r *Request) readOlderUsage(line []byte) error {
	var fields map[string]json.RawMessage
	if err := decode(line, &fields); err != nil {
		return err
	}
	for _, c := range []usage.Counter{usage.DraftedTokens, usage.AcceptedTokens, usage.VerifyingPasses} {
		if fields[c.String()] == nil {
			fields[c.String()] = []byte("0")
		}
	}
	counters := map[string]json.RawMessage{}
	for _, c := range usage.Counters() {
		counters[c.String()] = fields[c.String()]
	}
	for _, k := range usage.Kinds() {
		counters[k.String()] = fields[k.String()]
	}
	data, err := json.Marshal(counters)
	if err == nil {
		err = json.Unmarshal(data, &r.Usage)
	}
	if err != nil {
		return fmt.Errorf("broken record: %v", err)
	}
	return nil
}
