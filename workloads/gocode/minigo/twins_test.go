package minigo

// The functions of this file are compiled by Go and run by this package from
// the text of this file; see TestTwins. It must have no imports.

func twinSum(a []int, k int) int {
	s := 0
	for i := 0; i < len(a); i++ {
		if a[i] == k {
			continue
		}
		if a[i] > 1000 {
			break
		}
		s += a[i]
	}
	return s
}

func twinWrap(x, y int) []int {
	var a int8 = int8(x)
	var b uint8 = uint8(y)
	var c int32 = int32(x) * 1000003
	var d uint32 = uint32(y) * 2654435761
	var e uint16 = ^uint16(x)
	var f int64 = int64(x) << 60
	a += 100
	a -= int8(y)
	b *= 7
	b--
	d ^= d >> 3
	return []int{int(a), int(b), int(c), int(d), int(e), int(f), int(-a), int(b<<5) | int(a>>2), x &^ y, x & y, x ^ y, -x >> 1, x / 7, x % 7, -x / 7, -x % 7}
}

func twinText(s string, c byte) string {
	r := ""
	for i := range s {
		if s[i] != c {
			r += string(s[i])
		}
	}
	for _, e := range s {
		if e > 'm' {
			r = r + string(e-1)
		}
	}
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	u := []rune(s)
	return r + string(b) + string(u[len(u)/2:]) + s[min(1, len(s)):]
}

func twinMap(a []int) map[int]int {
	m := map[int]int{}
	for _, x := range a {
		m[x%5]++
		if v, ok := m[x]; ok && v > 1 {
			delete(m, x)
		}
	}
	n := make(map[int]int, len(m))
	for k, v := range m {
		n[k] += v * 2
	}
	if _, ok := n[3]; !ok {
		n[3] = len(m)
	}
	return n
}

func twinAlias(a []int, k int) [][]int {
	if len(a) < 3 {
		return nil
	}
	b := a[1:3]
	c := append(b, k)
	b[0] = 77
	d := make([]int, 2, 10)
	e := append(d, 5)
	f := append(d, 6)
	copy(a[1:], a)
	var g []int
	g = append(g, a...)
	g[0] = -1
	return [][]int{a, b, c, d, e, f, g, c[:1], {len(g), cap(a[1:2]), k}, nil}
}

func twinArray(a []int) []int {
	var c [5]int
	for _, x := range a {
		c[(x%5+5)%5]++
	}
	d := c
	d[0] = 100
	e := [2][3]int{{1, 2, 3}, {4}}
	f := e
	f[1][1] = 9
	g := [...]int{4: 7, 1: 2}
	change := func(h [5]int) int { h[1] = 50; return h[1] + h[0] }
	r := []int{c[0], d[0], e[1][1], f[1][1], len(g), g[4], change(c), c[1]}
	if c == d {
		r = append(r, 1)
	}
	m := map[string][2]int{"a": {1, 2}}
	_ = e
	_, _ = m["a"], f[0]
	//lint:ignore S1005 the evaluator has to know this form too
	for _, _ = range e {
		r = append(r, m["a"][1])
	}
	e, e[1][0], f[1] = f, r[0], f[0]
	r = append(r, e[1][0], f[1][2])
	for i, x := range c {
		c[4] = 1000
		r = append(r, i*x)
	}
	return r
}

func twinSwitch(x int, s string) string {
	r := ""
	switch y := x % 7; {
	case y == 0, y == 1:
		r = "low"
	case y > 3:
		r = "high"
		if x > 50 {
			break
		}
		r += "!"
		fallthrough
	case y == 100:
		r += "?"
	default:
		r = "mid"
	}
	switch s {
	case "":
		return r + "-"
	case "a", "b", "ab":
		return r + "ab"
	}
	switch len(s) {
	case 1:
		r += "1"
	default:
		r += "n"
	}
	return r
}

func twinLabel(a []int) int {
	n := 0
outer:
	for i := range a {
		for j := range a {
			if a[i]+a[j] == 0 {
				continue outer
			}
			if a[i]*a[j] > 400 {
				break outer
			}
			switch {
			case a[j] == 7:
				continue
			case a[j] == 8:
				break outer
			case a[j] == 9:
				//lint:ignore SA4011 the evaluator has to know that this only leaves the switch
				break
			}
			n++
		}
	}
	return n
}

