package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Job is one request at work.
type Job struct {
	Index int  // in the batch
	Lane  Lane // of the decoder
	Req   engines.Request
	Seq   []int32 // prompt, then the answer with the mask token where nothing is written yet
	P     int     // prompt length: Seq[P:] is the answer
	Open  int     // positions of the answer still to be written
	RNG   *rand.Rand
	// Observed says that somebody listens; what only events need is not computed otherwise.
	Observed bool

	Usage usage.Tally
	// Length is the number of leading tokens of the answer that are reported.
	Length int
	// Ahead says that rows predict the position behind them, as in any causal
	// pass over written tokens; see Source.
	Ahead bool
	// Never are tokens that this decoder does not write, beside the mask: those of
	// the request, and of the decoder itself.
	Never []int32

	// Of the current pass, as events show it. Step counts the decoding or
	// denoising steps done before it.
	Phase       engines.Phase
	Step, Block int

	// Window is the next pass's part for this job; its slices are reused. Cached
	// is the number of leading positions whose final keys and values are stored.
	Window network.Window
	Cached int
	// Refresh says that the window computes keys again that were cached before,
	// outside the block at work.
	Refresh bool

	Rows [][]float32 // logits of Window.Logits, after Run.Forward
	// Each, where the lane has set it for the next pass, may take the rows instead, on
	// several threads at once: see network.Streamer. Given says that it did.
	Each    func(i int, row []float32)
	Given   bool
	Commits []engines.Commit // of the current pass
	Revised []engines.Commit // since the last pass

	spec     *network.Spec
	end      int // behind the last fixed id of the template (absolute), or P
	longest  int // bytes of the longest stop text
	done     bool
	finish   engines.Finish
	commitNs []int64
	from     int64 // when it joined the run, in ns
	last     int64 // time of the last commit, in ns
	spent    engines.Spent
	event    engines.Event
	probe    probe
	settled  int // leading tokens of the answer that are written, see progress
}

func newJob(index int, req engines.Request, spec *network.Spec, cache network.Cache) *Job {
	p, total := len(req.Prompt), len(req.Prompt)+req.Budget
	j := &Job{
		Index: index, Req: req, P: p, Never: slices.Clone(req.Never), spec: spec, end: p, Length: req.Budget,
		Seq: make([]int32, total), commitNs: make([]int64, req.Budget),
		RNG: rand.New(rand.NewPCG(req.Seed, 0x646c6c6d)),
		Window: network.Window{
			Cache: cache, Visible: make([]int, 0, total), Logits: make([]int, 0, req.Budget),
		},
		Commits: make([]engines.Commit, 0, req.Budget),
		Revised: make([]engines.Commit, 0, req.Budget),
	}
	if req.Force {
		j.NoEnd()
	}
	for _, s := range req.Until {
		j.longest = max(j.longest, len(s))
	}
	copy(j.Seq, req.Prompt)
	for i := range req.Budget {
		j.Seq[p+i], j.commitNs[i] = spec.Mask, -1
		if req.Template != nil && req.Template[i] != engines.Gap {
			// A fixed id has its final value from the start.
			j.Seq[p+i], j.commitNs[i], j.end = req.Template[i], 0, p+i+1
			continue
		}
		j.Usage[usage.CanvasPositions]++
		if req.Draft != nil && req.Draft[i] != engines.Gap {
			j.Seq[p+i], j.commitNs[i] = req.Draft[i], 0
			continue
		}
		j.Open++
	}
	return j
}

// NoEnd has the decoder write nothing that ends the text, nor padding.
func (j *Job) NoEnd() { j.Never = slices.Concat(j.Never, j.Req.Stop, j.spec.End, []int32{j.spec.Pad}) }

// Masked reports whether a position of Seq is still to be written.
func (j *Job) Masked(pos int) bool { return j.Seq[pos] == j.spec.Mask }

// Ban takes out of a row what must not be written at pos: the mask token, what
// is in Never, and in front of a fixed part of the template whatever ends the
// text, since the text goes on there.
func (j *Job) Ban(row []float32, pos int) {
	sample.Ban(row, j.spec.Mask)
	sample.Ban(row, j.Never...)
	if pos < j.end {
		sample.Ban(row, j.spec.Pad)
		sample.Ban(row, j.Req.Stop...)
	}
}

// Banned reports whether Ban takes a token out.
func (j *Job) Banned(id int32, pos int) bool {
	return id == j.spec.Mask || slices.Contains(j.Never, id) || pos < j.end && (id == j.spec.Pad || j.IsStop(id))
}

