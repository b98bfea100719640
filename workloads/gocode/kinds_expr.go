package gocode

import "strings"

// exprKinds have one line: return and an expression.
func exprKinds() []kind {
	return []kind{
		{"add", false, func(d *draw) fn {
			k := d.num(2, 20)
			return fn{names: "add plus inc", params: "x", doc: "$x plus $1", want: func(x int) int { return x + k },
				bodies: []string{"return $x + $1"}}
		}},
		{"line", true, func(d *draw) fn {
			k, l := d.num(2, 9), d.num(1, 30)
			return fn{names: "line calc", params: "x", doc: "$1 times $x plus $2", want: func(x int) int { return k*x + l },
				bodies: []string{"return $1*$x + $2"}}
		}},
		{"less", false, func(d *draw) fn {
			k := d.num(2, 20)
			return fn{names: "mul area", params: "xy", doc: "$x times $y minus $1", want: func(x, y int) int { return x*y - k },
				bodies: []string{"return $x*$y - $1"}}
		}},
		{"square", false, func(d *draw) fn {
			k := d.num(2, 30)
			return fn{names: "sq square", params: "x", doc: "$x squared plus $1", want: func(x int) int { return x*x + k },
				bodies: []string{"return $x*$x + $1"}}
		}},
		{"multiple", false, func(d *draw) fn {
			k := d.num(2, 12)
			return fn{names: "is div", params: "x", doc: "whether $x is a multiple of $1", want: func(x int) bool { return x%k == 0 },
				bodies: []string{"return $x%$1 == 0"}}
		}},
		{"within", true, func(d *draw) fn {
			low, high := d.order(-10, 25, 2)
			return fn{names: "in is", params: "x", doc: "whether $x is from $1 to $2", want: func(x int) bool { return low <= x && x <= high },
				bodies: []string{"return $x >= $1 && $x <= $2"}}
		}},
		{"beyond", true, func(d *draw) fn {
			low, high := d.order(-10, 25, 2)
			return fn{names: "out is", params: "x", doc: "whether $x is below $1 or above $2", want: func(x int) bool { return x < low || x > high },
				bodies: []string{"return $x < $1 || $x > $2"}}
		}},
		{"atleast", false, func(d *draw) fn {
			k := d.num(-10, 20)
			return fn{names: "top big", params: "x", doc: "the larger of $x and $1", want: func(x int) int { return max(x, k) },
				bodies: []string{"return max($x, $1)"}}
		}},
		{"limit", true, func(d *draw) fn {
			low, high := d.order(-10, 25, 2)
			return fn{names: "limit clamp", params: "x", doc: "$x, but not below $1 or above $2", want: func(x int) int { return max(low, min(x, high)) },
				bodies: []string{"return min(max($x, $1), $2)"}}
		}},
		{"prefix", false, func(d *draw) fn {
			k := d.num(1, 6)
			return fn{names: "head cut", params: "s", doc: "the first $1 bytes of $s, or all", want: func(s string) string {
				if len(s) > k {
					s = s[:k]
				}
				return s
			}, bodies: []string{"return $s[:min(len($s), $1)]"}}
		}},
		{"size", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "size more", params: "a", doc: "number of items of $a, minus $1", want: func(a []int) int { return len(a) - k },
				bodies: []string{"return len($a) - $1"}}
		}},
		{"oneof", true, func(d *draw) fn {
			b, c := d.letter(lower, "'"), d.letter(lower, "'")
			return fn{names: "is one", params: "c", doc: "whether $c is $1 or $2", want: func(e byte) bool { return e == b || e == c },
				bodies: []string{"return $c == $1 || $c == $2"}}
		}},
		{"letter", true, func(d *draw) fn {
			low, high := d.letter("abcdefghijk", "'"), d.letter("mnopqrstuvwxyz", "'")
			return fn{names: "is in", params: "c", doc: "whether $c is from $1 to $2", want: func(c byte) bool { return low <= c && c <= high },
				bodies: []string{"return $c >= $1 && $c <= $2"}}
		}},
		{"mean", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "mean share", params: "xy", doc: "$x plus $y, divided by $1", want: func(x, y int) int { return (x + y) / k },
				bodies: []string{"return ($x + $y) / $1"}}
		}},
		{"join", false, func(d *draw) fn {
			c := string(d.letter("-+:/._=", "\""))
			return fn{names: "join glue", params: "st", doc: "$s, $1 and $t in one", want: func(s, t string) string { return strings.Join([]string{s, t}, c) },
				bodies: []string{"return $s + $1 + $t"}}
		}},
		{"rest", false, func(d *draw) fn {
			k := d.num(2, 12)
			return fn{names: "rest mod", params: "xy", doc: "remainder of $x times $y, divided by $1", want: func(x, y int) int { return x * y % k },
				bodies: []string{"return $x * $y % $1"}}
		}},
	}
}

