package gocode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// longOracles are nested loops and long functions, written in Go without a look at the references.
var longOracles = oracles{
	"nest/sort": func(d *draw) any {
		down := d.texts['A'] == "largest"
		return func(a []int) []int {
			r := slices.Sorted(slices.Values(a))
			if down {
				slices.Reverse(r)
			}
			return r
		}
	},
	"nest/pairs": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			n := 0
			for i, x := range a {
				n += len(filter(a[i+1:], func(y int) bool { return x+y == k }))
			}
			return n
		}
	},
	"nest/inversions": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			n := 0
			for i, x := range a {
				n += len(filter(a[i+1:], func(y int) bool { return x > y+k }))
			}
			return n
		}
	},
	"nest/primes": func(d *draw) any {
		k := d.int(1)
		return func(n int) []int {
			return filter([]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59}, func(p int) bool { return p >= k && p <= n })
		}
	},
	"nest/gridsum": func(d *draw) any {
		f, c := application(d), condition(d)
		return func(g [][]int) int {
			r := 0
			for _, x := range filter(slices.Concat(g...), c) {
				r += f(x)
			}
			return r
		}
	},
	"nest/transpose": func(d *draw) any {
		k := d.int(1)
		return func(g [][]int) [][]int {
			r := make([][]int, len(g[0]))
			for _, row := range g {
				for i, x := range row {
					r[i] = append(r[i], x*k)
				}
			}
			return r
		}
	},
	"nest/apart": func(d *draw) any {
		k := d.int(1)
		return func(a []int) bool {
			return slices.ContainsFunc(a, func(x int) bool { return slices.Contains(a, x+k) })
		}
	},
	"nest/window": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			best := 0
			for i := k; i <= len(a); i++ {
				best = max(best, sum(a[i-k:i]))
			}
			return best
		}
	},
	"nest/runs": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			best := 0
			for i := range a {
				n := slices.IndexFunc(a[i:], func(x int) bool { return x != a[i] })
				if n < 0 {
					n = len(a) - i
				}
				best = max(best, n)
			}
			return best + k
		}
	},
	"nest/twosum": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			for i, x := range a {
				if j := slices.Index(a[:i], k-x); j >= 0 {
					return []int{j, i}
				}
			}
			return nil
		}
	},
	"nest/search": func(d *draw) any {
		k := d.int(1)
		return func(s, t string) int {
			if i := strings.Index(s, t); i >= 0 {
				return i
			}
			return -k
		}
	},
	"nest/common": func(d *draw) any {
		no := d.texts['A'] == "not"
		return func(a, b []int) []int {
			return filter(a, func(x int) bool { return slices.Contains(b, x) != no })
		}
	},
	"nest/mode": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			best, times := 0, 0
			for _, x := range a {
				if n := len(filter(a, func(y int) bool { return x == y })); n > times {
					best, times = x, n
				}
			}
			return best + k
		}
	},
	"nest/table": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) [][]int {
			r := [][]int{}
			for i := range x {
				r = append(r, nil)
				for n := 0; len(r[i]) < y; n += i {
					r[i] = append(r[i], n+k)
				}
			}
			return r
		}
	},
	"nest/rowmax": func(d *draw) any {
		k := d.int(1)
		return func(g [][]int) []int {
			var r []int
			for _, row := range g {
				r = append(r, k*slices.Max(row))
			}
			return r
		}
	},
	"long/merge": func(d *draw) any {
		k := d.int(1)
		return func(a, b []int) []int {
			r := slices.Sorted(slices.Values(slices.Concat(a, b)))
			for i := range r {
				r[i] += k
			}
			return r
		}
	},
	"long/pack": func(d *draw) any {
		c := d.char(1)
		return func(s string) string {
			r := ""
			for s != "" {
				rest := strings.TrimLeft(s, s[:1])
				r += fmt.Sprintf("%c%d%c", s[0], len(s)-len(rest), c)
				s = rest
			}
			return r
		}
	},
	"long/search": func(d *draw) any {
		k := d.int(1)
		return func(a []int, x int) int {
			if i, ok := slices.BinarySearch(a, x); ok {
				return i
			}
			return -k
		}
	},
	"long/base": func(d *draw) any {
		k := d.int(1)
		return func(x int) string { return strconv.FormatInt(int64(x), k) }
	},
	"long/sieve": func(d *draw) any {
		k := d.int(1)
		return func(n int) []int {
			var r []int
			for _, p := range []int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59} {
				if p < n {
					r = append(r, p+k)
				}
			}
			return r
		}
	},
	"long/roman": func(d *draw) any {
		k := d.int(1)
		return func(x int) string {
			x += k
			tens := strings.Fields("- X XX XXX XL L LX LXX LXXX XC")
			ones := strings.Fields("- I II III IV V VI VII VIII IX")
			return strings.ReplaceAll(tens[x/10]+ones[x%10], "-", "")
		}
	},
	"long/sums": func(d *draw) any {
		k := d.int(1)
		return func(s string) int {
			r := k
			for p := range strings.SplitSeq(s, "+") {
				n, _ := strconv.Atoi(p)
				r += n
			}
			return r
		}
	},
	"long/match": func(d *draw) any {
		pair := d.texts['A'] + d.texts['B']
		return func(s string) bool {
			s = strings.Map(func(c rune) rune { return c - rune(b2i(!strings.ContainsRune(pair, c)))*2*c }, s) // others become negative and are dropped
			for strings.Contains(s, pair) {
				s = strings.ReplaceAll(s, pair, "")
			}
			return s == ""
		}
	},
	"long/stats": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			if len(a) == 0 {
				return nil
			}
			return []int{slices.Min(a), slices.Max(a), k * sum(a)}
		}
	},
	"long/primesum": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int {
			return k + sum(filter(a, func(x int) bool {
				return x > 1 && len(filter([]int{2, 3, 5}, func(p int) bool { return x%p == 0 && x > p })) == 0
			}))
		}
	},
	"long/titles": func(d *draw) any {
		c := d.char(1)
		return func(s string) string {
			words := strings.Split(s, string(c))
			for i, w := range words {
				if w != "" {
					words[i] = strings.ToUpper(w[:1]) + w[1:]
				}
			}
			return strings.Join(words, string(c))
		}
	},
	"long/bykey": func(d *draw) any {
		k := d.int(1)
		return func(a []int) []int {
			r := slices.Clone(a)
			slices.SortFunc(r, func(x, y int) int { return (x%k-y%k)*1000 + x - y })
			return r
		}
	},
	"long/unpack": func(d *draw) any {
		k := d.int(1)
		return func(s string) string {
			r := ""
			for i := 0; i < len(s); i += 2 {
				r += strings.Repeat(s[i:i+1], int(s[i+1]-'0')+k)
			}
			return r
		}
	},
	"long/groups": func(d *draw) any {
		k := d.int(1)
		return func(a []int) [][]int {
			r := make([][]int, k)
			for _, x := range a {
				i := max(x, -x) % k
				r[i] = append(r[i], max(x, -x))
			}
			return r
		}
	},
	"long/path": func(d *draw) any {
		k := d.int(1)
		return func(s string) int {
			n := strings.Count(s, "n") - strings.Count(s, "s")
			e := strings.Count(s, "e") - strings.Count(s, "w")
			return max(n, -n) + max(e, -e) + k
		}
	},
}
