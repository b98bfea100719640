package gocode

import (
	"slices"
	"strings"
)

// longKinds take 12 to 30 lines.
func longKinds() []kind {
	return []kind{
		{name: "merge", names: "merge join", sig: "($a, $b []int) []int", doc: "$a and $b, both sorted, merged into one sorted slice, each plus $1",
			draw: draws{num(1, 9)}, bodies: ways{
				"$r := []int{}\nfor len($a) > 0 && len($b) > 0 {\n\tif $a[0] <= $b[0] {\n\t\t$r = append($r, $a[0])\n\t\t$a = $a[1:]\n\t} else {\n\t\t$r = append($r, $b[0])\n\t\t$b = $b[1:]\n\t}\n}\n$r = append($r, $a...)\n$r = append($r, $b...)\nfor $i := range $r {\n\t$r[$i] += $1\n}\nreturn $r",
				"$r := []int{}\ni, j := 0, 0\nfor i < len($a) || j < len($b) {\n\tif j == len($b) || i < len($a) && $a[i] <= $b[j] {\n\t\t$r = append($r, $a[i]+$1)\n\t\ti++\n\t} else {\n\t\t$r = append($r, $b[j]+$1)\n\t\tj++\n\t}\n}\nreturn $r",
			}, fix: func(_ *draw, args []any) {
				slices.Sort(args[0].([]int))
				slices.Sort(args[1].([]int))
			}},
		{name: "pack", names: "pack rle", sig: "($s string) string", doc: "each run of equal bytes of $s as the byte and the length, $1 after each",
			draw:   draws{letter("-:,;._", "\"")},
			bodies: ways{"$r := \"\"\n$o := 0\nfor i := range $s {\n\t$o++\n\tif i+1 == len($s) || $s[i] != $s[i+1] {\n\t\t$r += string($s[i])\n\t\tif $o > 9 {\n\t\t\t$r += string(rune('0' + $o/10))\n\t\t}\n\t\t$r += string(rune('0'+$o%10)) + $1\n\t\t$o = 0\n\t}\n}\nreturn $r"},
			fix: func(_ *draw, args []any) { // some runs of more than nine
				if s := args[0].(string); s != "" && s[0]%3 > 0 {
					args[0] = strings.Repeat(s[:1], 8+int(s[0]/3+s[len(s)-1])%4) + s
				}
			}},
		{name: "search", names: "bin find", sig: "($a []int, $x int) int", doc: "index of $x in $a, which is sorted and has no repeats, or -$1",
			draw:   draws{num(1, 9)},
			bodies: ways{"i, j := 0, len($a)\nfor i < j {\n\tk := (i + j) / 2\n\tswitch {\n\tcase $a[k] == $x:\n\t\treturn k\n\tcase $a[k] < $x:\n\t\ti = k + 1\n\tdefault:\n\t\tj = k\n\t}\n}\nreturn -$1"},
			fix: func(_ *draw, args []any) {
				a := args[0].([]int)
				slices.Sort(a)
				a = slices.Compact(a)
				args[0] = a
				if n := len(a); n > 0 && args[1].(int)%4 != 0 {
					args[1] = a[(args[1].(int)+100)%n]
				}
			}},
		{name: "base", names: "base text", sig: "($x int) string", doc: "$x in base $1, with digits from 0 to 9 and a to f",
			draw:   draws{num(2, 16), near(0)},
			bodies: ways{"if $x == 0 {\n\treturn \"0\"\n}\n$r, $o := \"\", false\nif $x < 0 {\n\t$x, $o = -$x, true\n}\nfor $x > 0 {\n\t$r = string(\"0123456789abcdef\"[$x%$1]) + $r\n\t$x /= $1\n}\nif $o {\n\t$r = \"-\" + $r\n}\nreturn $r"},
			fix:    spread(0, -300, 300)},
		{name: "sieve", names: "sieve primes", sig: "($n int) []int", doc: "the primes below $n, each plus $1",
			draw:   draws{num(1, 20)},
			bodies: ways{"$m := make([]bool, $n)\n$r := []int{}\nfor i := 2; i < $n; i++ {\n\tif $m[i] {\n\t\tcontinue\n\t}\n\t$r = append($r, i+$1)\n\tfor j := 2 * i; j < $n; j += i {\n\t\t$m[j] = true\n\t}\n}\nreturn $r"},
			fix:    between(0, 0, 60)},
		{name: "roman", names: "roman rom", sig: "($x int) string", doc: "$x plus $1, at most 99, in Roman numerals",
			draw:   draws{num(1, 9)},
			bodies: ways{"$x += $1\n$r := \"\"\n$a := []int{90, 50, 40, 10, 9, 5, 4, 1}\n$b := []string{\"XC\", \"L\", \"XL\", \"X\", \"IX\", \"V\", \"IV\", \"I\"}\nfor i := range $a {\n\tfor $x >= $a[i] {\n\t\t$r += $b[i]\n\t\t$x -= $a[i]\n\t}\n}\nreturn $r"},
			fix:    all(spread(0, -9999, 9999), between(0, 0, 90))},
		{name: "sums", names: "eval calc", sig: "($s string) int", doc: "$1 plus the numbers in $s, which are separated by +",
			draw:   draws{num(0, 30), often("+1+0+29+8")},
			bodies: ways{"$r, $o := $1, 0\nfor i := range $s {\n\tif $s[i] == '+' {\n\t\t$r += $o\n\t\t$o = 0\n\t\tcontinue\n\t}\n\t$o = $o*10 + int($s[i]-'0')\n}\nreturn $r + $o"},
			fix: func(_ *draw, args []any) {
				args[0] = strings.Map(func(c rune) rune {
					if c >= '0' && c <= '9' || c == '+' {
						return c
					}
					return '0' + c%10
				}, args[0].(string))
			}},
		{name: "match", names: "match nest", sig: "($s string) bool", doc: "whether every $A in $s is closed by a later $B, and the other way round",
			draw:   draws{oneOf("( )", "[ ]", "{ }", "< >"), often("$A$B$A$B$A$B")},
			bodies: ways{"$r := 0\nfor _, $e := range $s {\n\tswitch $e {\n\tcase '$A':\n\t\t$r++\n\tcase '$B':\n\t\tif $r == 0 {\n\t\t\treturn false\n\t\t}\n\t\t$r--\n\t}\n}\nreturn $r == 0"}},
		{name: "stats", names: "stats sums", sig: "($a []int) []int", doc: "the least, the largest and $1 times the sum of $a, or nothing if $a is empty",
			draw:   draws{num(1, 9)},
			bodies: ways{"if len($a) == 0 {\n\treturn nil\n}\n$r := []int{$a[0], $a[0], 0}\nfor _, $e := range $a {\n\tif $e < $r[0] {\n\t\t$r[0] = $e\n\t}\n\tif $e > $r[1] {\n\t\t$r[1] = $e\n\t}\n\t$r[2] += $1 * $e\n}\nreturn $r"}},
		{name: "primesum", names: "psum total", sig: "($a []int) int", doc: "sum of the primes in $a, plus $1",
			draw:   draws{num(0, 20), near(2, 3, 9, 15)},
			bodies: ways{"$r := $1\nfor _, $e := range $a {\n\tif $w($e) {\n\t\t$r += $e\n\t}\n}\nreturn $r\n\nfunc $w($x int) bool {\nfor i := 2; i*i <= $x; i++ {\n\tif $x%i == 0 {\n\t\treturn false\n\t}\n}\nreturn $x > 1"},
			fix: func(_ *draw, args []any) { // the function that tests compare with knows three primes
				for i, x := range args[0].([]int) {
					args[0].([]int)[i] = min(x, 48)
				}
			}},
		{name: "titles", names: "title caps", sig: "($s string) string", doc: "$s with the first letter of every word in upper case, words are separated by $1",
			draw:   draws{letter(" -/.,", "'"), func(d *draw) { d.bytes += "az" + d.bytes }},
			bodies: ways{"$r := \"\"\n$o := true\nfor i := range $s {\n\t$c := $s[i]\n\tif $o && $c >= 'a' && $c <= 'z' {\n\t\t$c -= 32\n\t}\n\t$o = $c == $1\n\t$r += string($c)\n}\nreturn $r"},
			fix: func(_ *draw, args []any) {
				args[0] = strings.Map(func(r rune) rune { return r & 127 }, args[0].(string))
			}},
		{name: "bykey", names: "order sort", sig: "($a []int) []int", doc: "$a sorted by the remainder with $1, items with equal ones by size",
			draw:   draws{num(2, 9)},
			bodies: ways{"for i := range $a {\n\tfor j := i; j > 0; j-- {\n\t\t$x, $y := $a[j-1]%$1, $a[j]%$1\n\t\tif $x < $y || $x == $y && $a[j-1] <= $a[j] {\n\t\t\tbreak\n\t\t}\n\t\t$a[j-1], $a[j] = $a[j], $a[j-1]\n\t}\n}\nreturn $a"}},
		{name: "unpack", names: "unpack grow", sig: "($s string) string", doc: "$s with each byte repeated as the digit after it says, and $1 times more",
			draw: draws{num(1, 3)}, bodies: ways{"$r := \"\"\nfor i := 0; i < len($s); i += 2 {\n\t$o := int($s[i+1]-'0') + $1\n\tfor range $o {\n\t\t$r += string($s[i])\n\t}\n}\nreturn $r"},
			fix: func(_ *draw, args []any) {
				b := []byte(args[0].(string))
				b = b[:len(b)&^1]
				for i := 1; i < len(b); i += 2 {
					b[i] = '0' + b[i]%5
				}
				args[0] = string(b)
			}},
		{name: "groups", names: "groups split", sig: "($a []int) [][]int", doc: "$1 slices: item i of them holds the items of $a with remainder i, the signs left off",
			draw: draws{num(2, 6)}, bodies: ways{"$r := make([][]int, $1)\nfor _, $e := range $a {\n\tif $e < 0 {\n\t\t$e = -$e\n\t}\n\t$i := $e % $1\n\t$r[$i] = append($r[$i], $e)\n}\nreturn $r"}},
		{name: "path", names: "walk move", sig: "($s string) int", doc: "steps from the start after the moves n, s, e and w of $s, others count as none, plus $1",
			draw: draws{often("nsew"), num(0, 9)}, bodies: ways{
				"$x, $y := 0, 0\nfor i := range $s {\n\tswitch $s[i] {\n\tcase 'n':\n\t\t$y++\n\tcase 's':\n\t\t$y--\n\tcase 'e':\n\t\t$x++\n\tcase 'w':\n\t\t$x--\n\t}\n}\nreturn max($x, -$x) + max($y, -$y) + $1",
				"$m := map[byte]int{}\nfor i := range $s {\n\t$m[$s[i]]++\n}\n$x := $m['e'] - $m['w']\n$y := $m['n'] - $m['s']\nif $x < 0 {\n\t$x = -$x\n}\nif $y < 0 {\n\t$y = -$y\n}\nreturn $x + $y + $1",
			}, fix: func(_ *draw, args []any) {
				args[0] = strings.NewReplacer("a", "n", "b", "s", "z", "e", "m", "w").Replace(args[0].(string))
			}},
	}
}
