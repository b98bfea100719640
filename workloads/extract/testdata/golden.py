"""Makes golden.jsonl: what the sources' own functions find in texts, and which pairs of
answers they take for equal. The texts are written for this test.

    pip install lm-eval[math]
    pip install --no-deps --target LM_EVAL lm-eval==0.4.8
    python golden.py LM_EVAL OPENCOMPASS D1 GRADE_SCHOOL_MATH LLADA > golden.jsonl

The tasks are those of release 0.4.8 of the harness, which the published scores were
made with: 0.4.13 writes final answers of minerva_math in another way. The other
arguments are checkouts of open-compass/opencompass, dllm-reasoning/d1,
openai/grade-school-math and ML-GSAI/LLaDA.
"""

import ast
import json
import logging
import os
import re
import signal
import sys
import types

import lm_eval
import regex
import sympy
import yaml
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import MultiChoiceRegexFilter, RegexFilter
from sympy.parsing.latex import parse_latex

release, opencompass, d1, grade_school, llada = sys.argv[1:6]
TASKS = os.path.join(release, "lm_eval", "tasks")
NEWER = os.path.join(os.path.dirname(lm_eval.__file__), "tasks")  # 0.4.8 has no mbpp_instruct


class Loader(yaml.SafeLoader):
    pass


Loader.add_multi_constructor("!", lambda loader, tag, node: "!" + tag)


def task(path):
    with open(os.path.join(TASKS, path)) as f:
        return yaml.load(f, Loader)


def functions(path, *names, **known):
    """Functions, classes and constants of a file, without what the file imports."""
    with open(path) as f:
        tree = ast.parse(f.read())
    keep = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name in names:
                node.decorator_list = []
                keep.append(node)
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") in names for t in node.targets):
            keep.append(node)
    room = {"re": re, "Optional": object, "json": json, **known}
    for node in keep:  # a second function of the same name replaces the first, as in the file
        exec(compile(ast.Module([node], []), path, "exec"), room)
    return types.SimpleNamespace(**{n: room[n] for n in names})


def by_filter(path, name):
    """The filter of a task of lm-eval, up to take_first."""
    t = task(path)
    steps = next(f["filter"] for f in t["filter_list"] if f["name"] == name)
    made = []
    for s in steps:
        kind = {"regex": RegexFilter, "multi_choice_regex": MultiChoiceRegexFilter}.get(s["function"])
        if kind:
            made.append(kind(**{k: v for k, v in s.items() if k != "function"}))
        elif s["function"] == "remove_whitespace":
            made.append(None)

    def find(text, choices):
        resps = [[text]]
        for m in made:
            resps = [[r.strip() for r in x] for x in resps] if m is None else m.apply(resps, [{"choices": choices}])
            resps = [list(x) for x in resps]
        return None if resps[0][0] == "[invalid]" else resps[0][0]

    return find


def metric(path):
    m = next(m for m in task(path)["metric_list"] if m["metric"] == "exact_match")
    args = {k: v for k, v in m.items() if k in ("regexes_to_ignore", "ignore_case", "ignore_punctuation")}
    return lambda a, b: bool(exact_match_hf_evaluate(predictions=[a], references=[b], **args)["exact_match"] == 1)


