package gate

import (
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// Tally is an exact counter of two engines on the same instances. Engines are
// meant to differ in it, so it has no verdict; and it is the same in every run,
// so it has no p and no interval.
type Tally struct {
	Cell   string `json:"cell"` // which task, in words
	Side   string `json:"side"` // the engine
	Metric string `json:"metric"`
	Unit   string `json:"unit"`
	// Old and New are means over the instances, of the reference and of the engine.
	Old float64 `json:"old"`
	New float64 `json:"new"`
	// Ratio is New/Old; nil where Old is 0.
	Ratio     *float64 `json:"ratio"`
	Instances int      `json:"instances"`
}

// tallied lists the counters that engines are compared by, with their units.
func tallied() [][2]string {
	return [][2]string{{"nfe", "forward passes"}, {"flops", "FLOP"}, {"useful_tokens", "tokens"}, {"committed_tokens", "tokens"}}
}

// TallyEngines compares the exact counters of pairs of cells of a run, see [Match].
// Cells that are not valid are left out.
func TallyEngines(f *result.File, pairs []Pairing) []Tally {
	byCell := perCell(f)
	bad, _ := barred(f)
	var list []Tally
	for _, m := range pairs {
		if bad[m.Old.ID] == "" && bad[m.New.ID] == "" {
			list = append(list, tallies(m.Place, place.Decoder(m.New), byCell[m.Old.ID], byCell[m.New.ID])...)
		}
	}
	return list
}

// tallies compares the counters of two cells on the instances that both finished.
func tallies(title, side string, old, new []result.Request) []Tally {
	before, after := firstRuns(old), firstRuns(new)
	var list []Tally
	for _, m := range tallied() {
		of := counters()[slices.IndexFunc(counters(), func(c counter) bool { return c.name == m[0] })].of
		t := Tally{Cell: title, Side: side, Metric: m[0], Unit: m[1]}
		var sums [2]int64
		for id, r := range after {
			if was, ok := before[id]; ok {
				sums[0], sums[1] = sums[0]+of(was), sums[1]+of(r)
				t.Instances++
			}
		}
		if t.Instances == 0 {
			return nil
		}
		t.Old, t.New = float64(sums[0])/float64(t.Instances), float64(sums[1])/float64(t.Instances)
		if sums[0] != 0 {
			ratio := float64(sums[1]) / float64(sums[0])
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
