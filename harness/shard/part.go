package shard

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Part says which part of a run to do.
type Part struct {
	Index int // from 0
	Count int // parts in all
}

// String is the form of --shard, with the index from 1.
func (p Part) String() string { return fmt.Sprintf("%d/%d", p.Index+1, p.Count) }

// maxParts is the most parts of a run.
const maxParts = 10000

// Parse reads the value of --shard: "2/4" is the second of four parts. "auto"
// takes both numbers from the variables of a Slurm array job, "auto/4" the index
// from those or from an indexed Kubernetes job, which does not tell how many
// there are.
func Parse(text string, getenv func(string) string) (Part, error) {
	if text == "auto" || strings.HasPrefix(text, "auto/") {
		return auto(strings.TrimPrefix(text, "auto"), getenv)
	}
	index, count, ok := strings.Cut(text, "/")
	i, errI := strconv.Atoi(index)
	n, errN := strconv.Atoi(count)
	if !ok || errI != nil || errN != nil {
		return Part{}, fmt.Errorf("--shard is %q; allowed are a part and the number of parts, such as 2/4, and auto", text)
	}
	return check(Part{i - 1, n})
}

// auto reads the variables that job systems set; rest is "" or "/" and a count.
func auto(rest string, getenv func(string) string) (Part, error) {
	value := func(name string) (int, bool) {
		n, err := strconv.Atoi(getenv(name))
		return n, err == nil
	}
	count, known := 0, false
	if rest != "" {
		n, err := strconv.Atoi(rest[1:])
		if err != nil {
			return Part{}, fmt.Errorf("--shard is \"auto%s\"; allowed are auto and auto/N", rest)
		}
		count, known = n, true
	}
	if id, ok := value("SLURM_ARRAY_TASK_ID"); ok {
		first, _ := value("SLURM_ARRAY_TASK_MIN") // 0 where it is not set
		if step, ok := value("SLURM_ARRAY_TASK_STEP"); ok && step > 1 {
			return Part{}, fmt.Errorf("--shard auto needs a Slurm array without a step, this one has %d", step)
		}
		if !known {
			if count, known = value("SLURM_ARRAY_TASK_COUNT"); !known {
				return Part{}, fmt.Errorf("--shard auto: SLURM_ARRAY_TASK_COUNT is not set; say the number of parts with auto/N")
			}
		}
		return check(Part{id - first, count})
	}
	if id, ok := value("JOB_COMPLETION_INDEX"); ok {
		if !known {
			return Part{}, fmt.Errorf("--shard auto: Kubernetes does not tell the number of parts; say it with auto/N, N being the job's completions")
		}
		return check(Part{id, count})
	}
	return Part{}, fmt.Errorf("--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set; say the part, such as 2/4")
}

func check(p Part) (Part, error) {
	if p.Count < 1 || p.Count > maxParts || p.Index < 0 || p.Index >= p.Count {
		return Part{}, fmt.Errorf("--shard %s: allowed are parts from 1 to their number, which is at most %d", p, maxParts)
	}
	return p, nil
}

// Assign gives each unit of a plan to a part, by the work that they are expected to be:
// the largest first, each to the part that has least to do. The result depends on the
// arguments alone.
func Assign(units []Unit, parts int) [][]Unit {
	order := slices.Clone(units)
	slices.SortStableFunc(order, func(a, b Unit) int { return cmp.Compare(b.Work, a.Work) })
	load := make([]float64, parts)
	to := make([][]Unit, parts)
	for _, u := range order {
		i := slices.Index(load, slices.Min(load))
		load[i] += u.Work
		to[i] = append(to[i], u)
	}
	for _, own := range to {
		slices.SortFunc(own, func(a, b Unit) int { return cmp.Or(a.Round-b.Round, a.Span.First-b.Span.First) })
	}
	return to
}
