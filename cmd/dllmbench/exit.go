package main

import (
	"context"
	"errors"
	"fmt"

	"dllmbench/reports/guard"
)

// The exit codes of every command. Where several would apply, the one that is
// named first here wins: an interrupted run is never read as a regression, and
// missing data is never read as a pass.
const (
	exitInterrupted  = 130 // interrupted by a signal; finished results are kept and --resume continues
	exitInternal     = 1   // a defect in dllmbench
	exitUsage        = 2   // wrong flag, argument or scenario
	exitSetup        = 3   // model, tokenizer or data missing, damaged or not the one that was asked for
	exitExecution    = 4   // a cell failed, or the run is invalid
	exitInsufficient = 5   // too little data for a verdict, or results that cannot be compared
	exitRegression   = 10  // a measured regression
	exitThreshold    = 99  // a threshold of the scenario was missed
	exitOK           = 0   // done, and no check failed
)

// byPrecedence holds the exit codes, the winning one first.
var byPrecedence = [...]int{
	exitInterrupted, exitInternal, exitUsage, exitSetup, exitExecution,
	exitInsufficient, exitRegression, exitThreshold, exitOK,
}

// coded is an error that knows its exit code.
type coded struct {
	code int
	err  error
}

func (e *coded) Error() string { return e.err.Error() }
func (e *coded) Unwrap() error { return e.err }

// withCode gives err an exit code; nil stays nil, and a cancelled context stays
// an interruption whatever it interrupted, and a panic over records a defect.
func withCode(code int, err error) error {
	if err == nil {
		return nil
	}
	var defect *guard.Failure
	switch {
	case errors.Is(err, context.Canceled):
		code = exitInterrupted
	case errors.As(err, &defect):
		code = exitInternal
	}
	return &coded{code, err}
}

// failf makes an error with an exit code.
func failf(code int, format string, args ...any) error {
	return withCode(code, fmt.Errorf(format, args...))
}

// exitCode returns the exit code of err: 0 for nil, that of the strongest
// coded error inside it, 130 for a cancelled context, otherwise 1.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	found := map[int]bool{}
	collectCodes(err, found)
	for _, code := range byPrecedence {
		if found[code] {
			return code
		}
	}
	return exitInternal
}

func collectCodes(err error, found map[int]bool) {
	if c, ok := err.(*coded); ok {
		found[c.code] = true
		return
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			collectCodes(part, found)
		}
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			collectCodes(inner, found)
		}
	default:
		if errors.Is(err, context.Canceled) {
			found[exitInterrupted] = true
		} else {
			found[exitInternal] = true
		}
	}
}
