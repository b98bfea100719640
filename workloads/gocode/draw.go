package gocode

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
)

// A kind makes functions that differ in names, constants and choices.
//
// Texts of a kind are templates: $1, $2, … are its constants in the order in
// which they were drawn, and $ with a letter is a name, drawn from the pool of
// that letter, different from all other names of the function.
type kind struct {
	name string
	// rich kinds have so many constants and choices that names are no part of
	// the canonical form: a function of the test split occurs under no names at
	// all in training.
	rich bool
	make func(d *draw) fn
}

// fn is one function, as templates.
type fn struct {
	names  string   // what it may be called, besides anyName
	params string   // the letters of its parameters, in order
	doc    string   // what it computes, in one line
	want   any      // the same in Go; its type gives the types of parameters and result
	bodies []string // ways of writing it, without the closing bracket
	// fix makes drawn arguments fit for the function, or says that they are not.
	fix func(args []any) bool
}

// anyName are function names that say nothing about the function.
const anyName = "f g h fn do op run"

// pools are the names behind a letter of a template.
var pools = map[byte]string{
	'x': "x n p v", 'y': "y m q w", 'z': "z k u", 'n': "n k",
	'a': "a v l w", 'b': "b u p q", 'g': "g t m",
	's': "s t w p", 't': "u q v", 'c': "c d b", 'm': "m h d", 'q': "ok up on",
	'i': "i", 'j': "j", 'k': "k i", 'h': "h d",
	'r': "r s o t", 'o': "o t z", 'e': "x e v y", 'u': "u d z", 'w': "ok good q",
}

// draw is the drawing of one function.
type draw struct {
	*rand.Rand
	consts []string        // $1, $2, …
	near   []int           // numbers that matter to the function
	bytes  string          // bytes that matter
	names  map[byte]string // by letter
	taken  map[string]bool // names in use
}

// num draws the next constant.
func (d *draw) num(low, high int) int {
	k := low + d.IntN(high-low+1)
	d.near = append(d.near, k)
	d.consts = append(d.consts, strconv.Itoa(k))
	return k
}

// order draws two constants, the first at least gap below the second.
func (d *draw) order(low, high, gap int) (int, int) {
	a := d.num(low, high-gap)
	return a, d.num(a+gap, high)
}

// other draws a constant that differs from k.
func (d *draw) other(k, low, high int) int {
	for {
		if n := d.num(low, high); n != k {
			return n
		}
		d.consts = d.consts[:len(d.consts)-1]
		d.near = d.near[:len(d.near)-1]
	}
}

// letter draws the next constant, a byte of from that no earlier constant is,
// written with the quotes that are given.
func (d *draw) letter(from, quote string) byte {
	for {
		c := from[d.IntN(len(from))]
		if !strings.Contains(d.bytes, string(c)) {
			d.bytes += string(c)
			d.consts = append(d.consts, quote+string(c)+quote)
			return c
		}
	}
}

const lower = "abcdefghijklmnopqrstuvwxyz"

// pick draws a word of a list.
func (d *draw) pick(words string) string {
	list := strings.Fields(words)
	return list[d.IntN(len(list))]
}

// fill replaces constants and, if names is set, names of a template.
func (d *draw) fill(template string, names bool) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch {
		case c != '$':
			b.WriteByte(c)
		case template[i+1] >= '1' && template[i+1] <= '9':
			i++
			b.WriteString(d.consts[template[i]-'1'])
		case !names:
			b.WriteByte(c)
		default:
			i++
			b.WriteString(d.name(template[i]))
		}
	}
	return b.String()
}

// name returns the name behind a letter and draws it when it is new.
func (d *draw) name(letter byte) string {
	if n, ok := d.names[letter]; ok {
		return n
	}
	pool, ok := pools[letter]
	if !ok {
		panic("gocode: a letter without a pool")
	}
	words := strings.Fields(pool)
	at := d.IntN(len(words))
	for i := range words {
		if w := words[(at+i)%len(words)]; !d.taken[w] {
			d.names[letter], d.taken[w] = w, true
			return w
		}
	}
	for _, c := range lower { // the pool is used up
		if w := string(c); !d.taken[w] {
			d.names[letter], d.taken[w] = w, true
			return w
		}
	}
	panic("gocode: no names left")
}

// function is one drawn function: the text and what it is judged by.
type function struct {
	kind   string
	form   string // what it computes, with the constants but without names
	name   string
	prompt string
	answer string
	canon  string
	def    fn
	near   []int
	bytes  string
}

// drawFunction draws a function of a kind.
func drawFunction(rng *rand.Rand, k kind) function {
	d := &draw{Rand: rng, names: map[byte]string{}, taken: map[string]bool{}}
	def := k.make(d)
	name := d.pick(def.names + " " + anyName)
	d.taken[name] = true
	var params []string
	t := reflect.TypeOf(def.want)
	for i := range t.NumIn() {
		p := d.name(def.params[i])
		if i+1 == t.NumIn() || t.In(i) != t.In(i+1) {
			p += " " + typeName(t.In(i))
		}
		params = append(params, p)
	}
	doc := d.fill(def.doc, true)
	head := fmt.Sprintf("func %s(%s) %s {", name, strings.Join(params, ", "), typeName(t.Out(0)))
	form := d.fill(def.doc, false)
	canon := "gocode " + k.name + ": "
	if k.rich {
		canon += form
	} else {
		canon += doc + " " + head
	}
	body := d.fill(def.bodies[d.IntN(len(def.bodies))], true)
	return function{
		kind: k.name, form: form, name: name, canon: canon, def: def, near: d.near, bytes: d.bytes,
		prompt: "// " + doc + "\n" + head + "\n",
		answer: indent(body),
	}
}

// indent sets a body, and helper functions after it, as gofmt does.
func indent(body string) string {
	body, helper, more := strings.Cut(body, "\n\nfunc ")
	body = "\t" + strings.ReplaceAll(body, "\n", "\n\t") + "\n}"
	if more {
		head, rest, _ := strings.Cut(helper, "\n")
		body += "\n\nfunc " + head + "\n" + indent(rest)
	}
	return body
}

// typeName writes a type as in Go source.
func typeName(t reflect.Type) string { return strings.ReplaceAll(t.String(), "uint8", "byte") }
