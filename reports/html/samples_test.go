package html

import (
	"encoding/json"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

func TestPieces(t *testing.T) {
	long := strings.Repeat("é", maxText+5)
	for _, c := range []struct {
		name, output string
		offsets      []int
		want         string // marked characters in braces
	}{
		{"none", "2479", nil, "2479"},
		{"first and last", "2479", []int{0, 3}, "{2}47{9}"},
		{"twice at one place", "24", []int{1, 1}, "2{4}"},
		{"missing, beyond, absurd", "24", []int{-1, 2, 1 << 40, -1 << 40}, "24"},
		{"several bytes", "a✓b", []int{1, 4}, "a{✓}{b}"},
		{"inside a character", "a✓b", []int{2, 3}, "a✓b"},
		{"line break", "a\nb", []int{1}, "a{⏎\n}b"},
		{"escape", "a\x1b\u202eb", []int{1, 2}, `a{\x1b}{\u202e}b`},
		{"not UTF-8", "a\xff\xfe", []int{1}, "a{\uFFFD}\uFFFD"},
		{"beyond the cut", long, []int{2 * maxText}, long[:2*maxText] + "… (cut after 2000 characters)"},
		{"empty", "", []int{0}, ""},
	} {
		var breaches []result.Breach
		for _, n := range c.offsets {
			breaches = append(breaches, result.Breach{Offset: n, Doc: "wrong"})
		}
		var b strings.Builder
		for _, p := range pieces(c.output, breaches) {
			if p.Breach != "" {
				p.Text = "{" + p.Text + "}"
			}
			b.WriteString(p.Text)
		}
		if b.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, b.String(), c.want)
		}
	}
}

func TestSamplesTellWhatIsWrong(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 6, Repeats: 1})
	no, seven := false, 7
	for i := range run.Requests {
		q := &run.Requests[i]
		q.Output, q.Exact, q.Violations, q.Broken = "12<34", &no, &seven, []int{2}
		s := result.Sample{Prompt: "<b>sort</b>", Answer: "<i>1234</i>", Violations: []result.Breach{
			{Constraint: 2, Offset: 2, Doc: `item 3 is "<" instead of "3"`, Distance: 11},
			{Constraint: 9, Offset: 9, Doc: "</li><script>alert(3)</script>\u202e" + strings.Repeat("x", 5000), Distance: 1},
		}}
		var err error
		if q.Extra, err = json.Marshal(s); err != nil {
			t.Fatal(err)
		}
	}
	page := render(t, run)
	for _, want := range []string{
		"&lt;b&gt;sort&lt;/b&gt;", "&lt;i&gt;1234&lt;/i&gt;",
		`<pre>12<mark title="item 3 is &#34;&lt;&#34; instead of &#34;3&#34;">&lt;</mark>34</pre>`,
		"<li>item 3 is &#34;&lt;&#34; instead of &#34;3&#34; <span class=\"distance\">(distance 11)</span></li>",
		"&lt;script&gt;alert(3)", "cut after 200 characters", "and 5 more",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	for _, bad := range []string{"<script>alert", "<b>sort", "\u202e", "broken: #3"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is on the page", bad)
		}
	}
}

// A file of an older version, or damaged extra fields, still make a page.
func TestSamplesWithoutTexts(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[6:7], Steps: []int{4}, Instances: 6, Repeats: 1})
	for i := range run.Requests {
		run.Requests[i].Extra = []json.RawMessage{nil, []byte(`{"violations":"many"}`), []byte("[1")}[i%3]
	}
	page := render(t, run)
	if !strings.Contains(page, "answer 0 of ar") || !strings.Contains(page, "broken: #") || strings.Contains(page, ">prompt<") {
		t.Error("outputs without task texts are not shown as before")
	}
}
