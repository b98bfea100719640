package main

import (
	"context"
	"testing"
)

// TestAdapters: the scenario beside the adapters names engines of the file beside it.
func TestAdapters(t *testing.T) {
	code, stdout, stderr := call(context.Background(), "validate", "../../adapters/official.yaml")
	if code != 0 {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
