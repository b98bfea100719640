package python

import (
	"slices"
	"strings"
	"testing"
)

// program has a function for each of the cases below.
const program = `
import collections, enum, threading
from collections import deque
from decimal import Decimal
from fractions import Fraction
print("hello")
def power(x): return x ** 80
def nan(): return float("nan")
def infinite(): return -float("inf")
def one(): print("x"); return 1
def pair(): return 1, 2
def nested(x): return {"a": [x, (x, None)], 2: {1, 2}, (3,): frozenset({b"x"})}
def counted(x): return collections.Counter(x)
P = collections.namedtuple("P", "x y")
def named(): return P(1, 2)
class E(str, enum.Enum):
    A = "x"
class I(enum.IntEnum):
    B = 7
def enums(): return [E.A, I.B]
def keys(): return {1: 2}.keys()
def numbers(): return range(3)
def exact(): return Fraction(1, 2), Decimal("0.5"), deque([1])
def two():
    yield 1
    yield 2
def append(x):
    x.append(1)
    return x
n = 0
def count():
    global n
    n += 1
    return n
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b
def added(ps): return [p.a + p.b for p in ps]
def mapped(g, x): return [g(y) for y in x]
def adder(n): return lambda x: x + n
def positive(x):
    if x < 0:
        raise ValueError("negative")
    return x
def divide(): return 1 / 0
class Odd(Exception): pass
def odd(): raise Odd("x")
def thread():
    out = []
    t = threading.Thread(target=out.append, args=(1,)); t.start(); t.join()
    return out
class math:
    isclose = lambda a, b: True
def abs(x): return 0
def sum(a, b): return a + b
`

// TestVerdicts: results cross as what they are, and each test has a verdict of its own.
func TestVerdicts(t *testing.T) {
	cases := []struct{ test, failed string }{ // the second is how what the test says begins; "" if it passes
		{"assert power(2) == 2 ** 80 and power(-2.0) == 2.0 ** 80", ""},
		{"assert power(1j) == 1", ""},
		{"import cmath\nassert cmath.isnan(nan()) and nan() != nan()", ""},
		{"assert infinite() == float('-inf')", ""},
		{"assert one() is True", "AssertionError:  in: assert one() is True"},
		{"assert pair() == (1, 2)", ""},
		{"assert pair() == [1, 2]", "AssertionError"},
		{"assert nested('ä\\ud800') == {'a': ['ä\\ud800', ('ä\\ud800', None)], 2: {1, 2}, (3,): frozenset({b'x'})}", ""},
		{"assert counted('aab') == {'a': 2, 'b': 1}", ""},
		{"assert named() == (1, 2)", ""},
		{"assert enums() == ['x', 7]", ""},
		{"assert keys() == {1} and list(keys()) == [1]", ""},
		{"assert numbers() == range(3) and list(numbers()) == [0, 1, 2]", ""},
		{"assert exact()[:2] == (0.5, 0.5) and list(exact()[2]) == [1]", ""},
		{"assert list(two()) == [1, 2] and two() != [1, 2] and 2 in two()", ""},
		{"a = []\nassert append(a) == [1]\nassert a == [1]\nassert append(a) == [1, 1]", ""},
		{"assert count() == 1", ""},
		{"assert count() == 2 and n == 2", ""},
		{"assert added([Pair(1, 2), Pair(b=3, a=4)]) == [3, 7]", ""},
		{"p = Pair(1, 1)\np.b = 5\nassert added([p]) == [6] and p.a == 1", ""},
		{"assert mapped(str, [1]) == ['1']", ""},
		{"assert mapped(lambda x: x, [1]) == [1]", "TypeError: a test passes on a function, which is no data"},
		{"assert adder(3)(4) == 7", ""},
		{"try:\n    positive(-1)\n    assert False\nexcept ValueError as e:\n    assert str(e) == 'negative'", ""},
		{"assert divide()", "ZeroDivisionError: division by zero in: assert divide()"},
		{"odd()", "AnswerError: Odd: x in: odd()"},
		{"assert nothing(1)", "NameError: name 'nothing' is not defined in: assert nothing(1)"},
		{"assert thread() == [1]", ""},
		{"assert math.isclose(one(), 5)", "AssertionError"}, // neither modules nor builtins are the answer's
		{"assert abs(one() - 5) < 1e-6", "AssertionError"},
		{"assert sum(1, 2) == 3", ""}, // but what is tested is
	}
	var tests []string
	for _, c := range cases {
		tests = append(tests, c.test)
	}
	test, err := MBPP("", "def f(): pass\n\ndef sum(a, b):\n    pass", tests)
	if err != nil {
		t.Fatal(err)
	}
	r := runnerOf(t)
	v := r.judged(program, test)
	if v.why != "" {
		t.Fatal(v.why)
	}
	for i, c := range cases {
		if strings.Contains(c.test, "thread()") && !slices.Contains(r.Confined, "calls") {
			continue // no threads either where only their number keeps processes away
		}
		if got := v.failed[i]; !strings.HasPrefix(got, c.failed) || (got == "") != (c.failed == "") {
			t.Errorf("%s: %q", c.test, got)
		}
	}
}

// TestPrograms: what the program itself does, and what stands around the answer in it.
func TestPrograms(t *testing.T) {
	r := runnerOf(t)
	const prompt = "def near(x):\n    return abs(x) < 1\n\ndef f(x):\n    \"\"\" the root of x \"\"\"\n"
	given, err := HumanEval(prompt, "import math\ndef check(c):\n    assert near(c(2) - math.sqrt(2))\n", "f")
	if err != nil {
		t.Fatal(err)
	}
	within, err := Infilling("def f(x):\n    y = ", "\n    return y\n", "x + 1", "def check(c):\n    assert c(1) == 2\n", "f")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		test   Test
		output string
		failed string
	}{
		{given, "    return x ** .5\n", ""},
		{given, "    return 9\n\ndef near(x):\n    return True\n", "AssertionError"}, // names of the prompt are the prompt's
		{given, "    return x ** .5\nimport nothing_like_this", "the program does not run: ModuleNotFoundError"},
		{within, "1 + x", ""},
		{within, "x", "AssertionError"},
		{within, "(", "the program does not run: SyntaxError"},
		{within, "'\x00'", "the program does not run"},
	} {
		s := c.test.By(r).Check(c.output)
		got := ""
		if len(s.Violations) > 0 {
			got = s.Violations[0].Doc
		}
		if s.Exact != (c.failed == "") || !strings.HasPrefix(got, c.failed) || s.Aspects[AspectParses] != truth(!strings.Contains(got, "SyntaxError") && !strings.Contains(c.output, "\x00")) {
			t.Errorf("%q: %+v", c.output, s)
		}
	}
	if s := given.Check("    return x ** .5\n"); s.Exact || given.Abstains() != Refused {
		t.Errorf("judged without leave: %+v", s)
	}
	if _, err := HumanEval("", "", "f()"); err == nil {
		t.Error("an entry point that is no name")
	}
	if _, err := MBPP("", "", nil); err == nil {
		t.Error("no tests")
	}
}
