package verdict

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"dllmbench/harness/exit"
	"dllmbench/harness/stats"
)

var update = flag.Bool("update", false, "write the tables of words into the documents")

// TestEveryWordIsSaid: each word of a user stands once and says what it asserts, and
// only words that stop a change have a code.
func TestEveryWordIsSaid(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Table() {
		key := string(e.User) + string(e.Word)
		if seen[key] || e.Asserts == "" || e.Test == "" || e.Fails != (e.Code != exit.OK) {
			t.Errorf("%+v", e)
		}
		seen[key] = true
		if e.User.Entry(e.Word) != e || e.Word.Fails() != e.Fails {
			t.Errorf("%s is found as %+v", e.Word, e.User.Entry(e.Word))
		}
	}
}

// TestNoChangeWantsTheInterval: only an interval inside the margin shows equality,
// and only a test that rejects a difference.
func TestNoChangeWantsTheInterval(t *testing.T) {
	interval := func(low, high float64) *stats.Interval { return &stats.Interval{Low: low, High: high} }
	for _, c := range []struct {
		test        stats.Outcome
		interval    *stats.Interval
		time, share Word // of a ratio with a band of 2%, of a difference with a margin of 5 points
	}{
		{stats.NotRejected, interval(0.62, 1.38), Inconclusive, ""},
		{stats.NotRejected, interval(0.99, 1.01), NoChange, ""},
		{stats.NotRejected, interval(0.99, 1.03), Inconclusive, ""},
		{stats.Rejected, interval(1.03, 1.06), Regressed, ""},
		{stats.Rejected, interval(1.01, 1.06), WithinNoise, ""},
		{stats.Rejected, interval(0.90, 0.97), Improved, ""},
		{stats.NotRejected, interval(-0.38, 0.38), "", Inconclusive},
		{stats.NotRejected, interval(-0.04, 0.05), "", NoChange},
		{stats.NotRejected, interval(-0.04, 0.06), "", Inconclusive},
		{stats.Rejected, interval(0.01, 0.03), "", Improved},
		{stats.Rejected, interval(-0.5, -0.01), "", Regressed},
		{stats.Insufficient, interval(0.99, 1.01), Insufficient, Insufficient},
		{stats.NotRejected, nil, Insufficient, Insufficient},
	} {
		if got := Time(c.test, c.interval, 0.02); c.time != "" && got != c.time {
			t.Errorf("time %s %v: %s, want %s", c.test, c.interval, got, c.time)
		}
		if got := Share(c.test, c.interval, 0.05); c.share != "" && got != c.share {
			t.Errorf("share %s %v: %s, want %s", c.test, c.interval, got, c.share)
		}
	}
}

// TestDocuments: the documents have the table of this package.
func TestDocuments(t *testing.T) {
	for _, d := range []struct {
		file, name string
		users      []User
	}{{"../../docs/ci.md", "gate", []User{Gate}}, {"../../docs/statistics.md", "run", []User{Run, Claims, Others, History}}} {
		text, err := os.ReadFile(d.file)
		if err != nil {
			t.Fatal(err)
		}
		begin, end := "<!-- harness/verdict "+d.name+": begin -->\n", "<!-- harness/verdict "+d.name+": end -->"
		before, rest, found := strings.Cut(string(text), begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no place for the table %s", d.file, d.name)
		}
		want := before + begin + markdown(d.users) + end + after
		if *update {
			if err := os.WriteFile(d.file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if want != string(text) {
			t.Errorf("%s has another table; go test ./harness/verdict -update writes it", d.file)
		}
	}
}

func markdown(users []User) string {
	var b strings.Builder
	if len(users) == 1 {
		b.WriteString("| Verdict | Asserts | Test and level | Exit code |\n|---|---|---|--:|\n")
	} else {
		b.WriteString("| Used by | Word | Asserts | Test and level |\n|---|---|---|---|\n")
	}
	for _, u := range users {
		for _, w := range u.Words() {
			e := u.Entry(w)
			if len(users) == 1 {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %d |\n", e.Word, e.Asserts, e.Test, e.Code)
			} else {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.User, e.Word, e.Asserts, e.Test)
			}
		}
	}
	return b.String()
}
