package gocode

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads/gocode/minigo"
)

// A kind is a family of functions that differ in names, constants and choices.
//
// Its texts are templates. $1, $2, … are its constants in the order in which
// they were drawn; $ with a small letter is a name, drawn from the pool of that
// letter, different from all other names of the function; $ with a capital is
// what a choice has put there.
type kind struct {
	name string
	// rich kinds have so many constants and choices that names are no part of
	// the canonical form: a function of the test split occurs under no names at
	// all in training.
	rich   bool
	names  string // what it may be called, besides anyName
	sig    string // parameters and result
	doc    string // what it computes, in one line
	draw   draws  // constants and choices
	bodies ways   // ways of writing it, without the closing bracket
	fix    fix    // makes drawn arguments fit for the function
}

type (
	draws []func(d *draw)
	ways  []string
	fix   func(d *draw, args []any)
)

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

// draw is what was drawn for one function.
type draw struct {
	*rand.Rand
	consts []string        // $1, $2, …
	texts  map[byte]string // by capital
	near   []int           // numbers that matter to the function
	bytes  string          // bytes that matter
	names  map[byte]string // by small letter
	taken  map[string]bool // names in use
}

// num draws the next constant.
func (d *draw) num(low, high int) int {
	k := low + d.IntN(high-low+1)
	d.near = append(d.near, k)
	d.consts = append(d.consts, strconv.Itoa(k))
	return k
}

// int is a constant that is a number.
func (d *draw) int(i int) int {
	k, _ := strconv.Atoi(d.consts[i-1])
	return k
}

// char is a constant that is a byte in quotes.
func (d *draw) char(i int) byte { return d.consts[i-1][1] }

// ref is the template of the last constant drawn.
func (d *draw) ref() string { return fmt.Sprintf("$%d", len(d.consts)) }

const lower = "abcdefghijklmnopqrstuvwxyz"

// pick draws a word of a list.
func (d *draw) pick(words string) string {
	list := strings.Fields(words)
	return list[d.IntN(len(list))]
}

// fill replaces constants, texts and, if names is set, names of a template.
func (d *draw) fill(template string, names bool) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '$' {
			b.WriteByte(template[i])
			continue
		}
		i++
		switch c := template[i]; {
		case c <= '9':
			b.WriteString(d.consts[c-'1'])
		case c <= 'Z':
			b.WriteString(d.fill(d.texts[c], names))
		case names:
			b.WriteString(d.name(c))
		default:
			b.WriteString(template[i-1 : i+1])
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
	words = slices.Concat(words[at:], words[:at], strings.Split(lower, "")) // single letters when the pool is used up
	for _, w := range words {
		if !d.taken[w] {
			d.names[letter], d.taken[w] = w, true
			return w
		}
	}
	panic("gocode: no names left")
}

// function is one drawn function: the text and what it is judged by.
type function struct {
	*draw
	kind    kind
	form    string // what it computes, with the constants but without names
	name    string
	prompt  string
	answer  string
	canon   string
	params  []string // types
	result  string   // type
	program *minigo.Program
}

// drawFunction draws a function of a kind.
func drawFunction(rng *rand.Rand, k kind) function {
	d := &draw{Rand: rng, texts: map[byte]string{}, names: map[byte]string{}, taken: map[string]bool{}}
	for _, step := range k.draw {
		step(d)
	}
	f := function{kind: k, draw: d, name: d.pick(k.names + " " + anyName)}
	d.taken[f.name] = true
	sig := d.fill(k.sig, true)
	doc := d.fill(k.doc, true)
	head := "func " + f.name + sig + " {"
	f.form = d.fill(k.doc, false)
	f.canon = "gocode " + k.name + ": "
	if k.rich {
		f.canon += f.form
	} else {
		f.canon += doc + " " + head
	}
	f.prompt = "// " + doc + "\n" + head + "\n"
	f.answer = indent(d.fill(k.bodies[d.IntN(len(k.bodies))], true))
	f.params, f.result = typesOf(sig)
	return f
}

// typesOf reads "(a, b int, c string) bool".
func typesOf(sig string) (params []string, result string) {
	list, result, _ := strings.Cut(sig[1:], ") ")
	last := ""
	for _, p := range slices.Backward(strings.Split(list, ", ")) {
		if _, t, typed := strings.Cut(p, " "); typed {
			last = t
		}
		params = append(params, last)
	}
	slices.Reverse(params)
	return params, result
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
