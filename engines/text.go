package engines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// TextEngine answers text with text. It is the contract beside [Engine] for models
// whose tokens this program does not know: behind a network connection, or in
// somebody else's program. Write may be called again before an earlier call has
// returned, as often as Info says (Capabilities.InFlight).
type TextEngine interface {
	// Info says which engine this is, and in its Capabilities what it can tell.
	Info() Info
	// Write answers one request and reports each delivery as it comes, in order and
	// not after it has returned. When ctx ends, Write returns what it has
	// (Finish = FinishCancelled) together with ctx.Err().
	Write(ctx context.Context, r TextRequest, deliver func(Delivery)) (TextResult, error)
}

// TextRequest is a text to be continued, or a gap in a text to be filled.
type TextRequest struct {
	Prompt string
	// Turns are earlier turns of a chat, question and answer, and Begin is what the answer begins
	// with, which is not repeated: to engines that say that they take them.
	Turns   [][2]string
	Begin   string
	Suffix  string   // the text behind the gap; "" where there is none
	System  string   // what the system says first, to engines that take questions; "" for nothing
	Budget  int      // most tokens of the engine's own that may be written, ≥ 1
	Stop    []string // texts that end the answer and are not part of it
	Seed    uint64   // of random draws, for engines that take one
	Options Options  // of the engine, such as its temperature
	// Once is true where a refusal is the answer: requests come by their own rhythm, and one
	// that is asked again later hides that the engine was full.
	Once bool
	// Force has the whole budget written, whatever the model says of the end.
	Force bool
}

// ErrRefused is the error of a request that an engine has no room for, before any of it was
// worked on.
var ErrRefused = errors.New("refused")

// Mode says how the text of an answer arrives. It is a fact of the engine and is
// never guessed from what arrives.
type Mode string

// The modes of delivery.
const (
	Whole   Mode = ""        // all at once, at the end
	Append  Mode = "append"  // each delivery is new text, to be added to the earlier ones
	Replace Mode = "replace" // each delivery is the whole text as it is now
)

// Delivery is a piece of text that has arrived.
type Delivery struct {
	At     time.Duration // since the request was submitted: when its last byte was read
	Text   string
	Tokens int // tokens in it by the engine's own count; 0 when unknown
}

// TextResult is what became of a TextRequest.
type TextResult struct {
	Text    string // the whole answer
	Finish  Finish
	Usage   Usage         // what is not known stays unknown
	Elapsed time.Duration // from the submission to the end of the answer
	Clock   *Clock        // see [Result]
	Wire    *Wire         // what the connection showed; nil for engines without one
}

// Setting is what an engine that is not of this program is opened with.
type Setting struct {
	Options Options // of its preset, resolved
	Threads int     // that the scenario gives an engine
}

// Sharing is a [TextEngine] that has the tokenizer of the comparison, and can take token
// ids instead.
type Sharing interface {
	TextEngine
	// Share is the engine for ids of a codec, which it takes the place of.
	Share(Codec) (Engine, error)
}

// TextBatcher is a [TextEngine] that answers several requests together.
type TextBatcher interface {
	TextEngine
	// WriteBatch is Write for the requests of a batch; deliver is told which one a
	// delivery is of. It returns one result per request, or an error that is that of
	// the whole batch.
	WriteBatch(ctx context.Context, batch []TextRequest, deliver func(i int, d Delivery)) ([]TextResult, error)
}

// Wire is what the connection to an engine showed of a request. Times are those of this
// process, in ns since the last attempt was submitted; nil where it did not come to that.
type Wire struct {
	Attempts         int    // 1 where the first was answered
	WaitedNs         int64  // before the last attempt, for refusals and rate limits
	NamedNs          *int64 // the name of the server had an address
	SecuredNs        *int64 // TLS was agreed on
	ConnectedNs      *int64
	SentNs           *int64 // all of the request
	FirstByteNs      *int64
	FirstEventNs     *int64 // whatever it held
	FirstReasoningNs *int64
	Events           int  // of the stream, empty ones too
	EventsAtOnce     int  // most that one read brought
	Reused           bool // the connection was there already
	Address          string
	Protocol         string
	Headers          map[string]string // of a list of names
	Model            string            // as the server says
	Fingerprint      string
	Warning          string
	ReasoningChars   int
	// Counts are the server's own, by source: "usage.completion_tokens",
	// "timings.predicted_ms". They are never mixed with the times of this process.
	Counts map[string]float64
	// Gives are what else the answer held: "role" (a first event without text), "token_ids",
	// "logprobs", "reasoning", and where usage came: "usage at the end", "usage apart",
	// "usage always".
	Gives []string
	// Replaced is the number of events with bytes that are no UTF-8, which were replaced.
	Replaced int
}

// Stable turns the deliveries of an answer into those that a reader could rely
// on: the times at which leading bytes of the answer came to stay. Bytes that no
// delivery brought came with the end of the answer.
//
// With [Replace] a byte is stable from the delivery on at which it, and all before
// it, are as in the answer and remain so: after delivery k that is the longest
// common prefix of the answer and of all deliveries from k on. The error says that
// the deliveries are not those of the mode.
func (r TextResult) Stable(mode Mode, list []Delivery) ([]Delivery, error) {
	ends := make([]int, len(list)) // stable bytes after each delivery
	switch mode {
	case Append:
		if grows(list) {
			return nil, errors.New("four successive deliveries repeat and extend the one before: the engine replaces its text, and is set up to append")
		}
		for i, at := 0, 0; i < len(list); i++ {
			if !strings.HasPrefix(r.Text[at:], list[i].Text) {
				return nil, fmt.Errorf("delivery %d of %d is not the next part of the answer", i+1, len(list))
			}
			at += len(list[i].Text)
			ends[i] = at
		}
	case Replace:
		for i, least := len(list)-1, len(r.Text); i >= 0; i-- {
			least = commonPrefix(r.Text[:least], list[i].Text)
			ends[i] = least
		}
	default:
		list, ends = nil, nil
	}
	var stable []Delivery
	at := 0
	for i, end := range append(ends, len(r.Text)) {
		if end == at {
			continue
		}
		d := Delivery{At: r.Elapsed, Text: r.Text[at:end]}
		if i < len(list) {
			d.At = list[i].At
			if mode == Append {
				d.Tokens = list[i].Tokens
			}
		}
		stable, at = append(stable, d), end
	}
	return stable, nil
}

// grows reports whether each of four successive deliveries repeats the one before
// and adds to it.
func grows(list []Delivery) bool {
	run := 0
	for i := 1; i < len(list); i++ {
		before, now := list[i-1].Text, list[i].Text
		if run++; before == "" || len(now) <= len(before) || !strings.HasPrefix(now, before) {
			run = 0
		}
		if run == 3 {
			return true
		}
	}
	return false
}

// commonPrefix is the number of leading bytes in which a and b agree, up to the
// end of a character.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}
