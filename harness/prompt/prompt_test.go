package prompt

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/library"
	"dllmbench/engines/weights"
)

// TestRequest: a task without a budget gets what its rung needs, within the context.
// form asks with the token 7 and the length of the question, and has these ends.
type form []int32

func (f form) Text(_ string, said ...string) string { return "7 " + said[0] }
func (f form) Prompt(_ string, said ...string) ([]int32, error) {
	return []int32{7, int32(len(said[0]))}, nil
}
func (f form) End() []int32 { return f }

func TestRequest(t *testing.T) {
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	codec := w.Codec
	task, err := Find("lists", "", 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := task.Request(codec, 1000, 0, 7)
	if err != nil || r.Budget < len(task.Instance.Answer)+1 || r.Seed != 7 || r.Oracle == nil || !r.Oracle(codec.Encode(task.Instance.Answer)) {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := task.Request(codec, len(r.Prompt)+3, 0, 7); err != nil || r.Budget != 3 {
		t.Errorf("budget %d in a context with room for 3, %v", r.Budget, err)
	}
	if r, err := (Task{Text: "abc"}).Request(codec, 1000, 0, 0); err != nil || r.Budget != defaultBudget || r.Oracle != nil {
		t.Errorf("a text of one's own: %+v, %v", r, err)
	}
	ends := len(codec.EndIDs())
	asked := Task{Text: "abc", Form: form{codec.EndIDs()[0], 9}}
	if r, err := asked.Request(codec, 1000, 0, 0); err != nil || !slices.Equal(r.Prompt, []int32{7, 3}) || len(r.Stop) != ends+1 || r.Stop[ends] != 9 || len(codec.EndIDs()) != ends {
		t.Errorf("a question: %+v, %v", r, err)
	}
	for want, names := range map[string][2]string{"did you mean lists?": {"list", ""}, "rung of workload lists": {"lists", "nothing"}} {
		if _, err := Find(names[0], names[1], 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", names, err, want)
		}
	}
}
