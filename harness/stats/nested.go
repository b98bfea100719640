package stats

// nestedMin is the number of groups from which groups are resampled. Fewer say
// too little about how groups differ.
const nestedMin = 5

// Nested returns the mean of values that come in groups, such as differences
// of scores of two engines on instances (paired: one value for each instance)
// nested in training seeds, or requests nested in documents, with a BCa
// interval that knows the groups. Values of one group may depend on each
// other; groups must not.
//
// From five groups on whole groups are resampled, with their values as they are
// (Davison and Hinkley 1997, section 3.8), and the number of units is that of
// the groups: the interval is about new groups of the same kind. With fewer
// groups the instances are resampled inside each group, and a warning says
// that the interval is about these groups alone: three training seeds cannot
// speak for a fourth one. Empty groups are left out.
//
// Values of the same instance in several groups (all seeds answer the same
// questions) are not independent between groups: average over the seeds first
// and give one group, or read the interval as one about these instances.
func (b *Bootstrap) Nested(groups [][]float64) (Estimate, error) {
	var kept [][]float64
	var sums, sizes []float64
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		if err := usable(g); err != nil {
			return Estimate{}, err
		}
		kept = append(kept, g)
		sums, sizes = append(sums, sum(g)), append(sizes, float64(len(g)))
	}
	if len(kept) == 0 {
		return Estimate{}, ErrNoData
	}
	if len(kept) >= nestedMin {
		e, err := b.RatioOfSums(sums, sizes)
		e.Method = "mean of grouped values, BCa interval from resampled groups"
		return e, err
	}
	e, err := b.within(kept, sum(sums)/sum(sizes))
	if len(kept) == 1 {
		e.warn("one group: the interval is about this group (this training seed) alone")
	} else {
		e.warn("%d groups are too few to resample: the interval is about these groups (training seeds) alone", len(kept))
	}
	return e, err
}

// within resamples the values inside each group.
func (b *Bootstrap) within(groups [][]float64, mean float64) (Estimate, error) {
	sizes := make([]int, len(groups))
	least, total := len(groups[0]), 0
	for s, g := range groups {
		sizes[s] = len(g)
		least, total = min(least, len(g)), total+len(g)
	}
	e := b.begin(mean, total, "mean of grouped values, BCa interval from values resampled inside groups")
	if total < bootstrapMin {
		return e, nil
	}
	if least < 2 {
		e.warn("a group of one value shows no spread: no interval")
		return e, nil
	}
	means := strata{sizes: sizes, f: func(picks [][]int32) (float64, bool) {
		total, n := 0.0, 0
		for s, pick := range picks {
			for _, i := range pick {
				total += groups[s][i]
			}
			n += len(pick)
		}
		return total / float64(n), true
	}}
	b.finish(&e, b.stratified(means), means.skewness(), least)
	return e, nil
}
