package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"dllmbench/engines/model"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if len(os.Args) >= 2 && (os.Args[1] == "worker" || os.Args[1] == "cluster") { // the child of a test of this package, which would else run all tests again
		main()
		return
	}
	testscript.Main(m, map[string]func(){"dllmbench": main, "largepart": largePart, "largemerge": largeMerge})
}

// TestScript runs the command line as a user does; see testdata/script. Each
// script finds an untrained checkpoint in the folder tiny, a scenario for it in
// scenarios.yaml, one with another tokenizer in other, damaged checkpoints in truncated, nan and foreign, and those of
// other makers, without a tokenizer, in the folder that CHECKPOINTS names.
func TestScript(t *testing.T) {
	given := t.TempDir()
	if err := prepare(given); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			checkpoints, err := filepath.Abs("../../engines/model/testdata")
			env.Setenv("CHECKPOINTS", checkpoints)
			deploy, wrong := filepath.Abs("../../deploy")
			env.Setenv("DEPLOY", deploy)
			env.Setenv("GODEBUG", os.Getenv("GODEBUG")) // .ci/run runs some scripts in plain Go with it
			return errors.Join(err, wrong, os.CopyFS(env.WorkDir, os.DirFS(given)))
		},
	})
}

// prepare fills a folder with what scripts need.
func prepare(dir string) error {
	for _, name := range []string{"tiny", "truncated", "nan", "foreign"} {
		if err := writeCheckpoint(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := writeOther(filepath.Join(dir, "other"), 288); err != nil {
		return err
	}
	weights, err := os.ReadFile("../../engines/library/testdata/llama.gguf")
	if err != nil {
		return err
	}
	text, err := os.ReadFile("testdata/tiny.yaml")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), text, 0o644),
		os.WriteFile(filepath.Join(dir, "tiny.gguf"), weights, 0o644),
		damage(filepath.Join(dir, "truncated"), model.WeightsFile, func(data []byte) []byte { return data[:len(data)/2] }),
		damage(filepath.Join(dir, "nan"), model.WeightsFile, func(data []byte) []byte {
			binary.LittleEndian.PutUint32(data[len(data)-4:], math.Float32bits(float32(math.NaN())))
			return data
		}),
		damage(filepath.Join(dir, "foreign"), model.ConfigFile, func(data []byte) []byte {
			return bytes.Replace(data, []byte(`"hidden_size": 16`), []byte(`"hidden_size": 32`), 1)
		}),
	)
}

// run executes one command line (without the program's name) and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	return newConsole(ctx, args, stdin, stdout, stderr).run()
}

// call runs one command line in this process.
func call(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(ctx, args, bytes.NewReader(nil), &out, &err)
	return code, out.String(), err.String()
}
