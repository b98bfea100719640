package model

import (
	"fmt"
	"testing"
)

// TestAttentionIsShared counts the attention of the busiest thread against the mean, in
// scores that are computed, if each thread takes the next task when it is done with one.
func TestAttentionIsShared(t *testing.T) {
	for _, c := range []struct {
		heads, kvHeads, rows, keys, threads int
		most                                float64
	}{
		{32, 32, 80, 80, 2, 1.01}, {32, 32, 512, 512, 16, 1.1}, {32, 32, 80, 80, 64, 2.1}, {32, 32, 512, 512, 64, 1.3}, // LLaDA-8B
		{16, 8, 1, 4096, 2, 1.01}, {16, 8, 1, 4096, 16, 1.01}, {16, 8, 1, 8192, 64, 1.01}, {16, 8, 80, 80, 2, 1.1}, {16, 8, 80, 80, 16, 2.1}, {16, 8, 512, 512, 16, 1.1}, // Qwen3-0.6B
	} {
		s := &Session{m: &Model{cfg: Config{Heads: c.heads, KVHeads: c.kvHeads}}, pool: newProducts(c.threads)}
		for i := range c.rows {
			s.rows = append(s.rows, row{pos: c.keys - c.rows + i, visible: c.keys})
		}
		s.group()
		s.Close()
		free, all := make([]int, c.threads), 0 // what threads have done
		take := func(work int) {
			least := 0
			for i := range free {
				if free[i] < free[least] {
					least = i
				}
			}
			free[least], all = free[least]+work, all+work
		}
		for _, ref := range s.heads {
			if len(s.tiles) == 0 {
				take(ref.n * ref.keys)
			}
		}
		for _, tile := range s.tiles {
			ref := s.heads[tile.task]
			take(ref.n * min(keyTile, ref.keys-tile.index*keyTile))
		}
		busy := 0
		for _, n := range free {
			busy = max(busy, n)
		}
		if got := float64(busy*c.threads) / float64(all); got > c.most {
			t.Errorf("%s: the busiest thread has %.2f times the mean (%d tasks, %d tiles)", fmt.Sprint(c), got, len(s.heads), len(s.tiles))
		}
	}
}

// TestChunks: an element-wise step is shared by all threads where its rows are wide, and
// not cut into pieces that cost more to start than to do.
func TestChunks(t *testing.T) {
	for _, c := range []struct{ rows, width, threads, want int }{
		{1, 4096, 64, 1}, {80, 4096, 64, 1}, {512, 4096, 64, 2}, {512, 4096, 16, 8}, {512, 4096, 2, 16},
		{80, 128, 2, 16}, {80, 576, 2, 10}, {80, 576, 16, 7},
	} {
		if got := chunkOf(c.rows, c.width, c.threads); got != c.want {
			t.Errorf("%+v: %d rows in a task", c, got)
		}
	}
}
