package process

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be a fake engine, which does what FAKE says.
func TestMain(m *testing.M) {
	if kind := os.Getenv("FAKE"); kind != "" {
		(&fake{kind: kind, in: bufio.NewScanner(os.Stdin)}).run()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command is a fake engine.
func command(t testing.TB, kind string) Command {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Name: "the fake", Args: []string{self}, Env: []string{"FAKE=" + kind}, Grace: 300 * time.Millisecond, Opening: 10 * time.Second, Now: time.Now}
}

// fake is an engine that writes the ids 5, 6, 7 … , two in a pass, or their letters.
type fake struct {
	kind string
	in   *bufio.Scanner
}

func (f *fake) say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (f *fake) is(kinds ...string) bool {
	for _, k := range kinds {
		if f.kind == k {
			return true
		}
	}
	return false
}

// ready is what it says of itself; each kind turns one part of it.
func (f *fake) ready() string {
	r := map[string]any{"type": "ready", "preset": "two", "options": map[string]any{"steps": 2}, "weights": map[string]any{"name": "none"},
		"tokenizer": map[string]any{"vocab": 100, "mask": 99}, "takes": []string{"text", "batch", "suffix"}, "gives": []string{"text"},
		"counters": []string{"nfe", "committed_tokens"}, "deliveries": "append", "repeatable": true, "sync": true, "peak_bytes": 12345, "later": []int{1}}
	if strings.HasPrefix(f.kind, "ids") {
		r["takes"], r["gives"], r["deliveries"] = []string{"ids", "batch"}, []string{"ids", "steps", "commits"}, "whole"
	}
	switch f.kind {
	case "one":
		r["takes"] = []string{"text"}
	case "text for a list":
		r["takes"] = "text"
	case "stop unheard":
		r["takes"] = []string{"text", "stop"}
	case "replace":
		r["deliveries"] = "replace"
	case "no sync":
		r["sync"] = false
	case "counter":
		r["counters"] = []string{"nfes"}
	case "useless":
		r["takes"], r["gives"] = []string{"seed"}, []string{}
	case "one way":
		r["gives"] = []string{"ids"}
	case "mode":
		r["deliveries"] = "stream"
	}
	text, _ := json.Marshal(r)
	return string(text)
}

func (f *fake) run() {
	switch f.kind {
	case "silent":
		time.Sleep(time.Hour)
	case "prints":
		f.say("Loading checkpoint shards: 100%%")
	case "version":
		f.say(`{"type":"hello","protocol":"dllmbench-engine/2","engine":"fake"}`)
	case "crash":
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last):\nModuleNotFoundError: No module named 'torch'")
		os.Exit(1)
	case "deaf":
		f.say(`{"type":"hello","protocol":%q,"engine":"fake"}`, Protocol)
		time.Sleep(time.Hour)
	}
	f.say(`{"type":"hello","protocol":%q,"engine":"fake","source":"tests"}`, Protocol)
	for f.in.Scan() {
		var o order
		if json.Unmarshal(f.in.Bytes(), &o) != nil {
			os.Exit(9)
		}
		switch o.Type {
		case "open":
			if f.is("refuses") {
				f.say(`{"type":"error","kind":"usage","text":"unknown option steps"}`)
				continue
			}
			f.say("%s", f.ready())
		case "ping":
			if f.is("no pong") {
				continue
			}
			f.say(`{"type":"pong","id":%d}`, o.ID)
		case "close":
			if f.is("stays") {
				time.Sleep(time.Hour)
			}
			return
		case "generate":
			f.generate(o)
		}
	}
	if f.is("outlives") {
		time.Sleep(time.Hour)
	}
}

