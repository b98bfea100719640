package gocode

import "strings"

// What a kind draws.

// num is a constant from low to high.
func num(low, high int) func(*draw) { return func(d *draw) { d.num(low, high) } }

// order is two constants, the first at least gap below the second.
func order(low, high, gap int) func(*draw) {
	return func(d *draw) { d.num(d.num(low, high-gap)+gap, high) }
}

// other is a constant that differs from the one before.
func other(low, high int) func(*draw) {
	return func(d *draw) {
		before := *d
		for d.num(low, high) == before.int(len(before.consts)) {
			*d = before
		}
	}
}

// letter is a constant: a byte of from that no earlier constant is, written with
// the quotes that are given.
func letter(from, quote string) func(*draw) {
	return func(d *draw) {
		c := from[d.IntN(len(from))]
		for strings.Contains(d.bytes, string(c)) {
			c = from[d.IntN(len(from))]
		}
		d.bytes += string(c)
		d.consts = append(d.consts, quote+string(c)+quote)
	}
}

// oneOf is a choice among options, whose words become $A and $B.
func oneOf(options ...string) func(*draw) {
	return func(d *draw) {
		a, b, _ := strings.Cut(options[d.IntN(len(options))], " ")
		d.texts['A'], d.texts['B'] = a, b
	}
}

// near are further numbers that matter to the function.
func near(numbers ...int) func(*draw) {
	return func(d *draw) { d.near = append(d.near, numbers...) }
}

// often are the bytes that matter to the function, as a template.
func often(bytes string) func(*draw) {
	return func(d *draw) { d.bytes = d.fill(bytes, false) }
}

// cond is a condition on the item $e: in words as $M (many: "above 3") and $O
// (one), and as the expressions $Y (yes) and $N (no).
func cond(d *draw) {
	compare := func(word, yes, no string) {
		d.num(-5, 15)
		k := " " + d.ref()
		d.condition(word+k, word+k, "$e "+yes+k, "$e "+no+k)
	}
	switch d.IntN(7) {
	case 0:
		compare("above", ">", "<=")
	case 1:
		compare("below", "<", ">=")
	case 2:
		d.condition("even", "even", "$e%2 == 0", "$e%2 != 0")
	case 3:
		d.condition("odd", "odd", "$e%2 != 0", "$e%2 == 0")
	case 4:
		d.num(3, 7)
		k := d.ref()
		d.condition("multiples of "+k, "a multiple of "+k, "$e%"+k+" == 0", "$e%"+k+" != 0")
	case 5:
		compare("not", "!=", "==")
	default:
		low := d.num(-5, 8)
		a := d.ref()
		d.num(low+2, 15)
		b := d.ref()
		words := "from " + a + " to " + b
		d.condition(words, words, "$e >= "+a+" && $e <= "+b, "$e < "+a+" || $e > "+b)
	}
}

func (d *draw) condition(many, one, yes, no string) {
	d.texts['M'], d.texts['O'], d.texts['Y'], d.texts['N'] = many, one, yes, no
}

// form is what is done to the item $e: in words as $F (", each squared", or
// nothing) and as the expression $T.
func form(d *draw) {
	words, text := "", "$e"
	switch d.IntN(4) {
	case 1:
		words, text = ", each squared", "$e * $e"
	case 2:
		d.num(2, 9)
		words, text = ", each times "+d.ref(), "$e * "+d.ref()
	case 3:
		d.num(1, 9)
		words, text = ", each plus "+d.ref(), "$e + "+d.ref()
	}
	d.texts['F'], d.texts['T'] = words, text
}

// Fixes of arguments.

// between wraps the number at place i into a range.
func between(i, low, high int) fix {
	return func(_ *draw, args []any) {
		n := high - low + 1
		args[i] = low + ((args[i].(int)-low)%n+n)%n
	}
}

// spread makes a number at place i larger, so that it has several digits.
func spread(i, low, high int) fix {
	return func(d *draw, args []any) {
		if x := args[i].(int); x&1 == 0 {
			args[i] = x * 37
		}
		between(i, low, high)(d, args)
	}
}

// more puts constant 1 where a text at place 0 has one of the other bytes a and b.
func more(d *draw, args []any) {
	c := string(d.char(1))
	args[0] = strings.NewReplacer("a", c, "b", c).Replace(args[0].(string))
}

// all makes every fix in turn.
func all(fixes ...fix) fix {
	return func(d *draw, args []any) {
		for _, f := range fixes {
			f(d, args)
		}
	}
}