BOX = ("last_boxed_only_string", "remove_boxed")
STRIP = ("is_equiv", "strip_string", "fix_fracs", "fix_a_slash_b", "remove_right_units", "fix_sqrt")
MINERVA = ("get_unnormalized_answer", "normalize_final_answer", "SUBSTITUTIONS", "REMOVED_EXPRESSIONS")
hendrycks = functions(f"{TASKS}/hendrycks_math/utils.py", *BOX, *STRIP)
minerva = functions(f"{TASKS}/minerva_math/utils.py", *MINERVA, "is_equiv", "timeout", signal=signal, sympy=sympy, parse_latex=parse_latex, eval_logger=logging.getLogger())
gsm = functions(f"{opencompass}/opencompass/datasets/gsm8k.py", "gsm8k_postprocess", "Gsm8kEvaluator", BaseEvaluator=object)
base = functions(f"{llada}/opencompass/opencompass/datasets/gsm8k.py", "gsm8k_postprocess_")
bbh = functions(f"{opencompass}/opencompass/datasets/bbh.py", "bbh_mcq_postprocess", "bbh_freeform_postprocess")
ocmath = functions(f"{opencompass}/opencompass/datasets/math.py", *BOX, "extract_boxed_answer", "normalize_final_answer", "math_postprocess_v2", "MATHEvaluator", BaseEvaluator=type("B", (), {"__init__": lambda self, **_: None}))
option = functions(f"{opencompass}/opencompass/utils/text_postprocessors.py", "first_option_postprocess")
human = functions(f"{opencompass}/opencompass/datasets/humaneval.py", "humaneval_postprocess_v2")
mbpp = functions(f"{opencompass}/opencompass/datasets/mbpp.py", "MBPPEvaluator", BaseEvaluator=object, re=regex)
blocks = functions(f"{NEWER}/mbpp/utils.py", "extract_code_blocks")
d1h = functions(f"{d1}/eval/parser_helper.py", *BOX, *STRIP)
d1p = functions(f"{d1}/eval/parse_and_get_acc.py", "parse_gsm_answers", "parse_math_answers", "parse_countdown_answers", "parse_sudoku_answers", "count_effective_tokens", **vars(d1h))
d1p.parse_gsm_answers.__globals__["count_effective_tokens"] = lambda text: 0
gsmath = functions(f"{grade_school}/grade_school_math/dataset.py", "ANS_RE", "INVALID_ANS", "extract_answer", "is_correct")


def openai(text, _):
    found = gsmath.ANS_RE.search(text)
    return found and found.group(1).strip()


def boxed(text, _):
    try:
        return hendrycks.remove_boxed(hendrycks.last_boxed_only_string(text))
    except Exception:
        return None


def dollars(text, _):
    at = [i for i, c in enumerate(text) if c == "$"]
    return text if len(at) <= 1 else text[at[0] + 1 : at[-1]]


def d1_gsm(text, _):
    found = d1p.parse_gsm_answers(json_data={"generations": [{"generations": text, "ground_truth": 1.0}]})[2][0]["extracted_answer"]
    return None if found is None else repr(found)


def d1_math(text, _):
    return d1p.parse_math_answers(json_data={"generations": [{"generations": text, "ground_truth": "1"}]})[2][0]["extracted_answer"]


def d1_countdown(text, numbers=(1, 2), target=3):
    return d1p.parse_countdown_answers(json_data={"generations": [{"generations": text, "ground_truth": [list(numbers), target]}]})[2][0]


PUZZLE, SOLUTION = "0100203000040002", "4132243113243412"


def d1_sudoku(text):
    return d1p.parse_sudoku_answers(json_data={"generations": [{"generations": text, "question": "Sudoku puzzle: " + PUZZLE, "ground_truth": SOLUTION}]})[2][0]


def sixteen(text):
    """d1 pads and cuts what it finds to sixteen characters."""
    return text.ljust(16, "0")[:16]


def none(value, invalid):
    return None if value == invalid else value


RULES = {
    "gsm8k-strict": by_filter("gsm8k/gsm8k.yaml", "strict-match"),
    "gsm8k-flexible": by_filter("gsm8k/gsm8k.yaml", "flexible-extract"),
    "gsm8k-cot-strict": by_filter("gsm8k/gsm8k-cot.yaml", "strict-match"),
    "gsm8k-llama-strict": by_filter("gsm8k/gsm8k-cot-llama.yaml", "strict-match"),
    "gsm8k-openai": openai,
    "gsm8k-opencompass": lambda t, _: none(gsm.gsm8k_postprocess(t), "NULL"),
    "gsm8k-llada-base": lambda t, _: none(base.gsm8k_postprocess_(t), "NULL"),
    "gsm8k-d1": d1_gsm,
    "boxed": boxed,
    "dollars": dollars,
    "minerva": lambda t, _: none(minerva.get_unnormalized_answer(t), "[invalidanswer]"),
    "math-opencompass": lambda t, _: ocmath.math_postprocess_v2(t),
    "math-d1": d1_math,
    "countdown-d1": lambda t, _: d1_countdown(t)["extracted_answer"],
    "sudoku-d1": lambda t, _: d1_sudoku(t)["extracted_answer"] or None,
    "choice-strict": by_filter("mmlu/flan_cot_zeroshot/_mmlu_flan_cot_zeroshot_template_yaml", "strict-match"),
    "choice-flexible": by_filter("mmlu/flan_cot_zeroshot/_mmlu_flan_cot_zeroshot_template_yaml", "flexible-extract"),
    "choice-first-line": by_filter("mmlu/generative/_default_template_yaml", "get_response"),
    "choice-opencompass": lambda t, _: option.first_option_postprocess(t, "ABCD") or None,
    "bbh": by_filter("bbh/cot_fewshot/_cot_fewshot_template_yaml", "get-answer"),
    "bbh-strict": by_filter("bbh/cot_zeroshot/boolean_expressions.yaml", "strict-match"),
    "bbh-choice-opencompass": lambda t, _: bbh.bbh_mcq_postprocess(t),
    "bbh-free-opencompass": lambda t, _: bbh.bbh_freeform_postprocess(t),
    "code-block": lambda t, _: blocks.extract_code_blocks(t),
    "code-before-fence": lambda t, _: t if t.find("```") == -1 else t[: t.find("```")],
    "code-opencompass": lambda t, _: human.humaneval_postprocess_v2(t),
    "code-mbpp-opencompass": lambda t, _: mbpp.MBPPEvaluator._process_answer(None, t),
}

