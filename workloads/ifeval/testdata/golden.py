"""Makes golden.json: which texts follow which instructions by IFEval's own program, as
lm-eval 0.4.8 has it, strictly and loosely. Languages are taken for English, because only
letters are compared here. The texts are written for this test.

    python golden.py LM_EVAL > golden.json    # pip install --no-deps --target LM_EVAL lm-eval==0.4.8
"""

import ast
import collections
import json
import logging
import random
import re
import string
import sys
import types

root = sys.argv[1] + "/lm_eval/tasks/ifeval/"



util = types.SimpleNamespace(
    LANGUAGE_CODES={"en": "English"}, count_words=lambda t: len(re.findall(r"\w+", t)), generate_keywords=lambda num_keywords: ["x"] * num_keywords
)
detect = types.SimpleNamespace(detect=lambda t: "en", LangDetectException=ValueError)
room = {"collections": collections, "json": json, "logging": logging, "random": random, "re": re, "string": string, "langdetect": detect, "instructions_util": util, "logger": logging.getLogger(), "Dict": dict, "Optional": __import__("typing").Optional, "Sequence": __import__("typing").Sequence, "Union": __import__("typing").Union, "dataclasses": __import__("dataclasses")}


def load(name, skip):
    for node in ast.parse(open(root + name).read()).body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)) and not (isinstance(node, ast.Expr)):
            exec(compile(ast.Module([node], []), name, "exec"), room)


load("instructions.py", ())
room["instructions"] = types.SimpleNamespace(**room)
load("instructions_registry.py", ())
room["instructions_registry"] = types.SimpleNamespace(**room)
sys.modules["golden_room"] = types.ModuleType("golden_room")
room["__name__"] = "golden_room"
load("utils.py", ())

TEXTS = [
    "", " ", "Hello world.", "hello world", "HELLO WORLD", "HELLO World", "123", "A, b", "no commas here", "\"Hello\"", "\"", "\"\"", " \"a b\" ", "My answer is yes.", "Well: My answer is maybe. ok",
    "* one\n* two\n* three", "- one\n- two\n\n- three", "** not one\n* one", "*\none", "  * a\n  - b\ntext - c", "* a\n", "This is *one* and *two*.", "**bold** and *it*", "** ** and * *", "*a* **b** ***c***", "***",
    "Section 1\nx\nSection 2\ny", "SECTION1 SECTION 2SECTION 3", "Section one", "Section 1", "one *** two *** three", "*** one *** two ***", "one ****** two", "one *** *** two", "a\n\nb\n\nc", "Love is\n\n'Tis so\n\nend", "a\n\n\n\nb", "\n\na\n\nb", "fine\n\n\"Love, is\"\n\nx",
    "text\nP.S. hello", "text p.s. x", "P.P.S. x", "P. P. S", "p. s.", "PS: x", "Note: x", "[name] and [address]", "[a\nb] [c]", "[[x]]", "<<title>>\ntext", "<<>>", "<< >>", "<<a\nb>>", "<a>", "<<<t>>>",
    "{\"a\": 1}", "```json\n{\"a\": [1, 2]}\n```", "```\n[]\n```", "{a: 1}", "```JSON\n3", "x ******y", "x ****** x", "x******", "******x******y******", "a ****** b ****** c", "a************b", "The end is near.", "is it THE END IS NEAR.\"", "the end is near. ",
    "Repeat this please: ok", "repeat this please", "Please repeat this", "apple banana Apple", "pineapple", "apples and bananas", "apple-pie, banana", "BANANA\napple", "_apple_ banana", "aaa bbb", "AaAa", "# one # two", "\u00e9t\u00e9 \u00c9T\u00c9", "one two three four five", "\u4f60\u597d \u4e16\u754c", "word's it-s 3.5",
    "First line\nhello, world\nLast line", "Sure!\n{\"a\": 1}\nDone", "*HELLO*", "Intro\n\"quoted\"", "\"quoted\"\noutro", "Sure:\nthe end is near.", "the end is near.\nBye", "love\n\nx", "Here:\n* a\n* b\nend", "\u00c4RGER", "\u00e4rger", "\u01c5", "a\u2028b", "one\r\n\r\ntwo",
]

CASES = [
    ("keywords:existence", {"keywords": ["apple", "banana"]}), ("keywords:existence", {"keywords": ["hello"]}),
    ("keywords:frequency", {"keyword": "apple", "frequency": 2, "relation": "at least"}), ("keywords:frequency", {"keyword": "apple ", "frequency": 1, "relation": "less than"}),
    ("keywords:forbidden_words", {"forbidden_words": ["apple", "hello"]}), ("keywords:forbidden_words", {"forbidden_words": ["b", "\u00e9t\u00e9"]}),
    ("keywords:letter_frequency", {"letter": "a", "let_frequency": 3, "let_relation": "at least"}), ("keywords:letter_frequency", {"letter": "E", "let_frequency": 2, "let_relation": "less than"}),
    ("length_constraints:number_words", {"num_words": 3, "relation": "at least"}), ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}), ("length_constraints:number_paragraphs", {"num_paragraphs": 3}),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 3, "nth_paragraph": 2, "first_word": "Tis"}), ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "a"}),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 3, "nth_paragraph": 2, "first_word": "love"}), ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "b"}),
    ("detectable_content:number_placeholders", {"num_placeholders": 1}), ("detectable_content:number_placeholders", {"num_placeholders": 2}),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}), ("detectable_content:postscript", {"postscript_marker": "P.P.S"}), ("detectable_content:postscript", {"postscript_marker": "Note:"}),
    ("detectable_format:number_bullet_lists", {"num_bullets": 3}), ("detectable_format:number_bullet_lists", {"num_bullets": 1}), ("detectable_format:number_bullet_lists", {"num_bullets": 2}), ("detectable_format:constrained_response", {}),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}), ("detectable_format:number_highlighted_sections", {"num_highlights": 1}), ("detectable_format:number_highlighted_sections", {"num_highlights": 3}),
    ("detectable_format:multiple_sections", {"section_spliter": "Section", "num_sections": 2}), ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 3}),
    ("detectable_format:json_format", {}), ("detectable_format:title", {}), ("combination:two_responses", {}), ("combination:repeat_prompt", {"prompt_to_repeat": "Repeat this please"}),
    ("startend:end_checker", {"end_phrase": "The end is near."}), ("startend:quotation", {}), ("change_case:english_capital", {}), ("change_case:english_lowercase", {}), ("punctuation:no_comma", {}),
]

out = []
for kind, args in CASES:
    inp = types.SimpleNamespace(key=0, instruction_id_list=[kind], prompt="", kwargs=[args])
    out.append({
        "id": kind, "args": args,
        "strict": "".join(str(int(room["test_instruction_following_strict"](inp, t).follow_all_instructions)) for t in TEXTS),
        "loose": "".join(str(int(room["test_instruction_following_loose"](inp, t).follow_all_instructions)) for t in TEXTS),
    })
print(json.dumps({"texts": TEXTS, "cases": out}, indent=0))
