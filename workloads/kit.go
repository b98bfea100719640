package workloads

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"dllmbench/engines"
)

// splitSalt fixes which canonical forms fall into which split. Changing it
// changes every instance, so it is part of the data format. It was chosen
// among hashes so that the smallest families (55 sums of two digits, 220 lists
// of three, 288 solved sudokus) are split close to 8:1:1 too; see the tests.
const splitSalt = "dllmbench-split-17264"

// digest hashes the parts, in order and unambiguously separated.
func digest(parts ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(parts, "\x00")))
}

// SplitOf assigns a canonical form to a split: one tenth of all forms to Test,
// one tenth to Validation and the rest to Train. It depends on the form alone,
// so the splits are disjoint across rungs and whole workloads too.
func SplitOf(canon string) Split {
	d := digest(splitSalt, canon)
	switch binary.BigEndian.Uint64(d[:8]) % 10 {
	case 0:
		return Test
	case 1:
		return Validation
	default:
		return Train
	}
}

// NewRand returns the random source of one instance: ChaCha8 seeded by a hash
// of everything that names the instance.
func NewRand(workload, rung string, split Split, index int) *rand.Rand {
	return rand.New(rand.NewChaCha8(digest(workload, rung, string(split), strconv.Itoa(index))))
}

// Verdict collects what a checker finds, constraint by constraint.
type Verdict struct {
	Total      int // number of constraints of the instance
	Violations []Violation
}

// Fail records that a constraint is broken at a byte offset of the output, or
// at -1 if the place to be checked is missing.
func (v *Verdict) Fail(constraint, offset int, format string, args ...any) {
	v.Violations = append(v.Violations, Violation{
		Constraint: constraint, Offset: offset, Doc: fmt.Sprintf(format, args...),
	})
}

// Mark records that n bytes of the output from an offset on break a constraint.
func (v *Verdict) Mark(constraint, offset, n int, format string, args ...any) {
	v.Fail(constraint, offset, format, args...)
	v.Violations[len(v.Violations)-1].Length = n
}

// FailAll records the same of several constraints, from one to before another.
func (v *Verdict) FailAll(from, to, offset int, format string, args ...any) {
	for i := from; i < to; i++ {
		v.Fail(i, offset, format, args...)
	}
}

// Items judges an output of which every byte has its place, without the white
// space around it: constraint j is that byte j is the wanted one. lead is the
// white space before it.
func (v *Verdict) Items(noun, want, got string, lead int) {
	for j := range len(want) {
		if j >= len(got) {
			v.Fail(j, -1, "%s %d is missing", noun, j+1)
		} else if got[j] != want[j] {
			v.Mark(j, lead+j, 1, "%s %d is %q instead of %q", noun, j+1, got[j:j+1], want[j:j+1])
		}
	}
}

// Number reads one to nine decimal digits and nothing else.
func Number(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, s != "" && len(s) <= 9
}

// Rotation is the first of all rotations of a text: repeated without end, they
// are one pattern.
func Rotation(s string) string {
	first := s
	for i := range s {
		first = min(first, s[i:]+s[:i])
	}
	return first
}

// Trim returns an output without the white space around it, and the bytes of
// white space before it.
func Trim(output string) (text string, lead int) {
	text = strings.TrimSpace(output)
	return text, strings.Index(output, text)
}

// Must is a [Backward] constraint, which most are.
func Must(kind string, distance int, format string, args ...any) Constraint {
	return Constraint{Kind: kind, Distance: distance, Direction: Backward, Doc: fmt.Sprintf(format, args...)}
}

// Score is exact when nothing failed. Partial is the share of constraints that
// hold.
func (v *Verdict) Score() Score {
	return Score{
		Exact:      len(v.Violations) == 0,
		Partial:    1 - float64(len(v.Violations))/float64(v.Total),
		Violations: v.Violations,
	}
}

// Clip shortens model text for a message; the result still needs quoting.
func Clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Named finds a workload by its name.
func Named(all []Workload, name string) (Workload, error) {
	var names []string
	for _, w := range all {
		if w.Name() == name {
			return w, nil
		}
		names = append(names, w.Name())
	}
	return nil, engines.UnknownName("workload", name, names)
}

// RungsNamed are the numbers of the rungs with names, in their order; without
// names all of them.
func RungsNamed(w Workload, names ...string) ([]int, error) {
	var list []int
	var known []string
	for i, r := range w.Rungs() {
		known = append(known, r.Name)
		if len(names) == 0 {
			list = append(list, i)
		}
	}
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, engines.UnknownName("rung of workload "+w.Name(), name, known)
		}
		list = append(list, i)
	}
	return list, nil
}
