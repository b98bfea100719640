package gocode

import (
	"regexp"
	"slices"
	"strings"
)

// textKinds go through a text.
func textKinds() []kind {
	const each = "for $i := range $s {\n\t"
	return []kind{
		{name: "occurs", names: "count times", sig: "($s string, $c byte) int", doc: "$1 times the number of $c in $s",
			draw: draws{num(2, 9)}, bodies: ways{
				"$r := 0\n" + each + "if $s[$i] == $c {\n\t\t$r++\n\t}\n}\nreturn $1 * $r",
				"$r := 0\nfor $i := 0; $i < len($s); $i++ {\n\tif $s[$i] == $c {\n\t\t$r++\n\t}\n}\nreturn $1 * $r",
			}},
		{name: "either", rich: true, names: "count vow", sig: "($s string) int", doc: "how many bytes of $s are $1, $2 or $3",
			draw: draws{letter(lower, "'"), letter(lower, "'"), letter(lower, "'")}, bodies: ways{
				"$r := 0\n" + each + "if $s[$i] == $1 || $s[$i] == $2 || $s[$i] == $3 {\n\t\t$r++\n\t}\n}\nreturn $r",
				"$r := 0\nfor _, $e := range $s {\n\tswitch $e {\n\tcase $1, $2, $3:\n\t\t$r++\n\t}\n}\nreturn $r",
			}},
		{name: "backwards", names: "rev flip", sig: "($s string) string", doc: "$s backwards, then $1",
			draw: draws{letter(lower, "\"")}, bodies: ways{
				"$r := \"\"\n" + each + "$r = string($s[$i]) + $r\n}\nreturn $r + $1",
				"$r := []byte($s)\nfor i, j := 0, len($r)-1; i < j; i, j = i+1, j-1 {\n\t$r[i], $r[j] = $r[j], $r[i]\n}\nreturn string($r) + $1",
			}},
		{name: "replace", rich: true, names: "swap sub", sig: "($s string) string", doc: "$s with $2 for every $1",
			draw: draws{letter(lower, "'"), letter(lower, "'")}, bodies: ways{"$r := []byte($s)\nfor $i := range $r {\n\tif $r[$i] == $1 {\n\t\t$r[$i] = $2\n\t}\n}\nreturn string($r)"}},
		{name: "without", names: "drop del", sig: "($s string) string", doc: "$s without $1",
			draw: draws{letter(lower, "'")}, bodies: ways{"$r := \"\"\n" + each + "if $s[$i] != $1 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r"}},
		{name: "palindrome", names: "pal same", sig: "($s string) bool", doc: "whether $s reads the same backwards",
			bodies: ways{
				each + "if $s[$i] != $s[len($s)-1-$i] {\n\t\treturn false\n\t}\n}\nreturn true",
				"for i, j := 0, len($s)-1; i < j; i, j = i+1, j-1 {\n\tif $s[i] != $s[j] {\n\t\treturn false\n\t}\n}\nreturn true",
			}, fix: func(_ *draw, args []any) { // some that do, and some that nearly do
				s := args[0].(string)
				n := len(s)
				if n > 1 && s[0]%4 > 0 {
					b := []byte(s)
					slices.Reverse(b)
					b = append(b, s[s[0]%2:]...)
					b[int(s[1])%n] += s[0] % 4 / 3
					args[0] = string(b)
				}
			}},
		{name: "repeat", names: "rep many", sig: "($s string, $n int) string", doc: "$s $n times with $1 between",
			draw: draws{letter("-+:/._=", "\"")}, bodies: ways{"$r := \"\"\nfor $i := range $n {\n\tif $i > 0 {\n\t\t$r += $1\n\t}\n\t$r += $s\n}\nreturn $r"}, fix: between(1, 0, 5)},
		{name: "shift", names: "rot shift", sig: "($s string) string", doc: "letters of $s moved on by $1, from z back to a",
			draw: draws{num(1, 25)}, bodies: ways{"$r := \"\"\n" + each + "$r += string('a' + ($s[$i]-'a'+$1)%26)\n}\nreturn $r"},
			fix: func(_ *draw, args []any) {
				args[0] = strings.ToLower(regexp.MustCompile(`[^a-zA-Z]`).ReplaceAllString(args[0].(string), "y"))
			}},
		{name: "where", names: "find pos", sig: "($s string, $c byte) int", doc: "index of the first $c in $s, or -$1",
			draw: draws{num(1, 20)}, bodies: ways{each + "if $s[$i] == $c {\n\t\treturn $i\n\t}\n}\nreturn -$1"}},
		{name: "every", names: "every thin", sig: "($s string) string", doc: "the bytes of $s whose index is a multiple of $1",
			draw: draws{num(2, 6)}, bodies: ways{
				"$r := \"\"\nfor $i := 0; $i < len($s); $i += $1 {\n\t$r += string($s[$i])\n}\nreturn $r",
				"$r := \"\"\n" + each + "if $i%$1 == 0 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r",
			}},
		{name: "words", names: "words num", sig: "($s string) int", doc: "number of words of $s, with $1 between them",
			draw: draws{letter(" -/.,", "'")}, bodies: ways{"$r := 0\n" + each + "if $s[$i] != $1 && ($i == 0 || $s[$i-1] == $1) {\n\t\t$r++\n\t}\n}\nreturn $r"}},
		{name: "longest", names: "run most", sig: "($s string) int", doc: "length of the longest run of $1 in $s",
			draw: draws{letter(lower, "'")}, bodies: ways{"$r, $o := 0, 0\n" + each + "if $s[$i] == $1 {\n\t\t$o++\n\t\t$r = max($r, $o)\n\t} else {\n\t\t$o = 0\n\t}\n}\nreturn $r"}, fix: more},
		{name: "number", names: "num val", sig: "($s string) int", doc: "the digits of $s as one number in base $1",
			draw: draws{num(2, 10), often("01089/:0")}, bodies: ways{"$r := 0\nfor _, $e := range $s {\n\tif $e >= '0' && $e <= '9' {\n\t\t$r = $r*$1 + int($e-'0')\n\t}\n}\nreturn $r"}},
		{name: "trim", names: "trim strip", sig: "($s string) string", doc: "$s without $1 at its start",
			draw: draws{letter(lower, "'")}, bodies: ways{"for len($s) > 0 && $s[0] == $1 {\n\t$s = $s[1:]\n}\nreturn $s"}, fix: more},
		{name: "starts", names: "starts has", sig: "($s, $t string) bool", doc: "whether $s starts with $t",
			bodies: ways{
				"if len($s) < len($t) {\n\treturn false\n}\nreturn $s[:len($t)] == $t",
				"return len($s) >= len($t) && $s[:len($t)] == $t",
			}, fix: func(_ *draw, args []any) {
				s, t := args[0].(string), args[1].(string)
				if len(s)%3 > 0 {
					args[1] = s[:min(len(s), len(t))]
				}
			}},
		{name: "twice", names: "dup twice", sig: "($s string) string", doc: "$s with every $1 twice",
			draw: draws{letter(lower, "'")}, bodies: ways{"$r := \"\"\n" + each + "$r += string($s[$i])\n\tif $s[$i] == $1 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r"}},
		{name: "differ", names: "diff ham", sig: "($s, $t string) int", doc: "$1 times the number of places where $s and $t differ, up to the end of the shorter",
			draw: draws{num(2, 9)}, bodies: ways{"$r := 0\nfor $i := range min(len($s), len($t)) {\n\tif $s[$i] != $t[$i] {\n\t\t$r++\n\t}\n}\nreturn $r * $1"},
			fix: func(_ *draw, args []any) {
				s, t := args[0].(string), args[1].(string)
				if n := min(len(s), len(t)) / 2; n > 0 {
					args[1] = s[:n] + t[n:]
				}
			}},
	}
}
