package number

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// ways are the ways of writing a number, given its sign and a fraction above/below
// in whole numbers, or "" where the way does not suit it.
var ways = map[string]func(above, below int64) string{
	"fraction": func(a, b int64) string { return fmt.Sprintf("%d/%d", a, b) },
	"slash":    func(a, b int64) string { return fmt.Sprintf("%d⁄%d", a, b) },
	"frac":     func(a, b int64) string { return fmt.Sprintf(`\frac{%d}{%d}`, a, b) },
	"dfrac":    func(a, b int64) string { return fmt.Sprintf(`\dfrac{ %d }{ %d}`, a, b) },
	"digits": func(a, b int64) string {
		if a > 9 || b > 9 {
			return ""
		}
		return fmt.Sprintf(`\tfrac%d%d`, a, b)
	},
	"mixed": func(a, b int64) string {
		if a/b == 0 || a%b == 0 {
			return ""
		}
		return fmt.Sprintf("%d %d/%d", a/b, a%b, b)
	},
	"mixed frac": func(a, b int64) string {
		if a/b == 0 || a%b == 0 {
			return ""
		}
		return fmt.Sprintf(`%d\frac{%d}{%d}`, a/b, a%b, b)
	},
	"plain":          func(a, b int64) string { return grouping(a, b, "") },
	"comma":          func(a, b int64) string { return grouping(a, b, ",") },
	"apostrophe":     func(a, b int64) string { return grouping(a, b, "'") },
	"no-break":       func(a, b int64) string { return grouping(a, b, "\u00a0") },
	"narrow":         func(a, b int64) string { return grouping(a, b, "\u202f") },
	"thin":           func(a, b int64) string { return grouping(a, b, "\u2009") },
	"figure":         func(a, b int64) string { return grouping(a, b, "\u2007") },
	"tex comma":      func(a, b int64) string { return grouping(a, b, "{,}") },
	"tex thin":       func(a, b int64) string { return grouping(a, b, `\,`) },
	"tex tight":      func(a, b int64) string { return grouping(a, b, `,\!`) },
	"scientific":     func(a, b int64) string { return power(a, b, "%se-3") },
	"scientific up":  func(a, b int64) string { return power(a, b, "%sE−3") },
	"times":          func(a, b int64) string { return power(a, b, "%s × 10^-3") },
	"times tex":      func(a, b int64) string { return power(a, b, `%s \times 10^{-3}`) },
	"times raised":   func(a, b int64) string { return power(a, b, "%s·10⁻³") },
	"times asterisk": func(a, b int64) string { return power(a, b, "%s*10**-3") },
}

// grouping writes a number with finitely many decimals and thousands apart.
func grouping(above, below int64, sep string) string {
	text := big.NewRat(above, below).FloatString(4)
	if v, _ := new(big.Rat).SetString(text); v.Cmp(big.NewRat(above, below)) != 0 {
		return ""
	}
	whole, decimals, _ := strings.Cut(text, ".")
	var groups []string
	for ; len(whole) > 3 && sep != ""; whole = whole[:len(whole)-3] {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
	}
	text = strings.Join(append([]string{whole}, groups...), sep)
	if decimals = strings.TrimRight(decimals, "0"); decimals != "" {
		text += "." + decimals
	}
	return text
}

// power writes a thousand times a number into a format.
func power(above, below int64, format string) string {
	text := grouping(above*1000, below, "")
	if text == "" {
		return ""
	}
	return fmt.Sprintf(format, text)
}

// dressings are what may stand around a number; the last ones are whole outputs.
var dressings = []string{"%s", "$%s", "$%s$", `\(%s\)`, "**%s**", "x = %s", "2+3 = %s", "%s kg", "%s dollars per month.", "%s%%", `%s\%%`, `%s\text{ cm}^2`, "%s°", "(%s)", "€%s",
	`\boxed{%s}`, "3+4 #### %s", "The answer is %s.", "The final answer is: $\\boxed{%s}$. We took 3 steps.", "We need 3 of 4. **Final Answer:** %s\nThat was step 5.", "So it is %s.\n\nQ: What is 8?\nA: 9"}

// outputs is where the dressings begin that a reference does not have.
const outputs = 18

// TestWays: a number that is written in any way and dressed in any way is read back
// exactly.
func TestWays(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		above, below := rng.Int64N(5), []int64{1, 2, 3, 4, 5, 7, 8, 16, 25, 100}[rng.IntN(10)]
		for range rng.IntN(9) {
			above = 10*above + rng.Int64N(10)
		}
		for name, write := range ways {
			number := write(above, below)
			if number == "" {
				continue
			}
			want := big.NewRat(above, below)
			minus := []string{"", "-", "−", "–", "+"}[rng.IntN(5)]
			if minus != "" && minus != "+" {
				want.Neg(want)
			}
			i := rng.IntN(len(dressings))
			text := fmt.Sprintf(dressings[i], minus+number)
			if got, ok := Find(text); !ok || got.Value == nil || got.Value.Cmp(want) != 0 {
				t.Fatalf("%s: %q in an output is %+v instead of %s", name, text, got, want)
			}
			if got, err := Reference(text); i < outputs && (err != nil || got.Cmp(want) != 0) {
				t.Fatalf("%s: the reference %q is %v instead of %s: %v", name, text, got, want, err)
			}
		}
	}
}

