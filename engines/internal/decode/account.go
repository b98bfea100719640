package decode

import (
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// account adds one pass to the job's counters and stamps its commits.
func (j *Job) account(c *network.Cost, now int64) {
	u := &j.Usage
	u[usage.CommittedTokens] += int64(len(j.Commits))
	u[usage.RevisedTokens] += int64(len(j.Revised))
	c.AddTo(u, j.Window.Cache.Bytes())
	for _, k := range j.Commits {
		j.commitNs[k.Pos] = now
		j.last = now
	}
	for _, k := range j.Revised {
		if k.ID != j.spec.Mask && j.commitNs[k.Pos] >= 0 { // an edit: its new value is from now
			j.commitNs[k.Pos] = now
			j.last = now
		}
	}
}

// hit reports whether a row of the pass saw keys of an earlier pass.
func (j *Job) hit() bool {
	for _, v := range j.Window.Visible {
		if v > len(j.Window.Tokens) {
			return true
		}
	}
	return false
}
