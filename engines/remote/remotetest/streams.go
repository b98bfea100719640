// Package remotetest holds what a client of text-generating servers is tested with: streams of
// servers byte for byte, a server that replays them cut wherever a test wants, and servers that
// are broken or hostile. Package stub beside it is the server that keeps to a timetable.
package remotetest

import (
	"embed"

	"dllmbench/engines"
)

//go:embed testdata/*.sse
var files embed.FS

// Stream is the body of an answer, and what a client has to read in it.
type Stream struct {
	Name string
	Fill bool         // of fill-in-the-middle or a completion: text is in choices[].text
	Mode engines.Mode // how text arrives
	Body []byte

	Events     int // that hold text
	Text       string
	Thought    string // the reasoning
	Finish     engines.Finish
	Prompt     int // tokens that the server counted; -1 where it did not say
	Completion int
	Reasoning  int
	Cached     int
	Error      string // what the server said went wrong, "" if nothing
}

// Streams are all streams. testdata/streams.py says where they come from.
func Streams() []Stream {
	const add = "def add(a, b):\n    return a + b\n"
	list := []Stream{
		{Name: "llamaserver-chat", Events: 6, Text: "Hello there! I'm here", Finish: engines.FinishBudget, Prompt: 33, Completion: 6, Reasoning: -1, Cached: 0},
		{Name: "llamaserver-completions", Events: 4, Fill: true, Text: "-tailed test,", Finish: engines.FinishBudget, Prompt: 2, Completion: 4, Reasoning: -1, Cached: 0},
		{Name: "vllm-chat", Events: 3, Text: "The sum is 42", Thought: "Add them.", Finish: engines.FinishStop, Prompt: 9, Completion: 9, Reasoning: -1, Cached: 4},
		{Name: "vllm-error", Events: 1, Text: "The", Prompt: 9, Completion: 1, Reasoning: -1, Cached: -1, Error: "EngineCore encountered an issue."},
		{Name: "sglang-chat", Events: 2, Text: "Rivers run to the sea, and the sea is not full. Größe: 5 €.", Thought: "Short is best.", Finish: engines.FinishStop, Prompt: 14, Completion: 38, Reasoning: 6, Cached: -1},
		{Name: "ollama-chat", Events: 3, Text: "Blue sky.", Finish: engines.FinishStop, Prompt: 28, Completion: 4, Reasoning: -1, Cached: -1},
		{Name: "mercury-append", Events: 2, Text: add, Finish: engines.FinishStop, Prompt: 18, Completion: 31, Reasoning: 22, Cached: 0},
		{Name: "mercury-diffusing", Events: 4, Mode: engines.Replace, Text: add, Finish: engines.FinishStop, Prompt: 18, Completion: 31, Reasoning: 22, Cached: 0},
		{Name: "mercury-fim", Events: 2, Fill: true, Text: "return a + b", Finish: engines.FinishStop, Prompt: 18, Completion: 31, Reasoning: 22, Cached: 0},
		{Name: "openrouter-chat", Events: 2, Text: "Yes, sir.", Thought: "Hm", Finish: engines.FinishBudget, Prompt: 7, Completion: 5, Reasoning: 1, Cached: -1},
		{Name: "openrouter-error", Events: 1, Text: "Ye", Prompt: -1, Completion: -1, Reasoning: -1, Cached: -1, Error: "Provider disconnected"},
		{Name: "openai-chat", Events: 2, Text: "One two", Finish: engines.FinishStop, Prompt: 8, Completion: 3, Reasoning: 0, Cached: 0},
		{Name: "gateway-odd", Events: 2, Text: "ünïcode", Finish: engines.FinishStop, Prompt: -1, Completion: -1, Reasoning: -1, Cached: -1},
	}
	for i := range list {
		s := &list[i]
		if s.Mode == engines.Whole {
			s.Mode = engines.Append
		}
		body, err := files.ReadFile("testdata/" + s.Name + ".sse")
		if err != nil {
			panic("remotetest: a stream of the list has no file")
		}
		s.Body = body
	}
	return list
}
