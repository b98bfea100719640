package duel

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/harness/worker"
)

// TestBuildRevision builds a revision of a small repository whose program is as
// old as one without workers: it is built from the commit and not from the files
// that lie there now, says why it cannot be timed, and leaves no work tree.
func TestBuildRevision(t *testing.T) {
	for _, tool := range []string{"git", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	write("go.mod", "module old\n\ngo 1.21\n")
	write("cmd/dllmbench/main.go", "package main\n\nimport \"os\"\n\nfunc main() {\n\tos.Stderr.WriteString(\"dllmbench: unexpected argument worker\\n\")\n\tos.Exit(2)\n}\n")
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "old")
	sha := git("rev-parse", "HEAD")
	// A work tree of somebody else that is away for a moment, and a file in the index.
	git("worktree", "add", "-q", "-b", "away", filepath.Join(dir, "away"))
	if err := os.Rename("away", "moved"); err != nil {
		t.Fatal(err)
	}
	write("staged.txt", "staged")
	git("add", "staged.txt")
	trees, staged := git("worktree", "list"), git("diff", "--cached", "--name-only")
	write("cmd/dllmbench/main.go", "this does not compile")

	binary, commit, clean, err := Build(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if commit != sha {
		t.Errorf("commit %s, want %s", commit, sha)
	}
	_, err = worker.Start(t.Context(), exec.Command(binary, "worker"), worker.Limits{})
	if err == nil || !strings.Contains(TooOld(err), "no worker command, so it is older than check --against") {
		t.Errorf("an old program started as a worker, or says %v", err)
	}
	clean()
	if now := git("worktree", "list"); now != trees {
		t.Errorf("work trees were %s\nand are %s", trees, now)
	}
	if now := git("diff", "--cached", "--name-only"); now != staged {
		t.Errorf("the index held %q and holds %q", staged, now)
	}
	if _, err := os.Stat(binary); err == nil {
		t.Error("the binary was left")
	}

	git("add", "cmd")
	git("commit", "-q", "-m", "broken")
	_, _, clean, err = Build(t.Context(), "HEAD")
	clean()
	if err == nil || !strings.Contains(err.Error(), "does not build") {
		t.Errorf("a revision that does not build: %v", err)
	}
	_, _, clean, err = Build(t.Context(), "nowhere")
	clean()
	if err == nil || !strings.Contains(err.Error(), `git knows no revision "nowhere" here`) || strings.Contains(err.Error(), "shallow") {
		t.Errorf("a revision that is not there: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, clean, err = Build(stopped, "HEAD")
	clean()
	if err == nil {
		t.Error("a cancelled build made a binary")
	}
	if now := git("worktree", "list"); strings.Count(now, "\n") != strings.Count(trees, "\n") {
		t.Errorf("work trees were %s\nand are %s", trees, now)
	}
	if err := os.RemoveAll(".git"); err != nil {
		t.Fatal(err)
	}
	_, _, clean, err = Build(t.Context(), "HEAD")
	clean()
	if err == nil || !strings.Contains(err.Error(), "there is none") || strings.Contains(err.Error(), "shallow") {
		t.Errorf("outside a repository: %v", err)
	}
}
