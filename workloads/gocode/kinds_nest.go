package gocode

// nestKinds have a loop within a loop, or as much.
func nestKinds() []kind {
	const pairs = "for $i := range $a {\n\tfor $j := range $i {\n\t\t"
	return []kind{
		{name: "sort", names: "sort order", sig: "($a []int) []int", doc: "$a sorted, $A first",
			draw: draws{oneOf("smallest <", "largest >")}, bodies: ways{pairs + "if $a[$i] $B $a[$j] {\n\t\t\t$a[$i], $a[$j] = $a[$j], $a[$i]\n\t\t}\n\t}\n}\nreturn $a"}},
		{name: "pairs", names: "pairs match", sig: "($a []int) int", doc: "number of pairs of items of $a whose sum is $1",
			draw: draws{num(-5, 20)}, bodies: ways{"$r := 0\n" + pairs + "if $a[$i]+$a[$j] == $1 {\n\t\t\t$r++\n\t\t}\n\t}\n}\nreturn $r"},
			fix: func(d *draw, args []any) {
				a := args[0].([]int)
				for i := range a {
					if i > 0 && a[i]&1 == 0 {
						a[i] = d.int(1) - a[i/2]
					}
				}
			}},
		{name: "inversions", names: "inv swaps", sig: "($a []int) int", doc: "number of pairs in $a whose first item is larger by more than $1",
			draw: draws{num(0, 9), func(d *draw) { d.near = []int{0, d.int(1)} }}, bodies: ways{"$r := 0\n" + pairs + "if $a[$j] > $a[$i]+$1 {\n\t\t\t$r++\n\t\t}\n\t}\n}\nreturn $r"}},
		{name: "primes", names: "primes list", sig: "($n int) []int", doc: "the primes from $1 to $n",
			draw:   draws{num(2, 30)},
			bodies: ways{"$r := []int{}\nfor $i := $1; $i <= $n; $i++ {\n\t$w := true\n\tfor $j := 2; $j < $i; $j++ {\n\t\tif $i%$j == 0 {\n\t\t\t$w = false\n\t\t}\n\t}\n\tif $w {\n\t\t$r = append($r, $i)\n\t}\n}\nreturn $r"},
			fix:    between(0, 0, 40)},
		{name: "gridsum", rich: true, names: "sum total", sig: "($g [][]int) int", doc: "sum of the items of all rows of $g that are $M$F",
			draw: draws{form, cond}, bodies: ways{"$r := 0\nfor _, $h := range $g {\n\tfor _, $e := range $h {\n\t\tif $Y {\n\t\t\t$r += $T\n\t\t}\n\t}\n}\nreturn $r"}},
		{name: "transpose", names: "turn flip", sig: "($g [][]int) [][]int", doc: "the columns of $g as rows, each item times $1",
			draw: draws{num(2, 9)}, bodies: ways{"$r := make([][]int, len($g[0]))\nfor _, $h := range $g {\n\tfor $j, $e := range $h {\n\t\t$r[$j] = append($r[$j], $1*$e)\n\t}\n}\nreturn $r"}},
		{name: "apart", names: "apart near", sig: "($a []int) bool", doc: "whether two items of $a are $1 apart",
			draw: draws{num(1, 20)}, bodies: ways{
				pairs + "if $a[$i]-$a[$j] == $1 || $a[$j]-$a[$i] == $1 {\n\t\t\treturn true\n\t\t}\n\t}\n}\nreturn false",
				"$m := map[int]bool{}\nfor _, $e := range $a {\n\tif $m[$e-$1] || $m[$e+$1] {\n\t\treturn true\n\t}\n\t$m[$e] = true\n}\nreturn false",
			}, fix: func(d *draw, args []any) {
				if a := args[0].([]int); len(a) > 1 && a[0]%3 != 0 {
					a[len(a)-1] = a[len(a)-2] + []int{d.int(1), -d.int(1)}[a[0]&1]
				}
			}},
		{name: "window", names: "win best", sig: "($a []int) int", doc: "largest sum of $1 neighbours in $a, or 0 if all are below",
			draw: draws{num(2, 4)}, bodies: ways{"$r := 0\nfor $i := range len($a) - $1 + 1 {\n\t$o := 0\n\tfor _, $e := range $a[$i : $i+$1] {\n\t\t$o += $e\n\t}\n\t$r = max($r, $o)\n}\nreturn $r"}},
		{name: "runs", names: "run most", sig: "($a []int) int", doc: "length of the longest run of equal items in $a, plus $1",
			draw:   draws{num(0, 9)},
			bodies: ways{"$r, $o := 0, 0\nfor $i := range $a {\n\tif $i > 0 && $a[$i] == $a[$i-1] {\n\t\t$o++\n\t} else {\n\t\t$o = 1\n\t}\n\t$r = max($r, $o)\n}\nreturn $r + $1"},
			fix: func(_ *draw, args []any) {
				a := args[0].([]int)
				for i := range a {
					if i > 0 && a[i]&2 == 0 {
						a[i] = a[i-1]
					}
				}
			}},
		{name: "twosum", names: "two find", sig: "($a []int) []int", doc: "the first two indices of $a, the later one smallest, whose items have the sum $1",
			draw: draws{num(-5, 20)}, bodies: ways{pairs + "if $a[$i]+$a[$j] == $1 {\n\t\t\treturn []int{$j, $i}\n\t\t}\n\t}\n}\nreturn nil"},
			fix: func(d *draw, args []any) {
				if a := args[0].([]int); len(a) > 3 {
					a[3] = d.int(1) - a[1]
				}
			}},
		{name: "search", names: "find sub", sig: "($s, $t string) int", doc: "index of $t in $s, or -$1",
			draw: draws{num(1, 20)}, bodies: ways{"for $i := 0; $i+len($t) <= len($s); $i++ {\n\tif $s[$i:$i+len($t)] == $t {\n\t\treturn $i\n\t}\n}\nreturn -$1"},
			fix: func(_ *draw, args []any) {
				if s := args[0].(string); len(s) > 2 && len(s)%4 > 0 {
					args[1] = s[len(s)/3 : len(s)-len(args[1].(string))%2]
				}
			}},
		{name: "common", names: "both common", sig: "($a, $b []int) []int", doc: "the items of $a that are $A in $b",
			draw:   draws{oneOf("also", "not !")},
			bodies: ways{"$m := map[int]bool{}\nfor _, $e := range $b {\n\t$m[$e] = true\n}\n$r := []int{}\nfor _, $e := range $a {\n\tif $B$m[$e] {\n\t\t$r = append($r, $e)\n\t}\n}\nreturn $r"},
			fix: func(_ *draw, args []any) {
				a, b := args[0].([]int), args[1].([]int)
				for i := range min(len(a), len(b)) / 2 {
					b[i] = a[len(a)-1-i]
				}
			}},
		{name: "mode", names: "mode most", sig: "($a []int) int", doc: "$1 plus the most frequent item of $a, the first of several",
			draw:   draws{num(1, 20)},
			bodies: ways{"$m := map[int]int{}\nfor _, $e := range $a {\n\t$m[$e]++\n}\n$r := $a[0]\nfor _, $e := range $a {\n\tif $m[$e] > $m[$r] {\n\t\t$r = $e\n\t}\n}\nreturn $r + $1"}},
		{name: "table", names: "table grid", sig: "($x, $y int) [][]int", doc: "$x rows of $y items, item j of row i is i times j plus $1",
			draw: draws{num(1, 20)}, bodies: ways{"$r := make([][]int, $x)\nfor i := range $r {\n\tfor j := range $y {\n\t\t$r[i] = append($r[i], i*j+$1)\n\t}\n}\nreturn $r"},
			fix: all(between(0, 0, 4), between(1, 0, 4))},
		{name: "rowmax", names: "rows tops", sig: "($g [][]int) []int", doc: "$1 times the largest item of each row of $g",
			draw:   draws{num(1, 9)},
			bodies: ways{"$r := []int{}\nfor _, $h := range $g {\n\t$o := $h[0]\n\tfor _, $e := range $h {\n\t\t$o = max($o, $e)\n\t}\n\t$r = append($r, $1*$o)\n}\nreturn $r"}},
	}
}
