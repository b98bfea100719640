package scenario

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/weights"
)

// turns is a chat whose question stands between brackets.
type turns struct{ system string }

func (f turns) Text(begin string, q ...string) string {
	return f.system + "[" + strings.Join(q, "][") + "]" + begin
}
func (f turns) End() []int32 { return []int32{']', 257} }
func (f turns) Prompt(begin string, q ...string) ([]int32, error) {
	return bytesCodec{}.Encode(f.Text(begin, q...)), nil
}

// TestChat: which prompts stand in the form of a chat, and what comes with it.
func TestChat(t *testing.T) {
	plan := func(entry string, chat func(Chat) (Form, error)) (*Plan, error) {
		t.Helper()
		catalog := fakeCatalog()
		catalog.Formats, catalog.Open = []string{"jsonl", "ask"}, openShelf
		s, err := Parse("some/folder/f.yaml", []byte("version: 1\nweights: {builtin: v0}\nengines: [{name: a, engine: autoregressive, preset: greedy}]\nworkloads:\n  - {"+entry+", instances: 2}\n"), catalog)
		if err != nil {
			return nil, err
		}
		return s.Expand(context.Background(), func(w weights.Name) (WeightsInfo, error) {
			info, err := fakeWeights(w)
			info.Chat = chat
			return info, err
		})
	}
	has := func(c Chat) (Form, error) {
		f := turns{}
		if c.System != nil {
			f.system = *c.System
		}
		if c.Thinking != nil && !*c.Thinking {
			f.system += "quiet"
		}
		return f, nil
	}
	none := func(Chat) (Form, error) { return nil, nil }
	broken := func(Chat) (Form, error) { return nil, errors.New("the chat template is wrong") }
	ids := map[string]string{}
	for _, c := range []struct {
		entry string
		chat  func(Chat) (Form, error)
		want  string // the form of the cell, or a part of the error behind a !
		said  bool
	}{
		{"file: a.jsonl, format: ask", has, "[{prompt}]", true},
		{"file: a.jsonl, format: ask, prompt: chat", has, "[{prompt}]", false},
		{"file: a.jsonl, format: ask, prompt: raw", has, "", false},
		{"file: a.jsonl, format: ask", none, "", false},
		{"file: a.jsonl, format: ask", nil, "", false},
		{"file: a.jsonl, format: jsonl", has, "", false},
		{"file: a.jsonl, format: jsonl, system: Be brief.", has, "Be brief.[{prompt}]", false},
		{"file: a.jsonl, format: ask, thinking: false", has, "quiet[{prompt}]", false},
		{"workload: echo, rungs: [echo-2], prompt: chat", has, "[{prompt}]", false},
		{"workload: echo, rungs: [echo-2]", has, "", false},
		{"workload: echo, rungs: [echo-2], prompt: chat", none, "!weights builtin:v0 have no chat template, as models that only continue texts; allowed is prompt: raw", false},
		{"file: a.jsonl, format: ask, system: b", nil, "!have no chat template", false},
		{"file: a.jsonl, format: ask", broken, "!the chat template is wrong; prompt: raw takes the prompts as they are", false},
		{"file: a.jsonl, format: ask, prompt: raw", broken, "", false},
		{"file: a.jsonl, format: ask, prompt: raw, system: a", has, "!parts of a chat, and prompt is raw", false},
		{"file: a.jsonl, format: ask, prompt: form", has, "!unknown prompt \"form\"; allowed are chat, raw", false},
	} {
		p, err := plan(c.entry, c.chat)
		if want, fails := strings.CutPrefix(c.want, "!"); fails || err != nil {
			if !fails || err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, which should say %q", c.entry, err, want)
			}
			continue
		}
		g := p.Groups[0]
		item, cell := g.Items.At(0), g.Cells[0]
		form, stop := item.Instance.Prompt, []int32{257}
		if c.want != "" {
			form, stop = strings.Replace(c.want, "{prompt}", form, 1), []int32{257, ']'}
		}
		if cell.Chat != c.want || string(bytesCodec{}.Decode(item.Prompt)) != form || !slices.Equal(g.Stop, stop) || (len(p.Chats) > 0) != c.said {
			t.Errorf("%s: form %q, prompt %q, stop %v, notes %q", c.entry, cell.Chat, bytesCodec{}.Decode(item.Prompt), g.Stop, p.Chats)
		}
		key := cell.Chat + cell.Workload
		if id, known := ids[key]; known && id != cell.ID || slices.Contains(slicesOf(ids, key), cell.ID) {
			t.Errorf("%s: the id does not follow the form", c.entry)
		}
		ids[key] = cell.ID
	}
}

// slicesOf lists the ids of other keys.
func slicesOf(ids map[string]string, but string) (list []string) {
	for key, id := range ids {
		if key != but {
			list = append(list, id)
		}
	}
	return list
}
