package harness

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"dllmbench/engines"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// untrained says in which ways an engine uses weights untrained in a text of so many
// positions.
func untrained(info engines.Info, positions int) []string {
	if info.Trained == 0 || positions <= info.Trained {
		return info.Untrained
	}
	return append(slices.Clone(info.Untrained), fmt.Sprintf("texts are longer than the %d positions of the training", info.Trained))
}

// record makes the record of request i of a batch. Times are null unless the
// request was decoded to its end; the score is null where no text can be judged.
func (b batch) record(out outcome, i int) result.Request {
	item, can := b.items[i], out.info.Capabilities
	name := ""
	if item.Instance != nil {
		name = item.Instance.Item
	}
	rec := result.Request{
		Cell: b.cell.ID, Digest: out.info.WeightsDigest, Repetition: b.visit.Repetition, PairBlock: b.visit.Block, Order: b.visit.Order,
		Instance: item.ID, Item: name, Rung: b.cell.Rung, Seed: b.seed(i), Sample: b.sample(),
		PeakBytes: out.Peak,
	}
	if !b.cell.CostOnly { // random weights were trained for nothing
		rec.Untrained = untrained(out.info, len(item.Prompt)+budget(b.group, item))
	}
	rec.Program = out.info.Program
	if b.cell.Chat != "" {
		rec.PromptSHA256 = hash(item.Prompt)
	}
	err := out.err
	if i < len(out.Texts) {
		err, rec.Wire = out.Texts[i].Err, (*result.Wire)(out.Texts[i].Wire)
	}
	var died *transport.DiedError
	if errors.As(err, &died) {
		rec.Log = died.Log
	}
	switch answers := len(out.Results) + len(out.Texts); {
	case errors.Is(err, transport.ErrMemory):
		rec.Status, rec.Error = "oom", err.Error()
		return rec
	case errors.Is(err, context.DeadlineExceeded): // what was written and counted until then is kept
		rec.Status, rec.Error = "timeout", fmt.Sprintf("not finished after %v", out.Wall.Round(time.Millisecond))
	case err != nil && b.loaded && errors.Is(err, engines.ErrRefused):
		rec.Status, rec.Error = "refused", err.Error()
		return rec
	case err != nil:
		rec.Status, rec.Error = "error", err.Error()
		return rec
	case answers != len(b.items):
		rec.Status, rec.Error = "error", fmt.Sprintf("the engine gave %d results for %d requests", answers, len(b.items))
		return rec
	default:
		rec.Status, rec.Varies = "success", !can.Repeatable
	}
	take := b.takeTokens
	if b.group.Score != "" {
		take = b.takeRatings
	}
	if i < len(out.Texts) {
		take = b.takeText
	}
	breach := take(&rec, out, i)
	if missing := can.Missing(rec.Usage); breach == "" && err == nil && missing != "" {
		breach = "the engine promised the counter " + missing + " and did not give it"
	}
	if impossible := rec.Check(); breach == "" && impossible != nil {
		breach = impossible.Error()
	}
	switch {
	case breach == "":
	case rec.Status == "timeout": // then it is as if it had given nothing until then
		rec.Error += "; what it gave until then contradicts itself: " + breach
		b.takeTokens(&rec, outcome{err: err}, i)
	default:
		rec.Status, rec.Error, rec.Usage = "error", "accounting: "+breach, usage.Usage{}
		rec.VoidTimes("")
		return rec
	}
	if rec.Status == "success" && b.group.Stop != nil && !b.group.ForceLength && b.group.Score == "" && item.Template == nil && rec.Finish == string(engines.FinishBudget) {
		rec.Status = "truncated"
	}
	if item.Instance != nil {
		violations, err := score(&rec, b.group.Workload, *item.Instance)
		if err != nil {
			rec.Status, rec.Error = "error", "checker of "+b.cell.Workload+": "+err.Error()
		} else if b.visit.Repetition == 0 && b.first+i < sampleInstances {
			rec.Extra = sampleOf(*item.Instance, rec.Output, violations)
		}
	}
	return rec
}

