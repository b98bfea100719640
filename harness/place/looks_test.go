package place

import "testing"

func TestLooks(t *testing.T) {
	var looks Looks
	for _, c := range [][3]string{
		{"diffusion", "llada", "diffusion"}, {"autoregressive", "ar", "autoregressive"}, {"diffusion", "dream", "diffusion/1"},
		{"diffusion", "fast", "diffusion/2"}, {"autoregressive", "lookup", "autoregressive/3"}, {"diffusion", "dream", "diffusion/1"},
	} {
		if got := looks.Of(c[0], c[1]); got != c[2] {
			t.Errorf("%s, %s looks as %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
