package terminal

import (
	"os/exec"
	"testing"
)

// TestCommand has a shell read what is written for it.
func TestCommand(t *testing.T) {
	words := []string{"run", "--out", "results/a b", "it's", `a\b"c`, "$HOME;`id`", "a\nb\x1b[0m", "", "*", "ü", "\xff", "a=b"}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	out, err := exec.Command(bash, "-c", `printf '%s\0' `+Command(words...)).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, word := range words {
		want += word + "\x00"
	}
	if string(out) != want {
		t.Errorf("a shell reads %s as %q", Command(words...), out)
	}
	if got := Command("run", "a b", "c\nd"); got != `run 'a b' $'c\x0ad'` {
		t.Error(got)
	}
}
