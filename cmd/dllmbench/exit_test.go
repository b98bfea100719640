package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"dllmbench/reports/guard"
)

func TestExitCode(t *testing.T) {
	plain := errors.New("plain")
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"nothing wrong", nil, 0},
		{"no code", plain, 1},
		{"usage", failf(exitUsage, "bad flag"), 2},
		{"wrapped", fmt.Errorf("while reading: %w", failf(exitSetup, "no weights")), 3},
		{"coded nil stays nil", withCode(exitSetup, nil), 0},
		{"cancelled", fmt.Errorf("run: %w", context.Canceled), 130},
		{"cancelled under a code", withCode(exitExecution, context.Canceled), 130},
		{"interrupt beats failure", errors.Join(failf(exitExecution, "x"), context.Canceled), 130},
		{"failure beats insufficient", errors.Join(failf(exitInsufficient, "x"), failf(exitExecution, "y")), 4},
		{"insufficient beats regression", errors.Join(failf(exitRegression, "x"), failf(exitInsufficient, "y")), 5},
		{"regression beats threshold", errors.Join(failf(exitThreshold, "x"), failf(exitRegression, "y")), 10},
		{"threshold beats ok", failf(exitThreshold, "x"), 99},
		{"a panic over bad records is a defect", withCode(exitExecution, fmt.Errorf("report: %w", &guard.Failure{What: "cell c1"})), 1},
		{"defect beats usage", errors.Join(failf(exitUsage, "x"), plain), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := exitCode(c.err); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}
