package gocode

import (
	"slices"
	"strings"
)

// nestKinds have a loop within a loop, or as much.
func nestKinds() []kind {
	const pairs = "for $i := range $a {\n\tfor $j := range $i {\n\t\t"
	return []kind{
		{"sort", false, func(d *draw) fn {
			down := d.IntN(2)
			return fn{names: "sort order", params: "a", doc: []string{"$a sorted, smallest first", "$a sorted, largest first"}[down], want: func(a []int) []int {
				r := slices.Sorted(slices.Values(a))
				if down == 1 {
					slices.Reverse(r)
				}
				return r
			}, bodies: []string{pairs + "if $a[$i] " + []string{"<", ">"}[down] + " $a[$j] {\n\t\t\t$a[$i], $a[$j] = $a[$j], $a[$i]\n\t\t}\n\t}\n}\nreturn $a"}}
		}},
		{"pairs", false, func(d *draw) fn {
			k := d.num(-5, 20)
			return fn{names: "pairs match", params: "a", doc: "number of pairs of items of $a whose sum is $1", want: func(a []int) int {
				n := 0
				for i, x := range a {
					n += len(filter(a[i+1:], func(y int) bool { return x+y == k }))
				}
				return n
			}, bodies: []string{"$r := 0\n" + pairs + "if $a[$i]+$a[$j] == $1 {\n\t\t\t$r++\n\t\t}\n\t}\n}\nreturn $r"}, fix: func(args []any) bool {
				a := args[0].([]int)
				for i := range a {
					if i > 0 && a[i]&1 == 0 {
						a[i] = k - a[i/2]
					}
				}
				return true
			}}
		}},
		{"inversions", false, func(d *draw) fn {
			k := d.num(0, 9)
			d.near = []int{0, k}
			return fn{names: "inv swaps", params: "a", doc: "number of pairs in $a whose first item is larger by more than $1", want: func(a []int) int {
				n := 0
				for i, x := range a {
					n += len(filter(a[i+1:], func(y int) bool { return x > y+k }))
				}
				return n
			}, bodies: []string{"$r := 0\n" + pairs + "if $a[$j] > $a[$i]+$1 {\n\t\t\t$r++\n\t\t}\n\t}\n}\nreturn $r"}}
		}},
		{"primes", false, func(d *draw) fn {
			k := d.num(2, 30)
			return fn{names: "primes list", params: "n", doc: "the primes from $1 to $n", want: func(n int) []int {
				return filter([]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59}, func(p int) bool { return p >= k && p <= n })
			}, bodies: []string{
				"$r := []int{}\nfor $i := $1; $i <= $n; $i++ {\n\t$w := true\n\tfor $j := 2; $j < $i; $j++ {\n\t\tif $i%$j == 0 {\n\t\t\t$w = false\n\t\t}\n\t}\n\tif $w {\n\t\t$r = append($r, $i)\n\t}\n}\nreturn $r",
			}, fix: between(0, 0, 40)}
		}},
		{"gridsum", true, func(d *draw) fn {
			f, c := d.form("$e"), d.cond("$e")
			return fn{names: "sum total", params: "g", doc: "sum of the items of all rows of $g that are " + c.many + f.words, want: func(g [][]int) int {
				r := 0
				for _, x := range filter(slices.Concat(g...), c.ok) {
					r += f.of(x)
				}
				return r
			}, bodies: []string{"$r := 0\nfor _, $h := range $g {\n\tfor _, $e := range $h {\n\t\tif " + c.yes + " {\n\t\t\t$r += " + f.text + "\n\t\t}\n\t}\n}\nreturn $r"}}
		}},
		{"transpose", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "turn flip", params: "g", doc: "the columns of $g as rows, each item times $1", want: func(g [][]int) [][]int {
				r := make([][]int, len(g[0]))
				for _, row := range g {
					for i, x := range row {
						r[i] = append(r[i], x*k)
					}
				}
				return r
			}, bodies: []string{"$r := make([][]int, len($g[0]))\nfor _, $h := range $g {\n\tfor $j, $e := range $h {\n\t\t$r[$j] = append($r[$j], $1*$e)\n\t}\n}\nreturn $r"}}
		}},
		{"apart", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "apart near", params: "a", doc: "whether two items of $a are $1 apart", want: func(a []int) bool {
				return slices.ContainsFunc(a, func(x int) bool { return slices.Contains(a, x+k) })
			}, bodies: []string{
				pairs + "if $a[$i]-$a[$j] == $1 || $a[$j]-$a[$i] == $1 {\n\t\t\treturn true\n\t\t}\n\t}\n}\nreturn false",
				"$m := map[int]bool{}\nfor _, $e := range $a {\n\tif $m[$e-$1] || $m[$e+$1] {\n\t\treturn true\n\t}\n\t$m[$e] = true\n}\nreturn false",
			}, fix: func(args []any) bool {
				if a := args[0].([]int); len(a) > 1 && a[0]%3 != 0 {
					a[len(a)-1] = a[len(a)-2] + []int{k, -k}[a[0]&1]
				}
				return true
			}}
		}},
		{"window", false, func(d *draw) fn {
			k := d.num(2, 4)
			return fn{names: "win best", params: "a", doc: "largest sum of $1 neighbours in $a, or 0 if all are below", want: func(a []int) int {
				best := 0
				for i := k; i <= len(a); i++ {
					best = max(best, sum(a[i-k:i]))
				}
				return best
			}, bodies: []string{"$r := 0\nfor $i := range len($a) - $1 + 1 {\n\t$o := 0\n\tfor _, $e := range $a[$i : $i+$1] {\n\t\t$o += $e\n\t}\n\t$r = max($r, $o)\n}\nreturn $r"}}
		}},
		{"runs", false, func(d *draw) fn {
			k := d.num(0, 9)
			return fn{names: "run most", params: "a", doc: "length of the longest run of equal items in $a, plus $1", want: func(a []int) int {
				best := 0
				for i := range a {
					n := slices.IndexFunc(a[i:], func(x int) bool { return x != a[i] })
					if n < 0 {
						n = len(a) - i
					}
					best = max(best, n)
				}
				return best + k
			}, bodies: []string{"$r, $o := 0, 0\nfor $i := range $a {\n\tif $i > 0 && $a[$i] == $a[$i-1] {\n\t\t$o++\n\t} else {\n\t\t$o = 1\n\t}\n\t$r = max($r, $o)\n}\nreturn $r + $1"}, fix: func(args []any) bool {
				a := args[0].([]int)
				for i := range a {
					if i > 0 && a[i]&2 == 0 {
						a[i] = a[i-1]
					}
				}
				return true
			}}
		}},
		{"twosum", false, func(d *draw) fn {
			k := d.num(-5, 20)
			return fn{names: "two find", params: "a", doc: "the first two indices of $a, the later one smallest, whose items have the sum $1", want: func(a []int) []int {
				for i, x := range a {
					if j := slices.Index(a[:i], k-x); j >= 0 {
						return []int{j, i}
					}
				}
				return nil
			}, bodies: []string{pairs + "if $a[$i]+$a[$j] == $1 {\n\t\t\treturn []int{$j, $i}\n\t\t}\n\t}\n}\nreturn nil"}, fix: func(args []any) bool {
				if a := args[0].([]int); len(a) > 3 {
					a[3] = k - a[1]
				}
				return true
			}}
		}},
		{"search", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "find sub", params: "st", doc: "index of $t in $s, or -$1", want: func(s, t string) int {
				if i := strings.Index(s, t); i >= 0 {
					return i
				}
				return -k
			},
				bodies: []string{"for $i := 0; $i+len($t) <= len($s); $i++ {\n\tif $s[$i:$i+len($t)] == $t {\n\t\treturn $i\n\t}\n}\nreturn -$1"}, fix: func(args []any) bool {
					if s := args[0].(string); len(s) > 2 && len(s)%4 > 0 {
						args[1] = s[len(s)/3 : len(s)-len(args[1].(string))%2]
					}
					return true
				}}
		}},
		{"common", false, func(d *draw) fn {
			no := d.IntN(2) == 1
			return fn{names: "both common", params: "ab", doc: "the items of $a that are " + map[bool]string{false: "also", true: "not"}[no] + " in $b", want: func(a, b []int) []int {
				return filter(a, func(x int) bool { return slices.Contains(b, x) != no })
			}, bodies: []string{
				"$m := map[int]bool{}\nfor _, $e := range $b {\n\t$m[$e] = true\n}\n$r := []int{}\nfor _, $e := range $a {\n\tif " + map[bool]string{true: "!"}[no] + "$m[$e] {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
			}, fix: func(args []any) bool {
				a, b := args[0].([]int), args[1].([]int)
				for i := range min(len(a), len(b)) / 2 {
					b[i] = a[len(a)-1-i]
				}
				return true
			}}
		}},
		{"mode", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "mode most", params: "a", doc: "$1 plus the most frequent item of $a, the first of several", want: func(a []int) int {
				best, times := 0, 0
				for _, x := range a {
					if n := len(filter(a, func(y int) bool { return x == y })); n > times {
						best, times = x, n
					}
				}
				return best + k
			}, bodies: []string{
				"$m := map[int]int{}\nfor _, $e := range $a {\n\t$m[$e]++\n}\n$r := $a[0]\nfor _, $e := range $a {\n\tif $m[$e] > $m[$r] {\n\t\t$r = $e\n\t}\n}\nreturn $r + $1",
			}, fix: filled(0)}
		}},
		{"table", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "table grid", params: "xy", doc: "$x rows of $y items, item j of row i is i times j plus $1", want: func(x, y int) [][]int {
				r := [][]int{}
				for i := range x {
					r = append(r, nil)
					for n := 0; len(r[i]) < y; n += i {
						r[i] = append(r[i], n+k)
					}
				}
				return r
			}, bodies: []string{"$r := make([][]int, $x)\nfor i := range $r {\n\tfor j := range $y {\n\t\t$r[i] = append($r[i], i*j+$1)\n\t}\n}\nreturn $r"}, fix: all(between(0, 0, 4), between(1, 0, 4))}
		}},
		{"rowmax", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "rows tops", params: "g", doc: "$1 times the largest item of each row of $g", want: func(g [][]int) []int {
				var r []int
				for _, row := range g {
					r = append(r, k*slices.Max(row))
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor _, $h := range $g {\n\t$o := $h[0]\n\tfor _, $e := range $h {\n\t\t$o = max($o, $e)\n\t}\n\t$r = append($r, $1*$o)\n}\nreturn $r"}}
		}},
	}
}
