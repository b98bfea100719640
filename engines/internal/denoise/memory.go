package denoise

// memory is what a rule remembers of each request of a batch. Rules clear their
// part of it when Step.Fresh.
type memory[T any] []T

// of is the part of the i-th request of the batch.
func (m *memory[T]) of(i int) *T {
	for len(*m) <= i {
		var none T
		*m = append(*m, none)
	}
	return &(*m)[i]
}
