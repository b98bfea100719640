"""Renders prompts with the configurations of LLaDA's and SDAR's OpenCompass and with d1's
evaluation, on the extracts beside this file, into opencompass.json.

python opencompass.py LLADA SDAR D1, each the folder of a git repository. Of a configuration
with worked examples only the last question is taken, and asked of our own examples, too.
"""

import ast
import json
import pathlib
import subprocess
import sys
from unittest import mock

here = pathlib.Path(__file__).parent
for name in ["mmengine", "mmengine.config", "opencompass", "opencompass.datasets", "opencompass.evaluator", "opencompass.openicl", "opencompass.openicl.icl_prompt_template", "opencompass.openicl.icl_retriever",
             "opencompass.openicl.icl_inferencer", "opencompass.openicl.icl_evaluator", "opencompass.utils", "opencompass.utils.text_postprocessors"]:
    sys.modules[name] = mock.MagicMock()
repositories = dict(zip(["llada", "sdar", "d1"], sys.argv[1:]))
configs = {"llada": "opencompass/opencompass/configs/datasets/", "sdar": "evaluation/opencompass/opencompass/configs/datasets/", "d1": "eval/"}


def source(repository, path):
    return subprocess.run(["git", "-C", repositories[repository], "show", "HEAD:" + configs[repository] + path], check=True, capture_output=True, text=True).stdout


def rows(name):
    text = (here / "extracts" / name).read_text()
    if name.endswith(".json"):
        return [r for r in json.loads(text) if r["task_id"] <= 510]
    if name.endswith(".csv"):
        head, *lines = text.splitlines()
        return [dict(zip(head.split(","), line.split(","))) for line in lines]
    return [json.loads(line) for line in text.splitlines()]


def filled(template, row):
    """As OpenCompass's safe_format: only the fields of the row are replaced."""
    for key, value in row.items():
        template = template.replace("{" + key + "}", str(value))
    return template


def changed(card, row):
    """As the data sets of OpenCompass change rows."""
    row = dict(row)
    if card == "mbpp-sanitized":
        row["text"], row["test_list"] = row.pop("prompt"), "\n".join(row["test_list"])
    if card == "arc":
        row.update({"text" + l: t for l, t in zip(row["choices"]["label"], row["choices"]["text"])})
    if card == "mmlu":
        row.update({"input": row["question"]}, **dict(zip("ABCD", row["choices"])))
    if card == "hellaswag":
        row.update(zip("ABCD", row["endings"]))
    return row


CASES = [
    ("gsm8k", "chat-4", 2, "llada", "gsm8k/gsm8k_gen_1d7fe4.py", "gsm8k.jsonl", "gsm8k-opencompass.jsonl"),
    ("gsm8k", "base-4", 2, "llada", "gsm8k/gsm8k_gen_base.py", "gsm8k.jsonl", "gsm8k-opencompass.jsonl"),
    ("gsm8k", "chat", 0, "sdar", "gsm8k/gsm8k_0shot_v2_gen_17d799.py", "gsm8k.jsonl", ""),
    ("math", "chat", 0, "llada", "math/math_0shot_gen_11c4b5.py", "math.jsonl", ""),
    ("math", "chat", 0, "sdar", "math/math_prm800k_500_0shot_cot_gen_11c4b5.py", "math.jsonl", ""),
    ("humaneval", "chat", 0, "llada", "humaneval/humaneval_gen_8e312c.py", "humaneval.jsonl", ""),
    ("humaneval", "function", 0, "sdar", "humaneval/humaneval_openai_sample_evals_gen_dcae0e.py", "humaneval.jsonl", ""),
    ("mbpp-sanitized", "chat", 0, "sdar", "mbpp/sanitized_mbpp_mdblock_0shot_nocot_gen_a2e416.py", "mbpp-sanitized.json", ""),
    ("arc", "chat", 0, "llada", "ARC_c/ARC_c_gen_1e0de5.py", "arc.jsonl", ""),
    ("mmlu", "chat", 0, "llada", "mmlu/mmlu_gen_a484b3.py", "mmlu.jsonl", ""),
    ("hellaswag", "chat", 0, "llada", "hellaswag/hellaswag_gen_6faab5.py", "hellaswag.jsonl", ""),
    ("gsm8k", "d1", 0, "d1", "gsm8k.py", "gsm8k.jsonl", ""),
    ("math", "d1", 0, "d1", "math500.py", "math.jsonl", ""),
    ("countdown", "d1", 0, "d1", "countdown.py", "countdown.jsonl", ""),
    ("sudoku4", "d1", 0, "d1", "sudoku.py", "sudoku4.csv", ""),
]


def question(repository, path):
    """The last question of a configuration, as a function of a row."""
    text = source(repository, path)
    if repository != "d1":
        names = {"__name__": "config"}
        if path.startswith("mmlu"):  # the loop over subjects, for the one of the extract
            text = text.replace("mmlu_datasets = []", "mmlu_all_sets = ['abstract_algebra']\nmmlu_datasets = []")
        exec(compile(text.replace("from .", "from opencompass."), path, "exec"), names)
        config = next(v for k, v in names.items() if k.endswith("_infer_cfg"))
        rounds = [r["prompt"] for r in config["prompt_template"]["template"]["round"] if r["role"] == "HUMAN"]
        return lambda row: filled(rounds[-1], row)
    system = next(n.value for n in ast.parse(text).body if isinstance(n, ast.Assign) and n.targets[0].id.endswith("SYSTEM_PROMPT"))
    system = eval(compile(ast.Expression(system), path, "eval"))
    ask = {
        "gsm8k.py": lambda r: r["question"],
        "math500.py": lambda r: r["problem"],
        "countdown.py": lambda r: f"Numbers: {[int(n) for n in r['input'].split(',')]}\nTarget: {int(r['output'])}",
        "sudoku.py": lambda r: f"Solve the following Sudoku puzzle: {r['Puzzle']}\n",
    }[path]
    return lambda row: system + "\n\n" + ask(row)


cases = []
for card, style, shots, repository, path, file, examples in CASES:
    ask = question(repository, path)
    before = [[ask(r), r["answer"]] for r in rows(examples)] if examples else []
    items = []
    for row in rows(file):
        if card == "arc" and len(row["choices"]["text"]) != 4:
            continue
        item = {"prompt": ask(changed(card, row)), "turns": before, "begin": "<reasoning>" if repository == "d1" else ""}
        if style == "base-4":
            item = {"prompt": "".join(q + a for q, a in before) + item["prompt"], "begin": ""}
        items.append(item)
    cases.append({"card": card, "style": style, "shots": shots, "from": repository + " " + path, "file": file, "fewshot": examples, "items": items})
(here / "opencompass.json").write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n")
