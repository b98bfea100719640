package plot

import (
	"os"
	"path/filepath"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestShow(t *testing.T) {
	dir := os.Getenv("SHOW")
	if dir == "" {
		t.Skip()
	}
	figs, skipped := Figures(view.New(fixture.New(fixture.Default)))
	t.Log(skipped)
	for _, f := range figs {
		w, err := os.Create(filepath.Join(dir, f.Name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.PNG(w); err != nil {
			t.Fatal(err)
		}
		w.Close()
		if _, err := f.SVG(); err != nil {
			t.Fatal(err)
		}
	}
}
