"""Reads what `dllmbench export` writes with the programs that it is written for, and compares the numbers.

    python3 -m venv consumers
    consumers/bin/pip install pyarrow pandas duckdb prometheus_client opentelemetry-proto opentelemetry-semantic-conventions mlflow
    go build -o dllmbench ./cmd/dllmbench && consumers/bin/python reports/exports/testdata/consumers.py ./dllmbench

Exit code 0 says that all checks held. Servers are started on this machine only.
"""

import hashlib
import http.server
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

PROGRAM = os.path.abspath(sys.argv[1])
FAILED = []


def check(what, ok, said=""):
    print(("ok     " if ok else "FAILED ") + what, said if not ok else "", flush=True)
    if not ok:
        FAILED.append(what)


def call(*args):
    return subprocess.run([PROGRAM, *args], check=True, stdout=subprocess.PIPE, text=True).stdout


def near(a, b):
    if a is None or b is None or isinstance(a, float) and math.isnan(a):
        return a is None and b is None or b is None
    return math.isclose(a, b, rel_tol=1e-12)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def flat(record, before=""):
    """The keys of a record joined by _, as columns are named."""
    for key, value in record.items():
        if isinstance(value, dict) and key not in ("aspects", "extra", "headers", "counts"):
            yield from flat(value, before + key + "_")
        elif not isinstance(value, (dict, list)):
            yield before + key, value


def parquet(requests, cells):
    import duckdb
    import pandas
    import pyarrow.parquet

    call("export", "run", "--format", "parquet", "--out", "tables")
    table = pyarrow.parquet.read_table("tables/requests.parquet")
    frame = pandas.read_parquet("tables/requests.parquet")
    check("parquet: rows", table.num_rows == len(frame) == len(requests), (table.num_rows, len(requests)))
    by = {(q["cell"], q["instance"], q["repetition"]): q for q in requests}
    wrong = []
    for row in table.to_pylist():
        q = by[row["cell"], row["instance"], row["repetition"]]
        for key, value in flat(q):
            if row["void"] and key.endswith(("_ns", "_uj", "void")):  # the run says that times must not be used
                value = row[key] if key == "void" else None
            if key != "type" and (key in row or value is not None) and row[key] != value:
                wrong.append((key, row[key], value))
        for i, name in enumerate(["ns", "tokens"]):
            if not row["void"] and row["chunks_" + name] != [c[i] for c in q.get("chunks") or []]:
                wrong.append(("chunks", row["chunks_" + name]))
    check("parquet: pyarrow reads every key of every request", not wrong, wrong[:3])
    wrong = []
    for row in duckdb.sql("select * from 'tables/cells.parquet'").fetchdf().to_dict("records"):
        cell = cells[row["cell"]]
        for name, value in cell["options"].items():
            if value is not None and row["option_" + name] != value:
                wrong.append((name, row["option_" + name], value))
        if not near(row["nfe"], (cell["values"]["nfe"] or {}).get("value")):
            wrong.append(("nfe", row["nfe"]))
    check("parquet: DuckDB reads options and metrics of cells", not wrong, wrong[:3])
    unknown = duckdb.sql("select count(*) from 'tables/requests.parquet' where exact is null").fetchall()[0][0]
    check("parquet: unknown is null", unknown == sum(q["exact"] is None for q in requests), unknown)
    return table.to_pylist()


def prometheus(cells):
    from prometheus_client.parser import text_string_to_metric_families

    families = {f.name: f for f in text_string_to_metric_families(call("export", "run", "--format", "prometheus"))}
    wrong, n = [], 0
    for name, column in (("nfe", "nfe"), ("e2e", "e2e_ms"), ("exact_match", "exact_match_pct")):
        for s in families["dllmbench_" + column].samples if "dllmbench_" + column in families else []:
            n += 1
            if not near(s.value, (cells[s.labels["cell"]]["values"][name] or {}).get("value")):
                wrong.append((column, s))
    check("prometheus: the client's parser reads the same numbers", n > len(cells) and not wrong, (n, wrong[:3]))


