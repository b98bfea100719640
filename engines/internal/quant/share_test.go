package quant

import "testing"

// TestShare counts the largest task of a thread against the mean over the products of a
// layer, as the test of package kernel does.
func TestShare(t *testing.T) {
	for name, products := range map[string][][2]int{
		"qwen3-0.6b": {{1024, 4096}, {2048, 1024}, {1024, 6144}, {3072, 1024}},
		"llada-8b":   {{4096, 12288}, {4096, 4096}, {4096, 24576}, {12288, 4096}},
	} {
		for threads, most := range map[int][2]float64{2: {1.01, 1.01}, 16: {1.1, 1.1}, 64: {1.5, 1.2}} { // with few rows, with 80 and more
			for i, rows := range [][]int{{1, 4, 8, 32}, {80, 512}} {
				for _, m := range rows {
					busy, mean := 0, 0
					for _, s := range products {
						pairs := s[1] / (2 * Width)
						of := share(m, pairs, threads)
						if across := (pairs-1)/of.pairs + 1; of.across != across || of.count != across*((m-1)/of.rows+1) {
							t.Errorf("%s, %d rows, %d threads: %+v", name, m, threads, of)
						}
						busy += s[0] * ((of.count-1)/threads + 1) * of.pairs * min(of.rows, m)
						mean += s[0] * pairs * m
					}
					if got := float64(busy*threads) / float64(mean); got > most[i] {
						t.Errorf("%s, %d rows, %d threads: the busiest thread has %.2f times the mean", name, m, threads, got)
					}
				}
			}
		}
	}
}
