package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// BaselineSchema names the version of baseline files.
const BaselineSchema = "dllmbench-baseline/v1"

// Baseline is a stored run: exact counters and hashes of outputs, with the
// environment they were made in. It holds no times, because times of another
// day or another machine are no baseline.
type Baseline struct {
	Schema         string `json:"schema"`
	Name           string `json:"name"`
	Scenario       string `json:"scenario"`
	ScenarioSHA256 string `json:"scenario_sha256"`
	Seed           uint64 `json:"seed"`
	// Variants holds one record for each kernel variant: sums are rounded
	// differently there, which can turn a close decision between two tokens.
	Variants []Variant `json:"variants"`
}

// Variant is what a baseline holds for one kernel variant.
type Variant struct {
	Kernel string     `json:"kernel"` // "avx2", "neon", "generic"
	Saved  string     `json:"saved"`  // RFC 3339
	Env    result.Env `json:"env"`
	Cells  []Account  `json:"cells"`
}

// Variant returns what the baseline holds for a kernel variant, else for one that makes
// the same sums in the same order, as AVX2 and NEON do; nil if for neither.
func (b *Baseline) Variant(kernel string) *Variant {
	same := map[string]string{"avx2": "neon", "neon": "avx2"}
	for _, name := range []string{kernel, same[kernel]} {
		if i := slices.IndexFunc(b.Variants, func(v Variant) bool { return v.Kernel == name }); i >= 0 {
			return &b.Variants[i]
		}
	}
	return nil
}

// Ledger returns the counters for a kernel variant, and an error in words when
// the baseline has none.
func (b *Baseline) Ledger(kernel string) (Ledger, error) {
	if v := b.Variant(kernel); v != nil {
		return Ledger{Seed: b.Seed, Cells: v.Cells}, nil
	}
	var have []string
	for _, v := range b.Variants {
		have = append(have, v.Kernel)
	}
	return Ledger{}, fmt.Errorf("the baseline %s has no counters for the %s kernels, only for %s", b.Name, kernel, strings.Join(have, ", "))
}

// Put stores the counters of a run, in place of those of the same kernel
// variant. Variants of another scenario text or seed are dropped: they belong
// to other work. It refuses a run in which any cell cannot be used.
func (b *Baseline) Put(f *result.File) error {
	l := NewLedger(f)
	if len(l.Cells) == 0 {
		return fmt.Errorf("the run has no cells")
	}
	for _, a := range l.Cells {
		if a.Problem != "" {
			return fmt.Errorf("%s cannot be a baseline: %s", a.Key, a.Problem)
		}
	}
	h := f.Header
	if b.ScenarioSHA256 != h.ScenarioSHA256 || b.Seed != h.Seed {
		b.Variants = nil
	}
	b.Schema, b.Scenario, b.ScenarioSHA256, b.Seed = BaselineSchema, h.Scenario, h.ScenarioSHA256, h.Seed
	v := Variant{Kernel: h.Env.Kernel, Saved: h.Started, Env: h.Env, Cells: l.Cells}
	i := slices.IndexFunc(b.Variants, func(o Variant) bool { return o.Kernel == v.Kernel })
	if i < 0 {
		b.Variants = append(b.Variants, v)
		slices.SortFunc(b.Variants, func(x, y Variant) int { return strings.Compare(x.Kernel, y.Kernel) })
	} else {
		b.Variants[i] = v
	}
	return nil
}

// line is a row as it stands in a baseline, where the counters have no names.
type line struct {
	Instance string        `json:"instance"`
	Counters []usage.Count `json:"counters"`
	Finish   string        `json:"finish"`
	Output   string        `json:"output_sha256"`
}

