package remote

import (
	"testing"
	"time"
)

// TestCalibrate: the error is that of this client, never below zero, and grows with what the
// clock of the reader adds.
func TestCalibrate(t *testing.T) {
	t.Parallel()
	c, err := Calibrate(t.Context(), 8, time.Now)
	if err != nil || c.Events != 80 || c.Median < 0 || c.P99 < c.Median || c.Worst < c.P99 {
		t.Fatalf("%+v, %v", c, err)
	}
}
