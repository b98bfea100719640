package gate

import (
	"fmt"
	"math"

	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
)

// Series is one comparison of varying quantities, to be judged.
type Series struct {
	Cell string
	Side string // the new side, where there are several
	// Decoder, Engine and Precision name the decoder of the new side, see [Finding].
	Decoder, Engine, Precision string

	Metric string // "e2e", "ttft", "exact_match"
	Unit   string // of the values; times, so lower is better
	Pairs  Pairs
	// Solved holds, instead of Pairs, which instances each side solved.
	Solved *Solved
	// Identical is the number of outputs if both sides wrote the same ones, else 0.
	Identical int
	Seed      uint64 // of intervals that are drawn
	// Problem says why the two sides must not be compared, and Verdict what that
	// makes of the comparison; "" if they may.
	Problem string
	Verdict Verdict
	Note    string // what limits the verdict, "" if nothing does

	// Across says that the values are ratios, each of two cells of one machine, and the sides
	// two machines: a difference is told and stops nothing.
	Across  bool
	spoiled bool // the problem concerns everything, not only times
}

// Solved holds the share of its samples in which each of the same instances was
// answered fully correctly, by both sides: 0 or 1 where there is one sample.
type Solved struct{ Old, New []float64 }

// note adds a limit to the verdict.
func (s *Series) note(text string) {
	if s.Note != "" {
		s.Note += "; "
	}
	s.Note += text
}

// Judge gives the verdicts of comparisons that are reported together. Each one
// counts in the correction for their number, also those that could not be made.
func Judge(list []Series, p Policy) []Finding {
	if len(list) == 0 {
		return nil
	}
	level := 1 - p.Alpha/float64(len(list)) // of the interval beyond the noise band
	out, tests := make([]Finding, len(list)), make([]stats.Test, len(list))
	for i, s := range list {
		out[i], tests[i] = measure(s, level, p)
	}
	for i, d := range stats.Decide(tests, p.Alpha) {
		f := &out[i]
		if f.Verdict != "" {
			continue
		}
		f.P, f.PHolm = &d.P, &d.Adjusted
		if s := list[i].Solved; s != nil {
			if difference, _, err := s.difference(d.Level, list[i].Seed); err == nil {
				f.Ratio, f.Level = &difference, d.Level
			}
			f.Verdict = verdict.Share(d.Outcome, f.Ratio.CI, p.Margin)
		} else {
			f.Verdict = timeVerdict(f.Timing, d, p)
			f.Accept = p.Times == InfoTimes || list[i].Across
		}
		if list[i].Across {
			f.Sentence = acrossSentence(*f, list[i], p, len(list))
			continue
		}
		f.Sentence = sentence(*f, list[i], p, len(list))
	}
	return out
}

// name is what a sentence begins with.
func (s Series) name() string {
	if s.Side != "" {
		return fmt.Sprintf("%s, %s, %s: ", s.Side, s.Cell, s.Metric)
	}
	return fmt.Sprintf("%s, %s: ", s.Cell, s.Metric)
}

// measure fills in what was measured. The verdict is set only where no test can
// be made.
func measure(s Series, level float64, p Policy) (Finding, stats.Test) {
	f := Finding{Cell: s.Cell, Side: s.Side, Decoder: s.Decoder, Engine: s.Engine, Precision: s.Precision, Metric: s.Metric}
	var test stats.Test
	var err error
	switch {
	case s.Problem != "":
		f.Verdict, f.Sentence = s.Verdict, s.name()+s.Problem
	case s.Solved != nil && len(s.Solved.Old) == 0, s.Solved == nil && len(s.Pairs.Old) == 0:
		f.Verdict, f.Sentence = Insufficient, s.name()+"no pair of runs has this value"
	case s.Solved != nil:
		f.Timing, test, err = measureShares(s)
	default:
		f.Timing, test, err = measureTimes(s, level, p)
	}
	if err != nil {
		f.Timing, f.Verdict, f.Sentence = nil, Invalid, s.name()+err.Error()
	}
	if f.Verdict == "" && s.Identical > 0 {
		f.Verdict, f.Identical, f.Timing.Ratio = NoChange, true, &stats.Estimate{N: f.Pairs, Method: "identical outputs"}
		f.Sentence = fmt.Sprintf("%sidentical, because all %d outputs are", s.name(), s.Identical)
	}
	if f.Verdict != "" {
		test = stats.Test{P: 1, MinP: 1}
	}
	return f, test
}

