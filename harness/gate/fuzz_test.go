package gate

import (
	"bytes"
	"testing"
)

// FuzzReadBaseline: a baseline that is read is written as the same, and equals itself
// unless it holds nothing that can be compared.
func FuzzReadBaseline(f *testing.F) {
	var b Baseline
	b.Name = "main"
	if err := b.Put(run(2, 1, 1, 0)); err != nil {
		f.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	for old, new := range map[string]string{`"nfe"`: `"nfg"`, `"kernel":`: `"kernal":`, "[4,": "[-1,", "[4, ": "[9223372036854775807, ", "{": "[", "null": "1e400", `"cells"`: `"cells":null,"x"`} {
		f.Add(bytes.Replace(out.Bytes(), []byte(old), []byte(new), 1))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadBaseline(bytes.NewReader(data), "b.json")
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := b.Write(&first); err != nil {
			t.Fatal(err)
		}
		again, err := ReadBaseline(bytes.NewReader(first.Bytes()), "b.json")
		if err != nil {
			t.Fatalf("%v in\n%s", err, first.Bytes())
		}
		if err := again.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written anew: %v\n%s\n%s", err, first.Bytes(), second.Bytes())
		}
		for _, v := range b.Variants {
			l, err := b.Ledger(v.Kernel)
			if err != nil {
				t.Fatal(err)
			}
			for _, finding := range CompareLedgers(l, l, DefaultPolicy()) {
				if finding.Verdict != NoChange && finding.Verdict != NotComparable && finding.Verdict != Invalid {
					t.Errorf("a baseline differs from itself: %+v", finding)
				}
			}
		}
	})
}
