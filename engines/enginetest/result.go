package enginetest

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/usage"
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
	canvas, commits, revised, nfe := u.N(usage.CanvasPositions), u.N(usage.CommittedTokens), u.N(usage.RevisedTokens), u.N(usage.NFE)
	if canvas != gaps || commits < committed || commits > committed+revised {
		t.Errorf("canvas %d, %d commits and %d revisions, want a canvas of %d and %d commits", canvas, commits, revised, gaps, committed)
	}
	drafted, accepted, verifying := u.N(usage.DraftedTokens), u.N(usage.AcceptedTokens), u.N(usage.VerifyingPasses)
	if accepted > drafted || accepted > commits || verifying > drafted || verifying > nfe || (verifying > 0) != (drafted > 0) {
		t.Errorf("%d of %d drafted tokens were accepted in %d of %d passes, with %d commits", accepted, drafted, verifying, nfe, commits)
	}
	if problem := u.Problem(); problem != "" {
		t.Error(problem)
	}
	if s := r.Spent; s.Forward < 0 || s.Sampling < 0 || s.Bookkeeping < 0 || nfe > 0 && s.Forward+s.Sampling+s.Bookkeeping <= 0 {
		t.Errorf("time spent is %+v in %d passes", s, nfe)
	}
	if int64(r.Elapsed) != last {
		t.Errorf("elapsed is %d ns, the last commit at %d ns", r.Elapsed, last)
	}
}