func measureTimes(s Series, level float64, p Policy) (*Timing, stats.Test, error) {
	logs, err := stats.LogRatios(s.Pairs.Old, s.Pairs.New)
	if err != nil {
		return nil, stats.Test{}, err
	}
	ratio, err := stats.PairedRatioAt(logs, level)
	if err != nil {
		return nil, stats.Test{}, err
	}
	t := &Timing{Unit: s.Unit, Pairs: len(logs), Level: level, OldRuns: s.Pairs.Old, NewRuns: s.Pairs.New,
		Old: median(s.Pairs.Old), New: median(s.Pairs.New), Ratio: &ratio}
	band := p.Noise
	if aa, ok := NoiseOf(s.Pairs.AA); ok {
		t.AA, band = &aa, max(band, aa)
	}
	t.Noise = &band
	test, err := stats.SignedRank(logs)
	return t, test, err
}

// measureShares leaves the difference to [Judge], which knows the level of its interval.
func measureShares(s Series) (*Timing, stats.Test, error) {
	old, new := s.Solved.Old, s.Solved.New
	t := &Timing{Unit: "share", Pairs: len(old), Old: share(old, s.Seed), New: share(new, s.Seed)}
	_, test, err := s.Solved.difference(stats.Level, s.Seed)
	return t, test, err
}

// draws is the number of draws behind an interval of mean shares: enough for the small
// error rates of one of many comparisons.
const draws = 20000

// difference is the mean difference of the shares, with its interval at a level and the
// exact test of its being 0. Shares between 0 and 1 have no counts of instances.
func (s *Solved) difference(level float64, seed uint64) (stats.Estimate, stats.Test, error) {
	old, whole := truths(s.Old)
	new, also := truths(s.New)
	if whole && also {
		e, err := stats.PairedProportionsAt(old, new, level)
		if err != nil {
			return e, stats.Test{}, err
		}
		test, err := stats.McNemar(old, new)
		return e, test, err
	}
	diffs := make([]float64, len(s.Old))
	for i := range diffs {
		diffs[i] = s.New[i] - s.Old[i]
	}
	return stats.NewBootstrap(draws, seed).At(level).Difference(diffs)
}

// truths are shares as yes and no; false where one lies between.
func truths(shares []float64) (list []bool, whole bool) {
	for _, x := range shares {
		if x != 0 && x != 1 {
			return nil, false
		}
		list = append(list, x == 1)
	}
	return list, true
}

func median(xs []float64) *stats.Estimate {
	if e, err := stats.Median(xs); err == nil {
		return &e
	}
	return nil
}

func share(shares []float64, seed uint64) *stats.Estimate {
	if e, err := stats.NewBootstrap(draws, seed).Share(shares); err == nil {
		return &e
	}
	return nil
}

// NoiseOf is the A/A noise of a comparison: the difference, as a ratio minus 1,
// that runs of the same program show on average over the blocks. It is false
// without blocks.
func NoiseOf(aa []float64) (float64, bool) {
	e, err := stats.HodgesLehmannAt(aa, stats.Level)
	if err != nil {
		return 0, false
	}
	return math.Exp(math.Abs(e.Value)) - 1, true
}

// timeVerdict applies the rule for times, on a machine that is quiet enough.
func timeVerdict(t *Timing, d stats.Decision, p Policy) Verdict {
	if t.AA != nil && p.MaxNoise > 0 && *t.AA > p.MaxNoise {
		return Invalid
	}
	return verdict.Time(d.Outcome, t.Ratio.CI, *t.Noise)
}
