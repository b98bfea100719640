package table

import (
	"os"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestShow(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	Write(os.Stdout, v, 80)
	Write(os.Stdout, v, 140)
}
