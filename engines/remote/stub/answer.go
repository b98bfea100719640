package stub

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxRequest is the largest body of a request, in bytes.
const maxRequest = 8 << 20

// request is what a stub reads of a request.
type request struct {
	Model    string
	Prompt   string
	Suffix   string
	Messages []struct{ Content string }
	Stream   bool
	Options  struct {
		Usage bool `json:"include_usage"`
	} `json:"stream_options"`
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for path, chat := range map[string]bool{"chat": true, "edit": true, "fim": false} {
		mux.HandleFunc("POST /v1/"+path+"/completions", func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, chat) })
	}
	mux.HandleFunc("POST /v1/completions", func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, false) })
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":[{"id":"stub","object":"model"}]}`)
	})
	return mux
}

// answer answers a request by the plan.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, chat bool) {
	var asked request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "the body is no request: "+err.Error())
		return
	}
	prompt := asked.Prompt
	if n := len(asked.Messages); n > 0 {
		prompt = asked.Messages[n-1].Content
	}
	n, a := s.take(prompt)
	what, set := s.plan.draw(n)
	a.Set = set
	if what == refused {
		a.Status = s.plan.Status
		if s.plan.RetryAfter != "" {
			w.Header().Set("Retry-After", s.plan.RetryAfter)
		}
		refuse(w, a.Status, "refused by plan")
		return
	}
	e := &events{Server: s, w: w, chat: chat, asked: asked, id: fmt.Sprintf("stub-%d", n), model: quoted(asked.Model)}
	if !asked.Stream {
		e.whole(r, a)
		return
	}
	e.stream(r, a, what)
}

// refuse writes an error in OpenAI's envelope.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": text, "type": "stub", "code": status}})
}

// events writes the events of one answer.
type events struct {
	*Server
	w       http.ResponseWriter
	chat    bool
	asked   request
	id      string
	model   string // as JSON
	buffer  []byte
	waiting int // events in the buffer
	tokens  int // pieces so far
	timer   *time.Timer
}

// until waits for a moment of an answer; false says that the client has gone.
func (e *events) until(r *http.Request, moment time.Time) bool {
	left := time.Until(moment)
	if left <= 0 {
		return r.Context().Err() == nil
	}
	if e.timer == nil {
		e.timer = time.NewTimer(left)
	} else {
		e.timer.Reset(left)
	}
	select {
	case <-r.Context().Done():
		e.timer.Stop()
		return false
	case <-e.timer.C:
		return true
	}
}

// whole writes an answer without a stream, when its last piece is due.
func (e *events) whole(r *http.Request, a *Answer) {
	if n := len(a.Set); n > 0 && !e.until(r, a.Came.Add(a.Set[n-1])) {
		return
	}
	e.tokens = len(a.Set)
	text := strings.Join(e.plan.Pieces, "")
	if n := len(e.plan.Pieces); e.plan.Replace && n > 0 {
		text = e.plan.Pieces[n-1]
	}
	part := `"text":` + quoted(text)
	if e.chat {
		part = `"message":{"role":"assistant","content":` + quoted(text) + `,"reasoning":` + quoted(strings.Join(e.plan.Reasoning, "")) + `}`
	}
	e.w.Header().Set("Content-Type", "application/json")
	e.add(part, `"stop"`, e.plan.Usage != NoUsage)
	a.Wrote = append(a.Wrote, time.Now())
	e.w.Write(e.buffer)
}

// usage are the counts so far: a token each for words of the prompt and for pieces.
func (e *events) usage() string {
	words := len(strings.Fields(e.asked.Prompt))
	for _, m := range e.asked.Messages {
		words += len(strings.Fields(m.Content))
	}
	return fmt.Sprintf(`"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}`, words, e.tokens, words+e.tokens)
}

// stream writes an answer as server-sent events.
func (e *events) stream(r *http.Request, a *Answer, what fate) {
	e.w.Header().Set("Content-Type", "text/event-stream")
	e.w.WriteHeader(http.StatusOK)
	counts := e.asked.Options.Usage
	if e.plan.Role {
		e.event(e.delta(`"role":"assistant","content":""`, `""`), "null", false)
		e.flush()
	}
	thoughts := len(e.plan.Reasoning)
	for i := range a.Set {
		if what != whole && i >= len(a.Set)/2 {
			break
		}
		if !e.until(r, a.Came.Add(a.Set[i])) {
			return
		}
		e.tokens++
		part := ""
		if i < thoughts {
			part = e.delta(`"reasoning":`+e.reasoning[i], `""`)
		} else {
			part = e.delta(`"content":`+e.pieces[i-thoughts], e.pieces[i-thoughts])
		}
		e.event(part, "null", counts && e.plan.Usage == EachUsage)
		a.Wrote = append(a.Wrote, time.Now())
		if e.waiting >= e.plan.Together && e.flush() != nil {
			return
		}
	}
	switch what {
	case broken:
		e.buffer = append(e.buffer, `data: {"error":{"message":"broken by plan","type":"stub","code":500}}`+"\n\n"...)
	case cut:
		e.flush()
		panic(http.ErrAbortHandler) // net/http's way to end a connection
	default:
		e.event(e.delta("", `""`), `"stop"`, counts && (e.plan.Usage == EachUsage || e.plan.Usage == FinalUsage))
		if counts && e.plan.Usage == LastUsage {
			e.buffer = fmt.Appendf(e.buffer, "data: {\"id\":%q,\"object\":%q,\"created\":1,\"model\":%s,\"choices\":[],%s}\n\n", e.id, e.object(), e.model, e.usage())
		}
	}
	if !e.plan.NoDone {
		e.buffer = append(e.buffer, "data: [DONE]\n\n"...)
	}
	e.flush()
}

// delta is the part of a choice that holds new text: fields of a chat's delta, or the text of
// a completion, both as JSON.
func (e *events) delta(fields, text string) string {
	if e.chat {
		return `"delta":{` + fields + `}`
	}
	return `"text":` + text
}

// object is the kind of answer, as the interface calls it.
func (e *events) object() string {
	switch {
	case !e.chat:
		return "text_completion"
	case e.asked.Stream:
		return "chat.completion.chunk"
	}
	return "chat.completion"
}

// event adds an event with a choice of that part.
func (e *events) event(part, finish string, counts bool) {
	e.buffer = append(e.buffer, "data: "...)
	e.add(part, finish, counts)
	e.buffer = append(e.buffer, "\n\n"...)
	e.waiting++
}

// add adds the JSON of a choice to the buffer.
func (e *events) add(part, finish string, counts bool) {
	for _, s := range []string{`{"id":"`, e.id, `","object":"`, e.object(), `","created":1,"model":`, e.model, `,"choices":[{"index":0,`, part, `,"finish_reason":`, finish, `}]`} {
		e.buffer = append(e.buffer, s...)
	}
	if counts {
		e.buffer = append(append(e.buffer, ','), e.usage()...)
	}
	e.buffer = append(e.buffer, '}')
}

// flush hands what was added to the operating system.
func (e *events) flush() error {
	_, err := e.w.Write(e.buffer)
	e.buffer, e.waiting = e.buffer[:0], 0
	if err == nil {
		err = http.NewResponseController(e.w).Flush()
	}
	return err
}

// quoted is a text as JSON.
func quoted(text string) string {
	data, _ := json.Marshal(text) // a string has a JSON
	return string(data)
}