v2 = ocmath.MATHEvaluator(version="v2")


def sympy_equal(a, b):
    """is_equiv of minerva_math, with its normalisation."""
    return bool(minerva.is_equiv(minerva.normalize_final_answer(a), minerva.normalize_final_answer(b)))


def d1_number(a, b):
    try:
        return float(a) == float(b.replace(",", ""))
    except ValueError:
        return False


COMPARISONS = {
    "exact": metric("bbh/cot_fewshot/_cot_fewshot_template_yaml"),
    "gsm8k": metric("gsm8k/gsm8k.yaml"),
    "openai": lambda a, b: a.replace(",", "") == b.replace(",", ""),
    "opencompass-number": lambda a, b: gsm.Gsm8kEvaluator().is_equal(a, b.replace(",", "")),
    "d1-number": d1_number,
    "math": hendrycks.is_equiv,
    "minerva": sympy_equal,
    "opencompass-math": v2.is_equiv,
    "letter": metric("mmlu/flan_cot_zeroshot/_mmlu_flan_cot_zeroshot_template_yaml"),
    "bbh-zeroshot": metric("bbh/cot_zeroshot/_cot_zeroshot_template_yaml"),
    "opencompass-bbh": lambda a, b: bbh.bbh_freeform_postprocess(a).casefold() == bbh.bbh_freeform_postprocess(b).casefold(),
}

CHOICES = ["a red fox", "Two hens", "Paris, France", "none of them."]

NUMBERS = [
    "", " ", "no digits here", "She pays 3 * 4 = 12 dollars.\n#### 12", "#### 1,234", "#### 1,234.50", "#### -7", "#### $18", "####18",
    "#### 18.", "#### 18\n#### 20", "##### 5", "so 5 + 6 = <<5+6=11>>11\n#### 11 dollars", "#### ١٢", "#### .", "#### 5.0",
    "The answer is 18.", "The answer is 18", "The answer is 5", "The answer is 18 apples.", "The answer is $18.", "The answer is 1,200.",
    "The answer is -4.\n", "the answer is 9.", "The answer is: 42", "The Answer is : 42.50 and not 43", "THE ANSWER IS 8!",
    "The answer is 3. Question: what is 4? The answer is 5.", "A: 3\nQuestion: How many are 77?", "Question: 5", "it costs $3.50", "it costs $ 3.50",
    "3.5.6", "1,000,000 people", "1,000,000", "about 12,5", "from 3-5 to -6", "-", "...", "$$", "$.", "1. first\n2. second\n3. third",
    "x = 7, y = 8.", "It is 7%.", "7 / 8", "1/2", "The final answer is 12", "The final answer is $1,200.50.", "The final answer is 7. The final answer is 8",
    "the final answer is 7", "\\boxed{18}", "\\boxed{18.0} is it", "\\boxed{...} \\boxed{20}", "\\boxed{} \\boxed{21}", "\\boxed{1,200}",
    "\\boxed{\\text{18 dollars}}", "\\boxed{x} and \\boxed{5}", "\\boxed{\\frac{1}{2}}", "\\boxed{$18}", "\\boxed{5\n}", "<answer>18</answer>",
    "<answer>\n\\boxed{12}\n</answer>", "<answer>3 + 4 = 7</answer>", "<answer> none </answer> <answer>6</answer>", "<answer>6", "\\boxed{1e3}",
    "\\boxed{1_000}", "\\boxed{nan}", "\\boxed{inf}", "\\boxed{-5.}", "\\boxed{- 5}", "\\boxed{٣}", "\\boxed{ 12 } <answer>13</answer>",
    "12 \u2212 5", "½", "3\u00a0000", "$5 and -$6", "-$6", "A: 18", "answer is\n\n 12", "The answer is\u00a07", "The answer is:::8", "0x10", "1e5",
    "The answer is 12.5%.", "The answer is 12,", "#### 12,", "#### ,", "#### 1 2", "two", "9\u0660", "#### 9\u0660", "\u0661.\u0662", "--5", "5-", "5 -6", "2,3,4",
]

