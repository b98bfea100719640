package gocode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// longKinds take 12 to 30 lines.
func longKinds() []kind {
	return []kind{
		{"merge", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "merge join", params: "ab", doc: "$a and $b, both sorted, merged into one sorted slice, each plus $1", want: func(a, b []int) []int {
				r := slices.Sorted(slices.Values(slices.Concat(a, b)))
				for i := range r {
					r[i] += k
				}
				return r
			}, bodies: []string{
				"$r := []int{}\nfor len($a) > 0 && len($b) > 0 {\n\tif $a[0] <= $b[0] {\n\t\t$r = append($r, $a[0])\n\t\t$a = $a[1:]\n\t} else {\n\t\t$r = append($r, $b[0])\n\t\t$b = $b[1:]\n\t}\n}\n$r = append($r, $a...)\n$r = append($r, $b...)\nfor $i := range $r {\n\t$r[$i] += $1\n}\nreturn $r",
				"$r := []int{}\ni, j := 0, 0\nfor i < len($a) || j < len($b) {\n\tif j == len($b) || i < len($a) && $a[i] <= $b[j] {\n\t\t$r = append($r, $a[i]+$1)\n\t\ti++\n\t} else {\n\t\t$r = append($r, $b[j]+$1)\n\t\tj++\n\t}\n}\nreturn $r",
			}, fix: sorted(0, 1)}
		}},
		{"pack", false, func(d *draw) fn {
			c := d.letter("-:,;._", "\"")
			return fn{names: "pack rle", params: "s", doc: "each run of equal bytes of $s as the byte and the length, $1 after each", want: func(s string) string {
				r := ""
				for s != "" {
					rest := strings.TrimLeft(s, s[:1])
					r += fmt.Sprintf("%c%d%c", s[0], len(s)-len(rest), c)
					s = rest
				}
				return r
			}, bodies: []string{
				"$r := \"\"\n$o := 0\nfor i := range $s {\n\t$o++\n\tif i+1 == len($s) || $s[i] != $s[i+1] {\n\t\t$r += string($s[i])\n\t\tif $o > 9 {\n\t\t\t$r += string(rune('0' + $o/10))\n\t\t}\n\t\t$r += string(rune('0'+$o%10)) + $1\n\t\t$o = 0\n\t}\n}\nreturn $r",
			}, fix: func(args []any) bool { // some runs of more than nine
				if s := args[0].(string); s != "" && s[0]%3 > 0 {
					args[0] = strings.Repeat(s[:1], 8+int(s[0]/3+s[len(s)-1])%4) + s
				}
				return true
			}}
		}},
		{"search", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "bin find", params: "ax", doc: "index of $x in $a, which is sorted and has no repeats, or -$1", want: func(a []int, x int) int {
				if i, ok := slices.BinarySearch(a, x); ok {
					return i
				}
				return -k
			}, bodies: []string{
				"i, j := 0, len($a)\nfor i < j {\n\tk := (i + j) / 2\n\tswitch {\n\tcase $a[k] == $x:\n\t\treturn k\n\tcase $a[k] < $x:\n\t\ti = k + 1\n\tdefault:\n\t\tj = k\n\t}\n}\nreturn -$1",
			}, fix: func(args []any) bool {
				a := args[0].([]int)
				slices.Sort(a)
				a = slices.Compact(a)
				args[0] = a
				if n := len(a); n > 0 && args[1].(int)%4 != 0 {
					args[1] = a[(args[1].(int)+100)%n]
				}
				return true
			}}
		}},
		{"base", false, func(d *draw) fn {
			k := d.num(2, 16)
			d.near = append(d.near, 0)
			return fn{names: "base text", params: "x", doc: "$x in base $1, with digits from 0 to 9 and a to f", want: func(x int) string { return strconv.FormatInt(int64(x), k) },
				bodies: []string{
					"if $x == 0 {\n\treturn \"0\"\n}\n$r, $o := \"\", false\nif $x < 0 {\n\t$x, $o = -$x, true\n}\nfor $x > 0 {\n\t$r = string(\"0123456789abcdef\"[$x%$1]) + $r\n\t$x /= $1\n}\nif $o {\n\t$r = \"-\" + $r\n}\nreturn $r",
				}, fix: spread(0, -300, 300)}
		}},
		{"sieve", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "sieve primes", params: "n", doc: "the primes below $n, each plus $1", want: func(n int) []int {
				var r []int
				for _, p := range []int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59} {
					if p < n {
						r = append(r, p+k)
					}
				}
				return r
			}, bodies: []string{
				"$m := make([]bool, $n)\n$r := []int{}\nfor i := 2; i < $n; i++ {\n\tif $m[i] {\n\t\tcontinue\n\t}\n\t$r = append($r, i+$1)\n\tfor j := 2 * i; j < $n; j += i {\n\t\t$m[j] = true\n\t}\n}\nreturn $r",
			}, fix: between(0, 0, 60)}
		}},
		{"roman", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "roman rom", params: "x", doc: "$x plus $1, at most 99, in Roman numerals", want: func(x int) string {
				x += k
				tens := strings.Fields("- X XX XXX XL L LX LXX LXXX XC")
				ones := strings.Fields("- I II III IV V VI VII VIII IX")
				return strings.ReplaceAll(tens[x/10]+ones[x%10], "-", "")
			}, bodies: []string{
				"$x += $1\n$r := \"\"\n$a := []int{90, 50, 40, 10, 9, 5, 4, 1}\n$b := []string{\"XC\", \"L\", \"XL\", \"X\", \"IX\", \"V\", \"IV\", \"I\"}\nfor i := range $a {\n\tfor $x >= $a[i] {\n\t\t$r += $b[i]\n\t\t$x -= $a[i]\n\t}\n}\nreturn $r",
			}, fix: func(args []any) bool { return all(spread(0, -9999, 9999), between(0, 0, 90))(args) }}
		}},
		{"sums", false, func(d *draw) fn {
			k := d.num(0, 30)
			d.bytes = "+1+0+29+8"
			return fn{names: "eval calc", params: "s", doc: "$1 plus the numbers in $s, which are separated by +", want: func(s string) int {
				r := k
				for p := range strings.SplitSeq(s, "+") {
					n, _ := strconv.Atoi(p)
					r += n
				}
				return r
			}, bodies: []string{
				"$r, $o := $1, 0\nfor i := range $s {\n\tif $s[i] == '+' {\n\t\t$r += $o\n\t\t$o = 0\n\t\tcontinue\n\t}\n\t$o = $o*10 + int($s[i]-'0')\n}\nreturn $r + $o",
			}, fix: func(args []any) bool {
				args[0] = strings.Map(func(c rune) rune {
					if c >= '0' && c <= '9' || c == '+' {
						return c
					}
					return '0' + c%10
				}, args[0].(string))
				return true
			}}
		}},
		{"match", false, func(d *draw) fn {
			pair := d.pick("() [] {} <>")
			d.bytes = pair + pair + pair
			return fn{names: "match nest", params: "s", doc: fmt.Sprintf("whether every %c in $s is closed by a later %c, and the other way round", pair[0], pair[1]), want: func(s string) bool {
				s = strings.Map(func(c rune) rune { return c - rune(b2i(!strings.ContainsRune(pair, c)))*2*c }, s) // others become negative and are dropped
				for strings.Contains(s, pair) {
					s = strings.ReplaceAll(s, pair, "")
				}
				return s == ""
			}, bodies: []string{
				"$r := 0\nfor _, $e := range $s {\n\tswitch $e {\n\tcase '" + pair[:1] + "':\n\t\t$r++\n\tcase '" + pair[1:] + "':\n\t\tif $r == 0 {\n\t\t\treturn false\n\t\t}\n\t\t$r--\n\t}\n}\nreturn $r == 0",
			}}
		}},
		{"stats", false, func(d *draw) fn {
			k := d.num(1, 9)
			return fn{names: "stats sums", params: "a", doc: "the least, the largest and $1 times the sum of $a, or nothing if $a is empty", want: func(a []int) []int {
				if len(a) == 0 {
					return nil
				}
				return []int{slices.Min(a), slices.Max(a), k * sum(a)}
			}, bodies: []string{
				"if len($a) == 0 {\n\treturn nil\n}\n$r := []int{$a[0], $a[0], 0}\nfor _, $e := range $a {\n\tif $e < $r[0] {\n\t\t$r[0] = $e\n\t}\n\tif $e > $r[1] {\n\t\t$r[1] = $e\n\t}\n\t$r[2] += $1 * $e\n}\nreturn $r",
			}}
		}},
		{"primesum", false, func(d *draw) fn {
			k := d.num(0, 20)
			d.near = append(d.near, 2, 3, 9, 15)
			return fn{names: "psum total", params: "a", doc: "sum of the primes in $a, plus $1", want: func(a []int) int {
				return k + sum(filter(a, func(x int) bool {
					return x > 1 && len(filter([]int{2, 3, 5}, func(p int) bool { return x%p == 0 && x > p })) == 0
				}))
			}, bodies: []string{
				"$r := $1\nfor _, $e := range $a {\n\tif $w($e) {\n\t\t$r += $e\n\t}\n}\nreturn $r\n\nfunc $w($x int) bool {\nfor i := 2; i*i <= $x; i++ {\n\tif $x%i == 0 {\n\t\treturn false\n\t}\n}\nreturn $x > 1",
			}, fix: func(args []any) bool { // the reference in want knows three primes
				for i, x := range args[0].([]int) {
					args[0].([]int)[i] = min(x, 48)
				}
				return true
			}}
		}},
		{"titles", false, func(d *draw) fn {
			c := d.letter(" -/.,", "'")
			d.bytes += "az" + string(c)
			return fn{names: "title caps", params: "s", doc: "$s with the first letter of every word in upper case, words are separated by $1", want: func(s string) string {
				words := strings.Split(s, string(c))
				for i, w := range words {
					if w != "" {
						words[i] = strings.ToUpper(w[:1]) + w[1:]
					}
				}
				return strings.Join(words, string(c))
			}, bodies: []string{
				"$r := \"\"\n$o := true\nfor i := range $s {\n\t$c := $s[i]\n\tif $o && $c >= 'a' && $c <= 'z' {\n\t\t$c -= 32\n\t}\n\t$o = $c == $1\n\t$r += string($c)\n}\nreturn $r",
			}, fix: func(args []any) bool {
				args[0] = strings.Map(func(r rune) rune { return r & 127 }, args[0].(string))
				return true
			}}
		}},
		{"bykey", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "order sort", params: "a", doc: "$a sorted by the remainder with $1, items with equal ones by size", want: func(a []int) []int {
				r := slices.Clone(a)
				slices.SortFunc(r, func(x, y int) int { return (x%k-y%k)*1000 + x - y })
				return r
			}, bodies: []string{
				"for i := range $a {\n\tfor j := i; j > 0; j-- {\n\t\t$x, $y := $a[j-1]%$1, $a[j]%$1\n\t\tif $x < $y || $x == $y && $a[j-1] <= $a[j] {\n\t\t\tbreak\n\t\t}\n\t\t$a[j-1], $a[j] = $a[j], $a[j-1]\n\t}\n}\nreturn $a",
			}}
		}},
		{"unpack", false, func(d *draw) fn {
			k := d.num(1, 3)
			return fn{names: "unpack grow", params: "s", doc: "$s with each byte repeated as the digit after it says, and $1 times more", want: func(s string) string {
				r := ""
				for i := 0; i < len(s); i += 2 {
					r += strings.Repeat(s[i:i+1], int(s[i+1]-'0')+k)
				}
				return r
			}, bodies: []string{
				"$r := \"\"\nfor i := 0; i < len($s); i += 2 {\n\t$o := int($s[i+1]-'0') + $1\n\tfor range $o {\n\t\t$r += string($s[i])\n\t}\n}\nreturn $r",
			}, fix: func(args []any) bool {
				b := []byte(args[0].(string))
				b = b[:len(b)&^1]
				for i := 1; i < len(b); i += 2 {
					b[i] = '0' + b[i]%5
				}
				args[0] = string(b)
				return true
			}}
		}},
		{"groups", false, func(d *draw) fn {
			k := d.num(2, 6)
			return fn{names: "groups split", params: "a", doc: "$1 slices: item i of them holds the items of $a with remainder i, the signs left off", want: func(a []int) [][]int {
				r := make([][]int, k)
				for _, x := range a {
					i := max(x, -x) % k
					r[i] = append(r[i], max(x, -x))
				}
				return r
			}, bodies: []string{
				"$r := make([][]int, $1)\nfor _, $e := range $a {\n\tif $e < 0 {\n\t\t$e = -$e\n\t}\n\t$i := $e % $1\n\t$r[$i] = append($r[$i], $e)\n}\nreturn $r",
			}}
		}},
		{"path", false, func(d *draw) fn {
			d.bytes = "nsew"
			k := d.num(0, 9)
			return fn{names: "walk move", params: "s", doc: "steps from the start after the moves n, s, e and w of $s, others count as none, plus $1", want: func(s string) int {
				n := strings.Count(s, "n") - strings.Count(s, "s")
				e := strings.Count(s, "e") - strings.Count(s, "w")
				return max(n, -n) + max(e, -e) + k
			}, bodies: []string{
				"$x, $y := 0, 0\nfor i := range $s {\n\tswitch $s[i] {\n\tcase 'n':\n\t\t$y++\n\tcase 's':\n\t\t$y--\n\tcase 'e':\n\t\t$x++\n\tcase 'w':\n\t\t$x--\n\t}\n}\nreturn max($x, -$x) + max($y, -$y) + $1",
				"$m := map[byte]int{}\nfor i := range $s {\n\t$m[$s[i]]++\n}\n$x := $m['e'] - $m['w']\n$y := $m['n'] - $m['s']\nif $x < 0 {\n\t$x = -$x\n}\nif $y < 0 {\n\t$y = -$y\n}\nreturn $x + $y + $1",
			}, fix: func(args []any) bool {
				args[0] = strings.NewReplacer("a", "n", "b", "s", "z", "e", "m", "w").Replace(args[0].(string))
				return true
			}}
		}},
	}
}