def otel(rows, cells):
    from google.protobuf import json_format
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
    from opentelemetry.semconv._incubating.metrics import gen_ai_metrics

    known = {v for k, v in vars(gen_ai_metrics).items() if k.startswith("GEN_AI_")}
    text = call("export", "run", "--format", "otel")
    names, seconds, tokens, gauges = set(), 0.0, 0, {}
    for line in text.splitlines():
        message = json_format.Parse(line, ExportMetricsServiceRequest())
        for m in message.resource_metrics[0].scope_metrics[0].metrics:
            names.add(m.name)
            for p in m.histogram.data_points:
                if sum(p.bucket_counts) != p.count:
                    check("otel: buckets of " + m.name, False, p)
                if m.name == "gen_ai.client.operation.duration":
                    seconds += p.sum
                if m.name == "gen_ai.client.token.usage" and any(a.value.string_value == "output" for a in p.attributes):
                    tokens += p.sum
            for p in m.gauge.data_points:
                gauges[m.name, next(a.value.string_value for a in p.attributes if a.key == "dllmbench.cell")] = p.as_double
    check("otel: names are of the conventions", {n for n in names if n.startswith("gen_ai.")} <= known, names)
    check("otel: durations", near(round(seconds, 6), round(sum(q["e2e_ns"] or 0 for q in rows) / 1e9, 6)), seconds)
    check("otel: tokens", tokens == sum(q["usage_useful_tokens"] for q in rows), tokens)
    check("otel: gauges", all(near(v, cells[c]["values"][n.removeprefix("dllmbench.")]["value"]) for (n, c), v in gauges.items() if not n.endswith((".low", ".high"))))

    got = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    call("export", "run", "--format", "otel", "--to", f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    check("otel: a collector gets the same messages", [(p, b.decode()) for p, b in got] == [("/v1/metrics", line) for line in text.splitlines()])


def mlflow(cells):
    port = free_port()
    log = open("mlflow.log", "w")
    server = subprocess.Popen([sys.executable, "-m", "mlflow", "server", "--backend-store-uri", "sqlite:///m.db", "--artifacts-destination", "./artifacts", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
                              stdout=log, stderr=log, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/health", timeout=2).read()
                break
            except OSError:
                time.sleep(0.5)
        else:
            check("mlflow: the server starts", False, open("mlflow.log").read()[-2000:])
            return
        os.environ["MLFLOW_TRACKING_URI"] = url
        from mlflow.tracking import MlflowClient

        client = MlflowClient(url)

        def state():
            e = client.get_experiment_by_name("dllmbench")
            return {r.info.run_id: (r.info.status, dict(r.data.metrics), dict(r.data.params), dict(r.data.tags)) for r in client.search_runs([e.experiment_id])}

        said = call("export", "run", "--format", "mlflow", "--to", url)
        first = state()
        again = call("export", "run", "--format", "mlflow", "--to", url)
        check("mlflow: exporting again changes nothing", state() == first and " 0 cells written" in again, again)
        check("mlflow: a run for each cell and one above", len(first) == len(cells) + 1 and all(s[0] == "FINISHED" for s in first.values()), said)
        wrong = []
        for status, metrics, params, tags in first.values():
            if not tags["dllmbench.cell"]:
                continue
            for name, column in (("nfe", "nfe"), ("e2e", "e2e_ms"), ("exact_match", "exact_match_pct")):
                if not near(metrics.get(column), (cells[tags["dllmbench.cell"]]["values"][name] or {}).get("value")):
                    wrong.append((column, metrics.get(column)))
        check("mlflow: metrics", not wrong, wrong[:3])
        parent = next(i for i, s in first.items() if not s[3]["dllmbench.cell"])
        path = client.download_artifacts(parent, "results.jsonl", ".")
        digest = [hashlib.sha256(open(p, "rb").read()).hexdigest() for p in (path, "run/results.jsonl")]
        check("mlflow: the records are an artifact", digest[0] == digest[1])
        for i in first:
            if len(client.get_metric_history(i, "nfe")) > 1:
                check("mlflow: one value a metric", False, i)
    finally:
        os.killpg(server.pid, 15)
        server.wait()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    call("run", "--quick", "--progress", "none", "--out", "run")
    records = [json.loads(line) for line in open("run/results.jsonl")]
    requests = {(r["cell"], r["instance"], r["repetition"]): r for r in records if r["type"] == "request"}
    requests = list(requests.values())  # of what was decoded again, the last record counts
    cells = {c["cell"]: c for c in json.loads(call("export", "run", "--format", "json"))}
    rows = parquet(requests, cells)
    prometheus(cells)
    otel(rows, cells)
    mlflow(cells)
    os.chdir("/")
sys.exit(bool(FAILED))