MATHS = [
    "\\boxed{5}", "\\boxed 5", "\\boxed 5$ and", "the value $\\boxed{\\frac{1}{2}}$.", "\\boxed{\\frac{a}{b+\\frac{1}{c}}}", "\\boxed{1} then \\boxed{2}",
    "\\boxed{{3}}", "\\boxed{\\text{no}}", "\\fbox{7}", "\\fbox{7} \\boxed{8}", "\\boxed{9} \\fbox{10}", "\\boxed{1", "\\boxed{1}}", "\\boxed", "\\boxed{}",
    "\\boxed{ } <answer>4</answer>", "\\boxed{} <answer>4</answer>", "\\boxed{1 <answer>4</answer>", "x\\boxed }{5}", "\\boxed{a\\boxed{b}}", "\\boxed {5}", "}\\boxed{5}",
    "$5$", "$", "$x$ and $y$", "no dollars", "It is $\\frac12$.", "a$b", "$$x^2$$",
    "Final Answer: The final answer is $5$. I hope it is correct.", "Final Answer: The final answer is $5$", "Final Answer: The final answer is $5$. ",
    "Final Answer: The final answer is $5$. I hope it is correct.\n\nProblem: Final Answer: The final answer is $6$. I hope it is correct.",
    "Final Answer: The final answer is\n$5$. I hope it is correct.", "final answer: the final answer is 5. I hope it is correct.", "Final Answer: The final answer isI hope it is correct.",
    "Final Answer: The final answer is $\\frac{1}{2}$! I hope it is correct.", "The final answer is 12. Thanks.", "Hence the answer is 3 dollars. Done.", "First. The answer is $x=4$.",
    "Nothing here. Second sentence.", "The final answer is \\boxed{\\text{(A)}}.", "Thus rac{1}{2}. ok", "answer is: 7\nand more", "the anwer is 4", "Answer is 5", "So $a=1$. $b=2$.",
    "1,000 is it. yes", "The answer is \\$5. End", "A = \\frac12. B", "The final answer is $\\sqrt3$", "<answer>12</answer>", "<answer>\\boxed{x}</answer>", "<answer>\\boxed{x</answer>",
    "\\boxed{\\{1,2\\}}", "\\boxed{{x}+{y}}", "\\boxed{{x\n}}", "so \\boxed{5} \\boxed y z$w", "\u00e9\\boxed{\u00fc\u00df}", "", " ",
]

LETTERS = [
    "A", "(A)", "A.", "B) Two hens", "The answer is (C).", "The answer is C", "the answer is (D)", "answer is (B) and not (A).", "The answer: (A).", "The final answer: B.",
    "The answer is .", "The answer is \nB.", "The answer is answer is C.", "I think (a) is right", "I think it is a red fox.", "It is paris france", "none of them", "Two  hens", "answer: B",
    "Answer: C", "ANSWER : D", "answer:D", "Answer:\nA", "The correct answer is option B", "The correct answer is: \\boxed{D}", "The correct option is \\boxed{A}", "The answer to the question is: B",
    "The answer is **C**", "The answer is option C", "B: because", "A and B", "So B.", "maybe, C.", "it is\tD", "1. B", "1) nothing", "121 is C here", "BANANA", "Cat", "", " ", "\n", "  A  \n B", "\n\nA",
    "A\u00a0", "(A)(B)", "(A) (E)", "Among (A), (B), (C) I take (B)", "the red fox; a red fox; Two hens", "A\r\nB", "E", "e: x", "x:  B", "\u7b54\uff1aA", "The answer is (B)", "The answer is (B)\n", "x. A", "x A$", "A,", "C\u3002",
]

