package gocode

import (
	"slices"
	"strings"
)

// buildKinds make a slice or a map.
func buildKinds() []kind {
	const each = "for _, $e := range $a {\n\t"
	return []kind{
		{"keep", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "keep sel", params: "a", doc: "the items of $a that are " + c.many, want: func(a []int) []int { return filter(a, c.ok) },
				bodies: []string{
					"$r := []int{}\n" + each + "if " + c.yes + " {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
					"var $r []int\n" + each + "if " + c.yes + " {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
				}}
		}},
		{"map", true, func(d *draw) fn {
			k, l := d.num(2, 9), d.num(1, 20)
			return fn{names: "scale lin", params: "a", doc: "$1 times each item of $a, plus $2", want: func(a []int) []int {
				var r []int
				for _, x := range a {
					r = append(r, x*k+l)
				}
				return r
			}, bodies: []string{
				"$r := make([]int, len($a))\nfor $i, $e := range $a {\n\t$r[$i] = $1*$e + $2\n}\nreturn $r",
				"for $i := range $a {\n\t$a[$i] = $1*$a[$i] + $2\n}\nreturn $a",
			}}
		}},
		{"reverse", false, func(*draw) fn {
			return fn{names: "rev back", params: "a", doc: "the items of $a in reverse order", want: func(a []int) []int {
				r := slices.Clone(a)
				slices.Reverse(r)
				return r
			}, bodies: []string{
				"for i, j := 0, len($a)-1; i < j; i, j = i+1, j-1 {\n\t$a[i], $a[j] = $a[j], $a[i]\n}\nreturn $a",
				"$r := []int{}\nfor $i := len($a) - 1; $i >= 0; $i-- {\n\t$r = append($r, $a[$i])\n}\nreturn $r",
			}}
		}},
		{"running", false, func(d *draw) fn {
			k := d.num(0, 20)
			return fn{names: "run acc", params: "a", doc: "running sums of $a, from $1 on", want: func(a []int) []int {
				var r []int
				for i := range a {
					r = append(r, k+sum(a[:i+1]))
				}
				return r
			}, bodies: []string{"$r := $1\nfor $i, $e := range $a {\n\t$r += $e\n\t$a[$i] = $r\n}\nreturn $a"}}
		}},
		{"nth", false, func(d *draw) fn {
			k := d.num(2, 6)
			return fn{names: "nth thin", params: "a", doc: "the items of $a whose index is a multiple of $1", want: func(a []int) []int {
				var r []int
				for c := range slices.Chunk(a, k) {
					r = append(r, c[0])
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i := 0; $i < len($a); $i += $1 {\n\t$r = append($r, $a[$i])\n}\nreturn $r"}}
		}},
		{"range", true, func(d *draw) fn {
			j, k := d.num(-9, 12), d.num(2, 9)
			return fn{names: "seq span", params: "n", doc: "the numbers from $1 to $n in steps of $2", want: func(n int) []int {
				var r []int
				for i := 0; j+i*k <= n; i++ {
					r = append(r, j+i*k)
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i := $1; $i <= $n; $i += $2 {\n\t$r = append($r, $i)\n}\nreturn $r"}}
		}},
		{"zip", false, func(d *draw) fn {
			op := d.IntN(3)
			return fn{names: "zip both", params: "ab", doc: []string{"sums", "differences", "products"}[op] + " of the items of $a and $b, as many as both have", want: func(a, b []int) []int {
				var r []int
				for i := range a[:min(len(a), len(b))] {
					r = append(r, []int{a[i] + b[i], a[i] - b[i], a[i] * b[i]}[op])
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i := range min(len($a), len($b)) {\n\t$r = append($r, $a[$i]" + []string{"+", "-", "*"}[op] + "$b[$i])\n}\nreturn $r"}}
		}},
		{"unique", false, func(d *draw) fn {
			return fn{names: "uniq once", params: "a", doc: "the items of $a, each only once, in order", want: func(a []int) []int {
				var r []int
				for _, x := range a {
					if !slices.Contains(r, x) {
						r = append(r, x)
					}
				}
				return r
			}, bodies: []string{
				"$m := map[int]bool{}\n$r := []int{}\n" + each + "if !$m[$e] {\n\t\t$m[$e] = true\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
			}}
		}},
		{"tally", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "tally hist", params: "a", doc: "how often each item of $a that is " + c.one + " occurs", want: func(a []int) map[int]int {
				m := map[int]int{}
				for _, x := range filter(a, c.ok) {
					m[x]++
				}
				return m
			}, bodies: []string{"$m := map[int]int{}\n" + each + "if " + c.yes + " {\n\t\t$m[$e]++\n\t}\n}\nreturn $m"}}
		}},
		{"places", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "where idx", params: "a", doc: "the indices of the items of $a that are " + c.many, want: func(a []int) []int {
				var r []int
				for i, x := range a {
					if c.ok(x) {
						r = append(r, i)
					}
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i, $e := range $a {\n\tif " + c.yes + " {\n\t\t$r = append($r, $i)\n\t}\n}\nreturn $r"}}
		}},
		{"rotate", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "rot turn", params: "a", doc: "$a moved left by $1 places, around the end", want: func(a []int) []int {
				var r []int
				for i := range a {
					r = append(r, a[(i+k)%len(a)])
				}
				return r
			}, bodies: []string{
				"$r := []int{}\nfor $i := range $a {\n\t$r = append($r, $a[($i+$1)%len($a)])\n}\nreturn $r",
				"if len($a) == 0 {\n\treturn $a\n}\n$i := $1 % len($a)\nreturn append($a[$i:], $a[:$i]...)",
			}}
		}},
		{"deltas", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "delta gaps", params: "a", doc: "$1 times the difference of each item of $a from the one before", want: func(a []int) []int {
				var r []int
				for len(a) > 1 {
					r = append(r, k*a[1]-k*a[0])
					a = a[1:]
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i := 1; $i < len($a); $i++ {\n\t$r = append($r, $1*($a[$i]-$a[$i-1]))\n}\nreturn $r"}}
		}},
		{"between", false, func(d *draw) fn {
			k := d.num(-9, 20)
			return fn{names: "sep mix", params: "a", doc: "the items of $a with $1 between them", want: func(a []int) []int {
				var r []int
				for _, x := range a {
					r = append(r, k, x)
				}
				return r[min(1, len(r)):]
			}, bodies: []string{"$r := []int{}\nfor $i, $e := range $a {\n\tif $i > 0 {\n\t\t$r = append($r, $1)\n\t}\n\t$r = append($r, $e)\n}\nreturn $r"}}
		}},
		{"split", false, func(d *draw) fn {
			c := d.letter(",-/.: ", "'")
			return fn{names: "split parts", params: "s", doc: "the parts of $s between every $1", want: func(s string) []string { return strings.Split(s, string(c)) },
				bodies: []string{"$r := []string{\"\"}\nfor _, $e := range $s {\n\tif $e == $1 {\n\t\t$r = append($r, \"\")\n\t} else {\n\t\t$r[len($r)-1] += string($e)\n\t}\n}\nreturn $r"}}
		}},
		{"squares", true, func(d *draw) fn {
			j, k := d.num(-9, 9), d.num(1, 20)
			return fn{names: "sqs table", params: "n", doc: "the squares of the numbers from $1 to $n, each plus $2", want: func(n int) []int {
				var r []int
				for i := range max(0, n-j+1) {
					r = append(r, (i+j)*(i+j)+k)
				}
				return r
			}, bodies: []string{"$r := []int{}\nfor $i := $1; $i <= $n; $i++ {\n\t$r = append($r, $i*$i+$2)\n}\nreturn $r"}}
		}},
	}
}
