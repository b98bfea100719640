package enginetest

import (
	"slices"
	"testing"

	"dllmbench/engines"
)

// CheckResult checks that a result is sound in itself and fits its request.
func CheckResult(t *testing.T, req engines.Request, r engines.Result) {
	t.Helper()
	if len(r.Tokens) > req.Budget || len(r.CommitNs) != len(r.Tokens) {
		t.Fatalf("%d tokens and %d commit times for a budget of %d", len(r.Tokens), len(r.CommitNs), req.Budget)
	}
	useful, gaps, committed, last := -1, req.Budget, 0, int64(0)
	for _, id := range req.Template {
		if id != engines.Gap {
			gaps--
		}
	}
	stopped := false
	for i, id := range r.Tokens {
		stop := slices.Contains(req.Stop, id)
		if useful < 0 && (stop || id == Pad || id == Mask) {
			useful, stopped = i, stop
		}
		if id == Mask != (r.CommitNs[i] == -1) {
			t.Errorf("token %d is %d, its commit time %d", i, id, r.CommitNs[i])
		}
		fixed := req.Template != nil && req.Template[i] != engines.Gap
		if fixed && id != req.Template[i] {
			t.Errorf("fixed id %d became %d", req.Template[i], id)
		}
		if !fixed && id != Mask {
			committed++
		}
		last = max(last, r.CommitNs[i])
	}
	if useful < 0 {
		useful = len(r.Tokens)
	}
	if r.Useful != useful {
		t.Errorf("useful tokens are %d, want %d of %v", r.Useful, useful, r.Tokens)
	}
	if stopped && r.Finish == engines.FinishBudget || r.Finish == engines.FinishStop && len(req.Stop) == 0 {
		t.Errorf("finish is %s for %v with stop ids %v", r.Finish, r.Tokens, req.Stop)
	}
	u := r.Usage
	if u.CanvasPositions != gaps || u.CommittedTokens < committed || u.CommittedTokens > committed+u.RevisedTokens {
		t.Errorf("canvas %d, %d commits and %d revisions, want a canvas of %d and %d commits", u.CanvasPositions, u.CommittedTokens, u.RevisedTokens, gaps, committed)
	}
	if u.AcceptedTokens < 0 || u.AcceptedTokens > u.DraftedTokens || u.AcceptedTokens > u.CommittedTokens ||
		u.VerifyingPasses > u.DraftedTokens || u.VerifyingPasses > u.NFE || (u.VerifyingPasses > 0) != (u.DraftedTokens > 0) {
		t.Errorf("%d of %d drafted tokens were accepted in %d of %d passes, with %d commits", u.AcceptedTokens, u.DraftedTokens, u.VerifyingPasses, u.NFE, u.CommittedTokens)
	}
	parts := u.Prefill
	parts.Add(u.Commit)
	parts.Add(u.Denoise)
	if total := (engines.Work{Passes: u.NFE, QueryTokens: u.QueryTokens, AttendedKeys: u.AttendedKeys, LogitRows: u.LogitRows, FLOPs: u.FLOPs,
		WeightBytes: u.WeightBytes, CacheReadBytes: u.CacheReadBytes, CacheWriteBytes: u.CacheWriteBytes}); parts != total {
		t.Errorf("the parts sum to %+v, the totals are %+v", parts, total)
	}
	if s := r.Spent; s.Forward < 0 || s.Sampling < 0 || s.Bookkeeping < 0 || u.NFE > 0 && s.Forward+s.Sampling+s.Bookkeeping <= 0 {
		t.Errorf("time spent is %+v in %d passes", s, u.NFE)
	}
	if int64(r.Elapsed) != last {
		t.Errorf("elapsed is %d ns, the last commit at %d ns", r.Elapsed, last)
	}
}

// sameWork compares everything that does not depend on the clock or on who
// else is in the batch.
func sameWork(t *testing.T, name string, got, want engines.Result) {
	t.Helper()
	g, w := got.Usage, want.Usage
	for _, u := range []*engines.Usage{&g, &w} { // embeddings of the whole batch count
		u.WeightBytes, u.Prefill.WeightBytes, u.Commit.WeightBytes, u.Denoise.WeightBytes = 0, 0, 0, 0
	}
	if !slices.Equal(got.Tokens, want.Tokens) || got.Useful != want.Useful || got.Finish != want.Finish || g != w {
		t.Errorf("%s:\ngot  %v %d %s %+v\nwant %v %d %s %+v", name,
			got.Tokens, got.Useful, got.Finish, g, want.Tokens, want.Useful, want.Finish, w)
	}
}