HARDS = [
    "So the answer is (B).", "so the answer is True.", "the answer is 8", "the answer is 8.", "the answer is x", "the answer is \nthe answer is no.", "So the answer is valid. Q: next the answer is invalid.",
    "The answer is yes.", "the answer is **No**.", "Answer is: yes, it is.", "answer is no\nmore", "answer is yesterday.", "answer is TRUE", "False.", "answer is a, b, c.", "answer is 1, 2, 3.", "answer is ]  ) }.",
    "answer is (C) because (D).", "answer is none", "xyz", "The Answer is  (E)", "the answer is \"a b\".", "the answer is a\\b,c.", "**bold**.", "no", "No.", "yes\nno", "nothing", "answer is\n\nno", "the answer is    .", "answer is .", "answer is apple , pear",
    "the answer is 5.\u2028x.", "the answer is \u00e9\u00e8", "", " ",
]

CODES = [
    "```python\ndef f():\n    return 1\n```", "def f():\n    return 1\n```\nmore", "python\ndef f(): pass\n```\ntext\n```\nsecond\n```", "```\nx = 1\n```\n```\ny = 2\n```", "no code", "```python\nx = 1", "x = 1\n",
    "[BEGIN]\ndef f(x):\n    return x\n[DONE]\n\nYou are", "[BEGIN]\n 'def f(x):\n    return x'\n[DONE]", "def f(x):\n    return x\n[DONE]\nmore", "'x = 1' [DONE]", "BEGIN x DONE y DONE", "[BEGIN]x = 1", "a\\_b = 1\n[DONE]",
    "text ```py\nz\n``` end", "```js x```", "``````", "```\n```", "[BEGIN]\n```python\nx\n```\n[DONE]", "x = '```'", "  indented\n", "\n\n    return 1", "DONE", "[BEGIN] 'a", "'", "```c++\nint x;\n```", "", " ",
]

TERMS = [
    "\\boxed{30+100-93}", "\\boxed{30 + 100 - 93 = 37}", "\\boxed{(1+2)\\times3}", "<answer>4\\div 2</answer>", "1 + 2", "so 1 + 2 = 3 holds", "\\boxed{1+2", "\\boxed{1+2 <answer>5-3</answer>", "\\boxed{}", "\\boxed{} <answer>1</answer>",
    "\\boxed 1+2", "\\boxed 1+2$ = 3", "\\fbox{1+2}", "", "= 3", "<answer>\n\\boxed{7 \\cdot 8}\n</answer>", "x = 1+2 = 3", "1+2=3=3", "\\boxed{1\\frac{2}{3}}",
]

GRIDS = [
    "<answer>\n4132243113243412\n</answer>", "<answer>4132 2431\n1324 3412</answer>", "<answer>```\n4132\n2431\n```</answer>", "<answer>4132243113243412<|eot_id|>", "<answer></answer> 4132243113243412", "4132243113243412</answer>",
    "the grid 4132243113243412 is it", "x4132243113243412", "41322431132434123", "no grid", "", "<answer>4132</answer>", "<answer>The grid is 4132243113243412</answer>", "<answer> </answer> rest<|endoftext|>", "<answer>41322431132434129999</answer>", "</answer>", "_4132243113243412",
]

