package selftest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
)

func aTrial(slowdown float64, number int, v gate.Verdict) Trial {
	sd := 0.01
	return Trial{Slowdown: slowdown, Number: number, Scenario: "aa", Started: "2026-01-02T03:04:05Z", Seconds: 15, Blocks: 12, Alpha: 0.01,
		Cells: []Cell{{Cell: "quiet", Verdict: gate.NoChange, SD: &sd}, {Cell: "one", Verdict: v}}}
}

// TestJudgeTrials checks that the self-test fails when the gate cannot be
// believed: an alarm where nothing was planted, silence where 10% was.
func TestJudgeTrials(t *testing.T) {
	many := func(slowdown float64, n int, verdicts ...gate.Verdict) (list []Trial) {
		for i := range n {
			v := gate.NoChange
			if slowdown > 0 {
				v = gate.Regressed
			}
			if i < len(verdicts) {
				v = verdicts[i]
			}
			list = append(list, aTrial(slowdown, i, v))
		}
		return list
	}
	for _, c := range []struct {
		name string
		all  []Trial
		want int
		say  string
	}{
		{"all well", append(many(0, 1), many(0.1, 1)...), 0, ""},
		{"one alarm of one", many(0, 1, gate.Regressed), exit.Execution, "1 of 1 checks of identical programs"},
		{"one improvement of one", many(0, 1, gate.Improved), exit.Execution, ""},
		{"three alarms of a hundred", many(0, 100, gate.Regressed, gate.Improved, gate.Regressed), 0, ""},
		{"four alarms of a hundred", many(0, 100, gate.Regressed, gate.Improved, gate.Regressed, gate.Regressed), exit.Execution, "4 of 100"},
		{"10% missed", many(0.1, 1, gate.NoChange), exit.Insufficient, "a slowdown of 10% was found in 0 of 1"},
		{"10% called within noise", many(0.1, 1, gate.WithinNoise), exit.Insufficient, ""},
		{"two of 40 missed", many(0.1, 40, gate.NoChange, gate.Invalid), 0, ""},
		{"three of 40 missed", many(0.1, 40, gate.NoChange, gate.Invalid, gate.WithinNoise), exit.Insufficient, "37 of 40"},
		{"3% may be missed", many(0.03, 1, gate.NoChange), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Judge(c.all)
			if got := exit.Code(err); got != c.want || c.want != 0 && !strings.Contains(err.Error(), c.say) {
				t.Errorf("exit code %d, want %d: %v", got, c.want, err)
			}
		})
	}
}

// TestTrialLog checks that a log that was cut off in a line goes on where it
// stopped.
func TestTrialLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log", "trials.jsonl")
	l, err := OpenLog(path, "aa")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []Trial{aTrial(0, 0, gate.NoChange), aTrial(0.1, 0, gate.Regressed)} {
		if err := l.add(one); err != nil {
			t.Fatal(err)
		}
	}
	l.Close()
	data, _ := os.ReadFile(path)
	if err := os.WriteFile(path, data[:len(data)-9], 0o644); err != nil {
		t.Fatal(err)
	}
	if l, err = OpenLog(path, "aa"); err != nil || len(l.of([]Trial{{}})) != 1 || len(l.of([]Trial{{Slowdown: 0.1}})) != 0 {
		t.Fatalf("error %v, %+v", err, l)
	}
	if err := l.add(aTrial(0.1, 0, gate.Regressed)); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if again, _ := os.ReadFile(path); string(again) != string(data) {
		t.Errorf("the log became %s", again)
	}
	if _, err := OpenLog(path, "bb"); exit.Code(err) != exit.Usage {
		t.Errorf("trials of another scenario: %v", err)
	}
	l, _ = OpenLog(path, "aa")
	defer l.Close()
	todo := Planned([]float64{0.1}, 2, 1)
	if len(todo) != 3 || len(l.of(todo)) != 2 {
		t.Errorf("%d trials, %d of them done", len(todo), len(l.of(todo)))
	}
	table := Table(l.of(todo))
	for _, want := range []string{"| none | 1 | 0 | 0 | 0 | 15 |\n", "| 10% | 1 | 1 | 1 | 0 | 15 |\n"} {
		if !strings.Contains(table, want) {
			t.Errorf("no line %q in\n%s", want, table)
		}
	}
	if got := Sees(l.of(todo), 0.02); !strings.Contains(got, "about ") || !strings.HasSuffix(got, "in quiet.") {
		t.Error(got)
	}
}
