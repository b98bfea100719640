package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports"
	"dllmbench/reports/folder"
	"dllmbench/reports/view"
)

// largeRun is the size of a results file that nobody measured: it has the
// records that the harness writes, with numbers from a plausible law.
type largeRun struct {
	points, decoders, instances, repeats int
	outputs                              []result.Output // nil for the usual ones
}

// BenchmarkReport runs `dllmbench report` in a process of its own on 10,000
// cells of 100 requests each, and on half of them, and reports its processor
// seconds, its largest resident memory and the size of the page.
//
//	go test ./cmd/dllmbench -run '^$' -bench Report/cells=10000 -benchtime 1x
func BenchmarkReport(b *testing.B) {
	for _, points := range []int{200, 400} {
		l := largeRun{points: points, decoders: 25, instances: 50, repeats: 2}
		b.Run(fmt.Sprintf("cells=%d", l.points*l.decoders), func(b *testing.B) { benchmarkReport(b, l) })
	}
}

func benchmarkReport(b *testing.B, l largeRun) {
	dir := b.TempDir()
	size, err := l.write(filepath.Join(dir, folder.Results))
	if err != nil {
		b.Fatal(err)
	}
	var seconds, resident float64
	for b.Loop() {
		cmd := exec.Command("dllmbench", "report", dir)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			b.Fatalf("%v\n%s", err, stderr.String())
		}
		seconds += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		if kB := reflect.Indirect(reflect.ValueOf(cmd.ProcessState.SysUsage())).FieldByName("Maxrss"); kB.IsValid() { // not on Windows
			resident = max(resident, float64(kB.Int())*1024) // Linux counts in kB
		}
	}
	page, err := os.Stat(filepath.Join(dir, "report.html"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(seconds/float64(b.N), "cpu-s/op")
	b.ReportMetric(resident/1e6, "peak-MB")
	b.ReportMetric(float64(page.Size())/1e6, "page-MB")
	b.ReportMetric(float64(size)/1e6, "records-MB")
}

// write makes the file and returns its size in bytes.
func (l largeRun) write(path string) (int64, error) {
	header := result.Header{RunID: "large", Started: "2026-01-02T03:04:05Z", Scenario: "large", ScenarioSHA256: "00", Seed: 7,
		PercentileMethod: "linear_n-1", Env: result.Env{CPU: "Example CPU", Cores: 2, L3Bytes: -1}, Outputs: l.outputs}
	for p := range l.points {
		for d := range l.decoders {
			header.Cells = append(header.Cells, l.cell(p, d))
		}
	}
	w, err := result.Create(path, header, result.Metrics())
	if err != nil {
		return 0, err
	}
	rng := rand.New(rand.NewPCG(5, 8))
	for p := range l.points {
		cells := header.Cells[p*l.decoders : (p+1)*l.decoders]
		for i := range l.instances {
			w.Write(instance(cells[0], i))
			for r := range l.repeats {
				for order, c := range cells {
					w.Write(l.request(rng, c, i, r, order))
				}
			}
		}
		for _, c := range cells {
			w.Write(result.Validity{Cell: c.ID, Valid: true})
		}
	}
	w.Write(result.Validity{Valid: true})
	if err := w.Close(); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// cell is a decoder on one of the tasks: AR, then diffusion and block with more
// and more steps.
func (l largeRun) cell(point, decoder int) result.Cell {
	chance := 0.01
	c := result.Cell{
		ID: fmt.Sprintf("%08x%08x", point, decoder), Engine: "autoregressive", Label: "ar", Preset: "greedy", Options: map[string]any{"temperature": 0.0},
		Weights: "builtin:v1", Digest: "sha256:" + strings.Repeat("ab", 32), Params: 2_000_000, Split: "test", Chance: &chance,
		Workload: []string{"sudoku", "stories", "arithmetic", "lists"}[point%4], Rung: fmt.Sprintf("rung-%d", point/16),
		Budget: 8 << (point / 4 % 4), Batch: 1, Threads: 2, Cache: "exact",
	}
	if decoder > 0 {
		c.Engine = []string{"diffusion", "block"}[decoder%2]
		c.Label, c.Preset, c.Cache = c.Engine, "plain", "none"
		c.Options = map[string]any{"steps": float64(1 + (decoder-1)/2), "block_length": 8.0}
		c.Variant = fmt.Sprintf("steps=%d", 1+(decoder-1)/2)
	}
	return c
}

func instanceID(c result.Cell, i int) string {
	return fmt.Sprintf("%s/%s-%d/test/%d", c.Workload, c.Rung, c.Budget, i)
}

// instance has eight constraints at several distances, in both directions.
func instance(c result.Cell, i int) result.Instance {
	inst := result.Instance{ID: instanceID(c, i), Workload: c.Workload, Rung: c.Rung}
	for k := range 8 {
		inst.Constraints = append(inst.Constraints, result.Opportunity{
			Kind: []string{"order", "copy"}[k%2], Distance: 1 + (k*k+i)%17, Direction: []string{"backward", "lookahead"}[k/4],
		})
	}
	return inst
}

func (l largeRun) request(rng *rand.Rand, c result.Cell, i, repeat, order int) result.Request {
	steps := 1 + order/2
	q := result.Request{
		Cell: c.ID, Digest: c.Digest, Repetition: repeat, PairBlock: i, Order: order, Instance: instanceID(c, i), Rung: c.Rung,
		Seed: uint64(i) * 0x9e3779b97f4a7c15, Status: "success", Finish: "stop",
	}
	budget, nfe := int64(c.Budget), int64(steps+i%2)
	work := usage.Tally{usage.PromptTokens: 20, usage.CanvasPositions: budget, usage.CommittedTokens: budget, usage.UsefulTokens: budget - int64(i%3),
		usage.DenoisingSteps: int64(steps), usage.PeakCacheBytes: budget * 4096, usage.SampledLogits: 4096}
	useful := int(work[usage.UsefulTokens])
	if c.Engine == "autoregressive" {
		nfe, work[usage.DenoisingSteps] = work[usage.UsefulTokens]+1, 0
	}
	rows := nfe * budget
	work.Add(usage.Denoise, &usage.Pass{usage.NFE: nfe, usage.QueryTokens: rows, usage.AttendedKeys: rows * 20, usage.FLOPs: rows * 4e6,
		usage.WeightBytes: 8e6 * int64(steps), usage.CacheReadBytes: rows * 512, usage.LogitRows: rows})
	q.Usage = work.Usage()
	e2e := int64(1e5 * float64(nfe) * (3 + rng.ExpFloat64()) * math.Exp(0.1*float64(i%7)))
	first, wall, peak := e2e/nfe, e2e+5000, int64(3e8)
	q.TTFTNs, q.TTFCNs, q.TTFBNs, q.E2ENs, q.BatchNs, q.PeakBytes = &first, &first, &first, &e2e, &wall, &peak
	q.Spent = &result.Spent{ForwardNs: e2e * 9 / 10, SamplingNs: e2e / 20, BookkeepingNs: e2e / 20}
	for k := range min(int(nfe), useful) {
		q.Chunks = append(q.Chunks, [2]int64{first * int64(k+1), 1})
	}
	l.score(rng, &q, i, steps)
	return q
}

// score judges a made-up output; a few first ones keep their prompt.
func (l largeRun) score(rng *rand.Rand, q *result.Request, i, steps int) {
	exact := float64(i%10)/10 < 1-math.Exp(-0.3*float64(steps))
	violations, constraints, partial := 0, 8, 1.0
	if !exact {
		q.Broken = []int{rng.IntN(8)}
		violations, partial = 1, 7.0/8
	}
	q.Exact, q.Violations, q.Constraints, q.Partial = &exact, &violations, &constraints, &partial
	words := strings.Fields("the red box lies left of a blue cup and under one green lamp")
	var out []string
	for range q.Usage.N(usage.UsefulTokens) {
		out = append(out, words[rng.IntN(len(words))])
	}
	q.Output = strings.Join(out, " ")
	sum := sha256.Sum256([]byte(q.Output))
	q.OutputSHA256 = hex.EncodeToString(sum[:])
	if q.Repetition == 0 && i < 6 {
		sample := result.Sample{Prompt: fmt.Sprintf("question %d of %s?", i, q.Rung), Answer: "a blue cup", Violations: []result.Breach{}}
		for _, k := range q.Broken {
			sample.Violations = append(sample.Violations, result.Breach{Constraint: k, Offset: 0, Doc: "this word breaks the order", Distance: 3})
		}
		q.Extra, _ = json.Marshal(sample)
	}
}

// bothWays writes a run and reads it into memory and with its requests on disk.
func bothWays(t *testing.T, large largeRun) (file *result.File, disk reports.Run) {
	t.Helper()
	path := filepath.Join(t.TempDir(), folder.Results)
	if _, err := large.write(path); err != nil {
		t.Fatal(err)
	}
	file, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	disk, done, err := folder.Indexed(path, view.Detail{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { done() })
	return file, disk
}

// A run whose requests stay on disk has the page, byte for byte, of the same run
// in memory.
func TestReportFromDisk(t *testing.T) {
	file, disk := bothWays(t, largeRun{points: 3, decoders: 5, instances: 6, repeats: 2})
	var pages [2]string
	for i, run := range []reports.Run{{File: file}, disk} {
		dir := t.TempDir()
		if _, err := reports.Write(dir, run); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = string(page)
	}
	if pages[0] != pages[1] || !strings.Contains(pages[0], "15 of 15 cells are valid") {
		t.Errorf("the pages differ, or are not of the run: %d and %d bytes", len(pages[0]), len(pages[1]))
	}
	if len(disk.File.Requests) > 0 || disk.View.Err() != nil {
		t.Errorf("%d requests in memory, error %v", len(disk.File.Requests), disk.View.Err())
	}
}
