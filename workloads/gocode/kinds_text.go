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
		{"occurs", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "count times", params: "sc", doc: "$1 times the number of $c in $s", want: func(s string, c byte) int { return k * strings.Count(s, string(c)) },
				bodies: []string{
					"$r := 0\n" + each + "if $s[$i] == $c {\n\t\t$r++\n\t}\n}\nreturn $1 * $r",
					"$r := 0\nfor $i := 0; $i < len($s); $i++ {\n\tif $s[$i] == $c {\n\t\t$r++\n\t}\n}\nreturn $1 * $r",
				}}
		}},
		{"either", true, func(d *draw) fn {
			a, b, c := d.letter(lower, "'"), d.letter(lower, "'"), d.letter(lower, "'")
			return fn{names: "count vow", params: "s", doc: "how many bytes of $s are $1, $2 or $3", want: func(s string) int {
				return strings.Count(s, string(a)) + strings.Count(s, string(b)) + strings.Count(s, string(c))
			}, bodies: []string{
				"$r := 0\n" + each + "if $s[$i] == $1 || $s[$i] == $2 || $s[$i] == $3 {\n\t\t$r++\n\t}\n}\nreturn $r",
				"$r := 0\nfor _, $e := range $s {\n\tswitch $e {\n\tcase $1, $2, $3:\n\t\t$r++\n\t}\n}\nreturn $r",
			}}
		}},
		{"backwards", false, func(d *draw) fn {
			c := string(d.letter(lower, "\""))
			return fn{names: "rev flip", params: "s", doc: "$s backwards, then $1", want: func(s string) string {
				b := []byte(s)
				slices.Reverse(b)
				return string(b) + c
			}, bodies: []string{
				"$r := \"\"\n" + each + "$r = string($s[$i]) + $r\n}\nreturn $r + $1",
				"$r := []byte($s)\nfor i, j := 0, len($r)-1; i < j; i, j = i+1, j-1 {\n\t$r[i], $r[j] = $r[j], $r[i]\n}\nreturn string($r) + $1",
			}}
		}},
		{"replace", true, func(d *draw) fn {
			a, b := d.letter(lower, "'"), d.letter(lower, "'")
			return fn{names: "swap sub", params: "s", doc: "$s with $2 for every $1", want: func(s string) string { return strings.ReplaceAll(s, string(a), string(b)) },
				bodies: []string{"$r := []byte($s)\nfor $i := range $r {\n\tif $r[$i] == $1 {\n\t\t$r[$i] = $2\n\t}\n}\nreturn string($r)"}}
		}},
		{"without", false, func(d *draw) fn {
			c := string(d.letter(lower, "'"))
			return fn{names: "drop del", params: "s", doc: "$s without $1", want: func(s string) string { return strings.ReplaceAll(s, c, "") },
				bodies: []string{"$r := \"\"\n" + each + "if $s[$i] != $1 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r"}}
		}},
		{"palindrome", false, func(d *draw) fn {
			return fn{names: "pal same", params: "s", doc: "whether $s reads the same backwards", want: func(s string) bool {
				b := []byte(s)
				slices.Reverse(b)
				return string(b) == s
			}, bodies: []string{
				each + "if $s[$i] != $s[len($s)-1-$i] {\n\t\treturn false\n\t}\n}\nreturn true",
				"for i, j := 0, len($s)-1; i < j; i, j = i+1, j-1 {\n\tif $s[i] != $s[j] {\n\t\treturn false\n\t}\n}\nreturn true",
			}, fix: func(args []any) bool { // some that do, and some that nearly do
				s := args[0].(string)
				n := len(s)
				if n > 1 && s[0]%4 > 0 {
					b := []byte(s)
					slices.Reverse(b)
					b = append(b, s[s[0]%2:]...)
					b[int(s[1])%n] += s[0] % 4 / 3
					args[0] = string(b)
				}
				return true
			}}
		}},
		{"repeat", false, func(d *draw) fn {
			c := string(d.letter("-+:/._=", "\""))
			return fn{names: "rep many", params: "sn", doc: "$s $n times with $1 between", want: func(s string, n int) string {
				return strings.Join(slices.Repeat([]string{s}, n), c)
			}, bodies: []string{"$r := \"\"\nfor $i := range $n {\n\tif $i > 0 {\n\t\t$r += $1\n\t}\n\t$r += $s\n}\nreturn $r"}, fix: between(1, 0, 5)}
		}},
		{"shift", false, func(d *draw) fn {
			k := d.num(1, 25)
			return fn{names: "rot shift", params: "s", doc: "letters of $s moved on by $1, from z back to a", want: func(s string) string {
				return strings.Map(func(c rune) rune { return rune((lower + lower)[int(c-'a')+k]) }, s)
			}, bodies: []string{"$r := \"\"\n" + each + "$r += string('a' + ($s[$i]-'a'+$1)%26)\n}\nreturn $r"}, fix: func(args []any) bool {
				args[0] = strings.ToLower(regexp.MustCompile(`[^a-zA-Z]`).ReplaceAllString(args[0].(string), "y"))
				return true
			}}
		}},
		{"where", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "find pos", params: "sc", doc: "index of the first $c in $s, or -$1", want: func(s string, c byte) int {
				if i := strings.IndexByte(s, c); i >= 0 {
					return i
				}
				return -k
			},
				bodies: []string{each + "if $s[$i] == $c {\n\t\treturn $i\n\t}\n}\nreturn -$1"}}
		}},
		{"every", false, func(d *draw) fn {
			k := d.num(2, 6)
			return fn{names: "every thin", params: "s", doc: "the bytes of $s whose index is a multiple of $1", want: func(s string) string {
				r := ""
				for len(s) > 0 {
					r, s = r+s[:1], s[min(k, len(s)):]
				}
				return r
			}, bodies: []string{
				"$r := \"\"\nfor $i := 0; $i < len($s); $i += $1 {\n\t$r += string($s[$i])\n}\nreturn $r",
				"$r := \"\"\n" + each + "if $i%$1 == 0 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r",
			}}
		}},
		{"words", false, func(d *draw) fn {
			c := d.letter(" -/.,", "'")
			return fn{names: "words num", params: "s", doc: "number of words of $s, with $1 between them", want: func(s string) int {
				return len(strings.FieldsFunc(s, func(r rune) bool { return r == rune(c) }))
			}, bodies: []string{"$r := 0\n" + each + "if $s[$i] != $1 && ($i == 0 || $s[$i-1] == $1) {\n\t\t$r++\n\t}\n}\nreturn $r"}}
		}},
		{"longest", false, func(d *draw) fn {
			c := string(d.letter(lower, "'"))
			return fn{names: "run most", params: "s", doc: "length of the longest run of $1 in $s", want: func(s string) int {
				n := 0
				for strings.Contains(s, strings.Repeat(c, n+1)) {
					n++
				}
				return n
			}, bodies: []string{"$r, $o := 0, 0\n" + each + "if $s[$i] == $1 {\n\t\t$o++\n\t\t$r = max($r, $o)\n\t} else {\n\t\t$o = 0\n\t}\n}\nreturn $r"},
				fix: more(0, c)}
		}},
		{"number", false, func(d *draw) fn {
			k := d.num(2, 10)
			d.bytes = "01089/:0"
			return fn{names: "num val", params: "s", doc: "the digits of $s as one number in base $1", want: func(s string) int {
				n, p := 0, 1
				for _, c := range slices.Backward([]byte(s)) {
					if c >= '0' && c <= '9' {
						n, p = n+p*int(c-'0'), p*k
					}
				}
				return n
			}, bodies: []string{
				"$r := 0\nfor _, $e := range $s {\n\tif $e >= '0' && $e <= '9' {\n\t\t$r = $r*$1 + int($e-'0')\n\t}\n}\nreturn $r",
			}}
		}},
		{"trim", false, func(d *draw) fn {
			c := string(d.letter(lower, "'"))
			return fn{names: "trim strip", params: "s", doc: "$s without $1 at its start", want: func(s string) string { return strings.TrimLeft(s, c) },
				bodies: []string{"for len($s) > 0 && $s[0] == $1 {\n\t$s = $s[1:]\n}\nreturn $s"}, fix: more(0, c)}
		}},
		{"starts", false, func(*draw) fn {
			return fn{names: "starts has", params: "st", doc: "whether $s starts with $t", want: func(s, t string) bool { return strings.HasPrefix(s, t) },
				bodies: []string{
					"if len($s) < len($t) {\n\treturn false\n}\nreturn $s[:len($t)] == $t",
					"return len($s) >= len($t) && $s[:len($t)] == $t",
				}, fix: func(args []any) bool {
					s, t := args[0].(string), args[1].(string)
					if len(s)%3 > 0 {
						args[1] = s[:min(len(s), len(t))]
					}
					return true
				}}
		}},
		{"twice", false, func(d *draw) fn {
			c := string(d.letter(lower, "'"))
			return fn{names: "dup twice", params: "s", doc: "$s with every $1 twice", want: func(s string) string { return strings.ReplaceAll(s, c, c+c) },
				bodies: []string{"$r := \"\"\n" + each + "$r += string($s[$i])\n\tif $s[$i] == $1 {\n\t\t$r += string($s[$i])\n\t}\n}\nreturn $r"}}
		}},
		{"differ", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "diff ham", params: "st", doc: "$1 times the number of places where $s and $t differ, up to the end of the shorter", want: func(s, t string) int {
				n := 0
				for s != "" && t != "" {
					n += b2i(s[0] != t[0])
					s, t = s[1:], t[1:]
				}
				return n * k
			}, bodies: []string{"$r := 0\nfor $i := range min(len($s), len($t)) {\n\tif $s[$i] != $t[$i] {\n\t\t$r++\n\t}\n}\nreturn $r * $1"}, fix: func(args []any) bool {
				s, t := args[0].(string), args[1].(string)
				if n := min(len(s), len(t)) / 2; n > 0 {
					args[1] = s[:n] + t[n:]
				}
				return true
			}}
		}},
	}
}

// more puts c where a text at place i has one of the other bytes a and b.
func more(i int, c string) func([]any) bool {
	return func(args []any) bool {
		args[i] = strings.NewReplacer("a", c, "b", c).Replace(args[i].(string))
		return true
	}
}
