package show

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build compiles the engines for browsers, from the source tree at a path and with the Go
// that is installed.
func Build(ctx context.Context, source string) (*Engines, error) {
	dir, err := os.MkdirTemp("", "dllmbench-show")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "show.wasm")
	if _, err := command(ctx, source, "build", "-trimpath", "-ldflags=-s -w", "-o", file, "./show/wasm"); err != nil {
		return nil, err
	}
	root, err := command(ctx, source, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(file)
	return &Engines{Glue: string(glue), Wasm: wasm}, err
}

// command runs the go command for browsers.
func command(ctx context.Context, dir string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir, c.Env = dir, append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := c.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("go %s in %s: %w\n%s", args[0], dir, err, failed.Stderr)
	} else if err != nil {
		return "", fmt.Errorf("engines for browsers are compiled from the source tree: %w", err)
	}
	return string(out), nil
}
