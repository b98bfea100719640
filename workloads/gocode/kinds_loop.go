package gocode

import (
	"slices"
	"strconv"
)

// loopKinds go through a slice or count.
func loopKinds() []kind {
	const each = "for _, $e := range $a {\n\t"
	return []kind{
		{"sum", true, func(d *draw) fn {
			f, c := d.form("$e"), d.cond("$e")
			return fn{names: "sum total", params: "a", doc: "sum of the items of $a that are " + c.many + f.words, want: func(a []int) int {
				r := 0
				for _, x := range filter(a, c.ok) {
					r += f.of(x)
				}
				return r
			}, bodies: []string{"$r := 0\n" + each + "if " + c.yes + " {\n\t\t$r += " + f.text + "\n\t}\n}\nreturn $r"}}
		}},
		{"count", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "count num", params: "a", doc: "number of items of $a that are " + c.many, want: func(a []int) int { return len(filter(a, c.ok)) },
				bodies: []string{"$r := 0\n" + each + "if " + c.yes + " {\n\t\t$r++\n\t}\n}\nreturn $r"}}
		}},
		{"product", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "prod mul", params: "a", doc: "product of the items of $a that are " + c.many, want: func(a []int) int {
				r := 1
				for _, x := range filter(a, c.ok) {
					r *= x
				}
				return r
			}, bodies: []string{"$r := 1\n" + each + "if " + c.yes + " {\n\t\t$r *= $e\n\t}\n}\nreturn $r"}}
		}},
		{"largest", true, func(d *draw) fn {
			k := d.num(-9, 9)
			c := d.cond("$e")
			return fn{names: "most top", params: "a", doc: "largest of $1 and the items of $a that are " + c.many, want: func(a []int) int { return slices.Max(append(filter(a, c.ok), k)) },
				bodies: []string{"$r := $1\n" + each + "if " + c.yes + " {\n\t\t$r = max($r, $e)\n\t}\n}\nreturn $r"}}
		}},
		{"any", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "some has", params: "a", doc: "whether any item of $a is " + c.one, want: func(a []int) bool { return slices.ContainsFunc(a, c.ok) },
				bodies: []string{each + "if " + c.yes + " {\n\t\treturn true\n\t}\n}\nreturn false"}}
		}},
		{"all", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "all each", params: "a", doc: "whether all items of $a are " + c.many, want: func(a []int) bool { return len(filter(a, c.ok)) == len(a) },
				bodies: []string{each + "if " + c.no + " {\n\t\treturn false\n\t}\n}\nreturn true"}}
		}},
		{"first", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "first find", params: "a", doc: "index of the first item of $a that is " + c.one + ", or -1", want: func(a []int) int { return slices.IndexFunc(a, c.ok) },
				bodies: []string{"for $i, $e := range $a {\n\tif " + c.yes + " {\n\t\treturn $i\n\t}\n}\nreturn -1"}}
		}},
		{"last", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "last find", params: "a", doc: "index of the last item of $a that is " + c.one + ", or -1", want: func(a []int) int {
				for i := len(a) - 1; i >= 0; i-- {
					if c.ok(a[i]) {
						return i
					}
				}
				return -1
			}, bodies: []string{"$r := -1\nfor $i, $e := range $a {\n\tif " + c.yes + " {\n\t\t$r = $i\n\t}\n}\nreturn $r"}}
		}},
		{"until", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "upto until", params: "a", doc: "sum of the items of $a before the first that is " + c.one, want: func(a []int) int {
				if i := slices.IndexFunc(a, c.ok); i >= 0 {
					a = a[:i]
				}
				return sum(a)
			}, bodies: []string{"$r := 0\n" + each + "if " + c.yes + " {\n\t\tbreak\n\t}\n\t$r += $e\n}\nreturn $r"}}
		}},
		{"values", true, func(d *draw) fn {
			c := d.cond("$e")
			return fn{names: "vals sum", params: "m", doc: "sum of the values of $m that are " + c.many, want: func(m map[string]int) int {
				r := 0
				for _, x := range m {
					r += b2i(c.ok(x)) * x
				}
				return r
			}, bodies: []string{"$r := 0\nfor _, $e := range $m {\n\tif " + c.yes + " {\n\t\t$r += $e\n\t}\n}\nreturn $r"}}
		}},
		{"power", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "pow power", params: "n", doc: "$1 to the power $n", want: func(n int) int {
				if n == 0 {
					return 1
				}
				h := 1
				for range n / 2 {
					h *= k
				}
				return h * h * []int{1, k}[n%2]
			}, bodies: []string{"$r := 1\nfor range $n {\n\t$r *= $1\n}\nreturn $r"}, fix: between(0, 0, 17)}
		}},
		{"triangle", false, func(d *draw) fn {
			k := d.num(0, 12)
			return fn{names: "tri sum", params: "n", doc: "sum of the numbers from $1 to $n", want: func(n int) int { return max(0, n-k+1) * (n + k) / 2 },
				bodies: []string{"$r := 0\nfor $i := $1; $i <= $n; $i++ {\n\t$r += $i\n}\nreturn $r"}}
		}},
		{"multiples", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "mults sum", params: "n", doc: "sum of the multiples of $1 from $1 to $n", want: func(n int) int { return k * max(0, n/k) * (max(0, n/k) + 1) / 2 },
				bodies: []string{"$r := 0\nfor $i := $1; $i <= $n; $i += $1 {\n\t$r += $i\n}\nreturn $r"}, fix: between(0, -2, 40)}
		}},
		{"digitsum", false, func(d *draw) fn {
			k := d.num(2, 10)
			return fn{names: "digits cross", params: "x", doc: "sum of the digits of $x in base $1", want: func(x int) int {
				r := 0
				for _, c := range strconv.FormatInt(int64(x), k) {
					r += int(c - '0')
				}
				return r
			}, bodies: []string{
				"$r := 0\nfor $x > 0 {\n\t$r += $x % $1\n\t$x /= $1\n}\nreturn $r",
				"$r := 0\nfor ; $x > 0; $x /= $1 {\n\t$r += $x % $1\n}\nreturn $r",
			}, fix: spread(0, 0, 500)}
		}},
		{"length", false, func(d *draw) fn {
			k := d.num(2, 10)
			d.near = append(d.near, k*k, k*k*k)
			return fn{names: "digits width", params: "x", doc: "number of digits of $x in base $1", want: func(x int) int { return len(strconv.FormatInt(int64(x), k)) },
				bodies: []string{"$r := 0\nfor $x > 0 {\n\t$r++\n\t$x /= $1\n}\nreturn $r"}, fix: spread(0, 1, 700)}
		}},
		{"divides", false, func(d *draw) fn {
			k := d.num(2, 9)
			return fn{names: "times often", params: "x", doc: "how often $1 divides $x", want: func(x int) int {
				r := 0
				for p := k; x%p == 0; p *= k {
					r++
				}
				return r
			}, bodies: []string{"$r := 0\nfor $x%$1 == 0 {\n\t$r++\n\t$x /= $1\n}\nreturn $r"}, fix: func(args []any) bool {
				x := max(1, args[0].(int))
				args[0] = []int{x, x * k, x * k * k, k * k * k}[x&3]
				return true
			}}
		}},
		{"gcd", false, func(d *draw) fn {
			k := d.num(2, 9)
			d.near = []int{6, 12, 18}
			return fn{names: "gcd common", params: "xy", doc: "$1 times the greatest common divisor of $x and $y", want: func(x, y int) int {
				for r := max(x, y); ; r-- {
					if x%r == 0 && y%r == 0 {
						return k * r
					}
				}
			}, bodies: []string{"for $y != 0 {\n\t$x, $y = $y, $x%$y\n}\nreturn $1 * $x"}, fix: all(between(0, 0, 60), between(1, 1, 60))}
		}},
		{"fib", true, func(d *draw) fn {
			j, k := d.num(0, 9), d.num(1, 15)
			return fn{names: "fib seq", params: "n", doc: "item $n of $1, $2 and so on, each the sum of two before", want: func(n int) int {
				a := []int{j, k}
				for len(a) <= n {
					a = append(a, a[len(a)-1]+a[len(a)-2])
				}
				return a[n]
			}, bodies: []string{"$r, $o := $1, $2\nfor range $n {\n\t$r, $o = $o, $r+$o\n}\nreturn $r"}, fix: between(0, 0, 20)}
		}},
		{"flip", false, func(d *draw) fn {
			k := d.num(1, 20)
			return fn{names: "flip rev", params: "x", doc: "digits of $x in reverse order, plus $1", want: func(x int) int {
				b := []byte(strconv.Itoa(x))
				slices.Reverse(b)
				n, _ := strconv.Atoi(string(b))
				return n + k
			}, bodies: []string{"$r := 0\nfor $x > 0 {\n\t$r = $r*10 + $x%10\n\t$x /= 10\n}\nreturn $r + $1"}, fix: spread(0, 0, 5000)}
		}},
		{"collatz", false, func(d *draw) fn {
			k := d.num(1, 8)
			return fn{names: "steps walk", params: "x", doc: "steps from $x to 1, plus $1: half if even, else 3 times plus 1", want: func(x int) int {
				r := k
				for ; x > 1; r++ {
					x = []int{x / 2, 3*x + 1}[x&1]
				}
				return r
			}, bodies: []string{"$r := $1\nfor $x > 1 {\n\tif $x%2 == 0 {\n\t\t$x /= 2\n\t} else {\n\t\t$x = 3*$x + 1\n\t}\n\t$r++\n}\nreturn $r"}, fix: between(0, 1, 30)}
		}},
	}
}

// spread makes a number at place i larger, so that it has several digits.
func spread(i, low, high int) func([]any) bool {
	return func(args []any) bool {
		x := args[i].(int)
		if x&1 == 0 {
			x *= 37
		}
		args[i] = x
		return between(i, low, high)(args)
	}
}

func sum(a []int) int {
	r := 0
	for _, x := range a {
		r += x
	}
	return r
}
