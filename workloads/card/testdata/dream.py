"""Writes dream.json: the prompts that Dream's own copy of lm-eval sends in its instruct tasks.

    python dream.py CLONE_OF_DREAM > dream.json

CLONE_OF_DREAM is a checkout of github.com/DreamLM/Dream at fac0a7f. Needs jinja2 and pyyaml."""
import json, os, sys
import jinja2, yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TASKS = os.path.join(sys.argv[1], "eval_instruct/lm_eval/tasks")
CASES = [("humaneval", "humaneval/humaneval_instruct.yaml", "humaneval/humaneval.yaml", "humaneval.jsonl"),
         ("mbpp", "mbpp/mbpp_instruct.yaml", None, "mbpp.jsonl")]


class Loader(yaml.SafeLoader):
    pass


Loader.add_constructor("!function", lambda loader, node: node.value)


def load(name):
    with open(os.path.join(TASKS, name)) as f:
        return yaml.load(f, Loader)


env = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # as lm_eval/utils.py
cases = []
for card, name, base, file in CASES:
    task = {**(load(base) if base else {}), **load(name)}
    with open(os.path.join(HERE, "extracts", file)) as f:
        rows = [json.loads(line) for line in f]
    if card == "mbpp":  # its test split
        rows = [r for r in rows if 11 <= r["task_id"] <= 510]
    render = lambda key, row: env.from_string(task[key]).render(**row)
    cases.append({"card": card, "style": "dream", "file": file, "from": name, "shots": 0, "stop": task["generation_kwargs"]["until"],
                  "items": [{"prompt": render("doc_to_text", r), "begin": render("gen_prefix", r)} for r in rows]})
json.dump({"source": "github.com/DreamLM/Dream@fac0a7f", "cases": cases}, sys.stdout, indent=1, ensure_ascii=False)
print()
