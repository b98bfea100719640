package workloads

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
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

// splitOf assigns a canonical form to a split: one tenth of all forms to Test,
// one tenth to Validation and the rest to Train. It depends on the form alone,
// so the splits are disjoint across rungs and whole workloads too.
func splitOf(canon string) Split {
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

// newRand returns the random source of one instance: ChaCha8 seeded by a hash
// of everything that names the instance.
func newRand(workload, rung string, split Split, index int) *rand.Rand {
	return rand.New(rand.NewChaCha8(digest(workload, rung, string(split), strconv.Itoa(index))))
}

// mustName panics if the arguments of Generate do not name an instance.
func mustName(split Split, rungs, rung, index int) {
	if split != Train && split != Validation && split != Test {
		panic("workloads: the split must be train, validation or test")
	}
	if rung < 0 || rung >= rungs {
		panic("workloads: the rung is not on the ladder")
	}
	if index < 0 {
		panic("workloads: the index of an instance must not be negative")
	}
}

// instanceID is "workload/rung/split/index".
func instanceID(workload, rung string, split Split, index int) string {
	return fmt.Sprintf("%s/%s/%s/%d", workload, rung, split, index)
}

// verdict collects what a checker finds, constraint by constraint.
type verdict struct {
	total      int // number of constraints of the instance
	violations []Violation
}

// fail records that a constraint is broken at a byte offset of the output, or
// at -1 if the place to be checked is missing.
func (v *verdict) fail(constraint, offset int, format string, args ...any) {
	v.violations = append(v.violations, Violation{
		Constraint: constraint, Offset: offset, Doc: fmt.Sprintf(format, args...),
	})
}

// score is exact when nothing failed. Partial is the share of constraints that
// hold.
func (v *verdict) score() Score {
	return Score{
		Exact:      len(v.violations) == 0,
		Partial:    1 - float64(len(v.violations))/float64(v.total),
		Violations: v.violations,
	}
}

// clip shortens model text for a message; the result still needs quoting.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
