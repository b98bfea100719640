"""Writes the worked examples that harnesses publish into files that task cards read.

    python fewshot.py lm-eval DIR              those of an installed lm-eval: gsm8k_cot.jsonl,
                                               minerva_math.jsonl and bbh-NAME.jsonl
    python fewshot.py opencompass CONFIG DIR   those of a configuration of OpenCompass:
                                               gsm8k_opencompass.jsonl

The texts are their authors'; nothing is downloaded.
"""

import ast
import json
import pathlib
import re
import sys


def write(folder, name, rows):
    path = pathlib.Path(folder) / name
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    print(path, len(rows))


def lm_eval(folder):
    import importlib.util

    import yaml

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: node.value)
    tasks = pathlib.Path(importlib.util.find_spec("lm_eval").submodule_search_locations[0]) / "tasks"
    load = lambda path: yaml.load(path.read_text(encoding="utf-8"), Loader)
    cot = load(tasks / "gsm8k" / "gsm8k-cot.yaml")["fewshot_config"]["samples"]
    write(folder, "gsm8k_cot.jsonl", [{"question": s["question"], "target": s["target"]} for s in cot])
    source = ast.parse((tasks / "minerva_math" / "utils.py").read_text(encoding="utf-8"))
    function = next(n for n in source.body if isinstance(n, ast.FunctionDef) and n.name == "list_fewshot_samples")
    samples = ast.literal_eval(next(n.value for n in function.body if isinstance(n, ast.Return)))
    write(folder, "minerva_math.jsonl", [{"problem": s["problem"], "solution": s["solution"]} for s in samples])
    for path in sorted((tasks / "bbh" / "cot_fewshot").glob("*.yaml")):
        config = load(path)
        samples = config.get("fewshot_config", {}).get("samples")
        if samples:
            write(folder, "bbh-" + path.stem + ".jsonl", [{"description": config.get("description", ""), "input": s["input"], "target": s["target"]} for s in samples])


def opencompass(config, folder):
    source = ast.parse(pathlib.Path(config).read_text(encoding="utf-8"))
    said = []
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict":
            keys = {k.arg: k.value for k in node.keywords}
            if "role" in keys and "prompt" in keys:
                said.append((keys["role"].value, keys["prompt"].value))
    form = re.compile(r"Question: (.*)\nLet's think step by step\nAnswer:", re.S)
    write(folder, "gsm8k_opencompass.jsonl", [{"question": form.fullmatch(q).group(1), "answer": a} for (_, q), (role, a) in zip(said, said[1:]) if role == "BOT"])


if sys.argv[1:2] == ["lm-eval"] and len(sys.argv) == 3:
    lm_eval(sys.argv[2])
elif sys.argv[1:2] == ["opencompass"] and len(sys.argv) == 4:
    opencompass(sys.argv[2], sys.argv[3])
else:
    sys.exit(__doc__)
