package race

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/prompt"
	"dllmbench/harness/trace"
	"dllmbench/workloads"
)

// The messages of a race, in this order: one [Task]; for each decoder a [Start], its
// [Pass]es and a [Done]; [Guess]es; one [End].

// Task says what is to be written.
type Task struct {
	Kind     string   `json:"kind"` // "task"
	Prompt   string   `json:"prompt"`
	Instance string   `json:"instance,omitempty"`
	Answer   string   `json:"answer,omitempty"`   // one right answer
	Unjudged string   `json:"unjudged,omitempty"` // why no checker says what is right
	Budget   int      `json:"budget"`             // positions of the canvas
	Given    [][2]int `json:"given,omitempty"`    // position and token id of what no pass writes
	Words    Words    `json:"words,omitempty"`
}

// Start says that a decoder begins.
type Start struct {
	Kind      string          `json:"kind"` // "lane"
	Lane      int             `json:"lane"`
	Options   engines.Options `json:"options"`
	Unit      int             `json:"unit"` // see engines.Writing
	Cache     string          `json:"cache"`
	Kernel    string          `json:"kernel"`
	Threads   int             `json:"threads"`
	Untrained []string        `json:"untrained,omitempty"`
}

// Pass is a forward pass of the timed run.
type Pass struct {
	Kind string `json:"kind"` // "pass"
	Lane int    `json:"lane"`
	trace.Step
	End   float64 `json:"t"` // ms since the decoder's start
	FLOPs int64   `json:"f"`
	Words Words   `json:"words,omitempty"`
}

// Done is what a decoder wrote.
type Done struct {
	Kind     string        `json:"kind"` // "done"
	Lane     int           `json:"lane"`
	Text     string        `json:"text"`
	Useful   int           `json:"useful"`  // leading positions that count
	Written  int           `json:"written"` // of these, those that a pass wrote
	Finish   string        `json:"finish"`
	Ms       float64       `json:"ms"` // to the last token
	Usage    engines.Usage `json:"usage"`
	Exact    *bool         `json:"exact"` // null where nobody judges
	Partial  float64       `json:"partial"`
	Breaches []Breach      `json:"breaches,omitempty"`
}

// Breach is a constraint of the task that the text breaks.
type Breach struct {
	Doc string `json:"doc"`
	// From and To are the positions where it shows, [From, To); both 0 where the text
	// lacks the place.
	From int `json:"from"`
	To   int `json:"to"`
}

// Guess is what the network predicted in a pass for what was not written yet, see
// [trace.Step].
type Guess struct {
	Kind  string   `json:"kind"` // "guess"
	Lane  int      `json:"lane"`
	Pass  int      `json:"pass"`
	Guess [][2]int `json:"g,omitempty"`
	Heat  string   `json:"h,omitempty"`
	Words Words    `json:"words,omitempty"`
}

// End is the last message.
type End struct {
	Kind string `json:"kind"` // "end"
}

// Words are the texts of token ids that no earlier message had.
type Words map[int32]string

// vocabulary keeps which words were told.
type vocabulary struct {
	codec engines.Codec
	told  map[int32]bool
}

// of are the words of a step that are new.
func (v *vocabulary) of(s *trace.Step) Words {
	var w Words
	for _, k := range s.Wrote {
		w = v.add(w, k[1])
	}
	for _, list := range [][][2]int{s.Revised, s.Guess} {
		for _, k := range list {
			w = v.add(w, k[1])
		}
	}
	return w
}

func (v *vocabulary) add(w Words, token int) Words {
	id := int32(token)
	if id < 0 || v.told[id] {
		return w
	}
	if w == nil {
		w = Words{}
	}
	w[id], v.told[id] = v.codec.Decode([]int32{id}), true
	return w
}

// maxBreaches is how many breaches of a text are told.
const maxBreaches = 200

func taskOf(t prompt.Task, request engines.Request, words *vocabulary) Task {
	m := Task{Kind: "task", Prompt: t.Text, Budget: request.Budget}
	if t.Workload != nil {
		m.Instance, m.Answer, m.Unjudged = t.Instance.ID, t.Instance.Answer, workloads.Abstains(t.Workload, t.Instance)
	}
	for pos, id := range request.Template {
		if id != engines.Gap {
			m.Given, m.Words = append(m.Given, [2]int{pos, int(id)}), words.add(m.Words, int(id))
		}
	}
	return m
}

func laneOf(e *entry) Start {
	i := e.engine.Info()
	return Start{Kind: "lane", Lane: e.lane, Options: i.Options, Unit: i.Writing.Unit, Cache: i.Cache, Kernel: i.Kernel, Threads: i.Threads, Untrained: i.Untrained}
}

func (r *Races) doneOf(e *entry, t prompt.Task, request engines.Request, res engines.Result) Done {
	useful := res.Tokens[:res.Useful]
	d := Done{Kind: "done", Lane: e.lane, Text: r.Codec.Decode(useful), Useful: res.Useful, Finish: string(res.Finish), Ms: ms(res.Elapsed), Usage: res.Usage}
	for pos := range useful {
		if request.Template == nil || request.Template[pos] == engines.Gap {
			d.Written++
		}
	}
	if t.Workload == nil || workloads.Abstains(t.Workload, t.Instance) != "" {
		return d
	}
	score := t.Workload.Check(t.Instance, d.Text)
	d.Exact, d.Partial = &score.Exact, score.Partial
	var ends []int // of the text of each token, in bytes
	for i := range useful {
		ends = append(ends, len(r.Codec.Decode(useful[:i+1])))
	}
	for _, v := range score.Violations[:min(len(score.Violations), maxBreaches)] {
		b := Breach{Doc: v.Doc}
		if v.Offset >= 0 {
			last := v.Offset + max(v.Length, 1) - 1
			after := func(byte int) int { return slices.IndexFunc(ends, func(end int) bool { return end > byte }) }
			if b.From = after(v.Offset); b.From < 0 {
				b.From = 0
			} else if b.To = after(last) + 1; b.To == 0 {
				b.To = len(ends)
			}
		}
		d.Breaches = append(d.Breaches, b)
	}
	return d
}
