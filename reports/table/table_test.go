package table

import (
	"math"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// sized is embedded in other records, as their own columns.
type sized struct {
	Tokens int `json:"tokens" title:"tokens"`
}

// sampleRecord has a column of every kind.
type sampleRecord struct {
	sized
	Name   string          `json:"name" title:"decoder"`
	Share  float64         `json:"share" title:"share" format:"%.0f%%"`
	P      *float64        `json:"p" title:"p" format:"%.2f"`
	Time   *stats.Estimate `json:"time"`
	List   []string        `json:"list"`
	Hidden string          `json:"hidden" csv:"-"`
	Nested *struct {
		Unit           string `json:"unit" csv:"-"`
		stats.Estimate        // below the name of what holds it
	} `json:"nested"`
}

func sampleRecords() []sampleRecord {
	p := 0.25
	return []sampleRecord{
		{sized{3}, "=a\x1b", 0.5, &p, &stats.Estimate{Value: 2, CI: &stats.Interval{Low: 1, High: 3}}, []string{"x"}, "y", nil},
		{sized{4}, "b", math.NaN(), nil, &stats.Estimate{Value: 5}, nil, "", nil},
	}
}

// TestCSVOfRecords: estimates are three columns, unknown is empty, and text
// cannot act in a spreadsheet or a terminal.
func TestCSVOfRecords(t *testing.T) {
	var b strings.Builder
	if err := CSV(&b, slices.Values(sampleRecords())); err != nil {
		t.Fatal(err)
	}
	want := "tokens,name,share,p,time,time_low,time_high,nested,nested_low,nested_high\n3,'=a\\x1b,0.5,0.25,2,1,3,,,\n4,b,,,5,,,,,\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestTextOfRecords(t *testing.T) {
	want := "tokens  decoder  share     p\n────────────────────────────\n     3  =a\\x1b     50%  0.25\n     4  b            –     –\n"
	if got := Of(sampleRecords()).Text(80); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestMarkdown(t *testing.T) {
	table := New(1, "name", "n")
	table.Section = "task"
	table.Rows = []Row{{Section: "sum", Fields: []string{"a|b", "1"}}}
	want := "| task | name | n |\n|:--- |:--- | ---:|\n| sum | a\\|b | 1 |\n"
	if got := table.Markdown(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestFit: what has no room is left out and named, names give way first, and a
// metric is not shown without its partner.
func TestFit(t *testing.T) {
	table := New(1, "decoder", "n", "first", "second", "third", "fourth")
	table.Columns[4].With, table.Columns[4].Name, table.Columns[5].Name = []string{"partner"}, "third", "partner"
	table.Add("a-long-name-of-a-decoder", 1, 2, 3, 4, 5)
	titles := func(width int) string {
		fitted, _ := table.Fit(width)
		return strings.Join(fitted.titles(), " ")
	}
	if got := titles(100); got != "decoder n first second third fourth" {
		t.Errorf("in a wide terminal %q", got)
	}
	if got := titles(44); got != "decoder n first second" {
		t.Errorf("without room for two partners %q", got)
	}
	fitted, omitted := table.Fit(30)
	if got := fitted.Rows[0].Fields[0]; got != "a-lo…decoder" || len(omitted) != 3 {
		t.Errorf("the name is %q, %d columns have no room", got, len(omitted))
	}
	table.Columns[5].Name = ""
	if got := titles(100); got != "decoder n first second fourth" {
		t.Errorf("without its partner %q", got)
	}
	table.Rows[0].Fields[5] = view.Unknown
	if got := len(table.Known().Columns); got != 5 {
		t.Errorf("%d columns are known", got)
	}
}

func TestFormats(t *testing.T) {
	list := Formats[int]{{Name: "csv", Doc: "lines"}, {Name: "json", Doc: "objects"}}
	if f, ok := list.Find("json"); !ok || f.Doc != "objects" {
		t.Errorf("found %+v, %v", f, ok)
	}
	if _, ok := list.Find("xml"); ok {
		t.Error("found a format that is none")
	}
	if got := list.Help(); got != "    csv      lines\n    json     objects\n" {
		t.Errorf("help %q", got)
	}
}

// TestWrap: lines have at most the width and begin below the text of the first;
// what acts in Markdown is escaped.
func TestWrap(t *testing.T) {
	if got, want := Wrap("one two three", "- ", 9), "- one two\n  three\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Escape("<b>*a_b* [x](y) @z \x1b"), `\<b\>\*a\_b\* \[x\](y) \@z \\x1b`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
