package gocode

// loopKinds go through a slice or count.
func loopKinds() []kind {
	const each = "for _, $e := range $a {\n\t"
	return []kind{
		{name: "sum", rich: true, names: "sum total", sig: "($a []int) int", doc: "sum of the items of $a that are $M$F",
			draw: draws{form, cond}, bodies: ways{"$r := 0\n" + each + "if $Y {\n\t\t$r += $T\n\t}\n}\nreturn $r"}},
		{name: "count", rich: true, names: "count num", sig: "($a []int) int", doc: "number of items of $a that are $M",
			draw: draws{cond}, bodies: ways{"$r := 0\n" + each + "if $Y {\n\t\t$r++\n\t}\n}\nreturn $r"}},
		{name: "product", rich: true, names: "prod mul", sig: "($a []int) int", doc: "product of the items of $a that are $M",
			draw: draws{cond}, bodies: ways{"$r := 1\n" + each + "if $Y {\n\t\t$r *= $e\n\t}\n}\nreturn $r"}},
		{name: "largest", rich: true, names: "most top", sig: "($a []int) int", doc: "largest of $1 and the items of $a that are $M",
			draw: draws{num(-9, 9), cond}, bodies: ways{"$r := $1\n" + each + "if $Y {\n\t\t$r = max($r, $e)\n\t}\n}\nreturn $r"}},
		{name: "any", rich: true, names: "some has", sig: "($a []int) bool", doc: "whether any item of $a is $O",
			draw: draws{cond}, bodies: ways{each + "if $Y {\n\t\treturn true\n\t}\n}\nreturn false"}},
		{name: "all", rich: true, names: "all each", sig: "($a []int) bool", doc: "whether all items of $a are $M",
			draw: draws{cond}, bodies: ways{each + "if $N {\n\t\treturn false\n\t}\n}\nreturn true"}},
		{name: "first", rich: true, names: "first find", sig: "($a []int) int", doc: "index of the first item of $a that is $O, or -1",
			draw: draws{cond}, bodies: ways{"for $i, $e := range $a {\n\tif $Y {\n\t\treturn $i\n\t}\n}\nreturn -1"}},
		{name: "last", rich: true, names: "last find", sig: "($a []int) int", doc: "index of the last item of $a that is $O, or -1",
			draw: draws{cond}, bodies: ways{"$r := -1\nfor $i, $e := range $a {\n\tif $Y {\n\t\t$r = $i\n\t}\n}\nreturn $r"}},
		{name: "until", rich: true, names: "upto until", sig: "($a []int) int", doc: "sum of the items of $a before the first that is $O",
			draw: draws{cond}, bodies: ways{"$r := 0\n" + each + "if $Y {\n\t\tbreak\n\t}\n\t$r += $e\n}\nreturn $r"}},
		{name: "values", rich: true, names: "vals sum", sig: "($m map[string]int) int", doc: "sum of the values of $m that are $M",
			draw: draws{cond}, bodies: ways{"$r := 0\nfor _, $e := range $m {\n\tif $Y {\n\t\t$r += $e\n\t}\n}\nreturn $r"}},
		{name: "power", names: "pow power", sig: "($n int) int", doc: "$1 to the power $n",
			draw: draws{num(2, 9)}, bodies: ways{"$r := 1\nfor range $n {\n\t$r *= $1\n}\nreturn $r"}, fix: between(0, 0, 17)},
		{name: "triangle", names: "tri sum", sig: "($n int) int", doc: "sum of the numbers from $1 to $n",
			draw: draws{num(0, 12)}, bodies: ways{"$r := 0\nfor $i := $1; $i <= $n; $i++ {\n\t$r += $i\n}\nreturn $r"}},
		{name: "multiples", names: "mults sum", sig: "($n int) int", doc: "sum of the multiples of $1 from $1 to $n",
			draw: draws{num(2, 9)}, bodies: ways{"$r := 0\nfor $i := $1; $i <= $n; $i += $1 {\n\t$r += $i\n}\nreturn $r"}, fix: between(0, -2, 40)},
		{name: "digitsum", names: "digits cross", sig: "($x int) int", doc: "sum of the digits of $x in base $1",
			draw: draws{num(2, 10)}, bodies: ways{
				"$r := 0\nfor $x > 0 {\n\t$r += $x % $1\n\t$x /= $1\n}\nreturn $r",
				"$r := 0\nfor ; $x > 0; $x /= $1 {\n\t$r += $x % $1\n}\nreturn $r",
			}, fix: spread(0, 0, 500)},
		{name: "length", names: "digits width", sig: "($x int) int", doc: "number of digits of $x in base $1",
			draw: draws{num(2, 10), func(d *draw) { d.near = append(d.near, d.int(1)*d.int(1), d.int(1)*d.int(1)*d.int(1)) }}, bodies: ways{"$r := 0\nfor $x > 0 {\n\t$r++\n\t$x /= $1\n}\nreturn $r"}, fix: spread(0, 1, 700)},
		{name: "divides", names: "times often", sig: "($x int) int", doc: "how often $1 divides $x",
			draw: draws{num(2, 9)}, bodies: ways{"$r := 0\nfor $x%$1 == 0 {\n\t$r++\n\t$x /= $1\n}\nreturn $r"},
			fix: func(d *draw, args []any) {
				x := max(1, args[0].(int))
				args[0] = []int{x, x * d.int(1), x * d.int(1) * d.int(1), d.int(1) * d.int(1) * d.int(1)}[x&3]
			}},
		{name: "gcd", names: "gcd common", sig: "($x, $y int) int", doc: "$1 times the greatest common divisor of $x and $y",
			draw: draws{num(2, 9), func(d *draw) { d.near = []int{6, 12, 18} }}, bodies: ways{"for $y != 0 {\n\t$x, $y = $y, $x%$y\n}\nreturn $1 * $x"}, fix: all(between(0, 0, 60), between(1, 1, 60))},
		{name: "fib", rich: true, names: "fib seq", sig: "($n int) int", doc: "item $n of $1, $2 and so on, each the sum of two before",
			draw: draws{num(0, 9), num(1, 15)}, bodies: ways{"$r, $o := $1, $2\nfor range $n {\n\t$r, $o = $o, $r+$o\n}\nreturn $r"}, fix: between(0, 0, 20)},
		{name: "flip", names: "flip rev", sig: "($x int) int", doc: "digits of $x in reverse order, plus $1",
			draw: draws{num(1, 20)}, bodies: ways{"$r := 0\nfor $x > 0 {\n\t$r = $r*10 + $x%10\n\t$x /= 10\n}\nreturn $r + $1"}, fix: spread(0, 0, 5000)},
		{name: "collatz", names: "steps walk", sig: "($x int) int", doc: "steps from $x to 1, plus $1: half if even, else 3 times plus 1",
			draw: draws{num(1, 8)}, bodies: ways{"$r := $1\nfor $x > 1 {\n\tif $x%2 == 0 {\n\t\t$x /= 2\n\t} else {\n\t\t$x = 3*$x + 1\n\t}\n\t$r++\n}\nreturn $r"}, fix: between(0, 1, 30)},
	}
}