# terms of the numbers 3, 5 and 8 with the target 23
VALUES = [
    "\\boxed{3*5+8}", "\\boxed{8+5*3}", "\\boxed{8*5-3}", "\\boxed{3*5+8+0}", "\\boxed{3*(5+8)}", "\\boxed{3*5+8=23}", "\\boxed{3 * 5 + 8 = 24}", "\\boxed{(3*5)+(8)}", "\\boxed{3**5-8}", "\\boxed{-(-3)*5+8}", "\\boxed{3*5--8}",
    "\\boxed{3*05+8}", "\\boxed{3.0*5+8}", "\\boxed{8/(5-3)}", "\\boxed{3(5)+8}", "\\boxed{3*5\n+8}", "\\boxed{(3*5\n+8)}", "\\boxed{ 3*5+8 }", "\\boxed{3\\times5+8}", "\\boxed{3x5+8}", "\\boxed{3*5+8.}", "3*5+8", "\\boxed{23}", "\\boxed{3*5+8)}", "\\boxed{8//3*5}", "\\boxed{5+3*+8}",
    "\\boxed{3/(8-5-3)}", "\\boxed{3*5*8}", "",
]

SAME_NUMBERS = [
    ("18", "18"), ("18.", "18"), ("$18", "18"), ("1,234", "1234"), ("1,234", "1,234"), ("18.0", "18"), ("18", "17"), ("-5", "5"), ("18.0000001", "18"), ("18.00001", "18"), ("+18", "18"), ("0018", "18"),
    ("18..", "18"), (".", ""), ("5", "steps\n#### 5"), ("5 #### 6", "6"), ("abc", "abc"), ("abc", "ABC"), ("18.5", "18.5"), ("18.50", "18.5"), ("1e2", "100"), ("1_8", "18"), (" 18", "18"), ("18 ", "18 "), ("١٨", "18"),
    ("inf", "inf"), ("nan", "nan"), ("", "0"), ("0", "-0"), ("0", "0.0"), ("18.\n", "18"), ("18\n", "18"), ("10" * 200, "10" * 200), ("9007199254740993", "9007199254740992"), ("0x12", "18"), ("١٨.0", "18"),
]

SAME_MATHS = [
    ("\\frac{1}{2}", "0.5"), ("\\frac12", "\\frac{1}{2}"), ("1/2", "\\frac{1}{2}"), ("\\dfrac{1}{2}", "\\tfrac12"), ("0.5", ".5"), (".5", "\\frac12"), ("5\\%", "5"), ("5%", "5"), ("\\$5", "5"), ("$5", "5"), ("5^\\circ", "5"),
    ("5^{\\circ}", "5"), ("5\\text{ cm}", "5"), ("5 \\text{cm}", "5"), ("5\\text{ cm}\\text{ x}", "5"), ("\\sqrt3", "\\sqrt{3}"), ("\\sqrt", "\\sqrt"), ("\\sqrt", "\\sqrt "), ("\\frac", "\\frac"), ("\\frac1", "\\frac1"), ("\\frac1", "\\frac 1"),
    ("\\frac1{72}", "\\frac{1}{72}"), ("\\frac{72}1", "\\frac{72}{1}"), ("\\left(1,2\\right)", "(1,2)"), ("(1, 2)", "(1,2)"), ("x=5", "5"), ("k = 5", "5"), ("abc = 5", "5"), ("x = y = 5", "5"), ("10,000", "10000"), ("10,\\!000", "10000"),
    ("10{,}000", "10000"), ("x/2", "x / 2"), ("x/2", "x/2"), ("3/4", "\\frac34"), ("03/4", "\\frac{3}{4}"), ("-3/4", "\\frac{-3}{4}"), ("-\\frac{3}{4}", "\\frac{-3}{4}"), ("1/2/3", "1/2/3 "), ("+1/2", "\\frac12"), ("1 / 2", "\\frac12"), ("2 \\frac12", "2\\frac{1}{2}"),
    ("\\text{yes}", "yes"), ("\\text{Yes}", "yes"), ("\\text{(A)}", "(A)"), ("\\text{(A)}", "A"), ("\\mbox{cm}", ""), ("5 \\mbox{ cm}", "5"), ("\\textbf{B}", "B"), ("\\boxed{5}", "5"), ("\\overline{AB}", "AB"), ("a dollar", "dollar"), ("5 dollars", "5"),
    ("12 square feet", "12"), ("[2,5)", "[2, 5)"), ("\\infty", "infinity"), ("inf", "\\infty"), ("1.0", "1"), ("1.00x", "1x"), ("1.50", "1.5"), ("3+4j", "3+4i"), ("\\cdot", ""), ("2\\cdot3", "23"), ("x\\in[1,2]", "[1,2]"), ("1 and 2", "12"),
    ("\\mathbf{v}", "{v}"), ("\\sqrt12", "\\sqrt{12}"), ("\\sqrt12", "\\sqrt{1}2"), ("5.", "5"), ("The answer is 5", "5"), ("final answer is $5$", "5"), ("\\le", "<"), ("x \\le 5", "x<5"), ("\\\\frac12", "\\frac12"), ("5 \\ 6", "56"),
    ("\n5", "5"), ("", ""), ("", " "), (" ", ""), ("5", "6"), ("x+1", "1+x"), ("2^3", "8"), ("2^{10}", "1024"), ("\\sqrt{16}", "4"), ("\\frac{6}{2}", "3"), ("2(3)", "6"), ("-(-3)", "3"), ("3-5", "-2"), ("0.25", "\\frac14"), ("1.5", "\\frac{3}{2}"), ("6\\times7", "42"),
    ("10\\div4", "2.5"), ("\\frac{\\sqrt{4}}{2}", "1"), ("((1))", "1"), ("1e3", "1000"), ("\\frac{1}{0}", "1"), ("7", "7.000"), ("5\\text{ cm}", "5\\text{ m}"), ("\\frac{x}{y}", "\\frac xy"), ("\\pi", "\\pi"), ("2\\pi", "\\pi2"), ("\u00bd", "0.5"), ("\\sqrt\u00e9", "\\sqrt{\u00e9}"),
    ("\\frac\u00e9\u00fc", "\\frac{\u00e9}{\u00fc}"), ("3\\frac12", "3.5"), ("1{,}000{,}000", "1000000"), ("-0.5", "-\\frac12"), ("\\frac{3}{4}", ".75"), ("90^\\circ", "90"), ("x^2+1", "x^{2}+1"), ("\\{1,2\\}", "\\{1, 2\\}"), ("(3,\\frac{1}{2})", "(3,0.5)"), ("4,5,6", "456"), ("3 units", "3"),
]

