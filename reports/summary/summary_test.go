package summary

import (
	"os"
	"testing"

	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

func TestShow(t *testing.T) {
	v := view.New(fixture.New(fixture.Default))
	Make(v).Text(os.Stdout, 80)
}
