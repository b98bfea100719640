package decode

import (
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
)

// account adds one pass to the job's counters and stamps its commits.
func (j *Job) account(c *model.Cost, weightBytes, now int64) {
	u := &j.Usage
	u[usage.CommittedTokens] += int64(len(j.Commits))
	u[usage.RevisedTokens] += int64(len(j.Revised))
	held := j.Window.Cache.Bytes()
	if p := j.Window.Partial; p != nil {
		held += p.Store.Bytes()
	}
	u[usage.PeakCacheBytes] = max(u[usage.PeakCacheBytes], held)
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
	rest := work(c)
	rest[usage.NFE], rest[usage.WeightBytes] = 1, weightBytes
	prompt, stored := j.PromptRows, j.PromptRows+j.CommitRows
	take := func(kind usage.Kind, from, to int) {
		if from == to {
			return
		}
		if to == len(w.Tokens) { // the last kind of the pass has all that is left
			j.Usage.Add(kind, &rest)
			return
		}
		k := j.model.Cost(w, from, to)
		share := work(&k)
		share[usage.CacheReadBytes] = 0 // once per pass
		j.Usage.Add(kind, &share)
		for i, n := range share {
			rest[i] -= n
		}
	}
	take(usage.Prefill, 0, prompt)
	take(usage.Commit, prompt, stored)
	take(usage.Denoise, stored, len(w.Tokens))
}

// work is the cost of rows in the order of the counters.
func work(c *model.Cost) usage.Pass {
	return usage.Pass{
		usage.QueryTokens: c.QueryTokens, usage.AttendedKeys: c.AttendedKeys, usage.LogitRows: c.LogitRows, usage.FLOPs: c.FLOPs,
		usage.CacheReadBytes: c.CacheReadBytes, usage.CacheWriteBytes: c.CacheWriteBytes,
	}
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
