package result

// Allocations are what a decoder allocated on the heap in the last batch of its
// warm-up, which is not timed. What the program does beside it is in the numbers
// too, so they are the same from run to run but for a few objects.
type Allocations struct {
	Type     string `json:"type"` // "allocations"
	Cell     string `json:"cell"`
	Session  int    `json:"session"`
	Requests int    `json:"requests"` // of the batch
	// Earlier is the number of batches that the decoder had decoded before: with
	// none, memory that it keeps from batch to batch is in the numbers.
	Earlier int   `json:"earlier"`
	Bytes   int64 `json:"bytes"`
	Objects int64 `json:"objects"`
}
