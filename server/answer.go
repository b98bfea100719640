package server

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"dllmbench/engines"
)

// answer is one answer of a request. The engine's goroutine writes it, as an
// engines.Pending, and the goroutine of the request reads it.
type answer struct {
	request engines.Request
	codec   engines.Codec
	stops   []string // texts that end it
	length  int      // leading tokens that are text: all of them, or the gap that is filled
	frames  bool     // the whole text is wanted after each pass
	whole   bool     // nothing is read of it before its end
	bell    *bell

	mu      sync.Mutex
	lost    func(engines.Result) // takes the result, where nobody waits for the answer any more; nil before
	tokens  []int32              // of the text so far, which will not change
	raw     []byte               // their text, up to a text that ends it
	safe    int                  // leading bytes of raw that can be shown: whole characters, no beginning of a text that ends it
	canvas  []int32              // of frames, as the last pass left it
	first   time.Time            // something can be shown; zero for not yet
	ended   bool                 // what follows is no text
	stopped bool                 // by a text of stops
	done    bool
	result  engines.Result
	err     error
}

// unwritten is what a frame shows for a token that is not written.
const unwritten = "░"

// Request implements engines.Pending.
func (a *answer) Request() engines.Request { return a.request }

// Wrote implements engines.Pending.
func (a *answer) Wrote(p engines.Progress) bool {
	a.mu.Lock()
	if a.lost != nil {
		a.mu.Unlock()
		return false
	}
	before := a.safe
	a.take(p.Tokens[:min(p.Settled, a.length)])
	fresh := a.safe > before
	if a.frames {
		canvas := p.Tokens[:min(len(p.Tokens), a.length)]
		fresh = fresh || !slices.Equal(canvas, a.canvas)
		a.canvas = append(a.canvas[:0], canvas...)
	}
	goes := !a.stopped
	a.mu.Unlock()
	if fresh && !a.whole {
		a.bell.soon()
	}
	return goes
}

// Done implements engines.Pending.
func (a *answer) Done(r engines.Result, err error) {
	a.mu.Lock()
	a.take(r.Tokens[:min(r.Useful, a.length)])
	if err == nil && !a.stopped && r.Finish == engines.FinishCancelled {
		err = errGone
	}
	a.show(len(a.raw))
	a.done, a.result, a.err = true, r, err
	lost := a.lost
	a.mu.Unlock()
	if lost != nil {
		lost(r)
	}
	a.bell.ring()
}

// leave says that nobody waits for the answer any more. Its result is lost, now or once it is there.
func (a *answer) leave(lost func(engines.Result)) {
	a.mu.Lock()
	a.lost = lost
	done, r := a.done, a.result
	a.mu.Unlock()
	if done {
		lost(r)
	}
}

// take adds what is new of the tokens that will not change.
func (a *answer) take(settled []int32) {
	for at := len(a.tokens); at < len(settled) && !a.ended; at++ {
		id := settled[at]
		if a.ends(id) {
			a.ended = true
			break
		}
		from := len(a.raw)
		a.tokens = append(a.tokens, id)
		a.raw = append(a.raw, a.codec.Decode(settled[at:at+1])...)
		a.cut(from)
	}
	a.show(a.showable())
}

// show says how many leading bytes can be shown.
func (a *answer) show(safe int) {
	a.safe = max(a.safe, safe)
	if a.first.IsZero() && a.safe > 0 {
		a.first = a.bell.now()
	}
}

// ends reports whether a token ends the text.
func (a *answer) ends(id int32) bool {
	return id == a.codec.MaskID() || id == a.codec.PadID() || slices.Contains(a.request.Stop, id)
}

// cut ends the text in front of the first text of stops that ends behind a byte.
func (a *answer) cut(from int) {
	end := -1
	for _, stop := range a.stops {
		begin := max(0, from-len(stop)+1)
		if i := bytes.Index(a.raw[begin:], []byte(stop)); i >= 0 && (end < 0 || begin+i < end) {
			end = begin + i
		}
	}
	if end >= 0 {
		a.raw, a.ended, a.stopped = a.raw[:end], true, true
	}
}

// showable is how many leading bytes can be shown.
func (a *answer) showable() int {
	n := len(a.raw)
	if a.stopped {
		return n
	}
	for back := 1; back <= min(utf8.UTFMax-1, n); back++ { // a character that is not whole
		if c := a.raw[n-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(a.raw[n-back:]) {
				n -= back
			}
			break
		}
	}
	for _, stop := range a.stops {
		for k := min(len(stop)-1, n); k > 0; k-- {
			if bytes.HasSuffix(a.raw[:n], []byte(stop[:k])) {
				n -= k
				break
			}
		}
	}
	return n
}

// picture is the canvas as a text.
func (a *answer) picture(tokens []int32) string {
	var text strings.Builder
	for i, id := range tokens {
		switch {
		case id == a.codec.MaskID():
			text.WriteString(unwritten)
		case a.ends(id):
			return text.String()
		default:
			text.WriteString(a.codec.Decode(tokens[i : i+1]))
		}
	}
	return text.String()
}

// state is what there is of an answer.
type state struct {
	text   string // that is new, or the whole of it
	tokens []int32
	count  int       // tokens so far
	first  time.Time // something could be shown; zero for not yet
	done   bool
	result engines.Result
	err    error
	finish string // once it is done: "stop" or "length"
}

// read returns what is new behind so many bytes and tokens.
func (a *answer) read(bytes, tokens int) state {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := state{tokens: a.tokens[tokens:], count: len(a.tokens), first: a.first, done: a.done, result: a.result, err: a.err}
	switch {
	case !a.frames:
		s.text = string(a.raw[bytes:max(bytes, a.safe)])
	case a.done:
		s.text = string(a.raw)
	default:
		s.text = a.picture(a.canvas)
	}
	if s.finish = "length"; a.stopped || a.result.Finish == engines.FinishStop {
		s.finish = "stop"
	}
	return s
}

// rated are the tokens of an answer that is done from one on, and the one that ended it:
// clients count on a token behind the prompt, whatever it is.
func (s state) rated(from int) []int32 {
	n := s.count
	if s.result.Finish == engines.FinishStop && n < len(s.result.Tokens) {
		n++
	}
	return s.result.Tokens[from:n]
}
