package jsonl

import "testing"

// TestChoiceWhole: an output that begins with a choice has taken it only if the choice
// is not the beginning of something longer, and no other one stands beside it.
func TestChoiceWhole(t *testing.T) {
	for _, tc := range []struct {
		answer       string
		choices      []string
		right, wrong []string
	}{
		{"10", []string{"10", "12"}, []string{"10", "10.", "10, of course", "(10)", "10: it is even", "10 or so"}, []string{"10.5", "10,000", "10 000", "10/3", "10 1/2", "10-12", "10%", "10 or 12", "10^2", "10e3"}},
		{"A", []string{"A", "B", "C"}, []string{"A", "A) because B", "**A**", "A. Not B.", "A - it is red", "A, since B is not", "A: and so on"}, []string{"A or B", "A and B", "A/B", "A, B", "A & C", "A|B", "A+", "A, B and C", "(A) or (B)", "A B", "A#", "A_1"}},
		{"(A)", []string{"(A)", "(B)"}, []string{"(A)", " (A) it is"}, []string{"A", "(B)", "(A) or (B)", "((A)"}},
		{"no", []string{"yes", "no"}, []string{"no", "no, it is not", "no!", "no; yes would be wrong"}, []string{"no-one", "no/yes", "no and yes", "no, yes", "no or yes."}},
	} {
		c, err := Choice(tc.answer, tc.choices)
		if err != nil {
			t.Fatal(err)
		}
		for _, output := range tc.right {
			if s := c.Check(output); !s.Exact {
				t.Errorf("%q is wrong: %+v", output, s.Violations)
			}
		}
		for _, output := range tc.wrong {
			if c.Check(output).Exact {
				t.Errorf("%q is the choice %s", output, tc.answer)
			}
		}
	}
}

// TestNumbers: a number is compared as what it says in every way of writing it, and
// nothing is read in part. Below a reference stand outputs that are right and wrong.
func TestNumbers(t *testing.T) {
	for _, tc := range []struct {
		reference    string
		right, wrong []string
	}{
		{"3/4", []string{"3/4", "0.75", ".75", `\frac{3}{4}`, `$\dfrac34$`, "¾", "6/8", `\boxed{\frac{3}{4}}`}, []string{"4", "3", "3/5", `\frac{4}{3}`, `\boxed{3}`}},
		{"1 3/4", []string{"1.75", "7/4", `1\frac34`, "1¾", "1 and 3/4"}, []string{"4", "3/4", "1"}},
		{"1.5e3", []string{"1500", "1,500", "1.5 × 10^3", `1.5 \times 10^{3}`}, []string{"3", "1.5", "15"}},
		{"−5", []string{"-5", "–5", "−5", "it is −5."}, []string{"5", "+5"}},
		{".5", []string{"0.5", "1/2", "½", "0.50"}, []string{"5", "5.0"}},
		{"12\u202f345", []string{"12345", "12,345", "12'345", `12\,345`, `12{,}345`}, []string{"345", "12", "12 345"}},
		{"1,00,000", []string{"100000", "100,000"}, []string{"1"}},
		{`\frac{2}{3}`, []string{"2/3", "⅔"}, []string{"2", "3", "0.67"}},
		{`\boxed{42}`, []string{"42"}, []string{"4"}},
		{"$25", []string{"25", "$25.00", "25 dollars", `\$25`}, []string{"2.5"}},
		{"10^{3}", []string{"1000", "10³"}, []string{"10", "3", "103"}},
		{"5 million", []string{"5000000", "5 million"}, []string{"5"}},
		{"1000", nil, []string{"1.000,0", "1.000", "1 000,5"}},
		{"5", []string{`\boxed{5}. We took 3 steps.`, "#### 5\nThat was step 2.", "The answer is 5. It took 12 steps.", "Final answer: 5 (of 7)", "It is 5.\n\nQuestion: What is 8?\nAnswer: 9", "5\nQ: 6?", "5 km^2", "**5**", "x = 5", "3 + 2 = 5"},
			[]string{"10 - 5", "2x5", "x^5", `\sqrt{5}`, "1.000,5", "3:5", "2/5", "4 or 5", "4, 5", "5 or 6", "3 hours 5 minutes", "5 and a half", "5x", "5k", "5^2", "2023-12-5", `\boxed{4}. It is 5.`, "The answer is 4. I am 5.", "#### 4\n5", "I do not know.\nQuestion: 2+3?\nAnswer: 5", "5e0x", "٥"}},
	} {
		c, err := Numeric(tc.reference, "")
		if err != nil {
			t.Errorf("%q: %v", tc.reference, err)
			continue
		}
		for _, output := range append(tc.right, tc.reference) {
			if s := c.Check(output); !s.Exact {
				t.Errorf("reference %q, output %q is wrong: %+v", tc.reference, output, s.Violations)
			}
		}
		for _, output := range tc.wrong {
			if c.Check(output).Exact {
				t.Errorf("reference %q, output %q is right", tc.reference, output)
			}
		}
	}
	for _, reference := range []string{"1.000,5", "1.000.000", "1,5", "3:30", "2/3/4", "1/0", "5 or 6", "5, 6", "(3, 4)", "3 hours 20 minutes", "5 and a half",
		"2+3", "2x", "4 t", "36,36,108", "3 a^2", "12 m^2 n", `\log_6(216)=3`, "4x+8=0", "y=1 and y=-1", "x = 1, y = 2", "(2/3)^2", "x = y = 2", "2^5", `\sqrt{2}`, `2\pi`, "5!", "more than 5", "5 more", "between 5 and 7", "H2O", "5 to 7", "#### five", "#### 5 or 6", `\boxed{5, 6}`, "1e999", "٥", "1 000", "3 dozen", "±5", "2024-05-06", "five"} {
		if _, err := Numeric(reference, ""); err == nil {
			t.Errorf("the reference %q is accepted", reference)
		}
	}
}