// takeTokens takes counters, times and text over from the result of an engine
// that gives token ids. Fixed tokens of a template are not useful ones: the decoder
// did not write them. The breach says in which way the result contradicts itself.
func (b batch) takeTokens(rec *result.Request, out outcome, i int) (breach string) {
	g, item := b.group, b.items[i]
	res := engines.Result{Finish: engines.FinishCancelled}
	if i < len(out.Results) {
		res = out.Results[i]
	}
	rec.Finish, rec.Usage, rec.Clock = string(res.Finish), res.Usage, (*result.Clock)(res.Clock)
	rec.Usage[usage.PromptTokens], rec.Usage[usage.UsefulTokens] = usage.Known(len(item.Prompt)), usage.Known(Written(item.Template, res.Useful))
	breach = accounting(g, item, res)
	if breach == "" && out.err == nil && out.Meter != nil {
		breach = out.Meter.Uncounted(out.Results)
	}
	if breach != "" {
		return breach
	}
	useful := res.Tokens[:res.Useful]
	rec.OutputSHA256 = hash(useful)
	if out.err == nil {
		wall, e2e := out.Wall.Nanoseconds(), res.Elapsed.Nanoseconds()
		rec.BatchNs, rec.E2ENs = &wall, &e2e
		if res.Clock == nil {
			rec.Spent = &result.Spent{ForwardNs: res.Spent.Forward.Nanoseconds(), SamplingNs: res.Spent.Sampling.Nanoseconds(),
				BookkeepingNs: res.Spent.Bookkeeping.Nanoseconds()}
		} else { // the way to the other program is no part of its time
			wall = 0
			for _, r := range out.Results {
				wall = max(wall, r.Elapsed.Nanoseconds())
			}
		}
		rec.TTFTNs, rec.TTFCNs = firstTimes(res.CommitNs, item.Template)
		rec.TTFBNs = firstBlockOf(b.cell, &res, item.Template)
		rec.Chunks = deliveries(res.CommitNs, res.Useful, item.Template)
		rec.EnergyUJ = out.energy
	}
	if item.Draft != nil { // part of the text was there before the decoder began
		rec.TTFTNs, rec.TTFCNs, rec.TTFBNs, rec.Chunks = nil, nil, nil, nil
		rec.Draft = fateOf(item.Draft, engines.Continue(g.Codec, item.Instance.Answer), res.Tokens)
	}
	if item.Instance != nil {
		rec.Output = textOf(g, res)
		measureText(rec, g, item.Template, useful)
	}
	return ""
}

