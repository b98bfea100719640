"""Makes verdicts.jsonl: what the checker of github.com/openai/human-eval says of answers to
items in its layout. Items and answers are written for this test.

    python verdicts.py CLONE_OF_HUMAN_EVAL > verdicts.jsonl
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(sys.argv[1], "human_eval"))
from execution import check_correctness  # noqa: E402

THIRD = {"task_id": "Own/0", "entry_point": "third", "prompt": "def third(x):\n    \"\"\"A third of x, rounded down.\"\"\"\n",
         "test": "def check(candidate):\n    assert candidate(7) == 2\n    assert candidate(-1) == -1\n"}
MEAN = {"task_id": "Own/1", "entry_point": "mean", "prompt": "from typing import List\n\n\ndef mean(xs: List[float]) -> float:\n    \"\"\"The mean of xs.\"\"\"\n",
        "test": "METADATA = {}\n\n\ndef check(candidate):\n    assert abs(candidate([1, 2, 4]) - 7 / 3) < 1e-9\n    try:\n        candidate([])\n    except ZeroDivisionError:\n        pass\n"}
ANSWERS = [
    (THIRD, "    return x // 3\n"), (THIRD, "    return int(x / 3)\n"), (THIRD, "    raise ValueError(x)\n"), (THIRD, "    while True:\n        pass\n"), (THIRD, "    return x //\n"), (THIRD, ""), (THIRD, "    return y // 3\n"),
    (THIRD, "    pass\n\n\ndef third_of(x):\n    return x // 3\n"), (THIRD, "    pass\n\n\ndef third(x):\n    return x // 3\n"), (THIRD, "  return x // 3\n"), (THIRD, "    return third(x)\n"), (THIRD, "    import sys\n    sys.exit(0)\n"),
    (MEAN, "    return sum(xs) / len(xs) if xs else 0.0\n"), (MEAN, "    return xs[0] / len(xs)\n"),
]

if __name__ == "__main__":
    for item, answer in ANSWERS:
        got = check_correctness(item, answer, timeout=3.0)
        print(json.dumps({**item, "answer": answer, "passed": got["passed"], "result": got["result"][:80]}))
