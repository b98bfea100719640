package corpus

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/userfile"
)

// savedRecipe is recipe.json: which recipe a run follows, and what was changed
// in its data.
type savedRecipe struct {
	Recipe    string   `json:"recipe"`
	Workloads []string `json:"workloads,omitempty"` // nil: all of the recipe
	Context   int      `json:"context"`
	MaxSample int      `json:"max_sample"`
}

// Write saves what a resumed run has to know of its data.
func (r Recipe) Write(path string) error {
	saved := savedRecipe{Recipe: r.Name, Context: r.Context, MaxSample: r.MaxSample}
	whole, err := Find(r.Name)
	if err != nil {
		return err
	}
	if len(r.phases[0].share) < len(whole.phases[0].share) {
		for _, s := range r.phases[0].share {
			saved.Workloads = append(saved.Workloads, s.workload)
		}
	}
	data, err := json.MarshalIndent(saved, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(data, '\n'))
}

// maxFile bounds the files of this package, in bytes.
const maxFile = 16 << 20

// Read reads what Write wrote.
func Read(path string) (Recipe, error) {
	data, err := userfile.Read(path, maxFile)
	if err != nil {
		return Recipe{}, err
	}
	var saved savedRecipe
	if err := json.Unmarshal(data, &saved); err != nil {
		return Recipe{}, fmt.Errorf("%s: %w", path, err)
	}
	r, err := Find(saved.Recipe)
	if err == nil {
		r, err = r.Only(saved.Workloads)
	}
	if err != nil {
		return Recipe{}, fmt.Errorf("%s: %w", path, err)
	}
	if saved.Context < 1 || saved.MaxSample < 1 {
		return Recipe{}, fmt.Errorf("%s: context is %d and max_sample %d, at least 1 is needed", path, saved.Context, saved.MaxSample)
	}
	r.Context, r.MaxSample = saved.Context, saved.MaxSample
	return r, nil
}

// What samples.csv says of each workload: what was drawn since the run began. Tokens
// are those of prompts and answers with their ends; skipped samples were drawn and
// left out because they are too long.
const (
	samples = iota
	tokens
	skipped
	columns
)

// sampleColumns heads samples.csv.
var sampleColumns = []string{"workload", "samples", "tokens", "skipped"}

// WriteCounts writes samples.csv.
func (s *Source) WriteCounts(path string) error {
	var out bytes.Buffer
	lines := [][]string{sampleColumns}
	for _, t := range s.tasks {
		line := []string{t.name}
		for i := range t.drawn {
			line = append(line, strconv.FormatInt(t.drawn[i].Load(), 10))
		}
		lines = append(lines, line)
	}
	if err := csv.NewWriter(&out).WriteAll(lines); err != nil {
		return err
	}
	return atomicfile.Write(path, out.Bytes())
}

// ReadCounts goes on counting from what WriteCounts wrote, if there is any.
func (s *Source) ReadCounts(path string) error {
	text, err := userfile.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, line := range lines[min(1, len(lines)):] {
		for _, t := range s.tasks {
			if t.name != line[0] || len(line) != len(sampleColumns) {
				continue
			}
			for i := range t.drawn {
				n, err := strconv.ParseInt(line[i+1], 10, 64)
				if err != nil {
					return fmt.Errorf("%s: workload %s: %w", path, t.name, err)
				}
				t.drawn[i].Store(n)
			}
		}
	}
	return nil
}

// Skipped is the number of samples that were too long.
func (s *Source) Skipped() (n int64) {
	for _, t := range s.tasks {
		n += t.drawn[skipped].Load()
	}
	return n
}
