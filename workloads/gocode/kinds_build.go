package gocode

// buildKinds make a slice or a map.
func buildKinds() []kind {
	const each = "for _, $e := range $a {\n\t"
	return []kind{
		{name: "keep", rich: true, names: "keep sel", sig: "($a []int) []int", doc: "the items of $a that are $M",
			draw: draws{cond}, bodies: ways{
				"$r := []int{}\n" + each + "if $Y {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
				"var $r []int\n" + each + "if $Y {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r",
			}},
		{name: "map", rich: true, names: "scale lin", sig: "($a []int) []int", doc: "$1 times each item of $a, plus $2",
			draw: draws{num(2, 9), num(1, 20)}, bodies: ways{
				"$r := make([]int, len($a))\nfor $i, $e := range $a {\n\t$r[$i] = $1*$e + $2\n}\nreturn $r",
				"for $i := range $a {\n\t$a[$i] = $1*$a[$i] + $2\n}\nreturn $a",
			}},
		{name: "reverse", names: "rev back", sig: "($a []int) []int", doc: "the items of $a in reverse order",
			bodies: ways{
				"for i, j := 0, len($a)-1; i < j; i, j = i+1, j-1 {\n\t$a[i], $a[j] = $a[j], $a[i]\n}\nreturn $a",
				"$r := []int{}\nfor $i := len($a) - 1; $i >= 0; $i-- {\n\t$r = append($r, $a[$i])\n}\nreturn $r",
			}},
		{name: "running", names: "run acc", sig: "($a []int) []int", doc: "running sums of $a, from $1 on",
			draw: draws{num(0, 20)}, bodies: ways{"$r := $1\nfor $i, $e := range $a {\n\t$r += $e\n\t$a[$i] = $r\n}\nreturn $a"}},
		{name: "nth", names: "nth thin", sig: "($a []int) []int", doc: "the items of $a whose index is a multiple of $1",
			draw: draws{num(2, 6)}, bodies: ways{"$r := []int{}\nfor $i := 0; $i < len($a); $i += $1 {\n\t$r = append($r, $a[$i])\n}\nreturn $r"}},
		{name: "range", rich: true, names: "seq span", sig: "($n int) []int", doc: "the numbers from $1 to $n in steps of $2",
			draw: draws{num(-9, 12), num(2, 9)}, bodies: ways{"$r := []int{}\nfor $i := $1; $i <= $n; $i += $2 {\n\t$r = append($r, $i)\n}\nreturn $r"}},
		{name: "zip", names: "zip both", sig: "($a, $b []int) []int", doc: "$A of the items of $a and $b, as many as both have",
			draw:   draws{oneOf("sums +", "differences -", "products *")},
			bodies: ways{"$r := []int{}\nfor $i := range min(len($a), len($b)) {\n\t$r = append($r, $a[$i]$B$b[$i])\n}\nreturn $r"}},
		{name: "unique", names: "uniq once", sig: "($a []int) []int", doc: "the items of $a, each only once, in order",
			bodies: ways{"$m := map[int]bool{}\n$r := []int{}\n" + each + "if !$m[$e] {\n\t\t$m[$e] = true\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r"}},
		{name: "tally", rich: true, names: "tally hist", sig: "($a []int) map[int]int", doc: "how often each item of $a that is $O occurs",
			draw: draws{cond}, bodies: ways{"$m := map[int]int{}\n" + each + "if $Y {\n\t\t$m[$e]++\n\t}\n}\nreturn $m"}},
		{name: "places", rich: true, names: "where idx", sig: "($a []int) []int", doc: "the indices of the items of $a that are $M",
			draw: draws{cond}, bodies: ways{"$r := []int{}\nfor $i, $e := range $a {\n\tif $Y {\n\t\t$r = append($r, $i)\n\t}\n}\nreturn $r"}},
		{name: "rotate", names: "rot turn", sig: "($a []int) []int", doc: "$a moved left by $1 places, around the end",
			draw: draws{num(1, 9)}, bodies: ways{
				"$r := []int{}\nfor $i := range $a {\n\t$r = append($r, $a[($i+$1)%len($a)])\n}\nreturn $r",
				"if len($a) == 0 {\n\treturn $a\n}\n$i := $1 % len($a)\nreturn append($a[$i:], $a[:$i]...)",
			}},
		{name: "deltas", names: "delta gaps", sig: "($a []int) []int", doc: "$1 times the difference of each item of $a from the one before",
			draw: draws{num(2, 9)}, bodies: ways{"$r := []int{}\nfor $i := 1; $i < len($a); $i++ {\n\t$r = append($r, $1*($a[$i]-$a[$i-1]))\n}\nreturn $r"}},
		{name: "between", names: "sep mix", sig: "($a []int) []int", doc: "the items of $a with $1 between them",
			draw: draws{num(-9, 20)}, bodies: ways{"$r := []int{}\nfor $i, $e := range $a {\n\tif $i > 0 {\n\t\t$r = append($r, $1)\n\t}\n\t$r = append($r, $e)\n}\nreturn $r"}},
		{name: "split", names: "split parts", sig: "($s string) []string", doc: "the parts of $s between every $1",
			draw:   draws{letter(",-/.: ", "'")},
			bodies: ways{"$r := []string{\"\"}\nfor _, $e := range $s {\n\tif $e == $1 {\n\t\t$r = append($r, \"\")\n\t} else {\n\t\t$r[len($r)-1] += string($e)\n\t}\n}\nreturn $r"}},
		{name: "squares", rich: true, names: "sqs table", sig: "($n int) []int", doc: "the squares of the numbers from $1 to $n, each plus $2",
			draw: draws{num(-9, 9), num(1, 20)}, bodies: ways{"$r := []int{}\nfor $i := $1; $i <= $n; $i++ {\n\t$r = append($r, $i*$i+$2)\n}\nreturn $r"}},
	}
}
