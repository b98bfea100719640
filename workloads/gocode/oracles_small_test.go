package gocode

import (
	"slices"
	"strconv"
	"strings"
)

// smallOracles are functions on numbers and single loops, written in Go without a look at the references.
var smallOracles = oracles{
	"expr/add": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return x + k }
	},
	"expr/line": func(d *draw) any {
		k, l := d.int(1), d.int(2)
		return func(x int) int { return k*x + l }
	},
	"expr/less": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int { return x*y - k }
	},
	"expr/square": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return x*x + k }
	},
	"expr/multiple": func(d *draw) any {
		k := d.int(1)
		return func(x int) bool { return x%k == 0 }
	},
	"expr/within": func(d *draw) any {
		low, high := d.int(1), d.int(2)
		return func(x int) bool { return low <= x && x <= high }
	},
	"expr/beyond": func(d *draw) any {
		low, high := d.int(1), d.int(2)
		return func(x int) bool { return x < low || x > high }
	},
	"expr/atleast": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return max(x, k) }
	},
	"expr/limit": func(d *draw) any {
		low, high := d.int(1), d.int(2)
		return func(x int) int { return max(low, min(x, high)) }
	},
	"expr/prefix": func(d *draw) any {
		k := d.int(1)
		return func(s string) string {
			if len(s) > k {
				s = s[:k]
			}
			return s
		}
	},
	"expr/size": func(d *draw) any {
		k := d.int(1)
		return func(a []int) int { return len(a) - k }
	},
	"expr/oneof": func(d *draw) any {
		b, c := d.char(1), d.char(2)
		return func(e byte) bool { return e == b || e == c }
	},
	"expr/letter": func(d *draw) any {
		low, high := d.char(1), d.char(2)
		return func(c byte) bool { return low <= c && c <= high }
	},
	"expr/mean": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int { return (x + y) / k }
	},
	"expr/join": func(d *draw) any {
		c := string(d.char(1))
		return func(s, t string) string { return strings.Join([]string{s, t}, c) }
	},
	"expr/rest": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int { return x * y % k }
	},
	"branch/far": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return max(x-k, k-x) }
	},
	"branch/sign": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return max(-1, min(x-k, 1)) }
	},
	"branch/grade": func(d *draw) any {
		low, high := d.int(1), d.int(2)
		a, b, c := d.char(3), d.char(4), d.char(5)
		return func(x int) string {
			return string([]byte{c, b, a}[b2i(x < high)+b2i(x < low)])
		}
	},
	"branch/step": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return []int{x / 2, k*x + 1}[x&1] }
	},
	"branch/gap": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int { return k * (max(x, y) - min(x, y)) }
	},
	"branch/middle": func(d *draw) any {
		k := d.int(1)
		return func(x, y, z int) int { return x + y + z - min(x, y, z) - max(x, y, z) + k }
	},
	"branch/divide": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int {
			if y != 0 {
				return x / y
			}
			return k
		}
	},
	"branch/at": func(d *draw) any {
		k := d.int(1)
		return func(a []int, i int) int {
			for j, x := range a {
				if i == j {
					return x
				}
			}
			return k
		}
	},
	"branch/fizz": func(d *draw) any {
		j := d.int(1)
		k := d.int(2)
		a, b := d.char(3), d.char(4)
		return func(x int) string {
			return strings.Repeat(string([]byte{b, a}[b2i(x%j == 0)]), b2i(x%j == 0 || x%k == 0))
		}
	},
	"branch/except": func(d *draw) any {
		j := d.int(1)
		k := d.int(2)
		return func(x int) bool { return x%j == 0 && x%k != 0 }
	},
	"branch/upper": func(*draw) any {
		return func(c byte) byte { return strings.ToUpper(string(rune(c)))[0] }
	},
	"branch/cap": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int { return min(max(x, y), k) }
	},
	"branch/choose": func(d *draw) any {
		k := d.int(1)
		return func(q bool, x, y int) int { return map[bool]int{true: x, false: y + k}[q] }
	},
	"loop/sum": func(d *draw) any {
		f, c := application(d), condition(d)
		return func(a []int) int {
			r := 0
			for _, x := range filter(a, c) {
				r += f(x)
			}
			return r
		}
	},
	"loop/count": func(d *draw) any {
		c := condition(d)
		return func(a []int) int { return len(filter(a, c)) }
	},
	"loop/product": func(d *draw) any {
		c := condition(d)
		return func(a []int) int {
			r := 1
			for _, x := range filter(a, c) {
				r *= x
			}
			return r
		}
	},
	"loop/largest": func(d *draw) any {
		k := d.int(1)
		c := condition(d)
		return func(a []int) int { return slices.Max(append(filter(a, c), k)) }
	},
	"loop/any": func(d *draw) any {
		c := condition(d)
		return func(a []int) bool { return slices.ContainsFunc(a, c) }
	},
	"loop/all": func(d *draw) any {
		c := condition(d)
		return func(a []int) bool { return len(filter(a, c)) == len(a) }
	},
	"loop/first": func(d *draw) any {
		c := condition(d)
		return func(a []int) int { return slices.IndexFunc(a, c) }
	},
	"loop/last": func(d *draw) any {
		c := condition(d)
		return func(a []int) int {
			for i := len(a) - 1; i >= 0; i-- {
				if c(a[i]) {
					return i
				}
			}
			return -1
		}
	},
	"loop/until": func(d *draw) any {
		c := condition(d)
		return func(a []int) int {
			if i := slices.IndexFunc(a, c); i >= 0 {
				a = a[:i]
			}
			return sum(a)
		}
	},
	"loop/values": func(d *draw) any {
		c := condition(d)
		return func(m map[string]int) int {
			r := 0
			for _, x := range m {
				r += b2i(c(x)) * x
			}
			return r
		}
	},
	"loop/power": func(d *draw) any {
		k := d.int(1)
		return func(n int) int {
			if n == 0 {
				return 1
			}
			h := 1
			for range n / 2 {
				h *= k
			}
			return h * h * []int{1, k}[n%2]
		}
	},
	"loop/triangle": func(d *draw) any {
		k := d.int(1)
		return func(n int) int { return max(0, n-k+1) * (n + k) / 2 }
	},
	"loop/multiples": func(d *draw) any {
		k := d.int(1)
		return func(n int) int { return k * max(0, n/k) * (max(0, n/k) + 1) / 2 }
	},
	"loop/digitsum": func(d *draw) any {
		k := d.int(1)
		return func(x int) int {
			r := 0
			for _, c := range strconv.FormatInt(int64(x), k) {
				r += int(c - '0')
			}
			return r
		}
	},
	"loop/length": func(d *draw) any {
		k := d.int(1)
		return func(x int) int { return len(strconv.FormatInt(int64(x), k)) }
	},
	"loop/divides": func(d *draw) any {
		k := d.int(1)
		return func(x int) int {
			r := 0
			for p := k; x%p == 0; p *= k {
				r++
			}
			return r
		}
	},
	"loop/gcd": func(d *draw) any {
		k := d.int(1)
		return func(x, y int) int {
			for r := max(x, y); ; r-- {
				if x%r == 0 && y%r == 0 {
					return k * r
				}
			}
		}
	},
	"loop/fib": func(d *draw) any {
		j, k := d.int(1), d.int(2)
		return func(n int) int {
			a := []int{j, k}
			for len(a) <= n {
				a = append(a, a[len(a)-1]+a[len(a)-2])
			}
			return a[n]
		}
	},
	"loop/flip": func(d *draw) any {
		k := d.int(1)
		return func(x int) int {
			b := []byte(strconv.Itoa(x))
			slices.Reverse(b)
			n, _ := strconv.Atoi(string(b))
			return n + k
		}
	},
	"loop/collatz": func(d *draw) any {
		k := d.int(1)
		return func(x int) int {
			r := k
			for ; x > 1; r++ {
				x = []int{x / 2, 3*x + 1}[x&1]
			}
			return r
		}
	},
}
