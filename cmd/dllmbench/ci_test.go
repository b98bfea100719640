package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/harness/exit"

	"gopkg.in/yaml.v3"
)

// gitlabScript returns the shell lines of the GitLab job in docs/ci.md.
func gitlabScript(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "## GitLab\n\n```yaml\n")
	block, _, ended := strings.Cut(rest, "\n```\n")
	var job struct {
		Dllmbench struct {
			Variables map[string]string
			Script    []string
		}
	}
	if err := yaml.Unmarshal([]byte(block), &job); err != nil || !found || !ended || len(job.Dllmbench.Script) < 2 {
		t.Fatalf("no GitLab job in docs/ci.md: %v", err)
	}
	return job.Dllmbench.Script
}

// actionScript returns the shell texts of action.yml and the defaults of its inputs.
func actionScript(t *testing.T) (runs []string, inputs map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Description, Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" || len(action.Runs.Steps) != 2 {
		t.Fatalf("%+v", action.Runs)
	}
	inputs = map[string]string{}
	for name, in := range action.Inputs {
		if in.Description == "" {
			t.Errorf("input %s has no description", name)
		}
		inputs[name] = in.Default
	}
	for _, step := range action.Runs.Steps {
		if step.Shell != "bash" || strings.Contains(step.Run, "${{") {
			t.Errorf("a step must run bash and get inputs through its environment: %q", step.Run)
		}
		for name, value := range step.Env {
			input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
			if _, ok := inputs[input]; !ok {
				t.Errorf("%s is set to %q, which is no input", name, value)
			}
		}
		runs = append(runs, step.Run)
	}
	return runs, inputs
}

// repository makes a git repository with a small scenario and its baseline, and a
// "go" beside it that builds this test binary, so that the lines of a CI job can
// be executed as they stand. It returns the environment to run them in.
func repository(t *testing.T) (dir string, env []string) {
	t.Helper()
	for _, tool := range []string{"git", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	dir = t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeCheckpoint(filepath.Join(dir, "tiny")); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	write("scenarios/ci.yaml", strings.Replace(smallScenario, "{name: block, engine: block, preset: sdar-static, generation: {block_length: 4}}",
		"{name: block, engine: block, preset: sdar-static, generation: {block_length: 2}}", 1), 0o644)
	write("bin/go", "#!/bin/sh\nwhile [ \"$1\" != -o ]; do shift; done\ncp \"$TEST_BINARY\" \"$2\"\n", 0o755)
	write(".gitignore", "/bin\n/dllmbench\n/temp\n/check.*\n", 0o644)
	if err := os.Mkdir(filepath.Join(dir, "temp"), 0o755); err != nil {
		t.Fatal(err)
	}
	env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "TEST_BINARY="+self)
	shell(t, dir, env, "cp \"$TEST_BINARY\" dllmbench && ./dllmbench baseline save ci scenarios/ci.yaml")
	shell(t, dir, env, "git init -q && git add . && git -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false commit -q -m first && rm dllmbench")
	return dir, env
}

// shell runs a text with bash and returns its exit code and output.
func shell(t *testing.T, dir string, env []string, text string) (code int, out string) {
	t.Helper()
	cmd := exec.Command("bash", "-e", "-c", text)
	cmd.Dir, cmd.Env = dir, env
	data, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(data)
}

// checked tests what the job left: both cells' counters are equal to baseline and
// base revision, whatever this machine says of times.
func checked(t *testing.T, dir, junit, comment string, code int, out string) {
	t.Helper()
	if code != exit.OK { // times of microseconds are noise: they are shown and do not fail
		t.Fatalf("exit code %d\n%s", code, out)
	}
	xml, err := os.ReadFile(filepath.Join(dir, junit))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`name="counters"`, `name="counters HEAD"`, `name="e2e"`} {
		if n := strings.Count(string(xml), want); n != 2 {
			t.Errorf("%d cases with %s, want 2\n%s", n, want, xml)
		}
	}
	if strings.Contains(string(xml), `type="changed"`) || strings.Contains(string(xml), `type="not_comparable"`) {
		t.Errorf("the program differs from itself: %s", xml)
	}
	if text, err := os.ReadFile(filepath.Join(dir, comment)); err != nil || !strings.HasPrefix(string(text), "### check of scenarios/ci.yaml") {
		t.Errorf("the comment: error %v, %s", err, text)
	}
}

// TestGitLabExample executes the lines of the GitLab job in docs/ci.md.
func TestGitLabExample(t *testing.T) {
	dir, env := repository(t)
	env = append(env, "CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD", "CHECK_TIME=1ms", "TIMES=info")
	lines := gitlabScript(t)
	for _, line := range lines[:len(lines)-1] {
		if code, out := shell(t, dir, env, line); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", line, code, out)
		}
	}
	code, out := shell(t, dir, env, lines[len(lines)-1])
	checked(t, dir, "check.xml", "check.md", code, out)
	if !strings.Contains(out, "Exact counters and outputs are equal in 4 of 4 cells") {
		t.Errorf("%s", out)
	}
}

// TestAction executes the steps of action.yml.
func TestAction(t *testing.T) {
	runs, inputs := actionScript(t)
	dir, env := repository(t)
	env = append(env, "GITHUB_ACTION_PATH="+dir, "RUNNER_TEMP="+filepath.Join(dir, "temp"), "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "temp", "summary.md"),
		"SCENARIO="+inputs["scenario"], "BASELINE="+inputs["baseline"], "AGAINST=HEAD", "CHECK_TIME=1ms", "TIMES="+inputs["times"], "ACCEPT="+inputs["accept"], "JUNIT=check.xml")
	if code, out := shell(t, dir, env, runs[0]); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	code, out := shell(t, dir, env, runs[1])
	checked(t, dir, "check.xml", "temp/summary.md", code, out)
}
