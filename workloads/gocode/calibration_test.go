package gocode

import (
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"strconv"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/gocode/minigo"
	"dllmbench/workloads/workloadtest"
)

// mutation is one planted error.
type mutation struct {
	what       string // "bracket", "name", "operator" or "number"
	start, end int    // bytes of the answer that are replaced
	with       string
}

func (m mutation) apply(answer string) string { return answer[:m.start] + m.with + answer[m.end:] }

var flips = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">", token.EQL: "!=", token.NEQ: "==",
	token.ADD: "-", token.SUB: "+", token.MUL: "+", token.QUO: "*", token.REM: "/", token.LAND: "||", token.LOR: "&&",
	token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+=", token.MUL_ASSIGN: "+=", token.QUO_ASSIGN: "*=", token.REM_ASSIGN: "/=",
	token.INC: "--", token.DEC: "++",
}

// mutations lists every error that can be planted in an answer: a bracket is
// deleted, a name is one that nothing declares, an operator is another one, a
// number or a byte is one more.
func mutations(answer string) []mutation {
	var list []mutation
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(answer))
	s.Init(file, []byte(answer), nil, 0)
	for {
		pos, tok, lit := s.Scan()
		at := file.Offset(pos)
		switch {
		case tok == token.EOF:
			return list
		case tok >= token.LPAREN && tok <= token.LBRACE || tok >= token.RPAREN && tok <= token.RBRACE:
			if tok.IsOperator() && len(tok.String()) == 1 && tok != token.COMMA && tok != token.PERIOD {
				list = append(list, mutation{"bracket", at, at + 1, ""})
			}
		case tok == token.IDENT && lit != "_":
			list = append(list, mutation{"name", at, at + len(lit), "zz"})
		case tok == token.INT:
			n, _ := strconv.Atoi(lit)
			list = append(list, mutation{"number", at, at + len(lit), strconv.Itoa(n + 1)})
		case tok == token.CHAR && len(lit) == 3:
			list = append(list, mutation{"number", at, at + 3, strconv.QuoteRune(rune(lit[1]) + 1)})
		case flips[tok] != "":
			list = append(list, mutation{"operator", at, at + len(tok.String()), flips[tok]})
		}
	}
}

// TestMutations plants every single error in references of every rung. Deleted
// brackets and undeclared names have to break just that constraint. Operators
// and numbers have to break a call or the types, unless the change does not
// change the function: then it must agree with it on thousands of other calls.
func TestMutations(t *testing.T) {
	w := New()
	found, equivalent, missed := 0, 0, 0
	for r := range w.rungs {
		for i := range len(w.rungs[r].kinds) {
			inst := w.Generate(workloads.Test, r, i)
			for _, m := range mutations(inst.Answer) {
				s := w.Check(inst, m.apply(inst.Answer))
				broken := workloadtest.Broken(s)
				switch {
				case m.what == "bracket" && (len(broken) == 0 || broken[0] != brackets):
					t.Fatalf("%s: without the bracket at %d: %+v\n%s", inst.ID, m.start, s, inst.Answer)
				case m.what == "name" && (len(broken) == 0 || broken[0] != names || s.Aspects[AspectParses] != 1 || s.Aspects[AspectDeclared] == 1):
					t.Fatalf("%s: undeclared name at %d: %+v\n%s", inst.ID, m.start, s, inst.Answer)
				case len(broken) > 0:
					found++
				case same(w, inst, m.apply(inst.Answer)):
					equivalent++
				default:
					missed++
					t.Logf("%s: %s at %d becomes %s, and no call shows it\n%s%s", inst.ID, inst.Answer[m.start:m.end], m.start, m.with, inst.Prompt, inst.Answer)
				}
			}
		}
	}
	t.Logf("found %d, equivalent %d, missed %d", found, equivalent, missed)
	if missed*300 > found {
		t.Errorf("%d of %d errors are not seen by any call", missed, found+missed)
	}
}

// same compares an answer with the function in Go on many more calls.
func same(w *Workload, inst workloads.Instance, answer string) bool {
	f, _ := w.instance(inst)
	p := minigo.Load(header + inst.Prompt + answer).Program
	if p == nil {
		return false
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for i := range 1500 {
		var c test
		var ok bool
		if len(f.params) == 1 && f.params[0] == "int" { // one number: all of them
			args := []any{i - 500}
			if f.kind.fix != nil {
				f.kind.fix(f.draw, args)
			}
			c, ok = f.apply(args)
		} else {
			c, ok = f.call(rng, i)
		}
		if !ok {
			continue
		}
		out, err := p.Call(minigo.DefaultLimits(), f.name, c.values()...)
		if err != nil || !minigo.Equal(out.Value, c.want) {
			return false
		}
	}
	return true
}

// TestPlanted plants errors at known rates and has to find as many. Of the
// answers without an error all are exact; those with one that shows are not.
func TestPlanted(t *testing.T) {
	w := New()
	rng := rand.New(rand.NewPCG(3, 1))
	for _, rate := range []float64{0, 0.01, 0.05, 0.2} {
		planted, found := map[string]int{}, map[string]int{}
		for n := range 600 {
			inst := w.Generate(workloads.Validation, n%len(w.rungs), n)
			answer, what := inst.Answer, ""
			if rng.Float64() < rate {
				list := mutations(answer)
				m := list[rng.IntN(len(list))]
				if m.what == "operator" || m.what == "number" {
					if same(w, inst, m.apply(answer)) {
						m = list[0] // a name or a bracket: never equivalent
					}
				}
				answer, what = m.apply(answer), m.what
				planted[what]++
			}
			if s := w.Check(inst, answer); !s.Exact {
				found[what]++
			}
		}
		for what, n := range planted {
			missed := 0
			if what == "operator" || what == "number" {
				missed = 1 // in 60 or so; see TestMutations
			}
			if found[what] < n-missed {
				t.Errorf("rate %g: %d of %d errors of the sort %q found", rate, found[what], n, what)
			}
		}
		if found[""] != 0 {
			t.Errorf("rate %g: %d right answers are not exact", rate, found[""])
		}
	}
}
