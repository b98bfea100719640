package html

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// Limits of the replay; what is left out is said on the page.
const (
	maxReplay = 900_000 // bytes of JSON
	maxLanes  = 8       // decoders side by side
)

// replay is the data of the denoising replay: JSON in the page.
type replay struct {
	Scenes []scene `json:"scenes"`
	Note   string  `json:"-"`
}

// scene is one instance with the traces of its decoders.
type scene struct {
	Task     string `json:"task"`
	Instance string `json:"instance"`
	Prompt   string `json:"prompt"`
	Lanes    []lane `json:"lanes"`
}

// lane is the course of one decoder.
type lane struct {
	Name   string   `json:"name"`
	Color  string   `json:"color"`
	Engine engine   `json:"-"`
	Budget int      `json:"budget"`
	Useful int      `json:"useful"`
	Mark   string   `json:"mark"`
	Ms     *float64 `json:"ms"` // median latency of the cell, null when unknown
	// Same reports whether the traced text is that of the timed run; null when
	// that run has no such instance.
	Same   *bool             `json:"same"`
	Words  map[string]string `json:"words"`
	Given  [][2]int          `json:"given"` // tokens that no pass writes: fixed ones of a template
	Passes []trace.Step      `json:"passes"`
	Final  []final           `json:"-"`
}

// final is a position of the finished text, for readers without scripts.
type final struct {
	Text, Title string
	Step        int
}

// replayOf picks traces: one instance of each task, as many as fit. It is nil
// without traces of usable cells.
func replayOf(v *view.View, traces []trace.Trace) *replay {
	byCell := map[string][]*trace.Trace{}
	for i := range traces {
		byCell[traces[i].Cell] = append(byCell[traces[i].Cell], &traces[i])
	}
	out := &replay{}
	size, shown, total := 0, 0, 0
	for _, p := range v.Points {
		s, n := sceneOf(v, p, byCell)
		total += n
		if len(s.Lanes) == 0 {
			continue
		}
		data, err := json.Marshal(s)
		if err != nil || size+len(data) > maxReplay {
			continue
		}
		size += len(data)
		shown += len(s.Lanes)
		out.Scenes = append(out.Scenes, s)
	}
	if len(out.Scenes) == 0 {
		return nil
	}
	if shown < total {
		out.Note = fmt.Sprintf("%d of %d traces are on this page, one instance of each task as far as they fit; all of them are in traces.jsonl.", shown, total)
	}
	return out
}

// sceneOf is the first traced instance that most decoders of the point have,
// and the number of traces of the point.
func sceneOf(v *view.View, p *view.Point, byCell map[string][]*trace.Trace) (scene, int) {
	rows := lists.Keep(p.Rows, (*view.Row).Usable)
	var all []*trace.Trace
	for _, r := range rows {
		all = append(all, byCell[r.Cell.ID]...)
	}
	var best lists.Part[string, *trace.Trace]
	for _, of := range lists.Split(all, func(t *trace.Trace) string { return t.Instance }) {
		if len(of.Of) > len(best.Of) {
			best = of
		}
	}
	s := scene{Task: view.Clean(p.Task()), Instance: view.Clean(best.Key)}
	for _, r := range rows {
		if len(s.Lanes) == maxLanes {
			break
		}
		for _, t := range slices.Backward(byCell[r.Cell.ID]) { // of several the last one counts
			if t.Instance == best.Key {
				s.Prompt = readable(t.Prompt, maxText)
				s.Lanes = append(s.Lanes, laneOf(v, r, t))
				break
			}
		}
	}
	return s, len(all)
}

func laneOf(v *view.View, r *view.Row, t *trace.Trace) lane {
	l := lane{
		Name: view.Clean(r.Name), Engine: engineOf(r.Look), Budget: t.Budget, Useful: t.Useful,
		Mark: "not judged", Words: map[string]string{},
	}
	l.Color = string(l.Engine.Color)
	if t.Exact != nil {
		l.Mark = "✗ not exact"
		if *t.Exact {
			l.Mark = "✓ exact"
		}
	}
	if e := r.Values[view.E2E]; e != nil {
		l.Ms = &e.Value
	}
	for id, word := range t.Words {
		l.Words[fmt.Sprint(id)] = token(word)
	}
	var text strings.Builder
	for _, id := range t.Tokens[:t.Useful] {
		text.WriteString(t.Words[id])
	}
	if q := v.FirstRun(r, t.Instance); q != nil {
		same := q.Output == text.String()
		l.Same = &same
	}
	l.play(t)
	return l
}

// token is the text of a token with what cannot be seen made visible.
func token(s string) string {
	return view.Clean(strings.ReplaceAll(s, "\n", "⏎"))
}

// play goes through the passes of a trace: what each did, which positions none
// wrote, and in which pass each position of the finished text took its last value.
func (l *lane) play(t *trace.Trace) {
	type last struct{ pass, confidence int }
	at := make([]last, t.Budget)
	player := trace.NewPlayer(t.Budget, t.Mask)
	l.Passes, l.Given = []trace.Step{}, [][2]int{}
	for i := range t.Passes {
		s := player.Step(&t.Passes[i])
		for _, k := range s.Revised {
			at[k[0]] = last{i + 1, -1}
		}
		for _, k := range s.Wrote {
			at[k[0]] = last{i + 1, k[2]}
		}
		l.Passes = append(l.Passes, s)
	}
	for pos, id := range t.Tokens {
		if at[pos].pass == 0 {
			l.Given = append(l.Given, [2]int{pos, int(id)})
		}
		if pos >= t.Useful {
			continue
		}
		f := final{Text: token(t.Words[id]), Title: fmt.Sprintf("position %d", pos+1), Step: at[pos].pass}
		if f.Step > 0 {
			f.Title += fmt.Sprintf(", written in pass %d", f.Step)
			if at[pos].confidence >= 0 {
				f.Title += fmt.Sprintf(", confidence %d%%", at[pos].confidence)
			}
		}
		l.Final = append(l.Final, f)
	}
}
