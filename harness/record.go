package harness

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
	"dllmbench/workloads"
)

// record makes the record of request i of a batch. Times are null unless the
// request was decoded to its end; the score is null where no text can be judged.
func record(g *scenario.Group, cell result.Cell, v visit, item scenario.Item, out outcome, i int) result.Request {
	rec := result.Request{
		Cell: cell.ID, Digest: out.digest, Repetition: v.repetition, PairBlock: v.block, Order: v.order,
		Instance: item.ID, Rung: cell.Rung, Seed: item.SeedOf(g.Sample(v.repetition)), Sample: g.Sample(v.repetition),
		PromptTokens: len(item.Prompt), PeakBytes: out.peak, Untrained: out.untrained,
	}
	var res engines.Result
	switch {
	case errors.Is(out.err, worker.ErrMemory):
		rec.Status, rec.Error = "oom", out.err.Error()
		return rec
	case errors.Is(out.err, context.DeadlineExceeded):
		rec.Status = "timeout"
		rec.Error = fmt.Sprintf("not finished after %v", out.wall.Round(time.Millisecond))
		if i < len(out.results) { // keep what was counted until then
			res = out.results[i]
		}
	case out.err != nil:
		rec.Status, rec.Error = "error", out.err.Error()
		return rec
	case len(out.results) != g.Batch:
		rec.Status, rec.Error = "error", fmt.Sprintf("the engine gave %d results for %d requests", len(out.results), g.Batch)
		return rec
	default:
		res = out.results[i]
		rec.Status = "success"
		if g.Stop != nil && item.Template == nil && res.Finish == engines.FinishBudget {
			rec.Status = "truncated"
		}
	}
	count(&rec, res, item.Template)
	breach := accounting(g, item, res)
	if breach == "" && out.err == nil {
		breach = out.uncounted()
	}
	if breach != "" {
		rec.Status, rec.Error = "error", "accounting: "+breach
		return rec
	}
	useful := res.Tokens[:res.Useful]
	rec.OutputSHA256 = hash(useful)
	if out.err == nil {
		wall, e2e := out.wall.Nanoseconds(), res.Elapsed.Nanoseconds()
		rec.BatchNs, rec.E2ENs = &wall, &e2e
		rec.Spent = &result.Spent{ForwardNs: res.Spent.Forward.Nanoseconds(), SamplingNs: res.Spent.Sampling.Nanoseconds(),
			BookkeepingNs: res.Spent.Bookkeeping.Nanoseconds()}
		rec.TTFTNs, rec.TTFCNs = firstTimes(res.CommitNs, item.Template)
		rec.TTFBNs = firstBlockOf(cell, &res, item.Template)
		rec.Chunks = deliveries(res.CommitNs, res.Useful, item.Template)
		rec.EnergyUJ = out.energy
	}
	if item.Draft != nil { // part of the text was there before the decoder began
		rec.TTFTNs, rec.TTFCNs, rec.TTFBNs, rec.Chunks = nil, nil, nil, nil
		rec.Draft = fateOf(item.Draft, g.Codec.Encode(item.Instance.Answer), res.Tokens)
	}
	if item.Instance != nil {
		rec.Output = g.Codec.Decode(useful)
		violations, err := judge(&rec, g.Workload, *item.Instance)
		if err != nil {
			rec.Status, rec.Error = "error", "checker of "+cell.Workload+": "+err.Error()
		} else if v.repetition == 0 && v.batch*g.Batch+v.offset+i < sampleInstances {
			rec.Extra = sampleOf(*item.Instance, rec.Output, violations)
		}
	}
	return rec
}

// count copies the counters. Fixed tokens of a template are not useful ones: the
// decoder did not write them.
func count(rec *result.Request, res engines.Result, template []int32) {
	u := res.Usage
	rec.Finish, rec.UsefulTokens = string(res.Finish), Written(template, res.Useful)
	n := func(c usage.Counter) int64 { x, _ := u[c].Value(); return x }
	i := func(c usage.Counter) int { return int(n(c)) }
	rec.CanvasPositions, rec.CommittedTokens, rec.RevisedTokens = i(usage.CanvasPositions), i(usage.CommittedTokens), i(usage.RevisedTokens)
	rec.NFE, rec.DenoisingSteps = i(usage.NFE), i(usage.DenoisingSteps)
	rec.QueryTokens, rec.AttendedKeys, rec.LogitRows, rec.FLOPs = n(usage.QueryTokens), n(usage.AttendedKeys), n(usage.LogitRows), n(usage.FLOPs)
	rec.WeightBytes, rec.CacheReadBytes, rec.CacheWriteBytes, rec.PeakCacheBytes = n(usage.WeightBytes), n(usage.CacheReadBytes), n(usage.CacheWriteBytes), n(usage.PeakCacheBytes)
	rec.SampledLogits = n(usage.SampledLogits)
	rec.DraftedTokens, rec.AcceptedTokens, rec.VerifyingPasses = i(usage.DraftedTokens), i(usage.AcceptedTokens), i(usage.VerifyingPasses)
	for k, w := range map[usage.Kind]*result.Work{usage.Prefill: &rec.Prefill, usage.Commit: &rec.Commit, usage.Denoise: &rec.Denoise} {
		*w = result.Work{Passes: i(usage.NFE.In(k)), QueryTokens: n(usage.QueryTokens.In(k)), AttendedKeys: n(usage.AttendedKeys.In(k)),
			LogitRows: n(usage.LogitRows.In(k)), FLOPs: n(usage.FLOPs.In(k)), WeightBytes: n(usage.WeightBytes.In(k)),
			CacheReadBytes: n(usage.CacheReadBytes.In(k)), CacheWriteBytes: n(usage.CacheWriteBytes.In(k))}
	}
}

