"""Makes bbh.jsonl: what the filters flexible-extract of lm-eval's BBH tasks find in texts.
The questions and texts are written for this test.

    pip install lm-eval==0.4.13 word2number regex
    python bbh.py > bbh.jsonl
"""

import functools
import importlib.util
import json
import os

import lm_eval
import yaml
from lm_eval.filters.extraction import RegexFilter

TASKS = os.path.join(os.path.dirname(lm_eval.__file__), "tasks", "bbh")


class Loader(yaml.SafeLoader):
    pass


Loader.add_multi_constructor("!", lambda loader, tag, node: node.value)


@functools.cache
def utils_of(folder):
    spec = importlib.util.spec_from_file_location("utils", os.path.join(TASKS, folder, "utils.py"))
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    return utils


def found(folder, task, question, text):
    with open(os.path.join(TASKS, folder, task + ".yaml")) as f:
        steps = next(x["filter"] for x in yaml.load(f, Loader)["filter_list"] if x["name"] == "flexible-extract")
    step = dict(steps[0])
    name = step.pop("function")
    made = RegexFilter(**step) if name == "regex" else getattr(utils_of(folder), name.split(".")[-1])(**step)
    try:
        value = list(made.apply([[text]], [{"input": question}]))[0][0]
    except (ValueError, IndexError):  # of word2number, which ends the harness
        return None
    return None if value == "[invalid]" else value


COLOURS = "What is on the floor?\nOptions:\n(A) a red box\n(B) a red box, open\n(C) Blue (or green) ink.\n(D) two hats"
TASKS_OF = [
    ("date_understanding", COLOURS, "(B)", [
        "(A)", "(A) or (B)", "so (C).", "It is a red box, open!", "A RED BOX", "a red box open; two hats", "two  hats", "blue", "Blue or green ink", "answer: D", "answer: D, no: A", "x :\n B", "B", "the hats", "", "((A)", "(E)", "(a)", "TWO HATS: C", ": E",
        "\u00abtwo hats\u00bb", "two-hats", "a red box. open", "answer:\u00a0C"]),
    ("movie_recommendation", "Find a movie like The List: a film.\nOptions:\n(A) The Other List\n(B) Rain", "(A)", ["So (A).", "the other list", "Rain: (B), (A)"]),
    ("boolean_expressions", "not ( True ) and ( False ) is", "False", [
        "True", "False.", "true", "True and False", "False, so True", "Truely False_", "not True", "TRUE", "**False**", "aTrue", "True\u00e9", "\u00e9 True", "True-False", "", "1True", "True1 False2"]),
    ("causal_judgement", "Did Ann cause it?\nOptions:\n- Yes\n- No", "Yes", ["Yes", "no", "YES", "Yes, no", "Nothing", "No. Yes.", "yesno", "eyes", "- No", ""]),
    ("navigate", "Take 3 steps. Turn. Do you return?\nOptions:\n- Yes\n- No", "No", ["So the answer is No.", "yes and No", "Know", "(No)", "no\nYes"]),
    ("formal_fallacies", "\"All A are B.\" Is it valid?\nOptions:\n- valid \n- invalid", "invalid", ["valid", "invalid", "it is invalid, not valid", "Valid", "validity", "in valid", "deductively valid.", ""]),
    ("sports_understanding", "Is it plausible? \"Ann Lee hit a goal.\"", "yes", [
        "yes", "No", "It is plausible.", "It is not plausible.", "not  plausible", "implausible", "NOT PLAUSIBLE, yes", "yes, not plausible", "So the answer is no.", "plausibly", "nothing", "notplausible plausible", ""]),
    ("web_of_lies", "Question: Ann tells the truth. Bob says Ann lies. Does Bob tell the truth?", "No", [
        "Yes", "no.", "Bob tells the truth.", "Bob does not tell the truth", "Bob is telling the truth", "Bob is not telling the truth, Ann tells the truth", "Ann tells the truth, so no", "Ann lies", "IS TELLING THE TRUTH", "tells the truths", "is not  telling the truth", ""]),
    ("object_counting", "I have two cups and three hats. How many objects do I have?", "5", [
        "5", "2 + 3 = 5", "five", "There are Five objects.", "-5", "--", "3-2", "1,234", "twenty one", "one hundred and five", "two thousand and six", "three million two thousand one", "one billion", "hundred", "thousand", "two two", "seven eight nine", "twenty-one", "zero",
        "forty two, then six", "fourteen", "one two three four five", "thousand two", "million", "one thousand million", "trillion", "a hundred hats", "six teen", "someone", "two\nthree", "nine & ten", "eleven,twelve", "", "no digits", "\u0665", "fifteen hundred", "two hundred thousand", "five hundred twenty one"]),
    ("multistep_arithmetic_two", "((-1 + 2) * (3 - 4)) =", "-1", ["= (-1)", "-1", "1 - 2 = -1.", "minus one", "- 1", "1e5", "so -1-", "3.5"]),
    ("dyck_languages", "Complete the rest of the sequence, making sure that the parentheses are closed properly. Input: [ {", "} ]", [
        "} ]", "[ { } ]", "the rest is } ].", "}]", "none", "So } ] is it", "\"} ]\"", " > > ) ", "a\n} ]\nb", "x(y)z", "", "   ", "a b", "} ] end"]),
    ("word_sorting", "Sort the following words alphabetically: List: pear fig apple pear-tree fig2", "apple fig pear", [
        "apple fig pear", "pear fig apple, then apple fig pear", "apple, fig, pear", "Apple Fig", "(1) apple (2) pear", "figs apples", "apple fig apple", "pear-tree pear", "fig2 fig", "", "none", "apple\nfig\npear"]),
]

if __name__ == "__main__":
    for task, question, reference, texts in TASKS_OF:
        for text in texts:
            got = {"bbh-flexible": found("cot_zeroshot", task, question, text), "bbh-flexible-first": found("zeroshot", task, question, text)}
            print(json.dumps({"text": text, "question": question, "of": reference, "found": got}, ensure_ascii=False))
