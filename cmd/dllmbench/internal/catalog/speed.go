package catalog

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// Memory says what sequences of a length, or of the whole context if that is shorter,
// need, in passes over all of their positions.
func Memory(m *model.Model, length, batch int) terminal.Fact {
	length = min(length, m.Spec().Context)
	n := m.Memory(length, batch)
	text := fmt.Sprintf("%s: %s weights, %s keys and values, %s activations and %s logits where a pass computes all positions",
		size(n.Total()), size(n.Weights), size(n.Cache), size(n.Activations), size(n.Logits))
	if n.Given < n.Logits {
		text += fmt.Sprintf("; %s where a rule takes the most probable tokens, for which %s of logits are enough", size(n.Total()-n.Logits+n.Given), size(n.Given))
	}
	return terminal.Fact{fmt.Sprintf("memory for %d × %d", batch, length), text}
}

// size is a number of bytes in MB or GB, powers of ten.
func size(bytes int64) string {
	if bytes < 1e9 {
		return fmt.Sprintf("%.3g MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// passes are how often a pass is measured at most.
const passes = 9

// Speed measures passes over 1, 32 and 512 rows at the beginning of a text, with the
// logits of the last, those over several rows in turns with one over a single row, and says how
// many tokens a pass over several has to write to be as fast as token by token; for about as long as
// the limit says: a pass that would take more than what is left is not begun. Where there
// are several, the first is left out: it finds its memory.
func Speed(ctx context.Context, m *model.Model, threads int, now func() time.Time, limit time.Duration) (facts []terminal.Fact, err error) {
	s := model.NewSession(m, threads)
	defer s.Close()
	config, spec, begin, perFLOP := m.Config(), m.Spec(), now(), 0.0
	over := func(rows int) (w network.Window, work float64) {
		w = network.Window{Tokens: make([]int32, rows), Visible: network.CausalVisible(nil, 0, rows), Cache: s.NewCache(rows), Logits: []int{rows - 1}}
		if spec.FullContext {
			w.Visible = network.ConstVisible(nil, rows, rows)
		}
		keys := 0
		for _, v := range w.Visible {
			keys += v
		}
		return w, float64(config.FLOPs(int64(rows), int64(keys), 1))
	}
	pass := func(w network.Window) (time.Duration, error) {
		start := now()
		_, err := s.Forward([]network.Window{w})
		return now().Sub(start), err
	}
	one, _ := over(1)
	for i, rows := range []int{1, 32, 512} {
		rows = min(rows, spec.Context)
		w, work := over(rows)
		expected := time.Duration(perFLOP * work)
		var times, ones []time.Duration
		for len(times) <= passes && ctx.Err() == nil {
			// Each number of rows may use a third of the time, and what is left of the others.
			first := rows == 1 && len(times) < 2 // the first pass of all reads the weights into memory
			if until := limit * time.Duration(i+1) / 3; !first && now().Sub(begin)+expected > until && (len(times) > 0 || now().Sub(begin)+expected > limit) {
				break
			}
			if rows > 1 {
				single, err := pass(one)
				if err != nil {
					return nil, err
				}
				ones = append(ones, single)
			}
			if expected, err = pass(w); err != nil {
				return nil, err
			}
			times = append(times, expected)
		}
		text := "–: longer than the time to measure"
		if len(times) > 0 {
			text = ""
			from := min(1, len(times)-1)
			if rows > 1 {
				text = fmt.Sprintf("; as fast as token by token where a pass writes %s tokens", view.WithInterval(view.Crossover(ones[from:], times[from:])))
			}
			times = times[from:]
			slices.Sort(times)
			median := times[len(times)/2]
			perFLOP = float64(median) / work
			text = fmt.Sprintf("%s ms (%s to %s in %d), %.3g rows/s", ms(median), ms(times[0]), ms(times[len(times)-1]), len(times), float64(rows)/median.Seconds()) + text
		}
		facts = append(facts, terminal.Fact{fmt.Sprintf("pass over %d", rows), text})
	}
	return facts, ctx.Err()
}

// ms is a time in milliseconds, to three digits before the point or in all.
func ms(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.0f", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.3g", d.Seconds()*1e3)
}
