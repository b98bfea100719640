package harness

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"dllmbench/harness/result"
)

// Limits on what surrounds the times of a group.
const (
	maxPressure  = 0.2  // share of time in which some task waited for a processor
	maxSteal     = 0.02 // share of processor time given to other machines
	minFrequency = 0.8  // lowest frequency over the highest one seen
	// The shortest time in steps of the clock: below the first the times are not
	// used, below the second that is remarked on.
	coarseClock, fairClock = 100, 1000
)

// surroundings judges what is the same for all cells of a group: machines and clocks.
func surroundings(cells []result.Cell, read func(cell string) []result.Request, file *result.File) finding {
	var f, servers finding
	sessions := map[int]bool{}                    // in which the group has times
	ended, split := map[int]int{}, map[int]bool{} // by block: its last session so far, and whether it had another
	shortest := time.Duration(0)
	first := 0.0 // least median of a cell of the time to the first text of an endpoint, ns
	for _, c := range cells {
		requests := read(c.ID)
		servers.servers(c, requests)
		if m := firstText(c, requests); m > 0 && (first == 0 || m < first) {
			first = m
		}
		for _, r := range requests {
			if r.E2ENs == nil {
				continue
			}
			sessions[r.Session] = true
			if before, ok := ended[r.PairBlock]; ok && before != r.Session {
				split[r.PairBlock] = true
			}
			ended[r.PairBlock] = r.Session
			if took := time.Duration(*r.E2ENs); shortest == 0 || took < shortest {
				shortest = took
			}
		}
	}
	note(&f.Warnings, len(split) > 0, "%d of %d blocks were begun in one session and ended in another", len(split), len(ended))
	var used []result.Session
	step := time.Duration(0)
	for _, s := range file.Sessions {
		if sessions[s.Session] {
			used = append(used, s)
			step = max(step, time.Duration(s.Env.ClockNs))
		}
	}
	alone := func(s result.Session) bool { return s.Isolated }
	shared := func(s result.Session) bool { return !s.Isolated }
	note(&f.Timing, slices.ContainsFunc(used, alone) && slices.ContainsFunc(used, shared),
		"some requests were decoded in processes of their own (--isolate) and some were not; such times are not compared")
	n := hosts(used)
	note(&f.Timing, n > 1, "measured on %d hosts; times of different machines are not compared", n)
	if shortest > 0 {
		note(&f.Timing, shortest < coarseClock*step, "the shortest time is %v and the clock moves in steps of %v: too coarse", shortest, step)
		note(&f.Warnings, shortest >= coarseClock*step && shortest < fairClock*step, "the shortest time is %v and the clock moves in steps of %v", shortest, step)
	}
	f.Timing, f.Warnings = append(f.Timing, servers.Timing...), append(f.Warnings, servers.Warnings...)
	for _, s := range used {
		f.client(s.Client, first)
	}
	for _, l := range file.Activities {
		if l.Group == cells[0].Group && sessions[l.Session] {
			f.activity(l)
		}
	}
	return f
}

// firstText is the median time to the first text of an endpoint, in ns; 0 for none.
func firstText(c result.Cell, requests []result.Request) float64 {
	var first []float64
	for _, r := range requests {
		if c.Endpoint != nil && r.TTFTNs != nil {
			first = append(first, float64(*r.TTFTNs))
		}
	}
	if len(first) == 0 {
		return 0
	}
	return median(first)
}

// client judges the error of the client by the shortest time to the first text, in ns; 0 for
// none.
func (f *finding) client(e *result.ClientError, shortest float64) {
	if e == nil || shortest == 0 {
		return
	}
	text := fmt.Sprintf("with %d streams at once the client reads 1 event of 100 at least %.3g ms after a local server wrote it, and the first text of an endpoint comes after %.3g ms",
		e.Streams, float64(e.P99Ns)/1e6, shortest/1e6)
	void := float64(e.P99Ns) > max(float64(lagFloor), maxLag*shortest)
	note(&f.Timing, void, "%s", text)
	note(&f.Warnings, !void && float64(e.P99Ns) > 0.01*shortest, "%s", text)
}

