# Makes golden.json: p-values and intervals by SciPy and statsmodels, as a twin
# of this package. Run by hand, with Python 3.11, SciPy 1.17.1 and statsmodels
# 0.15.0; the tests read golden.json alone.
#
#   python golden.py > golden.json
import json

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20)
out = {"signed_rank": [], "mann_whitney": [], "mcnemar": [], "wilson": [], "holm": [], "bca": []}

for n in (6, 9, 14, 23, 40):
    # No ties: SciPy's exact law is without them.
    d = np.round(rng.normal(0.4, 1, n), 6)
    r = stats.wilcoxon(d, method="exact")
    out["signed_rank"].append({"d": d.tolist(), "p": r.pvalue})
for n in (60, 90):
    # Ties and zeros, normal approximation.
    d = np.round(rng.normal(0.3, 1, n), 1)
    r = stats.wilcoxon(d, zero_method="pratt", correction=True, method="asymptotic")
    out["signed_rank"].append({"d": d.tolist(), "p": r.pvalue})
for na, nb in ((4, 5), (7, 7), (12, 8), (20, 20), (30, 17)):
    a = np.round(rng.lognormal(0, 0.5, na), 6)
    b = np.round(rng.lognormal(0.4, 0.5, nb), 6)
    r = stats.mannwhitneyu(b, a, method="exact")
    out["mann_whitney"].append({"a": a.tolist(), "b": b.tolist(), "u": r.statistic, "p": r.pvalue})
a = np.round(rng.normal(0, 1, 60), 1)
b = np.round(rng.normal(0.3, 1, 70), 1)
r = stats.mannwhitneyu(b, a, method="asymptotic", use_continuity=True)
out["mann_whitney"].append({"a": a.tolist(), "b": b.tolist(), "u": r.statistic, "p": r.pvalue})
for only_a, only_b in ((3, 9), (12, 2), (40, 61), (300, 250)):
    r = mcnemar([[5, only_a], [only_b, 5]], exact=True)
    out["mcnemar"].append({"only_a": only_a, "only_b": only_b, "p": r.pvalue})
for k, n in ((0, 12), (13, 24), (990, 1000)):
    for level in (0.95, 0.99):
        ci = stats.binomtest(k, n).proportion_ci(level, method="wilson")
        out["wilson"].append({"k": k, "n": n, "level": level, "low": ci.low, "high": ci.high})
for m in (3, 8):
    p = np.round(rng.beta(0.4, 4, m), 6)
    out["holm"].append({"p": p.tolist(), "adjusted": multipletests(p, method="holm")[1].tolist()})
# BCa without the widening for small samples, 200,000 draws.
for n in (12, 40):
    x = np.round(rng.exponential(1, n), 6)
    ci = stats.bootstrap((x,), np.mean, n_resamples=200_000, method="BCa", rng=rng).confidence_interval
    out["bca"].append({"x": x.tolist(), "low": ci.low, "high": ci.high})

rows = lambda v: ",\n".join("  " + json.dumps(r) for r in v)
print("{\n" + ",\n".join(f'"{k}": [\n{rows(v)}\n]' for k, v in out.items()) + "\n}")
