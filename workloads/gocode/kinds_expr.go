package gocode

// exprKinds have one line: return and an expression.
func exprKinds() []kind {
	return []kind{
		{name: "add", names: "add plus inc", sig: "($x int) int", doc: "$x plus $1",
			draw: draws{num(2, 20)}, bodies: ways{"return $x + $1"}},
		{name: "line", rich: true, names: "line calc", sig: "($x int) int", doc: "$1 times $x plus $2",
			draw: draws{num(2, 9), num(1, 30)}, bodies: ways{"return $1*$x + $2"}},
		{name: "less", names: "mul area", sig: "($x, $y int) int", doc: "$x times $y minus $1",
			draw: draws{num(2, 20)}, bodies: ways{"return $x*$y - $1"}},
		{name: "square", names: "sq square", sig: "($x int) int", doc: "$x squared plus $1",
			draw: draws{num(2, 30)}, bodies: ways{"return $x*$x + $1"}},
		{name: "multiple", names: "is div", sig: "($x int) bool", doc: "whether $x is a multiple of $1",
			draw: draws{num(2, 12)}, bodies: ways{"return $x%$1 == 0"}},
		{name: "within", rich: true, names: "in is", sig: "($x int) bool", doc: "whether $x is from $1 to $2",
			draw: draws{order(-10, 25, 2)}, bodies: ways{"return $x >= $1 && $x <= $2"}},
		{name: "beyond", rich: true, names: "out is", sig: "($x int) bool", doc: "whether $x is below $1 or above $2",
			draw: draws{order(-10, 25, 2)}, bodies: ways{"return $x < $1 || $x > $2"}},
		{name: "atleast", names: "top big", sig: "($x int) int", doc: "the larger of $x and $1",
			draw: draws{num(-10, 20)}, bodies: ways{"return max($x, $1)"}},
		{name: "limit", rich: true, names: "limit clamp", sig: "($x int) int", doc: "$x, but not below $1 or above $2",
			draw: draws{order(-10, 25, 2)}, bodies: ways{"return min(max($x, $1), $2)"}},
		{name: "prefix", names: "head cut", sig: "($s string) string", doc: "the first $1 bytes of $s, or all",
			draw: draws{num(1, 6)}, bodies: ways{"return $s[:min(len($s), $1)]"}},
		{name: "size", names: "size more", sig: "($a []int) int", doc: "number of items of $a, minus $1",
			draw: draws{num(1, 9)}, bodies: ways{"return len($a) - $1"}},
		{name: "oneof", rich: true, names: "is one", sig: "($c byte) bool", doc: "whether $c is $1 or $2",
			draw: draws{letter(lower, "'"), letter(lower, "'")}, bodies: ways{"return $c == $1 || $c == $2"}},
		{name: "letter", rich: true, names: "is in", sig: "($c byte) bool", doc: "whether $c is from $1 to $2",
			draw: draws{letter("abcdefghijk", "'"), letter("mnopqrstuvwxyz", "'")}, bodies: ways{"return $c >= $1 && $c <= $2"}},
		{name: "mean", names: "mean share", sig: "($x, $y int) int", doc: "$x plus $y, divided by $1",
			draw: draws{num(2, 9)}, bodies: ways{"return ($x + $y) / $1"}},
		{name: "join", names: "join glue", sig: "($s, $t string) string", doc: "$s, $1 and $t in one",
			draw: draws{letter("-+:/._=", "\"")}, bodies: ways{"return $s + $1 + $t"}},
		{name: "rest", names: "rest mod", sig: "($x, $y int) int", doc: "remainder of $x times $y, divided by $1",
			draw: draws{num(2, 12)}, bodies: ways{"return $x * $y % $1"}},
	}
}

