"""Renders questions and choices of multiple choice with lm-eval on the extracts beside this
file: python choices.py FILE. See golden.py, whose set-up it shares."""

import sys

out, sys.argv = sys.argv[1], ["golden.py", "/dev/null"]
import pathlib

source = (pathlib.Path(__file__).parent / "golden.py").read_text()
exec(source[: source.index("\ndef render(")])  # its imports, and how it finds tasks

CASES = [
    ("arc", 0, "arc_challenge", {"test": "arc-rated.jsonl"}),
    ("hellaswag", 0, "hellaswag", {"validation": "hellaswag-rated.jsonl"}),
    ("mmlu", 2, "mmlu_abstract_algebra", {"test": "mmlu.jsonl", "dev": "mmlu-dev.jsonl"}),
]
cases = []
for card, shots, name, files in CASES:
    c = config(name)
    c.pop("dataset_name", None)
    c.update(dataset_path="json", dataset_kwargs={"data_files": {k: str(here / "extracts" / v) for k, v in files.items()}},
             num_fewshot=shots, training_split=None)
    if "validation" not in files:
        c["validation_split"] = None
    task = ConfigurableTask(config=c)
    task.set_fewshot_seed(1234)
    task.build_all_requests()
    items = []
    for r in task.instances:
        if r.idx == 0:
            items.append({"prompt": r.args[0] + " ", "choices": [], "right": int(task.doc_to_target(r.doc))})
        assert r.args[1][0] == " "
        items[-1]["choices"].append(r.args[1][1:])
    cases.append({"card": card, "style": "likelihood", "shots": shots, "task": name, "file": list(files.values())[0],
                  "fewshot": files.get("dev"), "items": items})
version = importlib.metadata.version("lm_eval")
pathlib.Path(out).write_text(json.dumps({"lm_eval": version, "cases": cases}, indent=1, ensure_ascii=False) + "\n")
