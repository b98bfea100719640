package result

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// possible is a file of records that can be, a line for each type.
const possible = `{"type":"header","schema":"dllmbench/v2","env":{"l3_bytes":-1,"mem_bytes":-1},"cells":[{"id":"c","chance":0.5},{"id":"d","samples":2}],"shard":{"index":0,"count":2}}
{"type":"session","session":0,"env":{"mem_bytes":-1}}
{"type":"instance","id":"i","constraints":[{"kind":"k","distance":3,"direction":"backward"}]}
{"type":"load","group":"c","wall_ns":5,"pressure":0.5}
{"type":"allocations","cell":"c","bytes":5}
{"type":"request","cell":"c","instance":"i","repetition":0,"pair_block":0,"order":0,"sample":0,"status":"success","finish":"stop","usage":{"nfe":5,"committed_tokens":5,"useful_tokens":4,"denoise":{"passes":5},"prefill":{"passes":0},"commit":{"passes":0}},"spent":{"forward_ns":1},"ttft_ns":7,"e2e_ns":9,"chunks":[[7,1],[8,3]],"partial":0.5,"violations":1,"constraints":2,"broken":[1],"output_sha256":"9b06d5db58299ed1be8d396a41f79527f39d3d17292214085cada15a9d686192","extra":{"prompt":"","answer":"","violations":[{"constraint":1,"offset":-1}]}}
{"type":"validity","cell":"c","valid":true,"noise":0.1}
`

// TestImpossibleRecords changes one field of a record at a time to what no run can
// give: the file is refused by line, with the field, the value and what is allowed,
// however it is read. A change that is no contradiction is read.
func TestImpossibleRecords(t *testing.T) {
	read := func(text string) error {
		path := filepath.Join(t.TempDir(), "results.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, whole := ReadFile(path)
		x, err := OpenIndex(path)
		if err == nil {
			defer x.Close()
			if _, err = x.RequestsOf("c"); err == nil {
				_, err = x.NumbersOf("d")
			}
		}
		if (whole == nil) != (err == nil) || whole != nil && whole.Error() != err.Error() {
			t.Errorf("read at once: %v; by its index: %v", whole, err)
		}
		return whole
	}
	if err := read(possible); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"e2e_ns":9`, `"e2e_ns":-424`, ":6: e2e_ns is -424; allowed is 0 or more. Without this line the others can be used, and run --resume measures again what is missing"},
		{`"e2e_ns":9`, `"e2e_ns":9223372036854775807`, "e2e_ns is 9223372036854775807; allowed is at most 1e18"},
		{`"e2e_ns":9`, `"e2e_ns":1e999`, ":6: broken record"},
		{`"e2e_ns":9`, `"e2e_ns":NaN`, ":6: broken record"},
		{`"ttft_ns":7`, `"ttft_ns":10`, "ttft_ns is 10; allowed is at most e2e_ns, 9"},
		{`"nfe":5`, `"nfe":-5`, "usage.nfe is -5; allowed is 0 to 1e18, or null"},
		{`"nfe":5`, `"nfe":6`, "usage: 6 forward passes are counted, and 5 by kind of row"},
		{`"useful_tokens":4`, `"useful_tokens":5000`, "usage: 5000 useful tokens of 5 committed ones"},
		{`"status":"success"`, `"status":"fine"`, `status is "fine"; allowed is success, truncated, timeout, oom, error, incomplete or refused`},
		{`"finish":"stop"`, `"finish":"bored"`, `finish is "bored"; allowed is stop, budget or cancelled, or nothing`},
		{`9b06d5db`, `9b06d5d`, "output_sha256 is"},
		{`"instance":"i"`, `"instance":"j"`, `instance is "j"; allowed are the 1 that the file describes before`},
		{`"sample":0`, `"sample":1`, "sample is 1; allowed is 0 to 0"},
		{`"repetition":0`, `"repetition":-1`, "repetition is -1"},
		{`"pair_block":0`, `"pair_block":-1`, "pair_block is -1"},
		{`"order":0`, `"order":-1`, "order is -1"},
		{`[[7,1],[8,3]]`, `[[7,1],[6,3]]`, "chunks[1] came after 6 ns; allowed is at least 7, the time of the one before it"},
		{`[[7,1],[8,3]]`, `[[7,1],[80,3]]`, "chunks[1] came after 80 ns; allowed is at most e2e_ns, 9"},
		{`[[7,1],[8,3]]`, `[[7,-1]]`, "chunks[0][1] is -1"},
		{`"forward_ns":1`, `"forward_ns":-1`, "spent.forward_ns is -1"},
		{`"partial":0.5`, `"partial":1.5`, "partial is 1.5; allowed is 0 to 1"},
		{`"partial":0.5`, `"aspects":{"parses":-0.5}`, "aspects.parses is -0.5; allowed is 0 to 1"},
		{`"partial":0.5`, `"log_prob":3`, "log_prob is 3; allowed is 0 or less"},
		{`"violations":1,`, `"violations":3,`, "violations is 3; allowed is at most constraints, 2"},
		{`"broken":[1]`, `"broken":[2]`, "broken[0] is 2; allowed is 0 to 1, the indices of the constraints"},
		{`"offset":-1`, `"offset":-2`, "extra.violations[0].offset is -2"},
		{`{"id":"d","samples":2}`, `{"id":"c"}`, `:1: cells[1].id is "c", as is cells[0].id; every cell stands in the header once. The header says what the other lines mean, so none of them can be used`},
		{`"chance":0.5`, `"chance":1.5`, ":1: cells[0].chance is 1.5; allowed is 0 to 1"},
		{`"index":0`, `"index":2`, ":1: shard.index is 2; allowed is 0 to 1"},
		{`"l3_bytes":-1`, `"l3_bytes":-2`, ":1: env.l3_bytes is -2"},
		{`"session":0`, `"session":-1`, ":2: session is -1"},
		{`"distance":3`, `"distance":-3`, ":3: constraints[0].distance is -3; allowed is 0 or more\n"},
		{`"backward"`, `"sideways"`, ":3: constraints[0].direction is"},
		{`"pressure":0.5`, `"pressure":1.5`, ":4: pressure is 1.5; allowed is 0 to 1"},
		{`"bytes":5`, `"bytes":-5`, ":5: bytes is -5"},
		{`"noise":0.1`, `"noise":-0.1`, ":7: noise is -0.1"},
		{`"noise":0.1`, `"noise":null`, ""},
		{`"status":"success"`, `"status":"oom"`, ""},
	} {
		text := strings.Replace(possible, c.old, c.new, 1)
		if text == possible {
			t.Fatalf("no %s to be changed", c.old)
		}
		if err := read(text); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error()+"\n", c.want)) {
			t.Errorf("%s: %v, want %s", c.new, err, c.want)
		}
	}
	older := strings.ReplaceAll(strings.Replace(possible, "/v2", "/v1", 1), `"e2e_ns":9`, `"e2e_ns":-9`)
	if err := read(older); err == nil || !strings.HasSuffix(err.Error(), ":6: e2e_ns is -9; allowed is 0 or more. Without this line the others can be used") {
		t.Errorf("a file of the older version: %v", err)
	}
	if f, err := Read(strings.NewReader(possible), "f"); err != nil || f.Header.Env.L3Bytes != 0 || f.Sessions[0].Env.MemBytes != 0 {
		t.Errorf("sizes that older files call -1: %v, %+v", err, f.Header.Env)
	}
}