// branchKinds decide.
func branchKinds() []kind {
	return []kind{
		{"far", false, func(d *draw) fn {
			k := d.num(-9, 20)
			return fn{names: "far dist", params: "x", doc: "how far $x is from $1", want: func(x int) int { return max(x-k, k-x) },
				bodies: []string{
					"if $x < $1 {\n\treturn $1 - $x\n}\nreturn $x - $1",
					"if $x > $1 {\n\treturn $x - $1\n}\nreturn $1 - $x",
				}}
		}},
		{"sign", false, func(d *draw) fn {
			k := d.num(-9, 20)
			return fn{names: "sign cmp", params: "x", doc: "-1, 0 or 1 for $x below, at or above $1", want: func(x int) int { return max(-1, min(x-k, 1)) },
				bodies: []string{
					"if $x < $1 {\n\treturn -1\n}\nif $x > $1 {\n\treturn 1\n}\nreturn 0",
					"switch {\ncase $x < $1:\n\treturn -1\ncase $x > $1:\n\treturn 1\n}\nreturn 0",
				}}
		}},
		{"grade", true, func(d *draw) fn {
			low, high := d.order(-9, 25, 2)
			a, b, c := d.letter(lower, "\""), d.letter(lower, "\""), d.letter(lower, "\"")
			d.bytes = ""
			return fn{names: "grade rank", params: "x", doc: "$3 for $x below $1, $4 below $2, else $5", want: func(x int) string {
				return string([]byte{c, b, a}[b2i(x < high)+b2i(x < low)])
			}, bodies: []string{
				"if $x < $1 {\n\treturn $3\n}\nif $x < $2 {\n\treturn $4\n}\nreturn $5",
				"switch {\ncase $x < $1:\n\treturn $3\ncase $x < $2:\n\treturn $4\n}\nreturn $5",
				"if $x < $1 {\n\treturn $3\n} else if $x < $2 {\n\treturn $4\n} else {\n\treturn $5\n}",
			}}
		}},
		{"step", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "next step", params: "x", doc: "half of $x if even, else $1 times $x plus 1", want: func(x int) int { return []int{x / 2, k*x + 1}[x&1] },
				bodies: []string{
					"if $x%2 == 0 {\n\treturn $x / 2\n}\nreturn $1*$x + 1",
					"if $x%2 != 0 {\n\treturn $1*$x + 1\n}\nreturn $x / 2",
				}}
		}},
		{"gap", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "gap diff", params: "xy", doc: "$1 times the larger of $x and $y minus the smaller", want: func(x, y int) int { return k * (max(x, y) - min(x, y)) },
				bodies: []string{
					"if $x > $y {\n\treturn $1 * ($x - $y)\n}\nreturn $1 * ($y - $x)",
					"if $x < $y {\n\treturn $1 * ($y - $x)\n}\nreturn $1 * ($x - $y)",
				}}
		}},
		{"middle", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "mid middle", params: "xyz", doc: "the middle one of $x, $y and $z, plus $1", want: func(x, y, z int) int { return x + y + z - min(x, y, z) - max(x, y, z) + k },
				bodies: []string{
					"if $x > $y {\n\t$x, $y = $y, $x\n}\nif $z < $x {\n\treturn $x + $1\n}\nif $z > $y {\n\treturn $y + $1\n}\nreturn $z + $1",
				}}
		}},
		{"divide", false, func(d *draw) fn {
			k := d.num(-9, 30)
			d.near = append(d.near, 0)
			return fn{names: "div quo", params: "xy", doc: "$x divided by $y, or $1 if $y is 0", want: func(x, y int) int {
				if y != 0 {
					return x / y
				}
				return k
			}, bodies: []string{"if $y == 0 {\n\treturn $1\n}\nreturn $x / $y"}}
		}},
		{"at", false, func(d *draw) fn {
			k := d.num(-9, 30)
			d.near = append(d.near, 0, 1, 2)
			return fn{names: "at get item", params: "an", doc: "item $n of $a, or $1 if there is none", want: func(a []int, i int) int {
				for j, x := range a {
					if i == j {
						return x
					}
				}
				return k
			}, bodies: []string{
				"if $n < 0 || $n >= len($a) {\n\treturn $1\n}\nreturn $a[$n]",
				"if $n >= 0 && $n < len($a) {\n\treturn $a[$n]\n}\nreturn $1",
			}, fix: func(args []any) bool { // often just outside
				if n := len(args[0].([]int)); args[1].(int) > n {
					args[1] = n
				}
				return true
			}}
		}},
		{"fizz", true, func(d *draw) fn {
			j := d.num(2, 5)
			k := d.other(j, 3, 7)
			a, b := d.letter(lower, "\""), d.letter(lower, "\"")
			return fn{names: "fizz say", params: "x", doc: "$3 if $x is a multiple of $1, else $4 if of $2, else \"\"", want: func(x int) string {
				return strings.Repeat(string([]byte{b, a}[b2i(x%j == 0)]), b2i(x%j == 0 || x%k == 0))
			}, bodies: []string{
				"if $x%$1 == 0 {\n\treturn $3\n}\nif $x%$2 == 0 {\n\treturn $4\n}\nreturn \"\"",
				"switch {\ncase $x%$1 == 0:\n\treturn $3\ncase $x%$2 == 0:\n\treturn $4\n}\nreturn \"\"",
			}}
		}},
		{"except", false, func(d *draw) fn {
			j := d.num(2, 5)
			k := d.other(j, 3, 9)
			return fn{names: "is only", params: "x", doc: "whether $x is a multiple of $1 but not of $2", want: func(x int) bool { return x%j == 0 && x%k != 0 },
				bodies: []string{
					"if $x%$2 == 0 {\n\treturn false\n}\nreturn $x%$1 == 0",
					"if $x%$1 != 0 {\n\treturn false\n}\nreturn $x%$2 != 0",
				}, fix: func(args []any) bool { // most numbers are multiples of neither
					args[0] = args[0].(int) * []int{1, j, k, j * k}[args[0].(int)&3]
					return true
				}}
		}},
		{"upper", false, func(d *draw) fn {
			d.bytes = "az"
			return fn{names: "upper big up", params: "c", doc: "$c in upper case", want: func(c byte) byte { return strings.ToUpper(string(rune(c)))[0] },
				bodies: []string{
					"if $c < 'a' || $c > 'z' {\n\treturn $c\n}\nreturn $c - 'a' + 'A'",
					"if $c >= 'a' && $c <= 'z' {\n\treturn $c - 32\n}\nreturn $c",
				}}
		}},
		{"cap", false, func(d *draw) fn {
			k := d.num(-5, 25)
			return fn{names: "best capped", params: "xy", doc: "the larger of $x and $y, but at most $1", want: func(x, y int) int { return min(max(x, y), k) },
				bodies: []string{
					"if $x < $y {\n\t$x = $y\n}\nif $x > $1 {\n\treturn $1\n}\nreturn $x",
					"$r := $x\nif $y > $r {\n\t$r = $y\n}\nif $r > $1 {\n\t$r = $1\n}\nreturn $r",
				}}
		}},
		{"choose", false, func(d *draw) fn {
			k := d.num(2, 20)
			return fn{names: "choose sel", params: "qxy", doc: "$x if $q, else $y plus $1", want: func(q bool, x, y int) int { return map[bool]int{true: x, false: y + k}[q] },
				bodies: []string{
					"if $q {\n\treturn $x\n}\nreturn $y + $1",
					"if !$q {\n\treturn $y + $1\n}\nreturn $x",
				}}
		}},
	}
}

// b2i is 1 for true.
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
