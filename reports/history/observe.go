package history

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// observe takes from a run what the history needs.
func (b *Builder) observe(name string, f *result.File) *entry {
	h := f.Header
	v := view.New(f)
	e := &entry{run: Run{
		Name: name, ID: h.RunID, Started: h.Started, Commit: gate.SideOf("", h.Env).Git, CommitDate: h.Env.GitTime,
		Scenario: h.Scenario, Cells: len(h.Cells),
	}}
	if v.Valid != nil && !*v.Valid {
		e.run.Problem = strings.Join(v.Reasons, "; ")
	}
	done, names := perCell(f), place.Titles(h)
	for _, r := range v.Rows {
		w := done[r.Cell.ID]
		used := false
		for _, m := range w.machines {
			e.machines = lists.With(e.machines, m)
		}
		for _, d := range b.metrics {
			value := r.Values[view.Metric(d.Name)]
			if value == nil {
				continue
			}
			o := observation{value: *value, why: barred(r, d, w), Series: Series{
				Metric: d, CellID: r.Cell.ID, Decoder: place.Decoder(r.Cell), Engine: r.Cell.Engine, Weights: r.Cell.Weights, Kernel: h.Env.Kernel,
				Task: names.Title(place.Of(r.Cell)), Note: fmt.Sprintf("%s, seed %d", view.Count(len(w.instances), "instance"), h.Seed),
				key: key{metric: d.Name, cell: r.Cell.ID, place: h.Env.Kernel, work: w.print(h.Seed)}, options: r.Cell.Options,
			}}
			if Clocked(d) && len(w.machines) > 0 {
				o.key.place, o.Machine = w.machines[0], w.machines[0]
			}
			used = used || o.why == ""
			e.seen = append(e.seen, o)
		}
		if used {
			e.run.Usable++
		}
	}
	return e
}

// barred says why a value of a row must not be used, or "".
func barred(r *view.Row, d result.Metric, w work) string {
	switch {
	case r.State == view.Unjudged:
		return "the run was not finished, so the cell was not judged"
	case r.State != view.Valid:
		return "the cell is " + string(r.State) + because(r.Reasons)
	case Clocked(d) && r.Untimed:
		return "its times must not be used" + because(r.Reasons)
	case Clocked(d) && len(w.machines) > 1:
		return "it was measured on several machines"
	}
	return ""
}

func because(reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return ": " + reasons[0]
}

// work is what was decoded of a cell, and where.
type work struct {
	instances []string
	machines  []string // keys
}

// print is a fingerprint of the work.
func (w work) print(seed uint64) string {
	list := slices.Sorted(slices.Values(w.instances))
	sum := sha256.Sum256([]byte(fmt.Sprintf("%d\x00%s", seed, strings.Join(list, "\x00"))))
	return hex.EncodeToString(sum[:8])
}

// perCell collects the work of every cell.
func perCell(f *result.File) map[string]work {
	env := map[int]result.Env{0: f.Header.Env}
	for _, s := range f.Sessions {
		env[s.Session] = s.Env
	}
	out := map[string]work{}
	known := map[string]bool{}
	for i := range f.Requests {
		r := &f.Requests[i]
		w := out[r.Cell]
		if k := r.Cell + "\x00" + r.Instance; !known[k] {
			known[k] = true
			w.instances = append(w.instances, r.Instance)
		}
		w.machines = lists.With(w.machines, machineKey(env[r.Session]))
		out[r.Cell] = w
	}
	return out
}

// machineKey tells machines apart, in words: over months times depend on the
// version of the operating system and on the compute kernels too.
func machineKey(e result.Env) string {
	return strings.Join(strings.Fields(place.Machine(e)+", "+e.KernelOS+" with "+e.Kernels()+" kernels"), " ")
}

// letters names the machines in the order of the runs, and fills in those of
// the runs. It returns the letter of each key.
func (h *History) letters(runs []*entry) map[string]string {
	out := map[string]string{}
	for _, e := range runs {
		var own []string
		for _, m := range e.machines {
			if out[m] == "" {
				out[m] = letter(len(h.Machines))
				h.Machines = append(h.Machines, Machine{out[m], m})
			}
			own = append(own, out[m])
		}
		e.run.Machine = strings.Join(own, ", ")
	}
	return out
}

// letter is A … Z, then A1, B1, ….
func letter(n int) string {
	s := string(rune('A' + n%26))
	if n >= 26 {
		s += fmt.Sprint(n / 26)
	}
	return s
}

// instant is a time that sorts; what is no time comes first.
func instant(text string) int64 {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0
	}
	return t.UnixNano()
}
