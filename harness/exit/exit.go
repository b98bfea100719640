// Package exit holds the exit codes of the program, and errors that carry one.
package exit

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The exit codes of every command. The first that applies wins: an interrupted run is
// never read as a regression, and missing data never as a pass.
const (
	Interrupted  = 130 // interrupted by a signal, SIGINT or SIGTERM; finished results are kept and --resume continues
	Internal     = 1   // a defect in dllmbench
	Usage        = 2   // wrong flag, argument or scenario
	Setup        = 3   // model, tokenizer or data missing, damaged or not the one that was asked for
	Execution    = 4   // a cell failed, the run is invalid, or an output cannot be written
	Insufficient = 5   // too little data for a verdict, or results that cannot be compared
	Regression   = 10  // a measured regression
	Threshold    = 99  // a threshold of the scenario was missed
	OK           = 0   // done, and no check failed
)

// byPrecedence holds the exit codes, the winning one first.
var byPrecedence = [...]int{
	Interrupted, Internal, Usage, Setup, Execution,
	Insufficient, Regression, Threshold, OK,
}

// coded is an error that knows its exit code.
type coded struct {
	code int
	err  error
}

func (e *coded) Error() string { return e.err.Error() }
func (e *coded) Unwrap() error { return e.err }

// With gives err an exit code. Nil stays nil, a cancelled context is an interruption,
// and an error with a method Defect (a panic that was caught) is a defect.
func With(code int, err error) error {
	if err == nil {
		return nil
	}
	var defect interface{ Defect() }
	switch {
	case errors.Is(err, context.Canceled):
		code = Interrupted
	case errors.As(err, &defect):
		code = Internal
	}
	return &coded{code, err}
}

// Errorf makes an error with an exit code.
func Errorf(code int, format string, args ...any) error {
	return With(code, fmt.Errorf(format, args...))
}

// Code returns the exit code of err: 0 for nil, that of the strongest
// coded error inside it, 130 for a cancelled context, otherwise 1.
func Code(err error) int {
	if err == nil {
		return OK
	}
	found := codes(err)
	for _, code := range byPrecedence {
		if slices.Contains(found, code) {
			return code
		}
	}
	return Internal
}

// codes are those inside err; a part without one is a cancelled context or a defect.
func codes(err error) (list []int) {
	if c, ok := err.(*coded); ok {
		return []int{c.code}
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			list = append(list, codes(part)...)
		}
		return list
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return codes(inner)
		}
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return []int{Interrupted}
	}
	return []int{Internal}
}
