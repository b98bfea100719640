package harness

import (
	"fmt"
	"math"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/workloads"
)

// takeRatings takes counters and times over from the result of an engine that rated the
// choices of request i. Nothing was written, so there are no useful tokens and no times of
// any. The breach says in which way the result contradicts itself.
func (b batch) takeRatings(rec *result.Request, out outcome, i int) (breach string) {
	item, res := b.items[i], engines.Result{Finish: engines.FinishCancelled}
	if i < len(out.Results) {
		res = out.Results[i]
	}
	rec.Finish, rec.Usage = string(res.Finish), res.Usage
	rec.Usage[usage.PromptTokens] = usage.Known(len(item.Prompt))
	if out.err != nil {
		return ""
	}
	if len(res.Ratings) != len(item.Choices) {
		return fmt.Sprintf("%d ratings for %d choices", len(res.Ratings), len(item.Choices))
	}
	if breach = rec.Usage.Problem(); breach == "" && out.Meter != nil {
		breach = out.Meter.Uncounted(out.Results)
	}
	for k, r := range res.Ratings {
		if math.IsNaN(r.Nats) || math.IsInf(r.Nats, 0) || r.Nats < 0 {
			breach = fmt.Sprintf("choice %d is rated %g nats", k, r.Nats)
		}
		rec.Ratings = append(rec.Ratings, result.Rating(r))
	}
	if breach != "" {
		return breach
	}
	wall, e2e := out.Wall.Nanoseconds(), res.Elapsed.Nanoseconds()
	rec.BatchNs, rec.E2ENs, rec.EnergyUJ = &wall, &e2e, out.energy
	rec.Spent = &result.Spent{ForwardNs: res.Spent.Forward.Nanoseconds(), SamplingNs: res.Spent.Sampling.Nanoseconds(), BookkeepingNs: res.Spent.Bookkeeping.Nanoseconds()}
	best := chosen(rec.Ratings, item.Instance.Choices, b.group.Primary)
	rec.Output, rec.OutputSHA256 = item.Instance.Choices[best], hash(item.Choices[best])
	return ""
}

// chosen is the most probable choice, in a reading of lm-eval: acc takes the sum of the log
// probabilities, acc_norm divides it by the characters of the choice, acc_bytes by its bytes.
// Of equal ones it is the first.
func chosen(ratings []result.Rating, choices []string, reading string) int {
	best, least := 0, math.Inf(1)
	for i, r := range ratings {
		nats := r.Nats
		switch reading {
		case scenario.AccNorm:
			nats /= float64(utf8.RuneCountInString(choices[i]))
		case scenario.AccBytes:
			nats /= float64(len(choices[i]))
		}
		if nats < least {
			best, least = i, nats
		}
	}
	return best
}

// choice is the verdict on the ratings of a record: all readings are aspects, and the
// primary one decides.
func choice(rec *result.Request, inst workloads.Instance) workloads.Score {
	s := workloads.Score{Aspects: map[string]float64{}}
	for _, reading := range scenario.Readings() {
		if s.Aspects[reading] = 0; inst.Choices[chosen(rec.Ratings, inst.Choices, reading)] == inst.Answer {
			s.Aspects[reading] = 1
		}
	}
	if s.Exact = rec.Output == inst.Answer; s.Exact {
		s.Partial = 1
		return s
	}
	v := workloads.Verdict{Total: len(inst.Constraints)}
	v.FailAll(0, v.Total, 0, "the most probable choice is %q instead of %q", workloads.Clip(rec.Output), workloads.Clip(inst.Answer))
	s.Violations = v.Violations
	return s
}
