package usage

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestTable proves of every entry that it has a name of its own, reaches JSON
// and back whether it is known, 0 or unknown, and adds up.
func TestTable(t *testing.T) {
	names := map[string]Counter{}
	for c := range Counter(Size) {
		e := c.Entry()
		if e.Name == "" || e.Unit == "" || e.Words == "" {
			t.Errorf("counter %d has the entry %+v", c, e)
		}
		if other, taken := names[e.Name]; taken {
			t.Errorf("%s names counters %d and %d", e.Name, other, c)
		}
		names[e.Name] = c
		for _, count := range []Count{{}, Known(0), Known(7), Known(int64(math.MaxInt64)), Known(-1)} {
			var u, back Usage
			u[c] = count
			data, err := json.Marshal(u)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, &back); err != nil || back != u {
				t.Errorf("%s = %s comes back as %v (%v) from %s", c, count, back, err, data)
			}
		}
		sum, more := Zero(), Usage{}
		sum[c], more[c] = Known(2), Known(3)
		sum.Add(more)
		if want := map[bool]Count{false: Known(5), true: Known(3)}[e.Peak]; sum[c] != want {
			t.Errorf("2 and 3 %s make %s", c, sum[c])
		}
		for other, count := range sum {
			if Counter(other) != c && count.Known() {
				t.Errorf("0 and unknown %s make %s", Counter(other), count)
			}
		}
	}
	for _, c := range Counters() {
		if named, ok := Named(c.String()); !ok || named != c {
			t.Errorf("%s names %v, %v", c, named, ok)
		}
	}
	if _, ok := Named("passes"); ok {
		t.Error("a part is found by its name within a kind")
	}
}

func TestCompared(t *testing.T) {
	list := Compared()
	for i, c := range list {
		if c.Entry().Gate != i+1 {
			t.Errorf("place %d of the compared counters holds %s of place %d", i+1, c, c.Entry().Gate)
		}
	}
	if list[0] != NFE || !slices.Contains(list, NFE.In(Commit)) || slices.Contains(list, NFE.In(Denoise)) {
		t.Errorf("compared are %v", list)
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	var u Count
	if n, known := u.Value(); known || n != 0 || u.Known() || u.String() != Unknown || !math.IsNaN(u.Float()) {
		t.Errorf("the zero value is %v, %v, %s", n, known, u)
	}
	if u.Plus(Known(1)).Known() || Known(1).Plus(u).Known() || u.max(Known(1)).Known() || u.Above(Known(-1)) || Known(1).Above(u) {
		t.Error("unknown counts as a number")
	}
	if Known(2).Plus(Known(-3)) != Known(-1) || !Known(2).Above(Known(1)) || Known(2).Above(Known(2)) {
		t.Error("known counts do not add up")
	}
}

func TestProblem(t *testing.T) {
	var tally Tally
	tally.Add(Prefill, &Pass{NFE: 1, FLOPs: 5})
	tally.Add(Denoise, &Pass{FLOPs: 2})
	good := tally.Usage()
	if p := good.Problem(); p != "" || good[FLOPs] != Known(7) || good[PromptTokens].Known() {
		t.Errorf("%q, %v", p, good)
	}
	bad := good
	bad.Increase(FLOPs, 1)
	if p := bad.Problem(); p != "8 floating-point operations are counted, and 7 by kind of row" {
		t.Errorf("problem is %q", p)
	}
	if d := bad.Diff(good); d != "flops 8 against 7" {
		t.Errorf("difference is %q", d)
	}
	bad[FLOPs.In(Commit)] = Count{} // the sum is unknown then
	if p := bad.Problem(); p != "" {
		t.Errorf("problem is %q", p)
	}
	bad[LogitRows] = Known(-1)
	if p := bad.Problem(); p != "logit_rows is -1" {
		t.Errorf("problem is %q", p)
	}
}

func TestReadingFindsDamage(t *testing.T) {
	for text, want := range map[string]string{
		`{"nfe":1.5}`: "no count", `{"nfe":"many"}`: "no number", `{"nfe":1e3}`: "no count", `[1]`: "no object", `{"nfe":[1,2]}`: "no number",
		`{"nfe":-9223372036854775808}`: "no count", `{"nfe":9223372036854775808}`: "no count", `{"prefill":3}`: "no object", `{"nfe":{}}`: "no count",
		`{"prefill":{"passes":{}}}`: "no count", `{"n\u0066e":3}`: "no number",
	} {
		var u Usage
		if err := json.Unmarshal([]byte(text), &u); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	var u Usage
	text := ` { "commit" : null, "nfe" : 4 , "later" : 5, "prefill" : { "passes" : 2 , "flops":null}, "flops" : null } `
	want := Usage{NFE: Known(4)}
	want[NFE.In(Prefill)] = Known(2)
	if err := json.Unmarshal([]byte(text), &u); err != nil || u != want {
		t.Errorf("%v, %v", u, err)
	}
}

// FuzzUsage reads anything that is JSON without a panic, and what it takes comes
// back the same. The short way of reading what was written agrees with the long one.
func FuzzUsage(f *testing.F) {
	full, _ := json.Marshal(Zero())
	for _, text := range []string{string(full), `{}`, `null`, `{"nfe":1,"nfe":null}`, `{"prefill":{"passes":1},"x":{"y":2}}`, `{"a":"{","nfe":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var u, back Usage
		if json.Unmarshal(data, &u) != nil {
			return
		}
		text, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &back); err != nil || back != u {
			t.Errorf("%s comes back as %s: %v", text, back.Diff(u), err)
		}
		negative := slices.ContainsFunc(u[:], func(c Count) bool { n, known := c.Value(); return known && (n < 0 || n >= 1e18) })
		for _, text := range [][]byte{data, text} {
			var short, long Usage
			if ok := short.exactly(text); ok && (long.read(text, NFE) != nil || long != short) || !ok && !negative && &text[0] != &data[0] {
				t.Errorf("%s is read as %+v and %+v", text, short, long)
			}
		}
	})
}
