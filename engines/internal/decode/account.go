package decode

import (
	"dllmbench/engines"
	"dllmbench/engines/model"
)

// account adds one pass to the job's counters and stamps its commits.
func (j *Job) account(c *model.Cost, weightBytes, now int64) {
	u := &j.Usage
	u.NFE++
	u.CommittedTokens += len(j.Commits)
	u.RevisedTokens += len(j.Revised)
	u.QueryTokens += c.QueryTokens
	u.AttendedKeys += c.AttendedKeys
	u.LogitRows += c.LogitRows
	u.FLOPs += c.FLOPs
	u.WeightBytes += weightBytes
	u.CacheReadBytes += c.CacheReadBytes
	u.CacheWriteBytes += c.CacheWriteBytes
	held := j.Window.Cache.Bytes()
	if p := j.Window.Partial; p != nil {
		held += p.Store.Bytes()
	}
	u.PeakCacheBytes = max(u.PeakCacheBytes, held)
	j.split(c, weightBytes)
	for _, k := range j.Commits {
		j.commitNs[k.Pos] = now
		j.last = now
	}
	for _, k := range j.Revised {
		if k.ID != j.cfg.MaskToken && j.commitNs[k.Pos] >= 0 { // an edit: its new value is from now
			j.commitNs[k.Pos] = now
			j.last = now
		}
	}
}

// split shares the cost of a pass out among the kinds of its rows.
func (j *Job) split(c *model.Cost, weightBytes int64) {
	w := &j.Window
	rest := engines.Work{
		Passes: 1, QueryTokens: c.QueryTokens, AttendedKeys: c.AttendedKeys, LogitRows: c.LogitRows, FLOPs: c.FLOPs,
		WeightBytes: weightBytes, CacheReadBytes: c.CacheReadBytes, CacheWriteBytes: c.CacheWriteBytes,
	}
	prompt, stored := j.PromptRows, j.PromptRows+j.CommitRows
	take := func(part *engines.Work, from, to int) {
		if from == to {
			return
		}
		if to == len(w.Tokens) { // the last kind of the pass has all that is left
			part.Add(rest)
			rest = engines.Work{}
			return
		}
		k := j.model.Cost(w, from, to)
		share := engines.Work{QueryTokens: k.QueryTokens, AttendedKeys: k.AttendedKeys, LogitRows: k.LogitRows, FLOPs: k.FLOPs, CacheWriteBytes: k.CacheWriteBytes}
		part.Add(share)
		rest.QueryTokens -= share.QueryTokens
		rest.AttendedKeys -= share.AttendedKeys
		rest.LogitRows -= share.LogitRows
		rest.FLOPs -= share.FLOPs
		rest.CacheWriteBytes -= share.CacheWriteBytes
	}
	take(&j.Usage.Prefill, 0, prompt)
	take(&j.Usage.Commit, prompt, stored)
	take(&j.Usage.Denoise, stored, len(w.Tokens))
}

// hit tells whether a row of the pass saw keys of an earlier pass.
func (j *Job) hit() bool {
	for _, v := range j.Window.Visible {
		if v > len(j.Window.Tokens) {
			return true
		}
	}
	return false
}