// TestFind: which number of a text is its answer, and where it stands; "?" before one
// that is not known, "" for none.
func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"none":                               "",
		"5, then 7":                          "7",
		"from 5 to 7":                        "7",
		"In 2010 200 people came":            "200",
		"costs.500":                          "500",
		"Rs.500":                             "500",
		"so it is ...5":                      "5",
		"a 5-year plan":                      "5",
		"the 5th":                            "5",
		"- 3 apples":                         "3",
		"=-3":                                "-3",
		"COVID-19":                           "?19",
		"H2O and x1, v1.2":                   "",
		"32 cm^{2}":                          "32",
		"f(3)":                               "?3",
		"±5":                                 "?5",
		"--5":                                "?--5",
		"5/6/2024":                           "?2024",
		"1.2.3":                              "?1.2.3",
		"10_{2}":                             "?10",
		"\\frac{\\sqrt{3}}{2}":               "?\\frac{\\sqrt{3}}{2}",
		"\\binom{5}{2}":                      "?2",
		"#### 3 + 4 = 7 (3 boxes)":           "7",
		"#### 37 of 42":                      "37",
		"3 #### none":                        "",
		"5 #### The answer is 7":             "7",
		"The answer should be 5, not 7":      "5",
		"$12 and 50 cents":                   "?50",
		"The answer is 1 in 6":               "?1",
		"5\n\nUser: 7":                       "5",
		"12\\mathrm{~cm}":                    "12",
		"#### Step 3\nThere are 12.":         "12",
		"The answer is correct. There are 5": "5",
		"The answer is 5, since 3 + 9 = 12":  "5",
		"The final answer is 15 gallons * 8 pints = 120 pints": "120",
		"Answer: 3 boxes of 4 make 12":                         "12",
		"Answer: 12 apples\n3 were left":                       "12",
		"\\boxed{5} or better \\boxed{6}. 7":                   "6",
		"\\boxed{\\text{none of } 5":                           "?{\\text{none of } 5",
		"The answer is 5. \\boxed{6}":                          "6",
		"\\boxed{- \\frac12}":                                  "-1/2",
		"**Question 2:** 7":                                    "",
		"is 5 Question: 7":                                     "5",
	} {
		got, ok := Find(text)
		seen := ""
		switch {
		case ok && got.Value == nil:
			seen = "?" + text[got.Start:got.End]
			if got.Why == "" {
				t.Errorf("%q: no reason", text)
			}
		case ok:
			seen = got.Value.RatString()
		}
		if seen != want {
			t.Errorf("%q: %q instead of %q (%s)", text, seen, want, got.Why)
		}
	}
}

// FuzzFind: no text breaks the grammar, places are in it, and a reference means the
// same as an output.
func FuzzFind(f *testing.F) {
	for _, d := range dressings {
		f.Add(fmt.Sprintf(d, `-1\frac{3}{4}`))
	}
	for _, text := range []string{"1.000,5", `\frac{\frac{1`, "\\boxed{{5}", "5e-7 × 10^−3 million", "1 000 000/3", "– ½ or 10²", "the answer is\n\n= $5", "####\n####5", "\xff5\xe2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := Find(text)
		if ok && (got.Start < 0 || got.End > len(text) || got.Start > got.End || (got.Value == nil) == (got.Why == "")) {
			t.Fatalf("%q: %+v", text, got)
		}
		if want, err := Reference(text); err == nil && ok && got.Value != nil && !question().MatchString(text) && got.Value.Cmp(want) != 0 {
			t.Fatalf("%q: %s as a reference, %s as an output", text, want, got.Value)
		}
	})
}

// TestTime: the longest outputs are read in time whatever they repeat.
func TestTime(t *testing.T) {
	for _, unit := range []string{"1", "1 ", "1,", "1/", "\\frac{", "\\frac1", "{", "####", "#### 1\n", "\\boxed{", "the answer is ", "answer to ", "-", "$", "1 000 ", "x_{1", "½", "Q", "(", "\n", "1 or ", " = 1"} {
		text := strings.Repeat(unit, 64<<10/len(unit))
		begin := time.Now()
		Find(text)
		_, _ = Reference(text)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%q takes %v", unit, took)
		}
	}
}
