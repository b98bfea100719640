package exit

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
		{"usage", Errorf(Usage, "bad flag"), 2},
		{"wrapped", fmt.Errorf("while reading: %w", Errorf(Setup, "no weights")), 3},
		{"coded nil stays nil", With(Setup, nil), 0},
		{"cancelled", fmt.Errorf("run: %w", context.Canceled), 130},
		{"cancelled under a code", With(Execution, context.Canceled), 130},
		{"interrupt beats failure", errors.Join(Errorf(Execution, "x"), context.Canceled), 130},
		{"failure beats insufficient", errors.Join(Errorf(Insufficient, "x"), Errorf(Execution, "y")), 4},
		{"insufficient beats regression", errors.Join(Errorf(Regression, "x"), Errorf(Insufficient, "y")), 5},
		{"regression beats threshold", errors.Join(Errorf(Threshold, "x"), Errorf(Regression, "y")), 10},
		{"threshold beats ok", Errorf(Threshold, "x"), 99},
		{"a panic over bad records is a defect", With(Execution, fmt.Errorf("report: %w", &guard.Failure{What: "cell c1"})), 1},
		{"defect beats usage", errors.Join(Errorf(Usage, "x"), plain), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Code(c.err); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}