func (f *fake) generate(o order) {
	if o.Requests[0].Budget < 1 {
		if f.is("dies on refusal") {
			os.Exit(3)
		}
		f.say(`{"type":"error","id":%d,"kind":"usage","text":"a budget\nof %d tokens"}`, o.ID, o.Requests[0].Budget)
		return
	}
	begun := time.Now()
	switch f.kind {
	case "oom", "fails", "fatal":
		f.say(`{"type":"start","id":%d}`, o.ID)
		f.say(`{"type":"error","id":%d,"kind":%q,"fatal":%v,"text":"CUDA out of memory"}`, o.ID, f.kind, f.kind == "fatal")
		return
	case "no start":
		f.say(`{"type":"done","id":%d,"results":[{"text":"","finish":"stop"}]}`, o.ID)
		return
	case "hangs":
		time.Sleep(time.Hour)
	case "leaves":
		os.Exit(0)
	case "latin":
		f.say("{\"type\":\"caf\xe9\"}")
		return
	case "float time":
		f.say(`{"type":"start","id":%d,"t_ns":1.5}`, o.ID)
		return
	case "litter":
		left := exec.Command(os.Args[0])
		left.Env = append(os.Environ(), "FAKE=silent")
		left.Start()
	case "bare error":
		f.say(`{"type":"error","text":"out of order"}`)
		return
	case "other id":
		o.ID++
	case "long line":
		os.Stdout.WriteString(strings.Repeat("x", MaxLine+10))
		time.Sleep(time.Hour)
	case "half line":
		fmt.Print(`{"type":"start","i`)
		os.Exit(4)
	case "prints at work":
		f.say("step 1/8")
	case "dies":
		f.say(`{"type":"start","id":%d}`, o.ID)
		fmt.Fprintln(os.Stderr, "RuntimeError: device-side assert triggered")
		os.Exit(1)
	}
	f.say(`{"type":"start","id":%d}`, o.ID)
	if f.is("start twice") {
		f.say(`{"type":"start","id":%d}`, o.ID)
	}
	if o.Requests[0].Budget > 32 { // long enough to be stopped
		for time.Since(begun) < 5*time.Second {
			if f.is("goes on") {
				continue
			}
			if f.in.Scan() && strings.Contains(f.in.Text(), `"cancel"`) {
				f.say(`{"type":"done","id":%d,"results":[{"text":"ab","ids":[5],"finish":"cancelled"}]}`, o.ID)
				return
			}
		}
	}
	var results []string
	for i, r := range o.Requests {
		n := min(r.Budget, 6)
		text, whole, ids, commits := "", "", []int{}, []int64{}
		for at := 0; at < n; at += 2 {
			part := "abcdef"[at:min(at+2, n)]
			whole += part
			text = part
			if f.is("replace") {
				text = whole
			}
			told := int64(at)
			if f.is("back in time") {
				told = -told + 10
			}
			if !strings.HasPrefix(f.kind, "ids") {
				f.say(`{"type":"text","id":%d,"r":%d,"t_ns":%d,"text":%q}`, o.ID, i, told, text)
			}
			var list []string
			for k := range part {
				ids, commits = append(ids, 5+at+k), append(commits, told)
				list = append(list, fmt.Sprintf("[%d,%d,0.5]", at+k, 5+at+k))
			}
			if o.Trace {
				rows := 8
				f.say(`{"type":"step","id":%d,"r":%d,"t_ns":%d,"wall_ns":3,"pass":%d,"step":%d,"phase":"denoise","rows":%d,"commits":[%s],"masked":%d,"entropy":null}`,
					o.ID, i, told, at/2, at/2, rows, strings.Join(list, ","), n-at-len(part))
			}
		}
		passes := (n + 1) / 2
		switch f.kind {
		case "wrong nfe", "ids wrong nfe":
			passes++
		case "no nfe":
			passes = -2
		case "ids token":
			ids[0] = 100
		case "ids long":
			ids = append(ids, make([]int, r.Budget)...)
		case "ids times":
			commits = commits[1:]
		case "other text":
			whole = "x" + whole
		case "changes":
			whole += fmt.Sprint(time.Now().UnixNano())
			f.say(`{"type":"text","id":%d,"r":%d,"t_ns":9,"text":%q}`, o.ID, i, whole[n:])
		}
		nfe := fmt.Sprint(passes)
		if f.is("no count") {
			nfe = "null"
		}
		if f.is("nan") {
			nfe = "NaN"
		}
		content := fmt.Sprintf(`"text":%q`, whole)
		if strings.HasPrefix(f.kind, "ids") {
			content = fmt.Sprintf(`"ids":%s,"commit_ns":%s`, strings.ReplaceAll(fmt.Sprint(ids), " ", ","), strings.ReplaceAll(fmt.Sprint(commits), " ", ","))
		}
		results = append(results, fmt.Sprintf(`{%s,"finish":"budget","usage":{"nfe":%s,"committed_tokens":%d,"canvas_positions":%d,"revised_tokens":0,"later":{"x":1}}}`, content, nfe, n, r.Budget))
	}
	if f.is("few results") {
		results = results[1:]
	}
	wall := time.Since(begun).Nanoseconds()
	if f.is("fast clock") {
		wall += int64(time.Second)
	}
	f.say(`{"type":"end","id":%d,"wall_ns":%d}`, o.ID, wall)
	f.say(`{"type":"done","id":%d,"results":[%s],"peak_bytes":777}`, o.ID, strings.Join(results, ","))
	if f.is("late answer") {
		f.say(`{"type":"text","id":%d,"r":0,"text":"more"}`, o.ID)
	}
}