// cached looks for prompts that the server took from its cache, where an earlier request has
// paid for them: times of another kind, which the options of the cell have to allow. Counts of
// it are those of vLLM and OpenAI, Mercury and llama-server.
func (f *finding) cached(c result.Cell, requests []result.Request) {
	kept, all := 0.0, 0.0
	for _, r := range requests {
		if r.Wire != nil {
			n := r.Wire.Counts
			kept += max(n["usage.prompt_tokens_details.cached_tokens"], n["usage.cached_input_tokens"], n["timings.cache_n"])
			all += n["usage.prompt_tokens"]
		}
	}
	found, allowed := kept > 0.01*all && kept > 0, c.Options["cached_prompts"] == true
	text := fmt.Sprintf("the server took %.0f%% of the prompts from its cache, for which earlier requests had paid", 100*min(1, kept/max(1, all)))
	note(&f.Warnings, found && allowed, "%s", text)
	note(&f.Timing, found && !allowed, "%s; the options cache_prompt: false (llama-server), cache_salt: true (vLLM) and unique_prefix: true keep requests apart, and cached_prompts: true allows it", text)
}

// servers looks for a change of what answers for an endpoint: its software by the header
// "server", and its addresses from one block to another.
func (f *finding) servers(c result.Cell, requests []result.Request) {
	names := map[string]bool{}
	blocks := map[int]map[string]bool{} // addresses by block
	all := map[string]bool{}
	for _, r := range requests {
		if r.Wire == nil || r.Wire.Address == "" {
			continue
		}
		host, _, err := net.SplitHostPort(r.Wire.Address)
		if err != nil {
			host = r.Wire.Address
		}
		if blocks[r.PairBlock] == nil {
			blocks[r.PairBlock] = map[string]bool{}
		}
		blocks[r.PairBlock][host], all[host] = true, true
		if name := r.Wire.Headers["server"]; name != "" {
			names[name] = true
		}
	}
	moved := false
	for _, here := range blocks {
		moved = moved || apart(here, blocks)
	}
	note(&f.Timing, len(names) > 1, "the server of %s changed: its answers say %s", c.Label, strings.Join(slices.Sorted(maps.Keys(names)), " and "))
	note(&f.Timing, moved, "%s moved to other addresses between blocks: %s", c.Label, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	note(&f.Warnings, !moved && len(all) > 1, "%s was answered from %d addresses", c.Label, len(all))
}

// apart reports whether some block has no address in common with these.
func apart(here map[string]bool, blocks map[int]map[string]bool) bool {
	for _, other := range blocks {
		shared := false
		for address := range other {
			shared = shared || here[address]
		}
		if !shared {
			return true
		}
	}
	return false
}

// hosts counts the different machines; those that are not known are one.
func hosts(sessions []result.Session) int {
	names := map[string]bool{}
	for _, s := range sessions {
		names[s.Env.Host] = true
	}
	return len(names)
}

// activity remarks on what else the machine did; what that costs, A/A runs measure.
func (f *finding) activity(l result.Activity) {
	if l.Pressure != nil && *l.Pressure > maxPressure {
		note(&f.Warnings, true, "foreign load: in %.0f%% of the time some task waited for a processor", 100**l.Pressure)
	}
	if l.Steal != nil && *l.Steal > maxSteal {
		note(&f.Warnings, true, "foreign load: the hypervisor gave %.0f%% of the processor time to others", 100**l.Steal)
	}
	if l.MHzLow != nil && l.MHzHigh != nil && *l.MHzLow < minFrequency**l.MHzHigh {
		note(&f.Warnings, true, "the frequency of the cores was between %.0f and %.0f MHz", *l.MHzLow, *l.MHzHigh)
	}
}
