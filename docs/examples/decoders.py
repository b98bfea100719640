"""pandas: time and right answers of each decoder."""
import pandas as pd

requests = pd.read_parquet("tables/requests.parquet")
timed = requests[requests.status.isin(["success", "truncated"])]
print(timed.groupby(["task", "decoder"]).agg(
    median_ms=("e2e_ns", lambda ns: ns.median() / 1e6), passes=("usage_nfe", "mean"), exact=("exact", "mean"), n=("e2e_ns", "count")))
