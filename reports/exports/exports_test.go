package exports

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

// saved is a run on disk.
func saved(t *testing.T) *Run {
	t.Helper()
	f := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:2], Steps: []int{4, 8}, Instances: 8, Repeats: 2, Lengths: []int{32}, Blocks: 6})
	var records []any
	for _, q := range f.Requests {
		records = append(records, q)
	}
	for _, v := range f.Validity {
		records = append(records, v)
	}
	path := filepath.Join(t.TempDir(), "results.jsonl")
	w, err := result.Create(path, f.Header, result.Metrics(), records...)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	run, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Close() })
	return run
}

// below puts files into a folder.
func below(t *testing.T, dir string) Put {
	return func(path string, write func(io.Writer) error) error {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, b.Bytes(), 0o600)
	}
}

// TestFormats: every format writes something of a run.
func TestFormats(t *testing.T) {
	run := saved(t)
	for _, f := range Formats() {
		dir := t.TempDir()
		switch {
		case f.Text == nil && f.Files == nil: // see TestMLflow
		case f.Text != nil:
			var b bytes.Buffer
			if err := f.Text(&b, run); err != nil || b.Len() == 0 && f.Name != "sharing" {
				t.Errorf("%s: %d bytes, %v", f.Name, b.Len(), err)
			}
		default:
			if err := f.Files(run, below(t, dir)); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			if made, err := os.ReadDir(dir); err != nil || len(made) == 0 {
				t.Errorf("%s: %d files, %v", f.Name, len(made), err)
			}
		}
	}
}

// TestExamples runs the programs of docs/examples on the Parquet files of a run.
func TestExamples(t *testing.T) {
	python := os.Getenv("DLLMBENCH_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import duckdb, pandas, pyarrow").CombinedOutput(); err != nil {
		t.Skipf("no Python with duckdb, pandas and pyarrow (name one with DLLMBENCH_PYTHON): %v %.200s", err, out)
	}
	dir := t.TempDir()
	if err := columns(saved(t), below(t, filepath.Join(dir, "tables"))); err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("../../docs/examples/*.py")
	if err != nil || len(programs) < 3 {
		t.Fatalf("%v %v", programs, err)
	}
	for _, path := range programs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, "-c", string(text))
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("diffusion")) && !bytes.Contains(out, []byte("steps")) {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
		t.Logf("%s\n%s", path, out)
	}
}
