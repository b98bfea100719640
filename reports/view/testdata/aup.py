"""Writes aup.json: curves and their AUP by the authors' code.

    python3 aup.py d3LLM/AUP_leaderboard > aup.json

d3LLM is a clone of https://github.com/hao-ai-lab/d3LLM (checked at e5bfcac). The
authors' function refuses curves whose fastest setting loses more than five points; such
curves are not among these.
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
from aup_utils import get_aup  # noqa: E402

curves = [
    # (tokens per pass, accuracy in per cent), best accuracy of the task
    ([(1, 77.5)], 77.5),
    ([(1, 72.1), (2.3, 71.4), (4.8, 70.2), (6.9, 68)], 72.1),
    ([(1, 72.1), (2.3, 71.4), (4.8, 70.2), (6.9, 68)], 81),
    ([(3.2, 40), (1.1, 42), (2.4, 43.5)], 43.5),  # not in order, and better than the slowest
    ([(1, 80), (2, 60), (3, 78)], 80),  # a setting in between falls out
    ([(1, 5), (2, 4), (8, 3)], 90),  # far below the best
    ([(0.5, 33), (0.5, 31), (16, 30)], 33),  # two at one place
]
out = []
for curve, best in curves:
    rho, y = zip(*curve)
    out.append({"curve": curve, "best": best, "aup": get_aup(list(rho), list(y), best)})
json.dump(out, sys.stdout, indent=1)
print()
