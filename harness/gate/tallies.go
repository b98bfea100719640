package gate

import (
	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Tally is an exact counter of two engines on the same instances. Engines are
// meant to differ in it, so it has no verdict; and it is the same in every run,
// so it has no p and no interval.
type Tally struct {
	Cell      string `json:"cell"`                // which task, in words
	Side      string `json:"side"`                // the engine
	Precision string `json:"precision,omitempty"` // as in Finding
	Metric    string `json:"metric"`
	Unit      string `json:"unit"`
	// Old and New are means over the instances, of the reference and of the engine.
	Old float64 `json:"old"`
	New float64 `json:"new"`
	// Ratio is New/Old; nil where Old is 0.
	Ratio     *float64 `json:"ratio"`
	Instances int      `json:"instances"`
}

// tallied lists the counters that engines are compared by.
var tallied = []usage.Counter{usage.NFE, usage.FLOPs, usage.UsefulTokens, usage.CommittedTokens}

// TallyEngines compares the exact counters of pairs of cells of a run, see [Match].
// Cells that are not valid are left out.
func TallyEngines(f *result.File, pairs []Pairing) []Tally {
	r := read(f)
	var list []Tally
	for _, m := range pairs {
		if r.bad[m.Old.ID] == "" && r.bad[m.New.ID] == "" {
			for _, t := range tallies(m.Place, place.Decoder(m.New), r.requests[m.Old.ID], r.requests[m.New.ID]) {
				t.Precision = precisions(m.Old, m.New)
				list = append(list, t)
			}
		}
	}
	return list
}

// tallies compares the counters of two cells on the instances that both finished.
// A counter that is unknown somewhere has no tally.
func tallies(title, side string, old, new []result.Request) []Tally {
	before, after := firstRuns(old), firstRuns(new)
	var list []Tally
	for _, c := range tallied {
		t := Tally{Cell: title, Side: side, Metric: c.String(), Unit: c.Entry().Unit}
		was, now := usage.Known(0), usage.Known(0)
		for id, r := range after {
			if r0, ok := before[id]; ok {
				was, now = was.Plus(r0.Usage[c]), now.Plus(r.Usage[c])
				t.Instances++
			}
		}
		if t.Instances == 0 {
			return nil
		}
		if !was.Known() || !now.Known() {
			continue
		}
		t.Old, t.New = was.Float()/float64(t.Instances), now.Float()/float64(t.Instances)
		if was != usage.Known(0) {
			ratio := now.Float() / was.Float()
			t.Ratio = &ratio
		}
		list = append(list, t)
	}
	return list
}

// sampleOf names a request among repetitions with the same seed.
type sampleOf struct {
	instance string
	sample   int
}

// firstRuns are the finished requests of a cell: repetitions with the same seed
// count the same.
func firstRuns(requests []result.Request) map[sampleOf]*result.Request {
	first := map[sampleOf]*result.Request{}
	for i := range requests {
		r := &requests[i]
		key := sampleOf{r.Instance, r.Sample}
		if _, seen := first[key]; !seen && place.Usable(r) {
			first[key] = r
		}
	}
	return first
}