// branchKinds decide.
func branchKinds() []kind {
	return []kind{
		{name: "far", names: "far dist", sig: "($x int) int", doc: "how far $x is from $1",
			draw: draws{num(-9, 20)}, bodies: ways{
				"if $x < $1 {\n\treturn $1 - $x\n}\nreturn $x - $1",
				"if $x > $1 {\n\treturn $x - $1\n}\nreturn $1 - $x",
			}},
		{name: "sign", names: "sign cmp", sig: "($x int) int", doc: "-1, 0 or 1 for $x below, at or above $1",
			draw: draws{num(-9, 20)}, bodies: ways{
				"if $x < $1 {\n\treturn -1\n}\nif $x > $1 {\n\treturn 1\n}\nreturn 0",
				"switch {\ncase $x < $1:\n\treturn -1\ncase $x > $1:\n\treturn 1\n}\nreturn 0",
			}},
		{name: "grade", rich: true, names: "grade rank", sig: "($x int) string", doc: "$3 for $x below $1, $4 below $2, else $5",
			draw: draws{order(-9, 25, 2), letter(lower, "\""), letter(lower, "\""), letter(lower, "\""), often("")},
			bodies: ways{
				"if $x < $1 {\n\treturn $3\n}\nif $x < $2 {\n\treturn $4\n}\nreturn $5",
				"switch {\ncase $x < $1:\n\treturn $3\ncase $x < $2:\n\treturn $4\n}\nreturn $5",
				"if $x < $1 {\n\treturn $3\n} else if $x < $2 {\n\treturn $4\n} else {\n\treturn $5\n}",
			}},
		{name: "step", names: "next step", sig: "($x int) int", doc: "half of $x if even, else $1 times $x plus 1",
			draw: draws{num(2, 9)}, bodies: ways{
				"if $x%2 == 0 {\n\treturn $x / 2\n}\nreturn $1*$x + 1",
				"if $x%2 != 0 {\n\treturn $1*$x + 1\n}\nreturn $x / 2",
			}},
		{name: "gap", names: "gap diff", sig: "($x, $y int) int", doc: "$1 times the larger of $x and $y minus the smaller",
			draw: draws{num(2, 9)}, bodies: ways{
				"if $x > $y {\n\treturn $1 * ($x - $y)\n}\nreturn $1 * ($y - $x)",
				"if $x < $y {\n\treturn $1 * ($y - $x)\n}\nreturn $1 * ($x - $y)",
			}},
		{name: "middle", names: "mid middle", sig: "($x, $y, $z int) int", doc: "the middle one of $x, $y and $z, plus $1",
			draw: draws{num(1, 9)}, bodies: ways{"if $x > $y {\n\t$x, $y = $y, $x\n}\nif $z < $x {\n\treturn $x + $1\n}\nif $z > $y {\n\treturn $y + $1\n}\nreturn $z + $1"}},
		{name: "divide", names: "div quo", sig: "($x, $y int) int", doc: "$x divided by $y, or $1 if $y is 0",
			draw: draws{num(-9, 30), near(0)}, bodies: ways{"if $y == 0 {\n\treturn $1\n}\nreturn $x / $y"}},
		{name: "at", names: "at get item", sig: "($a []int, $n int) int", doc: "item $n of $a, or $1 if there is none",
			draw: draws{num(-9, 30), near(0, 1, 2)}, bodies: ways{
				"if $n < 0 || $n >= len($a) {\n\treturn $1\n}\nreturn $a[$n]",
				"if $n >= 0 && $n < len($a) {\n\treturn $a[$n]\n}\nreturn $1",
			}, fix: func(_ *draw, args []any) { // often just outside
				if n := len(args[0].([]int)); args[1].(int) > n {
					args[1] = n
				}
			}},
		{name: "fizz", rich: true, names: "fizz say", sig: "($x int) string", doc: "$3 if $x is a multiple of $1, else $4 if of $2, else \"\"",
			draw: draws{num(2, 5), other(3, 7), letter(lower, "\""), letter(lower, "\"")}, bodies: ways{
				"if $x%$1 == 0 {\n\treturn $3\n}\nif $x%$2 == 0 {\n\treturn $4\n}\nreturn \"\"",
				"switch {\ncase $x%$1 == 0:\n\treturn $3\ncase $x%$2 == 0:\n\treturn $4\n}\nreturn \"\"",
			}},
		{name: "except", names: "is only", sig: "($x int) bool", doc: "whether $x is a multiple of $1 but not of $2",
			draw: draws{num(2, 5), other(3, 9)}, bodies: ways{
				"if $x%$2 == 0 {\n\treturn false\n}\nreturn $x%$1 == 0",
				"if $x%$1 != 0 {\n\treturn false\n}\nreturn $x%$2 != 0",
			}, fix: func(d *draw, args []any) { // most numbers are multiples of neither
				args[0] = args[0].(int) * []int{1, d.int(1), d.int(2), d.int(1) * d.int(2)}[args[0].(int)&3]
			}},
		{name: "upper", names: "upper big up", sig: "($c byte) byte", doc: "$c in upper case",
			draw: draws{often("az")}, bodies: ways{
				"if $c < 'a' || $c > 'z' {\n\treturn $c\n}\nreturn $c - 'a' + 'A'",
				"if $c >= 'a' && $c <= 'z' {\n\treturn $c - 32\n}\nreturn $c",
			}},
		{name: "cap", names: "best capped", sig: "($x, $y int) int", doc: "the larger of $x and $y, but at most $1",
			draw: draws{num(-5, 25)}, bodies: ways{
				"if $x < $y {\n\t$x = $y\n}\nif $x > $1 {\n\treturn $1\n}\nreturn $x",
				"$r := $x\nif $y > $r {\n\t$r = $y\n}\nif $r > $1 {\n\t$r = $1\n}\nreturn $r",
			}},
		{name: "choose", names: "choose sel", sig: "($q bool, $x, $y int) int", doc: "$x if $q, else $y plus $1",
			draw: draws{num(2, 20)}, bodies: ways{
				"if $q {\n\treturn $x\n}\nreturn $y + $1",
				"if !$q {\n\treturn $y + $1\n}\nreturn $x",
			}},
	}
}
