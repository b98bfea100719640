"""Renders prompts with lm-eval on the extracts beside this file, into golden-*.json.

Run where lm-eval is installed, once with 0.4.8, which LLaDA's authors used, and once with
a newer one: python golden.py lm-eval-0.4.8.json. Nothing is downloaded: data sets and
worked examples are the extracts. They are in the published layout, and their texts are ours.
"""

import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile
import types
from unittest import mock

os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["HF_ALLOW_CODE_EVAL"] = "1"
import evaluate

# No model is needed, and those of old versions want an old transformers.
sys.modules["lm_eval.models"] = types.ModuleType("lm_eval.models")
for name in ["langdetect", "immutabledict", "nltk"]:
    sys.modules.setdefault(name, mock.MagicMock())
evaluate.load = lambda *_: types.SimpleNamespace(compute=lambda **_: [{"pass@1": 0.0}])

from lm_eval.api.task import ConfigurableTask  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402

here = pathlib.Path(__file__).parent
manager = TaskManager()


def lines(name):
    return [json.loads(line) for line in (here / "extracts" / name).read_text().splitlines()]


def config(name):
    entry = manager.task_index[name]
    if isinstance(entry, dict):
        from lm_eval.utils import load_yaml_config

        return load_yaml_config(str(entry["yaml_path"]), mode="full")
    from lm_eval.tasks._yaml_loader import load_yaml

    return load_yaml(entry.yaml_path)


# card, style, shots, task of lm-eval, its files by split, worked examples by their file
CASES = [
    ("gsm8k", "base", 5, "gsm8k", {"test": "gsm8k.jsonl", "train": "gsm8k-train.jsonl"}, None),
    ("gsm8k", "base", 8, "gsm8k", {"test": "gsm8k.jsonl", "train": "gsm8k-train.jsonl"}, None),
    ("gsm8k", "cot", 3, "gsm8k_cot", {"test": "gsm8k.jsonl"}, "gsm8k-cot.jsonl"),
    ("gsm8k", "cot-chat", 0, "gsm8k_cot", {"test": "gsm8k.jsonl"}, None),
    ("math", "minerva", 2, "minerva_math_algebra", {"test": "math.jsonl"}, "minerva.jsonl"),
    ("math", "minerva-chat", 0, "minerva_math_algebra", {"test": "math.jsonl"}, None),
    ("humaneval", "base", 0, "humaneval", {"test": "humaneval.jsonl"}, None),
    ("humaneval", "instruct", 0, "humaneval_instruct", {"test": "humaneval.jsonl"}, None),
    ("mbpp", "base", 3, "mbpp", {"test": "mbpp.jsonl"}, "mbpp.jsonl:2,3,4"),
    ("mbpp", "instruct", 0, "mbpp_instruct", {"test": "mbpp.jsonl"}, None),
    ("mmlu", "base", 2, "mmlu_abstract_algebra", {"test": "mmlu.jsonl", "dev": "mmlu-dev.jsonl"}, None),
    ("bbh", "base", 2, "bbh_cot_fewshot_boolean_expressions", {"test": "bbh.jsonl"}, "bbh-shots.jsonl"),
    ("ifeval", "chat", 0, "ifeval", {"train": "ifeval.jsonl"}, None),
]


def render(card, style, shots, name, files, examples):
    c = config(name)
    c.pop("dataset_name", None)
    c["dataset_path"] = "json"
    paths = {k: str(here / "extracts" / v) for k, v in files.items()}
    if card == "mbpp":  # its test split
        paths["test"] = tempfile.mkstemp(suffix=".jsonl")[1]
        rows = [r for r in lines("mbpp.jsonl") if 11 <= r["task_id"] <= 510]
        pathlib.Path(paths["test"]).write_text("".join(json.dumps(r) + "\n" for r in rows))
    c["dataset_kwargs"] = {"data_files": paths}
    c["training_split"] = "train" if "train" in files and c.get("training_split") else None
    c["num_fewshot"] = shots
    if examples:
        file, _, numbers = examples.partition(":")
        rows = lines(file)
        if numbers:
            rows = [dict(r, is_fewshot=True) for r in rows if str(r["task_id"]) in numbers.split(",")]
        if card == "math":
            rows = [dict(r, few_shot="1") for r in rows]
        c["fewshot_config"] = {"sampler": "first_n", "samples": rows}
        if card == "bbh":
            c["description"] = rows[0]["description"]
    task = ConfigurableTask(config=c)
    task.set_fewshot_seed(1234)
    task.build_all_requests()
    prompts = []
    for request in task.instances:
        if request.idx > 0:  # another choice of the same question
            continue
        text = request.args[0]
        prefix = task.doc_to_prefix(request.doc) if hasattr(task, "doc_to_prefix") else None
        prefix = prefix or ""
        prompts.append({"prompt": text.removesuffix(prefix), "begin": prefix})
    stop = c.get("generation_kwargs", {}).get("until")
    return {"card": card, "style": style, "shots": shots, "task": name, "file": list(files.values())[0],
            "fewshot": (examples or "").partition(":")[0] or files.get("train" if card == "gsm8k" else "dev"), "stop": stop, "items": prompts}


out = {"lm_eval": importlib.metadata.version("lm_eval"), "cases": []}
for case in CASES:
    if case[0] == "bbh" and out["lm_eval"] == "0.4.8":
        case = (case[0], "base-space", *case[2:])
    try:
        out["cases"].append(render(*case))
    except KeyError as e:
        print("not in this version:", case[3], e)
(here / sys.argv[1]).write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
