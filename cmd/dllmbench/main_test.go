package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dllmbench": main})
}

// TestScript runs the command line as a user does; see testdata/script.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}

// call runs one command line in this process.
func call(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(ctx, args, bytes.NewReader(nil), &out, &err)
	return code, out.String(), err.String()
}