SAME_TEXTS = [
    ("(A)", "A"), ("(A)", "(A)"), ("A.", "(a)"), ("B", "A"), ("A B", "AB"), ("True", "true"), ("yes", "yes."), ("a,b", "ab"), ("a\\b", "ab"), ("\"x\"", "x"), ("x\n", "x"), ("x.", "x"), ("x..", "x."), ("1, 2", "1 2"), ("a, b", "a b"),
    ("**yes**", "Yes"), ("Stra\u00dfe", "STRASSE"), ("no", "No, it is not"), ("", ""), ("(B) x", "B x"), ("\u00c9", "\u00e9"), ("] )", "]  )"), ("x", " x"),
]


def main():
    families = {
        "number": (NUMBERS, [r for r in RULES if r.startswith("gsm8k")]),
        "math": (MATHS, ["boxed", "dollars", "minerva", "math-opencompass", "math-d1"]),
        "choice": (LETTERS, [r for r in RULES if r.startswith("choice")]),
        "bbh": (HARDS, [r for r in RULES if r.startswith("bbh")]),
        "countdown": (TERMS, ["countdown-d1"]),
        "sudoku": (GRIDS, ["sudoku-d1"]),
        "code": (CODES, [r for r in RULES if r.startswith("code")]),
    }
    for texts, rules in families.values():
        for text in texts:
            print(json.dumps({"text": text, "found": {r: RULES[r](text, CHOICES) for r in rules}}, ensure_ascii=False))
    for text in VALUES:
        print(json.dumps({"text": text, "right": {"countdown": d1_countdown(text, (3, 5, 8), 23)["is_correct"]}}))
    for text in GRIDS:
        print(json.dumps({"text": text, "right": {"sudoku": d1_sudoku(text)["correct_cells"]}}))
    for pairs, names in (
        (SAME_NUMBERS, ["gsm8k", "openai", "opencompass-number", "d1-number"]),
        (SAME_MATHS, ["math", "minerva", "opencompass-math"]),
        (SAME_TEXTS, ["exact", "letter", "bbh-zeroshot", "opencompass-bbh"]),
    ):
        for a, b in pairs:
            print(json.dumps({"answer": a, "reference": b, "equal": {c: bool(COMPARISONS[c](a, b)) for c in names}}, ensure_ascii=False))


if __name__ == "__main__":
    main()