// Written is the number of gaps among the first n positions of a template: the
// tokens that a decoder wrote there. Without a template it wrote all n.
func Written(template []int32, n int) int {
	if template == nil {
		return n
	}
	gaps := 0
	for _, id := range template[:max(0, min(n, len(template)))] {
		if id == engines.Gap {
			gaps++
		}
	}
	return gaps
}

// firstTimes are the time to the first token (the first position to be written
// is final) and to the first commit of any position; nil where there was none.
func firstTimes(commitNs []int64, template []int32) (ttft, ttfc *int64) {
	first := max(0, slices.Index(template, engines.Gap))
	for i, ns := range commitNs {
		if ns < 0 || template != nil && template[i] != engines.Gap {
			continue
		}
		if i == first {
			ttft = &commitNs[i]
		}
		if ttfc == nil || ns < *ttfc {
			ttfc = &commitNs[i]
		}
	}
	return ttft, ttfc
}

// accounting says in which way a result contradicts itself, or "".
func accounting(g *scenario.Group, item scenario.Item, res engines.Result) string {
	u, budget := res.Usage, request(g, item).Budget
	open := Written(item.Template, budget) // positions that may be written
	useful := Written(item.Template, res.Useful)
	switch {
	case len(res.Tokens) > budget:
		return fmt.Sprintf("%d tokens were written with a budget of %d", len(res.Tokens), budget)
	case res.Useful < 0 || res.Useful > len(res.Tokens):
		return fmt.Sprintf("%d useful tokens of %d", res.Useful, len(res.Tokens))
	case len(res.CommitNs) != len(res.Tokens):
		return fmt.Sprintf("%d commit times for %d tokens", len(res.CommitNs), len(res.Tokens))
	case u[usage.CanvasPositions].Above(usage.Known(open)):
		return fmt.Sprintf("a canvas of %s positions with %d to be written", u[usage.CanvasPositions], open)
	case u[usage.CommittedTokens].Above(u[usage.CanvasPositions].Plus(u[usage.RevisedTokens])):
		return fmt.Sprintf("%s commits on %s positions with %s revisions", u[usage.CommittedTokens], u[usage.CanvasPositions], u[usage.RevisedTokens])
	case usage.Known(useful - drafted(item.Draft)).Above(u[usage.CommittedTokens]):
		return fmt.Sprintf("%d useful tokens of %s committed ones", useful, u[usage.CommittedTokens])
	case usage.Known(1).Above(u[usage.NFE]) && res.Finish != engines.FinishCancelled:
		return "no forward pass was counted"
	}
	if breach := u.Problem(); breach != "" {
		return breach
	}
	for i := range min(len(res.Tokens), len(item.Template)) {
		if id := item.Template[i]; id != engines.Gap && id != res.Tokens[i] {
			return fmt.Sprintf("fixed token %d of the template is %d and became %d", i, id, res.Tokens[i])
		}
	}
	for i, id := range res.Tokens[:res.Useful] {
		if slices.Contains(g.Stop, id) {
			return fmt.Sprintf("useful token %d is a stop token", i)
		}
		if g.Codec != nil && (id == g.Codec.MaskID() || id == g.Codec.PadID()) {
			return fmt.Sprintf("useful token %d is a mask or pad", i)
		}
	}
	if end := endOfText(g, res.Tokens); g.Codec != nil && res.Finish != engines.FinishCancelled && res.Useful != end {
		return fmt.Sprintf("%d tokens are called useful, the text ends after %d", res.Useful, end)
	}
	return ""
}

// endOfText is the number of tokens before the first one that is no text.
func endOfText(g *scenario.Group, tokens []int32) int {
	end := slices.IndexFunc(tokens, func(id int32) bool {
		return slices.Contains(g.Stop, id) || g.Codec != nil && (id == g.Codec.MaskID() || id == g.Codec.PadID())
	})
	if end < 0 {
		return len(tokens)
	}
	return end
}

// hash is the SHA-256 of token ids as little-endian int32, in hex.
func hash(ids []int32) string {
	data := make([]byte, 0, 4*len(ids))
	for _, id := range ids {
		data = binary.LittleEndian.AppendUint32(data, uint32(id))
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// judge scores the output of the record and returns the violations. An answer
// that came too late counts for what was there in time.
func judge(rec *result.Request, w workloads.Workload, inst workloads.Instance) (list []workloads.Violation, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v}
		}
	}()
	if rec.Unscored = workloads.Abstains(w, inst); rec.Unscored != "" {
		return nil, nil
	}
	score := w.Check(inst, rec.Output)
	violations, constraints := len(score.Violations), len(inst.Constraints)
	var broken []int
	for _, v := range score.Violations {
		if v.Constraint < 0 || v.Constraint >= constraints {
			return nil, fmt.Errorf("constraint %d of %d is broken", v.Constraint, constraints)
		}
		broken = append(broken, v.Constraint)
	}
	rec.Broken = broken
	rec.Exact, rec.Partial, rec.Violations, rec.Constraints = &score.Exact, &score.Partial, &violations, &constraints
	rec.Aspects = score.Aspects
	if p, ok := w.(workloads.Prober); ok {
		rec.LogProb, rec.InSupport = probability(p.LogProb(inst, rec.Output))
	}
	return score.Violations, nil
}

// probability records what a generator says of an output: -Inf means that it
// never writes it, NaN that it cannot tell.
func probability(log float64) (logProb *float64, inSupport *bool) {
	if math.IsNaN(log) {
		return nil, nil
	}
	ever := !math.IsInf(log, -1)
	if ever {
		logProb = &log
	}
	return logProb, &ever
}
