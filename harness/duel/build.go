package duel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"dllmbench/engines/child"
)

// Build builds another git revision of the repository around the current folder,
// from files of its own below a temporary folder, which clean removes. It only reads
// the repository: no index, branch or list of work trees changes.
func Build(ctx context.Context, rev string) (binary, commit string, clean func(), err error) {
	clean = func() {}
	top, err := output1(ctx, "", nil, "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return "", "", clean, fmt.Errorf("a revision is built from the git repository around the current folder, and there is none: %w", err)
	}
	if commit, err = output1(ctx, "", nil, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}"); err != nil {
		if shallow, _ := output1(ctx, "", nil, "git", "rev-parse", "--is-shallow-repository"); shallow == "true" {
			return "", "", clean, fmt.Errorf("git knows no revision %q here, and this is a shallow clone, which has only its newest commits (git fetch --unshallow)", rev)
		}
		return "", "", clean, fmt.Errorf("git knows no revision %q here", rev)
	}
	dir, err := os.MkdirTemp("", fmt.Sprintf("dllmbench-against-%d-", os.Getpid()))
	if err != nil {
		return "", "", clean, err
	}
	clean = func() { os.RemoveAll(dir) }
	tree := filepath.Join(dir, "tree") + string(filepath.Separator)
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	for _, args := range [][]string{
		{"-c", "core.sparseCheckout=false", "read-tree", commit},
		{"checkout-index", "--all", "--prefix=" + filepath.ToSlash(tree)},
	} {
		if _, err := output1(ctx, top, index, "git", args...); err != nil {
			return "", "", clean, err
		}
	}
	binary = filepath.Join(dir, "dllmbench")
	args := append([]string{"build", "-buildvcs=false", "-o", binary}, ownTags()...)
	if _, err := output1(ctx, tree, nil, "go", append(args, "./cmd/dllmbench")...); err != nil {
		return "", "", clean, fmt.Errorf("it does not build: %w", err)
	}
	return binary, commit, clean, nil
}

// ownTags are the build tags of this binary as an argument of go build.
func ownTags() []string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, s := range info.Settings {
		if s.Key == "-tags" && s.Value != "" {
			return []string{"-tags", s.Value}
		}
	}
	return nil
}

// output1 runs a program in a folder, with more environment, and returns the first
// line of its output; its error says what the program said.
func output1(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	child.Together(cmd)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, strings.TrimSpace(string(failed.Stderr)))
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line, err
}

// TooOld explains why a program did not start as a worker.
func TooOld(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "unexpected argument worker"):
		return "it has no worker command, so it is older than check --against; choose a later revision"
	case strings.Contains(text, "protocol"):
		return text + "; choose a revision with the same one"
	}
	return text
}
