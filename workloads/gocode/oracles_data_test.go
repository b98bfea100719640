package gocode

import (
	"slices"
	"strings"
)

// dataOracles are functions that go through texts or make slices and maps, written in Go without a look at the references.
var dataOracles = oracles{
	"build/keep": func(d *draw) any {
		c := condition(d)
		return func(a []int) []int { return filter(a, c) }
	},
	"build/map": func(d *draw) any {
		k, l := d.int(1), d.int(2)
		return func(a []int) []int {
			var r []int
			for _, x := range a {
				r = append(r, x*k+l)
			}
			return r
		}
	},
	"build/reverse": func(*draw) any {
		return func(a []int) []int {
			r := slices.Clone(a)
			slices.Reverse(r)
			return r
		}
	},
	"build/running": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			var r []int
			for i := range a {
				r = append(r, k+sum(a[:i+1]))
			}
			return r
		}
	},
	"build/nth": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			var r []int
			for c := range slices.Chunk(a, k) {
				r = append(r, c[0])
			}
			return r
		}
	},
	"build/range": func(d *draw) any {
		j, k := d.int(1), d.int(2)
		return func(n int) []int {
			var r []int
			for i := 0; j+i*k <= n; i++ {
				r = append(r, j+i*k)
			}
			return r
		}
	},
	"build/zip": func(d *draw) any {
		op := strings.Index("sdp", d.texts['A'][:1])
		return func(a, b []int) []int {
			var r []int
			for i := range a[:min(len(a), len(b))] {
				r = append(r, []int{a[i] + b[i], a[i] - b[i], a[i] * b[i]}[op])
			}
			return r
		}
	},
	"build/unique": func(*draw) any {
		return func(a []int) []int {
			var r []int
			for _, x := range a {
				if !slices.Contains(r, x) {
					r = append(r, x)
				}
			}
			return r
		}
	},
	"build/tally": func(d *draw) any {
		c := condition(d)
		return func(a []int) map[int]int {
			m := map[int]int{}
			for _, x := range filter(a, c) {
				m[x]++
			}
			return m
		}
	},
	"build/places": func(d *draw) any {
		c := condition(d)
		return func(a []int) []int {
			var r []int
			for i, x := range a {
				if c(x) {
					r = append(r, i)
				}
			}
			return r
		}
	},
	"build/rotate": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			var r []int
			for i := range a {
				r = append(r, a[(i+k)%len(a)])
			}
			return r
		}
	},
	"build/deltas": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			var r []int
			for len(a) > 1 {
				r = append(r, k*a[1]-k*a[0])
				a = a[1:]
			}
			return r
		}
	},
	"build/between": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			var r []int
			for _, x := range a {
				r = append(r, k, x)
			}
			return r[min(1, len(r)):]
		}
	},
	"build/split": func(d *draw) any {
		c := d.char(1)
		return func(s string) []string { return strings.Split(s, string(c)) }
	},
	"build/squares": func(d *draw) any {
		j, k := d.int(1), d.int(2)
		return func(n int) []int {
			var r []int
			for i := range max(0, n-j+1) {
				r = append(r, (i+j)*(i+j)+k)
			}
			return r
		}
	},
	"text/occurs": func(d *draw) any {
		k := d.int(1)
		return func(s string, c byte) int { return k * strings.Count(s, string(c)) }
	},
	"text/either": func(d *draw) any {
		a, b, c := d.char(1), d.char(2), d.char(3)
		return func(s string) int {
			return strings.Count(s, string(a)) + strings.Count(s, string(b)) + strings.Count(s, string(c))
		}
	},
	"text/backwards": func(d *draw) any {
		c := string(d.char(1))
		return func(s string) string {
			b := []byte(s)
			slices.Reverse(b)
			return string(b) + c
		}
	},
	"text/replace": func(d *draw) any {
		a, b := d.char(1), d.char(2)
		return func(s string) string { return strings.ReplaceAll(s, string(a), string(b)) }
	},
	"text/without": func(d *draw) any {
		c := string(d.char(1))
		return func(s string) string { return strings.ReplaceAll(s, c, "") }
	},
	"text/palindrome": func(*draw) any {
		return func(s string) bool {
			b := []byte(s)
			slices.Reverse(b)
			return string(b) == s
		}
	},
	"text/repeat": func(d *draw) any {
		c := string(d.char(1))
		return func(s string, n int) string {
			return strings.Join(slices.Repeat([]string{s}, n), c)
		}
	},
	"text/shift": func(d *draw) any {
		k := d.int(1)
		return func(s string) string {
			return strings.Map(func(c rune) rune { return rune((lower + lower)[int(c-'a')+k]) }, s)
		}
	},
	"text/where": func(d *draw) any {
		k := d.int(1)
		return func(s string, c byte) int {
			if i := strings.IndexByte(s, c); i >= 0 {
				return i
			}
			return -k
		}
	},
	"text/every": func(d *draw) any {
		k := d.int(1)
		return func(s string) string {
			r := ""
			for len(s) > 0 {
				r, s = r+s[:1], s[min(k, len(s)):]
			}
			return r
		}
	},
	"text/words": func(d *draw) any {
		c := d.char(1)
		return func(s string) int {
			return len(strings.FieldsFunc(s, func(r rune) bool { return r == rune(c) }))
		}
	},
	"text/longest": func(d *draw) any {
		c := string(d.char(1))
		return func(s string) int {
			n := 0
			for strings.Contains(s, strings.Repeat(c, n+1)) {
				n++
			}
			return n
		}
	},
	"text/number": func(d *draw) any {
		k := d.int(1)
		return func(s string) int {
			n, p := 0, 1
			for _, c := range slices.Backward([]byte(s)) {
				if c >= '0' && c <= '9' {
					n, p = n+p*int(c-'0'), p*k
				}
			}
			return n
		}
	},
	"text/trim": func(d *draw) any {
		c := string(d.char(1))
		return func(s string) string { return strings.TrimLeft(s, c) }
	},
	"text/starts": func(*draw) any {
		return func(s, t string) bool { return strings.HasPrefix(s, t) }
	},
	"text/twice": func(d *draw) any {
		c := string(d.char(1))
		return func(s string) string { return strings.ReplaceAll(s, c, c+c) }
	},
	"text/differ": func(d *draw) any {
		k := d.int(1)
		return func(s, t string) int {
			n := 0
			for s != "" && t != "" {
				n += b2i(s[0] != t[0])
				s, t = s[1:], t[1:]
			}
			return n * k
		}
	},
}
