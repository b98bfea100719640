package main

import (
	"strings"
	"testing"
	"time"
)

func TestLinesAreRareAndTellTheTimeLeft(t *testing.T) {
	clock := time.Unix(0, 0)
	var out strings.Builder
	d := newDisplay("auto", &out, func() time.Time { return clock })
	for done := range 21 {
		d.update(done, 20, "cell \x1b")
		clock = clock.Add(2 * time.Second)
	}
	d.finish()
	want := `[ 0/20] 0s gone, unknown left: cell \x1b
[ 3/20] 6s gone, 34s left: cell \x1b
[ 6/20] 12s gone, 28s left: cell \x1b
[ 9/20] 18s gone, 22s left: cell \x1b
[12/20] 24s gone, 16s left: cell \x1b
[15/20] 30s gone, 10s left: cell \x1b
[18/20] 36s gone, 4s left: cell \x1b
[20/20] 40s gone, 0s left: cell \x1b
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestNoProgress(t *testing.T) {
	var out strings.Builder
	d := newDisplay("none", &out, time.Now)
	d.update(1, 2, "x")
	d.finish()
	if out.Len() != 0 {
		t.Errorf("printed %q", out.String())
	}
}

func TestBarEnds(t *testing.T) {
	var out strings.Builder
	b := newBar(&out)
	b.update(1, 4, "first cell")
	b.update(4, 4, "last cell")
	b.finish()
	if !strings.Contains(out.String(), "last cell") {
		t.Errorf("the bar does not name the last cell: %q", out.String())
	}
}
