package foreign

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// short writes a request in short: status, times in ms, tokens, deliveries; – is unknown.
func short(q result.Request) string {
	ms := func(p *int64) string {
		if p == nil {
			return "–"
		}
		return fmt.Sprintf("%.4g", float64(*p)/1e6)
	}
	chars := "–"
	if q.Chars != nil {
		chars = fmt.Sprint(*q.Chars)
	}
	return fmt.Sprintf("%s due %s wait %s ttft %s e2e %s in %v out %v frames %d chars %s", q.Status, ms(q.IntendedNs), ms(q.QueueNs), ms(q.TTFTNs), ms(q.E2ENs),
		q.Usage[usage.PromptTokens], q.Usage[usage.UsefulTokens], q.Frames, chars)
}

// TestRead: what each format says, and nothing that it does not say.
func TestRead(t *testing.T) {
	for name, want := range map[string][]string{
		"aiperf.jsonl": {"AIPerf: AIPerf requests", "success due 0 wait 5 ttft 40 e2e 100 in 24 out 8 frames 3 chars –", "success due 55 wait – ttft – e2e 200 in – out 16 frames 0 chars –",
			"incomplete due 60 wait – ttft – e2e – in – out – frames 0 chars –"},
		"guidellm.json": {"GuideLLM 0.8.1: m concurrent-2", "success due 0 wait 500 ttft 250 e2e 1000 in 10 out 8 frames 4 chars 2", "success due 1500 wait – ttft – e2e 500 in – out – frames 7 chars –",
			"error due 1500 wait – ttft – e2e 100 in – out – frames 0 chars –"},
		"vllm.json": {"vllm bench serve: m rate-inf-concurrency-2", "success due 0 wait 0 ttft 250 e2e 1000 in 10 out 8 frames 3 chars 3", "success due 250 wait 250 ttft 500 e2e 500 in 10 out 4 frames 1 chars 0",
			"error due 500 wait 500 ttft – e2e – in 10 out – frames 0 chars –"},
		"vllm-serve.json": {"vllm bench serve: v1 rate-inf", "success due 0 wait – ttft 65.43 e2e 65.44 in 6 out 12 frames 4 chars 34", // of vLLM 0.16
			"success due 0.2129 wait – ttft 64.99 e2e 65 in 6 out 12 frames 4 chars 25", "success due 0.3294 wait – ttft 65.03 e2e 65.04 in 6 out 12 frames 4 chars 28",
			"success due 1.335 wait – ttft 63.67 e2e 63.7 in 6 out 12 frames 4 chars 22", "success due 1.51 wait – ttft 63.78 e2e 63.79 in 6 out 12 frames 4 chars 30"},
		"llamabench.jsonl": {"llama-bench 0c1e570: m.gguf pp16", "llama-bench 0c1e570: m.gguf tg8", "success due – wait – ttft – e2e 100 in 16 out – frames 0 chars –",
			"success due – wait – ttft – e2e 200 in 16 out – frames 0 chars –", "success due – wait – ttft – e2e 400 in 0 out 8 frames 0 chars –"},
	} {
		f, err := Read(filepath.Join("testdata", name), "", "", time.Unix(0, 0))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, c := range f.Header.Cells {
			got = append(got, c.Origin+": "+c.Label+" "+c.Rung)
		}
		for _, q := range f.Requests {
			if q.Exact != nil || q.Usage[usage.NFE].Known() || q.Chunks != nil {
				t.Errorf("%s: %+v", name, q)
			}
			got = append(got, short(q))
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		known := f.Header.Started[:3] == "202"
		if local := f.Header.Metadata["imported_date"] != ""; known == local || local != (f.Format == "vllm") || f.Header.Metadata["imported"] != name {
			t.Errorf("%s: %+v", name, f.Header)
		}
		path := filepath.Join(t.TempDir(), "results.jsonl")
		w, err := result.Create(path, f.Header, f.Metrics, f.Records()...)
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		if again, err := result.ReadFile(path); err != nil || len(again.Requests) != len(f.Requests) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNeverMeets: an imported cell that is equal to one of ours in everything else is at
// another place, so nothing compares the two; nor do cells of two files meet.
func TestNeverMeets(t *testing.T) {
	f, err := Read("testdata/vllm.json", "vllm", "", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	theirs := f.Header.Cells[0]
	ours := theirs
	ours.Origin, ours.Engine = "", "autoregressive"
	if place.Of(ours) == place.Of(theirs) {
		t.Error("an imported cell is at the place of ours")
	}
	if d := place.Differs(place.In(result.Header{}, ours), place.In(f.Header, theirs)); len(d) != 1 || d[0].Clock || d[0].What != "origins of the numbers" {
		t.Errorf("%+v", d)
	}
	g, err := Read("testdata/aiperf.jsonl", "", "", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	all, err := Join([]*Import{f, g})
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Header.Cells) != 2 || place.Of(all.Header.Cells[0]) == place.Of(all.Header.Cells[1]) || len(all.Requests) != 6 || len(all.Validity) != 3 {
		t.Errorf("%+v", all.Header.Cells)
	}
}

// TestSame: a file that is named twice is refused, because a results file with cells twice cannot be read.
func TestSame(t *testing.T) {
	var list []*Import
	for range 2 {
		f, err := Read("testdata/vllm.json", "", "", time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	if _, err := Join(list); err == nil || err.Error() != "vllm.json and vllm.json hold the same: name it once" {
		t.Error(err)
	}
}

// TestMachines: the processor of a file is known where all of its tests name the same one.
func TestMachines(t *testing.T) {
	const test = `{"samples_ns":[1],"n_prompt":1,"n_gen":0,"cpu_info":"%s","test_time":"%s"}`
	for _, c := range []struct{ cpus, want string }{{"A A", "A"}, {"A B", ""}, {"A B B", ""}} {
		var text string
		for i, cpu := range strings.Fields(c.cpus) {
			text += fmt.Sprintf(test, cpu, fmt.Sprintf("2026-01-0%dT00:00:00Z", i+1))
		}
		f, err := parse("f", []byte(text), "", "", time.Unix(0, 0))
		if err != nil || f.Header.Env.CPU != c.want || f.Header.Started != "2026-01-01T00:00:00Z" {
			t.Errorf("%s: %+v, %v", c.cpus, f, err)
		}
	}
}

func TestRefused(t *testing.T) {
	const record = `{"metadata":{"request_start_ns":1},"metrics":{"request_latency":{"value":1,"unit":"ms"}}}` + "\n"
	for _, c := range []struct{ format, text, want string }{
		{"", "", "f:1:1: no object: allowed are files of aiperf, guidellm, vllm, llama-bench"},
		{"", "[]", "f:1:1: no object: allowed are files of aiperf, guidellm, vllm, llama-bench"},
		{"", `{"a": 1}`, `f:1:1: no known format: its first record has "a". Allowed are aiperf, guidellm, vllm, llama-bench`},
		{"", `{"a": 1`, "f:1:8: not JSON: unexpected EOF"},
		{"vlm", "{}", `"vlm" is not a known format of measurements; did you mean vllm?`},
		{"", record + `{"metadata":{"request_start_ns":"x"}}`, "f:2:33: metadata/request_start_ns: a JSON string where a whole number is expected"},
		{"", record + `{"metadata":{}}`, "f:2:1: metadata.request_start_ns is missing"},
		{"", record + `{"metadata":{"request_start_ns":1},"metrics":{}}`, "f:2:1: metrics: request_latency is missing, and there is no error"},
		{"", record + "\n  nul", "f:3:6: not JSON: "},
		{"", strings.Replace(record, `"value":1`, `"value":-1`, 1), "f:1:1: the latency is -0.001 s; allowed is 0 to 1e+09"},
		{"", strings.Replace(record, `"ms"`, `"h"`, 1), "f:1:1: metrics: a time in the unit h; allowed are ns, us, ms and sec"},
		{"", `{"completed":1,"duration":2}`, "f:1:1: it holds no single requests (input_lens, ttfts, itls): vllm bench serve writes them with --save-detailed"},
		{"vllm", `{"input_lens":[1],"ttfts":[1,2]}`, "f:1:1: output_lens: 0 elements; allowed is 1, as input_lens has"},
		{"vllm", `{"input_lens":[1],"output_lens":[1],"ttfts":[2],"itls":[[]],"latencies":[1]}`, "f:1:1: request 0: ttft_ns is 2000000000; allowed is at most e2e_ns, 1000000000"},
		{"", `{"benchmarks":[{}]}`, "f:1:1: benchmarks[0]: requests are missing"},
		{"", `{"benchmarks":[]}`, "f:1:1: it holds no request"},
		{"", `{"metadata":{"version":3},"benchmarks":[]}`, "f:1:1: metadata: version 3 of the report; version 2 is read"},
		{"llama-bench", `[{"samples_ns":[0],"n_prompt":1,"n_gen":1}]`, "f:1:2: samples_ns: 0; allowed is above 0"},
		{"llama-bench", `[{"samples_ns":[1],"n_prompt":1,"n_gen":1}`, "f:1:43: not JSON: "},
	} {
		_, err := parse("f", []byte(c.text), c.format, "", time.Unix(0, 0))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: %v\nwant %s", c.text, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.json*")
	if err != nil || len(paths) < 4 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range append(Names(), "") {
			got, err := parse("f", []byte(text), format, "", time.Unix(0, 0))
			if err != nil {
				if !strings.HasPrefix(err.Error(), "f:") {
					t.Errorf("no place: %v", err)
				}
				continue
			}
			for _, q := range got.Requests {
				if err := q.Check(); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
