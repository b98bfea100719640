package reports

import (
	"os"
	"testing"

	"dllmbench/reports/internal/fixture"
)

func TestShow(t *testing.T) {
	dir := os.Getenv("SHOW")
	if dir == "" {
		t.Skip()
	}
	files, err := Write(dir, fixture.New(fixture.Default))
	t.Log(files, err)
}