// MarshalJSON writes the rows with the names of their counters. A counter that
// is unknown is null.
func (a Account) MarshalJSON() ([]byte, error) {
	type plain Account
	out := struct {
		plain
		Names []string `json:"counters"`
		Lines []line   `json:"instances"`
	}{plain: plain(a), Lines: make([]line, len(a.Rows))}
	for _, c := range usage.Compared() {
		out.Names = append(out.Names, c.String())
		for i, r := range a.Rows {
			out.Lines[i].Counters = append(out.Lines[i].Counters, r.Usage[c])
		}
	}
	for i, r := range a.Rows {
		out.Lines[i].Instance, out.Lines[i].Finish, out.Lines[i].Output = r.Instance, r.Finish, r.Output
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads rows whose counters may be named in another order. A
// counter that the file does not have is unknown; one that this program does not
// know is kept by name, since it cannot be compared. Older programs wrote -1 for
// what is unknown.
func (a *Account) UnmarshalJSON(data []byte) error {
	type plain Account
	var in struct {
		plain
		Names []string `json:"counters"`
		Lines []line   `json:"instances"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if *a = Account(in.plain); a.Alone == "" { // the digest of an older baseline
		a.Alone, a.Digest = a.Digest, ""
	}
	known := map[string]usage.Counter{}
	for _, c := range usage.Compared() {
		known[c.String()] = c
	}
	for i, name := range in.Names {
		if slices.Contains(in.Names[:i], name) {
			return fmt.Errorf("%s: the counter %s is named twice", a.Key, name)
		}
		if _, ok := known[name]; !ok {
			a.foreign = append(a.foreign, name)
		}
	}
	seen := map[string]bool{}
	for _, l := range in.Lines {
		switch {
		case len(l.Counters) != len(in.Names):
			return fmt.Errorf("%s, %s: %d counters with %d names", a.Key, l.Instance, len(l.Counters), len(in.Names))
		case seen[l.Instance]:
			return fmt.Errorf("%s has the instance %s twice", a.Key, l.Instance)
		}
		seen[l.Instance] = true
		row := Row{Instance: l.Instance, Finish: l.Finish, Output: l.Output}
		for i, count := range l.Counters {
			n, _ := count.Value()
			c, ok := known[in.Names[i]]
			switch {
			case n < -1:
				return fmt.Errorf("%s, %s: %s is %d; a counter is at least 0, or null", a.Key, l.Instance, in.Names[i], n)
			case ok && n >= 0:
				row.Usage[c] = count
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return nil
}

// Write writes the baseline as JSON for people and version control: keys on
// lines of their own, lists of numbers and words on one line.
func (b *Baseline) Write(w io.Writer) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = w.Write(layout(data))
	return err
}

// ReadBaseline reads a baseline; path is its name in messages.
func ReadBaseline(r io.Reader, path string) (*Baseline, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBaseline+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > maxBaseline {
		return nil, fmt.Errorf("%s is longer than the %d bytes allowed for a baseline", path, maxBaseline)
	}
	var b Baseline
	if err := json.Unmarshal(data, &b); err != nil {
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			path = fmt.Sprintf("%s:%d", path, 1+bytes.Count(data[:syntax.Offset], []byte("\n")))
		case errors.As(err, &kind) && kind.Field == "":
			err = fmt.Errorf("it is of type %s", kind.Value)
		case errors.As(err, &kind):
			err = fmt.Errorf("%s is of type %s", kind.Field[strings.LastIndexByte(kind.Field, '.')+1:], kind.Value)
		}
		return nil, fmt.Errorf("%s is not a baseline: %w", path, err)
	}
	if b.Schema != BaselineSchema {
		return nil, fmt.Errorf("%s has schema %q, this program reads %q", path, b.Schema, BaselineSchema)
	}
	if err := b.twice(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &b, nil
}

// twice refuses a baseline that says two things of one cell, or nothing at all.
func (b *Baseline) twice() error {
	kernels, cells := map[string]bool{}, 0
	for _, v := range b.Variants {
		if kernels[v.Kernel] {
			return fmt.Errorf("there are two variants for the %s kernels", v.Kernel)
		}
		kernels[v.Kernel] = true
		keys := map[string]bool{}
		for _, a := range v.Cells {
			if keys[a.Key] {
				return fmt.Errorf("the cell %s is there twice for the %s kernels", a.Key, v.Kernel)
			}
			keys[a.Key] = true
			cells++
		}
	}
	if cells == 0 {
		return errors.New("it holds no counters")
	}
	return nil
}

// maxBaseline is the most bytes that a baseline may have.
const maxBaseline = 256 << 20
