package terminal

import (
	"strings"
	"testing"
	"time"
)

func TestLinesAreRareAndTellTheTimeLeft(t *testing.T) {
	var out strings.Builder
	d := NewDisplay("auto", &out, time.Now)
	for done := range 11 {
		left := time.Duration(10-done) * 2 * time.Second
		if done == 0 {
			left = -1
		}
		d.Update(Step{Done: done, Total: 10, Elapsed: time.Duration(done) * 2 * time.Second, Left: left, Now: "cell \x1b"})
	}
	d.Finish()
	want := `[ 0/10] 0s gone, time left unknown: cell \x1b
[ 3/10] 6s gone, 14s left: cell \x1b
[ 6/10] 12s gone, 8s left: cell \x1b
[ 9/10] 18s gone, 2s left: cell \x1b
[10/10] done in 20s
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestNoProgress(t *testing.T) {
	var out strings.Builder
	d := NewDisplay("none", &out, time.Now)
	d.Update(Step{Done: 2, Total: 2})
	d.Finish()
	if out.Len() != 0 {
		t.Errorf("printed %q", out.String())
	}
}

func TestLinesSpeakOfTheRunningPart(t *testing.T) {
	step := midway()
	want := "[ 84/310] 1m5s gone, 14s left: diffusion steps=4 (14/20, 3s left, 4291 tok/s)"
	if got := step.line(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