// takeText does the same for an engine that gives text. Its times are those of
// the deliveries: a token count, a pass or a block is not to be seen in them.
func (b batch) takeText(rec *result.Request, out outcome, i int) (breach string) {
	t := out.Texts[i]
	rec.Finish, rec.Usage, rec.Frames, rec.Clock = string(t.Finish), t.Usage, len(t.Deliveries), (*result.Clock)(t.Clock)
	left, right, _ := Sides(b.items[i].Instance.Template)
	stable, wrong := t.Stable(out.info.Capabilities.Deliveries, t.Deliveries)
	if at := engines.FirstStop(t.Text, b.group.Until); at >= 0 && t.Err == nil { // whoever wrote on behind it
		t.Text, stable = t.Text[:at], cutAt(stable, at)
		if !b.group.ForceLength && rec.Finish == string(engines.FinishBudget) {
			rec.Finish = string(engines.FinishStop)
		}
	}
	rec.Output, rec.OutputSHA256 = left+t.Text+right, fmt.Sprintf("%x", sha256.Sum256([]byte(t.Text)))
	chars := utf8.RuneCountInString(t.Text)
	if rec.Chars = &chars; t.Clock == nil {
		rec.PeakBytes = nil // the engine has memory of its own
	}
	var told []int // where tokens of the tokenizer that counts end, in bytes
	if by := b.group.Counting; by != nil {
		if ids, err := engines.Encode(by, t.Text); err == nil {
			rec.Usage[usage.UsefulTokens], told = usage.Known(len(ids)), ends(by, ids)
		}
	}
	if t.Err != nil {
		return ""
	}
	if wrong != nil {
		return wrong.Error()
	}
	if b.group.ForceLength && t.Finish == engines.FinishStop {
		return fmt.Sprintf("the engine ended its answer itself, and force_length asks for the whole budget of %d tokens: it does not know or does not keep ignore_eos", budget(b.group, b.items[i]))
	}
	wall, e2e := out.Wall.Nanoseconds(), t.Elapsed.Nanoseconds()
	for _, t := range out.Texts { // neither what waited for a server's leave nor the way to another program is in the time
		if w := t.Wire; t.Clock != nil || w != nil && w.WaitedNs > 0 {
			wall = longest(out.Texts)
		}
	}
	rec.BatchNs, rec.E2ENs = &wall, &e2e
	counted := true
	for _, d := range stable {
		counted = counted && d.Tokens > 0
		rec.Deliveries = append(rec.Deliveries, [2]int64{d.At.Nanoseconds(), int64(len(d.Text))})
	}
	if len(stable) == 0 {
		return ""
	}
	first := stable[0].At.Nanoseconds()
	rec.TTFTNs, rec.TTFCNs = &first, &first
	if shown := slices.IndexFunc(t.Deliveries, func(d engines.Delivery) bool { return d.Text != "" }); shown >= 0 {
		draft := t.Deliveries[shown].At.Nanoseconds()
		rec.TTFCNs = &draft
	}
	switch {
	case len(told) > 0 && len(stable) > 2: // fewer do not tell a pace
		rec.Chunks = chunksOf(rec.Deliveries, told)
	case b.group.Counting == nil && counted:
		for _, d := range stable {
			rec.Chunks = append(rec.Chunks, [2]int64{d.At.Nanoseconds(), int64(d.Tokens)})
		}
	}
	return ""
}

// longest is the time of the slowest answer of a batch in ns, without waiting before it.
func longest(list []transport.Text) (ns int64) {
	for _, t := range list {
		ns = max(ns, t.Elapsed.Nanoseconds())
	}
	return ns
}

// accounting says in which way a result contradicts itself, or "".
func accounting(g *scenario.Group, item scenario.Item, res engines.Result) string {
	u, budget := res.Usage, budget(g, item)
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
	case usage.Known(useful - onCanvas(item.Draft)).Above(u[usage.CommittedTokens]):
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
	end := slices.IndexFunc(res.Tokens, func(id int32) bool { // the first token that is no text
		return slices.Contains(g.Stop, id) || g.Codec != nil && (id == g.Codec.MaskID() || id == g.Codec.PadID())
	})
	if end < 0 {
		end = len(res.Tokens)
	}
	whole := end
	if len(g.Until) > 0 {
		end, _, _ = engines.Cut(g.Codec.Decode, res.Tokens[:end], g.Until)
	}
	switch {
	case end < res.Useful && slices.Contains(g.Stop, res.Tokens[end]):
		return fmt.Sprintf("useful token %d is a stop token", end)
	case end < res.Useful && end == whole:
		return fmt.Sprintf("useful token %d is a mask or pad", end)
	case g.Codec != nil && res.Finish != engines.FinishCancelled && res.Useful != end:
		return fmt.Sprintf("%d tokens are called useful, the text ends after %d", res.Useful, end)
	}
	return ""
}

// hash is the SHA-256 of token ids as little-endian int32, in hex.
func hash(ids []int32) string {
	data := make([]byte, 0, 4*len(ids))
	for _, id := range ids {
		data = binary.LittleEndian.AppendUint32(data, uint32(id))
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// textOf is the text of an answer that counts.
func textOf(g *scenario.Group, res engines.Result) string {
	if len(g.Until) == 0 {
		return g.Codec.Decode(res.Tokens[:res.Useful])
	}
	_, text := engines.Answer(g.Codec, res.Tokens, g.Stop, g.Until)
	return text
}
