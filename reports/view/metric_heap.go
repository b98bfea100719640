package view

import (
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// allocated is what one request of the counted batch allocated, multiplied by a
// factor. A single batch was counted, so there is no interval.
func allocated(of func(*result.Allocations) int64, by float64) estimator {
	return func(u *units, _ *stats.Bootstrap) (stats.Estimate, error) {
		if u.heap == nil || u.heap.Requests < 1 {
			return stats.Estimate{}, stats.ErrNoData
		}
		method := "one untimed batch"
		if u.heap.Earlier == 0 {
			method = "first batch: memory that is kept is in it"
		}
		return stats.Estimate{Value: by * float64(of(u.heap)) / float64(u.heap.Requests), N: u.heap.Requests, Method: method}, nil
	}
}
