package harness

import (
	"slices"
	"testing"
)

// TestRecut: a token of another tokenizer is delivered with the chunk that completes
// its bytes; what the text has more or fewer of comes with the last one.
func TestRecut(t *testing.T) {
	for _, c := range []struct {
		name       string
		chunks     []int64 // own tokens of each delivery
		own, other []int   // ends in bytes
		want       []int64
	}{
		{"the same tokens", []int64{1, 2}, []int{1, 2, 3}, []int{1, 2, 3}, []int64{1, 2}},
		{"longer ones", []int64{1, 1, 1, 1}, []int{1, 2, 3, 4}, []int{3, 4}, []int64{0, 0, 1, 1}},
		{"shorter ones", []int64{1, 1}, []int{2, 6}, []int{1, 2, 3, 4, 5, 6}, []int64{2, 4}},
		{"a text that was normalised", []int64{1, 1}, []int{2, 4}, []int{2, 5}, []int64{1, 1}},
		{"an end that never came", []int64{1, 1}, []int{1, 2, 3}, []int{1, 2, 3}, []int64{1, 1}},
		{"nothing", nil, nil, nil, nil},
	} {
		var chunks [][2]int64
		for _, n := range c.chunks {
			chunks = append(chunks, [2]int64{0, n})
		}
		recut(chunks, c.own, c.other)
		var got []int64
		for _, pair := range chunks {
			got = append(got, pair[1])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestChunksOfText: tokens come with the delivery of their last byte; what brings none is no
// chunk.
func TestChunksOfText(t *testing.T) {
	got := chunksOf([][2]int64{{10, 1}, {20, 1}, {30, 5}, {40, 1}}, []int{2, 3, 6, 8})
	if want := [][2]int64{{20, 1}, {30, 2}, {40, 1}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