func twinClosure(n int) []int {
	var fs []func() int
	for i := 0; i < n%6; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for i := range n % 4 {
		fs = append(fs, func() int { return -i })
	}
	t := 0
	add := func(k int) { t += k }
	var fib func(int) int
	fib = func(k int) int {
		if k < 2 {
			return k
		}
		return fib(k-1) + fib(k-2)
	}
	var r []int
	for _, f := range fs {
		add(f())
		r = append(r, f(), t)
	}
	return append(r, fib(n%9))
}

func twinResults(x, y int) []int {
	q, r := divide(x, y)
	a, b := both(divide(y, x))
	q, c := named(q)
	for range 3 {
		q, r = r, q+1
	}
	var d, e = 1, "e"
	var f, g int
	f, g = g+d, len(e)
	_, h := divide(f, g)
	return []int{q, r, a, b, c, h}
}

func divide(x, y int) (int, int) {
	if y == 0 {
		return 0, x
	}
	return x / y, x % y
}

func both(x, y int) (int, int) { return y, x }

func named(x int) (r, s int) {
	r = x
	if x > 5 {
		return
	}
	if x < -5 {
		return s, 3
	}
	for r < 10 {
		r += 4
		s--
	}
	return r, s
}

func twinBool(x, y int) bool {
	z := x > y || x != 3 && !(y >= 5) || touch(x)
	return z == (x <= y) || 3 < x
}

func touch(x int) bool { return x%2 == 0 }

func twinConst(x int) int {
	const k = 3
	const (
		a = iota + 1
		b
		c
	)
	type_ := 1 << 4
	return x*k + a*b*c + 'a' + type_ + len("four") + max(x, k, 9) - min(k, x) + 1e3
}

func twinMinMax(s, t string) []string {
	r := []string{min(s, t), max(t, s, "m")}
	clear(r[:0])
	if s < t {
		r = append(r, s+"<"+t)
	} else if s == t {
		r = append(r, "=")
	} else {
		r = append(r, "")
		clear(r[1:])
	}
	return r
}

func twinGrid(n int) [][]int {
	g := make([][]int, n%5)
	for i := range g {
		g[i] = make([]int, n%3)
		for j := range g[i] {
			g[i][j] = i*10 + j
		}
	}
	for _, row := range g {
		for j := range row {
			row[j]++
			row[j] <<= 1
			row[j] %= 17
		}
	}
	return g
}

func twinClear(a []int) int {
	m := map[int]bool{1: true, 2: false}
	for _, x := range a {
		m[x] = !m[x]
	}
	n := len(m)
	clear(m)
	m[5] = true
	return n*10 + len(m)
}

func twinNil(a []int, n int) [][]int {
	r := [][]int{nil, {1}, nil}
	r = append(r, nil, a)
	r[1] = nil
	var m map[int][]int = nil
	if m == nil && r[0] == nil && nil == r[3] {
		m = map[int][]int{n: nil}
	}
	var g func(b []int, f func() int) []int = nil
	if g == nil {
		g = func(b []int, f func() int) []int {
			if f == nil {
				return append(b, 7)
			}
			return nil
		}
	}
	r = append(r, g(nil, nil), g(a, func() int { return 1 }), m[n], []int(nil))
	b, c := nilPair(n)
	switch {
	case b == nil && c != nil:
		m = nil
	}
	var d [2][]int
	d[1] = nil
	d[0] = []int{len(m)}
	return append(r, b, c, d[0], d[1], make([]int, 0))
}

func nilPair(n int) ([]int, []int) {
	if n > 10 {
		return nil, []int{n}
	}
	return []int{n}, nil
}

func twinMore(s string, a []int) []int {
	m := map[string]map[int]bool{}
	for i, c := range s {
		k := string(c)
		if m[k] == nil {
			m[k] = map[int]bool{}
		}
		m[k][i] = true
	}
	t := 0
	for _, v := range m {
		for k, b := range v {
			if b {
				t += k
			}
		}
	}
	q := [][2]int{{1, 2}, {3, 4}}
	p := q[0]
	p[0] = 9
	q = append(q, p)
	for _, x := range q {
		x[1] = 0
	}
	q[1], q[2] = q[2], q[1]
	i := 0
	if len(a) > 1 {
		i, a[i] = 1, 50
		a[0], a[1] = a[1], a[0]
		a[i] += i
		a[i]--
	}
	var runes []rune
	runes = append(runes, []rune(s)...)
	bytes := append([]byte("x"), s...)
	n := copy(bytes, "hello")
pick:
	switch {
	case n > 2:
		for {
			break pick
		}
	default:
		n = 100
	}
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		n += i * j
	}
	return append(a, t, q[0][0], q[1][0], q[1][1], q[2][0], len(runes), int(bytes[0]), n, i, len(string(runes)), int('a'+byte(n)))
}