// Commit writes a token at a position of Seq that is still masked.
func (j *Job) Commit(pos int, id int32, confidence float64) {
	if !j.Masked(pos) {
		panic("decode: a written position is written again")
	}
	j.Seq[pos] = id
	j.Open--
	j.Commits = append(j.Commits, engines.Commit{Pos: pos - j.P, ID: id, Confidence: confidence})
}

// Remask takes a committed token back: its position is to be written again.
func (j *Job) Remask(pos int) {
	if j.Masked(pos) || j.Fixed(pos) {
		panic("decode: a position that holds no committed token is masked again")
	}
	j.Seq[pos] = j.spec.Mask
	j.Open++
	j.commitNs[pos-j.P] = -1
	j.Revised = append(j.Revised, engines.Commit{Pos: pos - j.P, ID: j.spec.Mask, Confidence: math.NaN()})
}

// Edit replaces a committed token by another one.
func (j *Job) Edit(pos int, id int32, confidence float64) {
	if j.Masked(pos) || j.Fixed(pos) || j.Seq[pos] == id {
		panic("decode: an edit changes nothing, or what must not be changed")
	}
	j.Seq[pos] = id
	j.Revised = append(j.Revised, engines.Commit{Pos: pos - j.P, ID: id, Confidence: confidence})
}

// Fixed reports whether a position is not the decoder's to write: part of the
// prompt, or a fixed id of the template.
func (j *Job) Fixed(pos int) bool {
	return pos < j.P || j.Req.Template != nil && j.Req.Template[pos-j.P] != engines.Gap
}

// Drafted reports whether a position was written before the request began, by its
// draft.
func (j *Job) Drafted(pos int) bool {
	return pos >= j.P && j.Req.Draft != nil && j.Req.Draft[pos-j.P] != engines.Gap
}

// Broken is the error for a position from whose row nothing can be drawn, which is
// what broken weights lead to.
func (j *Job) Broken(pos int) error {
	return fmt.Errorf("request %d, position %d: the network gave no finite logits; are the weights intact?", j.Index, pos-j.P)
}

// Looked counts rows of logits that were read to choose tokens.
func (j *Job) Looked(rows int) { j.Usage[usage.SampledLogits] += int64(rows) * int64(j.spec.Vocab) }

// Spec describes the network.
func (j *Job) Spec() *network.Spec { return j.spec }

// IsStop reports whether a token ends the text.
func (j *Job) IsStop(id int32) bool { return slices.Contains(j.Req.Stop, id) }

// Ended reports whether the text has an end: a stop id or a stop text with everything
// before it written. A text whose length is forced has none.
func (j *Job) Ended() bool {
	if j.Req.Force {
		return false
	}
	n := 0
	for _, id := range j.Seq[j.P:] {
		if j.IsStop(id) {
			return true
		}
		if id == j.spec.Mask {
			break
		}
		n++
	}
	return len(j.Req.Until) > 0 && engines.FirstStop(j.Req.Text(j.Seq[j.P:j.P+n]), j.Req.Until) >= 0
}

// EndsAt reports whether a stop text ends in the token at a position, all before it being
// written without one.
func (j *Job) EndsAt(pos int) bool {
	if len(j.Req.Until) == 0 || j.Req.Force {
		return false
	}
	from, bytes := pos, 0
	for from > j.P && bytes < j.longest-1 {
		from--
		bytes += len(j.Req.Text(j.Seq[from : from+1]))
	}
	return engines.FirstStop(j.Req.Text(j.Seq[from:pos+1]), j.Req.Until) >= 0
}

// Finish ends the job.
func (j *Job) Finish(why engines.Finish) { j.done, j.finish = true, why }

// Done reports whether Finish was called.
func (j *Job) Done() bool { return j.done }

// result is what the job has come to.
func (j *Job) result() engines.Result {
	tokens := j.Seq[j.P : j.P+j.Length : j.P+j.Length]
	useful := slices.IndexFunc(tokens, func(id int32) bool {
		return id == j.spec.Mask || id == j.spec.Pad || j.IsStop(id)
	})
	if useful < 0 {
		useful = len(tokens)
	}
	if len(j.Req.Until) > 0 {
		useful, _, _ = engines.Cut(j.Req.Text, tokens[:useful], j.Req.Until)
	}
	return engines.Result{
		Tokens: tokens, Useful: useful, Finish: j.finish, Usage: j.Usage.Usage(),
		Elapsed: time.Duration(j.last), CommitNs: j.commitNs[:j.Length:j.Length], Spent: j.spent,
	}
}
