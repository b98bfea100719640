package extract

// The sources of rules and comparisons.
const (
	lmEval      = "lm-evaluation-harness 0.4"
	openCompass = "OpenCompass"
	llada       = "LLaDA's OpenCompass"
	d1          = "d1 (arXiv 2504.12216), eval/parse_and_get_acc.py"
	openAI      = "grade-school-math (arXiv 2110.14168), dataset.py"
	hendrycks   = "MATH (arXiv 2103.03874), math_equivalence.py"
	minervaA    = "Minerva (arXiv 2206.14858), appendix D"
	own         = "dllmbench"
)

// Rules lists the extraction rules.
func Rules() []Rule {
	return []Rule{
		{"gsm8k-strict", "the first number behind \"#### \"", lmEval + ", gsm8k strict-match", "gsm8k", of(gsm8kStrict)},
		{"gsm8k-flexible", "the last number, or what of two and more of $0-9.,", lmEval + ", gsm8k flexible-extract", "gsm8k", of(gsm8kFlexible)},
		{"gsm8k-cot-strict", "the first number behind \"The answer is \"", lmEval + ", gsm8k_cot strict-match", "gsm8k", of(gsm8kCoT)},
		{"gsm8k-llama-strict", "the last number behind \"The final answer is \"", lmEval + ", gsm8k_cot_llama strict-match", "gsm8k", of(gsm8kLlama)},
		{"gsm8k-openai", "the first number behind \"#### \"", openAI, "openai", of(gsm8kStrict)},
		{"gsm8k-opencompass", "the last number before a next \"Question:\"", openCompass + ", gsm8k", "opencompass-number", of(gsm8kOpenCompass)},
		{"gsm8k-llada-base", "the first number behind \"The answer is\" in any case, else gsm8k-opencompass", llada + ", gsm8k of base models", "opencompass-number", of(gsm8kBase)},
		{"gsm8k-d1", "the first \\boxed{} with a number in it, else the number in <answer>", d1, "d1-number", of(gsm8kD1)},
		{"number", "the marked number, else the last one", own + ", docs/workloads-external.md", "number", of(numberOf)},

		{"boxed", "the last \\boxed{} or \\boxed of a term, braces nested", hendrycks + "; " + lmEval + ", minerva_math", "math", of(boxed)},
		{"dollars", "what stands between the first and the last $, else everything", lmEval + ", hendrycks_math", "math", of(dollars)},
		{"minerva", "what stands between \"Final Answer: The final answer is\" and \"I hope it is correct.\"", lmEval + ", minerva_math", "minerva", of(minerva)},
		{"math-opencompass", "the last \\boxed{}, else the sentence with \"final answer\" or \"answer is\", else the first one", openCompass + ", math_postprocess_v2", "opencompass-math", of(mathOpenCompass)},
		{"math-d1", "the last \\boxed{}, else everything, else <answer>", d1, "math", of(mathD1)},

		{"choice-strict", "the line behind \"answer is \" or \"answer: \", without its last character", lmEval + ", mmlu_flan_cot_zeroshot strict-match", "letter", answerLine(behindAnswer)},
		{"choice-flexible", "the last letter in brackets, else the last choice by its text, else a letter behind a colon", lmEval + ", mmlu_flan_cot_zeroshot flexible-extract", "letter", func(output string, a asked) (string, bool) { return choiceFlexible(output, a.choices, last) }},
		{"choice-first-line", "the first line", lmEval + ", mmlu_generative", "letter", of(firstLine)},
		{"choice-opencompass", "the first letter by the patterns without Chinese words", openCompass + ", first_option_postprocess", "letter", func(output string, a asked) (string, bool) { return optionOpenCompass(output, a.choices) }},

		{"bbh", "the line behind the first \"the answer is \", without its last character", lmEval + ", bbh_cot_fewshot", "exact", of(bbh)},
		{"bbh-strict", "the line behind \"the answer is \" or \"answer: \", without its last character", lmEval + ", bbh_cot_zeroshot strict-match", "bbh-zeroshot", answerLine(behindThe)},
		{"bbh-flexible", "the last answer of the kind that the question asks for: choice, yes, truth value, number, brackets or words in order", lmEval + ", bbh_cot_zeroshot flexible-extract", "bbh-zeroshot", bbhFlexible(last)},
		{"bbh-flexible-first", "the first such answer", lmEval + ", bbh_zeroshot flexible-extract", "bbh-zeroshot", bbhFlexible(first)},
		{"bbh-choice-opencompass", "a capital behind the first \"answer is \", in brackets if there is one", openCompass + ", bbh-mcq", "exact", of(bbhChoice)},
		{"bbh-free-opencompass", "the line behind the last \"answer is\", without markup", openCompass + ", bbh-freeform", "opencompass-bbh", of(bbhFree)},

		{"countdown-d1", "the term in the last \\boxed{}, without one everything; of an equation its left side", d1, "", of(countdownD1)},
		{"sudoku-d1", "the cells in <answer>, behind it, or sixteen digits", d1, "", of(sudokuD1)},

		{"code-block", "the first block between three back quotes, of which the first ones were given", lmEval + ", mbpp_instruct", "", of(codeBlock)},
		{"code-before-fence", "everything before three back quotes", lmEval + ", humaneval_instruct", "", of(codeBefore)},
		{"code-opencompass", "the first block between three back quotes, else everything", openCompass + ", humaneval_postprocess_v2", "", of(codeOpenCompass)},
		{"code-mbpp-opencompass", "what stands between [BEGIN] and [DONE], or in a block", openCompass + ", mbpp", "", of(codeMBPP)},
	}
}

// Comparisons lists the comparisons of answers.
func Comparisons() []Comparison {
	return []Comparison{
		{"exact", "the same characters", own, func(a, b string) bool { return a == b }},
		{"gsm8k", "the same text without commas, dollars, what precedes \"#### \", and a final point; in any case", lmEval + ", gsm8k", equalGSM8K},
		{"openai", "the same characters without commas", openAI, equalOpenAI},
		{"opencompass-number", "the same characters, or nearer than 1e-6 to a whole number", openCompass + ", Gsm8kEvaluator", equalOpenCompass},
		{"d1-number", "the same number of 64 bits", d1, equalFloats},
		{"number", "the same exact fraction", own + ", docs/workloads-external.md", equalNumbers},
		{"math", "the same LaTeX, once fractions, roots, units, percent, degrees and blanks are written alike", hendrycks, equalMATH},
		{"minerva", "the same LaTeX, written as in Minerva, or the same exact value", minervaA + "; " + lmEval + ", minerva_math", equalMinerva},
		{"opencompass-math", "the same LaTeX in one of three ways of writing it alike", openCompass + ", MATHEvaluator v2", equalMATHv2},
		{"letter", "the same letter in any case, without punctuation", lmEval + ", mmlu", equalLetters},
		{"bbh-zeroshot", "the same text in any case, without commas, backslashes, quotes, line feeds and a final point", lmEval + ", bbh_cot_zeroshot", equalBBH},
		{"opencompass-bbh", "the same text in any case, both without markup", openCompass + ", BBHEvaluator", equalBBHFree},
	}
}

// of makes a finder that looks at the output alone.
func of(find func(output string) (string, bool)) func(string, asked) (string, bool) {
	return func(output string, _ asked) (string, bool) { return find(output) }
}
