package main

import (
	"strings"
	"testing"
	"time"
)

func TestLinesAreRareAndTellTheTimeLeft(t *testing.T) {
	var out strings.Builder
	d := newDisplay("auto", &out)
	for done := range 11 {
		left := time.Duration(10-done) * 2 * time.Second
		if done == 0 {
			left = -1
		}
		d.update(progressStep{done, 10, time.Duration(done) * 2 * time.Second, left, "cell \x1b"})
	}
	d.finish()
	want := `[ 0/10] 0s gone, time left unknown: cell \x1b
[ 3/10] 6s gone, 14s left: cell \x1b
[ 6/10] 12s gone, 8s left: cell \x1b
[ 9/10] 18s gone, 2s left: cell \x1b
[10/10] 20s gone, 0s left: cell \x1b
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestNoProgress(t *testing.T) {
	var out strings.Builder
	d := newDisplay("none", &out)
	d.update(progressStep{done: 2, total: 2})
	d.finish()
	if out.Len() != 0 {
		t.Errorf("printed %q", out.String())
	}
}

func TestBarEnds(t *testing.T) {
	var out strings.Builder
	b := newBar(&out)
	b.update(progressStep{done: 1, total: 4, left: -1, now: "first cell"})
	b.update(progressStep{done: 4, total: 4, now: "last cell"})
	b.finish()
	if !strings.Contains(out.String(), "last cell") {
		t.Errorf("the bar does not name the last cell: %q", out.String())
	}
}
