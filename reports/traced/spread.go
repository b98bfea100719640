package traced

import (
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/view"
	"dllmbench/workloads"
)

// Spread is the measured spread of one cell.
type Spread struct {
	Cell         string       `json:"cell"` // id
	Rung         string       `json:"rung" title:"rung"`
	Decoder      string       `json:"decoder" title:"decoder"`
	Samples      int          `json:"samples" title:"n"`                                    // different instances
	Valid        trace.Number `json:"valid" title:"valid" format:"%.3f"`                    // share that is a square of the family
	TV           trace.Number `json:"tv" title:"TV" format:"%.3f"`                          // total variation from the uniform distribution, 0 to 1
	Floor        trace.Number `json:"floor" title:"floor" format:"%.3f"`                    // expected TV of as many true samples
	Limit        trace.Number `json:"limit" title:"limit" format:"%.3f"`                    // TV that true samples exceed in less than 5% of cases
	ClassesTV    trace.Number `json:"classes_tv" title:"TV of classes" format:"%.3f"`       // TV of classes of squares that differ only in the names of numbers
	ClassesFloor trace.Number `json:"classes_floor" title:"floor of classes" format:"%.3f"` // expected TV of true classes
	ClassesLimit trace.Number `json:"classes_limit" title:"limit of classes" format:"%.3f"` // as limit, of classes
}

// Spreads measures the cells of a run that write one of many right answers. Each
// instance counts once.
func Spreads(file *result.File, tasks []workloads.Workload) []Spread {
	samples := map[string][]string{}
	seen := map[[2]string]bool{}
	for _, q := range file.Requests {
		key := [2]string{q.Cell, q.Instance}
		if place.Usable(&q) && !seen[key] {
			seen[key] = true
			samples[q.Cell] = append(samples[q.Cell], q.Output)
		}
	}
	var rows []Spread
	for _, cell := range file.Header.Cells {
		w, err := workloads.Named(tasks, cell.Workload)
		u, many := w.(workloads.Uniform)
		if err != nil || !many {
			continue
		}
		rungs, err := workloads.RungsNamed(w, cell.Rung)
		if err != nil {
			continue
		}
		if d, ok := u.Deviation(rungs[0], samples[cell.ID]); ok && d.Samples > 0 {
			rows = append(rows, Spread{cell.ID, cell.Rung, view.DecoderName(cell), d.Samples, trace.Number(d.Valid), trace.Number(d.TV), trace.Number(d.Floor),
				trace.Number(d.Limit), trace.Number(d.Classes.TV), trace.Number(d.Classes.Floor), trace.Number(d.Classes.Limit)})
		}
	}
	return rows
}
