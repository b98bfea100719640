package kernel

import "testing"

// layers are the products of a layer, K×N, in networks of a real size.
var layers = map[string][][2]int{
	"qwen3-0.6b":  {{1024, 4096}, {2048, 1024}, {1024, 6144}, {3072, 1024}},
	"llama3.2-1b": {{2048, 3072}, {2048, 2048}, {2048, 16384}, {8192, 2048}},
	"llada-8b":    {{4096, 12288}, {4096, 4096}, {4096, 24576}, {12288, 4096}},
}

// TestShare counts the largest task of a thread against the mean: what a layer's products
// take, if each thread takes the next part when it is done with one, over what they would
// take if all threads had the same to do. It also adds the parts up.
func TestShare(t *testing.T) {
	for name, products := range layers {
		for _, threads := range []int{2, 16, 64} {
			for _, m := range []int{1, 4, 32, 80, 512} {
				busy, mean := 0.0, 0.0
				for _, s := range products {
					k, panels := s[0], panelCount(s[1])
					of := share(m, panels, threads)
					covered := 0
					for i := range of.count {
						covered += min(of.rows, m-i/of.across*of.rows) * min(of.panels, panels-i%of.across*of.panels)
					}
					if covered != m*panels {
						t.Errorf("%s, %d rows, %d threads: %+v covers %d of %d", name, m, threads, of, covered, m*panels)
					}
					busy += float64(k * busiest(of.count, 1, threads) * min(of.rows, m) * of.panels)
					mean += float64(k*m*panels) / float64(threads)
				}
				least := 0.93
				if threads == 64 {
					least = 0.76
				}
				if threads == 64 && m == 32 { // too few rows to divide, and panels are taken by four
					least = 0.46
				}
				if mean/busy < least {
					t.Errorf("%s, %d rows, %d threads: the busiest thread has %.2f times the mean", name, m, threads, busy/mean)
				}
			}
		}
	}
}
