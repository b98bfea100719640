"""Runs clients of others against dllmbench serve: the openai package, lm-eval's local-completions, and AIPerf.

    python3 -m venv clients && clients/bin/pip install openai 'lm-eval[api]' transformers aiperf
    go build -o dllmbench ./cmd/dllmbench && clients/bin/python server/testdata/clients.py ./dllmbench

Exit code 0 says that all checks held. It needs no network: the weights are those in the binary, written as a folder
for the tokenizer that lm-eval and AIPerf ask for, with a plain chat template beside them.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

KEY = "a-key-of-the-clients"
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
FAILED = []


def check(what, ok, said=""):
    print(("ok     " if ok else "FAILED ") + what, said if not ok else "", flush=True)
    if not ok:
        FAILED.append(what)


def openai_package(url):
    import openai

    c = openai.OpenAI(base_url=url, api_key=KEY, max_retries=0)
    names = [m.id for m in c.models.list()]
    check("openai: models", "v1" in names and "v1/diffusion" in names, names)
    check("openai: one model", c.models.retrieve("v1/block").owned_by == "dllmbench")

    whole = c.completions.create(model="v1", prompt="sort:3142=", max_tokens=16)
    check("openai: completion", whole.choices[0].text == "1234" and whole.choices[0].finish_reason == "stop" and whole.usage.completion_tokens == 4, whole)
    for model in ["v1", "v1/diffusion", "v1/block", "v1/hybrid"]:
        ask = dict(model=model, prompt="sort:3142=", max_tokens=24, seed=5)
        whole = c.completions.create(**ask)
        events = list(c.completions.create(stream=True, stream_options={"include_usage": True}, **ask))
        text = "".join(e.choices[0].text for e in events if e.choices)
        check(f"openai: stream of {model}", text == whole.choices[0].text and events[-1].usage == whole.usage, (text, whole))
        frames = [e.choices[0].text for e in c.completions.create(stream=True, extra_body={"dllmbench": {"mode": "replace"}}, **ask) if e.choices[0].text]
        check(f"openai: frames of {model}", frames[-1] == text, frames)
    ask = dict(model="v1", prompt="sort:3142=", max_tokens=12, logprobs=2)
    whole = c.completions.create(**ask).choices[0].logprobs
    pieces = [e.choices[0].logprobs for e in c.completions.create(stream=True, **ask) if e.choices[0].logprobs]
    check("openai: logprobs of a stream", sum((p.token_logprobs for p in pieces), []) == whole.token_logprobs and sum((p.tokens for p in pieces), []) == whole.tokens, pieces)
    drawn = c.completions.create(model="v1/diffusion", prompt="sort:3142=", max_tokens=8, extra_body={"dllmbench": {"steps": 2}})
    check("openai: counters", drawn.dllmbench["nfe"] == 2 and drawn.dllmbench["canvas_positions"] == 8, drawn)
    two = c.completions.create(model="v1", prompt=["sort:21=", "sort:43="], max_tokens=8, n=2, temperature=1, seed=3)
    check("openai: several prompts and answers", [x.index for x in two.choices] == [0, 1, 2, 3], two)
    fill = c.completions.create(model="v1", prompt="func f(x int) int {\n", suffix="\n}\n", max_tokens=8)
    check("openai: suffix", fill.usage.completion_tokens == 8, fill)
    cut = c.completions.create(model="v1", prompt="sort:3142=", max_tokens=16, stop=["3"])
    check("openai: stop", cut.choices[0].text == "12" and cut.choices[0].finish_reason == "stop", cut)

    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "sort:3142="}]
    chat = c.chat.completions.create(model="chat", messages=said, max_tokens=12, seed=1)
    check("openai: chat", chat.choices[0].message.role == "assistant" and chat.object == "chat.completion", chat)
    text, roles = "", []
    for e in c.chat.completions.create(model="chat", messages=said, max_tokens=12, seed=1, stream=True):
        text += e.choices[0].delta.content or ""
        roles += [e.choices[0].delta.role] if e.choices[0].delta.role else []
    check("openai: stream of a chat", text == chat.choices[0].message.content and roles == ["assistant"], (text, roles))
    with c.chat.completions.stream(model="chat", messages=said, max_tokens=12, seed=1) as s:
        try:
            last = s.get_final_completion()
        except openai.LengthFinishReasonError as e:  # it takes a full budget for an error
            last = e.completion
    check("openai: its own accumulator", last.choices[0].message.content == text, last)
    again = c.chat.completions.create(model="chat", messages=said + [{"role": "assistant", "content": text}, {"role": "user", "content": "Again."}], max_tokens=4)
    check("openai: a longer chat", again.usage.prompt_tokens > chat.usage.prompt_tokens, again)

    for what, error, ask in [
        ("unknown model", openai.NotFoundError, dict(model="v2", prompt="a")),
        ("no template", openai.BadRequestError, None),
        ("too long", openai.BadRequestError, dict(model="v1", prompt="a", max_tokens=10**6)),
        ("unknown field", openai.BadRequestError, dict(model="v1", prompt="a", extra_body={"temprature": 1})),
        ("not known here", openai.BadRequestError, dict(model="v1", prompt="a", frequency_penalty=1)),
    ]:
        try:
            c.completions.create(**ask) if ask else c.chat.completions.create(model="v1", messages=said)
            check("openai: " + what, False, "no error")
        except openai.APIStatusError as e:
            check("openai: " + what, isinstance(e, error) and bool(e.body["message"]), e)
    try:
        openai.OpenAI(base_url=url, api_key="another-key-entirely", max_retries=0).models.list()
        check("openai: wrong key", False, "no error")
    except openai.AuthenticationError:
        check("openai: wrong key", True)


def lm_eval(url, folder, tmp):
    """Likelihoods and generations by lm-eval, against the same numbers asked for by hand."""
    os.environ.update(OPENAI_API_KEY=KEY, HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HOME=tmp)
    import lm_eval
    from lm_eval.api.instance import Instance
    from lm_eval.models.openai_completions import LocalCompletionsAPI

    texts = [("sort:3142=", "1234"), ("sort:3142=", "4321"), ("add:12+34=", "46"), ("Once upon a", " time"), ("", "reverse")]
    for batch in [1, 3]:
        lm = LocalCompletionsAPI(base_url=url + "/completions", model="v1", tokenizer=folder, tokenizer_backend="huggingface", batch_size=batch, max_length=256)
        asked = [Instance(request_type="loglikelihood", doc={}, arguments=t, idx=i) for i, t in enumerate(texts)]
        for (context, continuation), (nats, greedy) in zip(texts, lm.loglikelihood(asked)):
            head, tail = lm._encode_pair(context, continuation) if context else ([lm.prefix_token_id], lm.tok_encode(continuation))
            by_hand = post(url + "/completions", {"model": "v1", "prompt": head + tail, "echo": True, "logprobs": 1, "max_tokens": 0})["choices"][0]["logprobs"]
            own = by_hand["token_logprobs"][len(head):]
            top = [max(t, key=t.get) for t in by_hand["top_logprobs"][len(head):]]
            best = top == by_hand["tokens"][len(head):]
            check(f"lm-eval: likelihood of {continuation!r}, batch {batch}", abs(nats - sum(own)) < 1e-9 and greedy == best, (nats, own, greedy, best))
        until = [Instance(request_type="generate_until", doc={}, arguments=("sort:3142=", {"until": ["\n"], "max_gen_toks": 16}), idx=0)]
        check(f"lm-eval: generation, batch {batch}", lm.generate_until(until) == ["1234"], lm.generate_until(until))

    data, right = os.path.join(tmp, "items.jsonl"), 0
    with open(data, "w") as f:
        for a, b in [("3142", "1234"), ("21", "12"), ("987", "789")]:
            right += post(url + "/completions", {"model": "v1", "prompt": f"sort:{a}=", "max_tokens": 16, "stop": ["\n"]})["choices"][0]["text"] == b
            f.write(json.dumps({"question": f"sort:{a}=", "choices": [b, a], "gold": 0, "answer": b}) + "\n")
    common = dict(dataset_path="json", dataset_kwargs={"data_files": {"test": data}}, test_split="test", doc_to_text="{{question}}", target_delimiter="")
    tasks = [
        dict(common, task="serve_choice", output_type="multiple_choice", doc_to_choice="choices", doc_to_target="gold", metric_list=[{"metric": "acc"}]),
        dict(common, task="serve_write", output_type="generate_until", doc_to_target="answer", generation_kwargs={"until": ["\n"], "max_gen_toks": 16}, metric_list=[{"metric": "exact_match"}]),
    ]
    done = lm_eval.simple_evaluate(model=lm, tasks=tasks, bootstrap_iters=0)
    scores = {name: max(v for k, v in r.items() if k.startswith(("acc", "exact_match")) and isinstance(v, (int, float))) for name, r in done["results"].items()}
    check("lm-eval: tasks", scores == {"serve_choice": 1.0, "serve_write": right / 3}, done["results"])


def aiperf(url, folder, tmp):
    """Streams of four clients at once, whose tokens AIPerf and the server count alike."""
    program = os.path.join(os.path.dirname(sys.executable), "aiperf")
    if not os.path.exists(program):
        check("AIPerf is installed", False)
        return
    commit, hub = "0" * 40, os.path.join(tmp, "hub", "models--local--v1")  # AIPerf takes no folder, but what a hub has left
    os.makedirs(os.path.join(hub, "refs"))
    os.makedirs(os.path.join(hub, "snapshots"))
    os.symlink(folder, os.path.join(hub, "snapshots", commit))
    with open(os.path.join(hub, "refs", "main"), "w") as f:
        f.write(commit)
    env = dict(os.environ, HF_HOME=tmp, HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    for kind, model in [("completions", "v1/autoregressive"), ("completions", "v1/block"), ("chat", "chat")]:
        out, before = os.path.join(tmp, kind + model.replace("/", "-")), counted(url)
        ran = subprocess.run([program, "profile", "--model", model, "--url", url.removesuffix("/v1"), "--api-key", KEY, "--endpoint-type", kind, "--streaming", "--tokenizer", "local/v1",
                              "--concurrency", "4", "--request-count", "16", "--synthetic-input-tokens-mean", "24", "--synthetic-input-tokens-stddev", "0", "--output-tokens-mean", "16",
                              "--extra-inputs", "ignore_eos:true", "--artifact-dir", out, "--ui", "none"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        after, read = counted(url), 0
        if ran.returncode == 0:
            with open(os.path.join(out, "profile_export_aiperf.json")) as f:
                read = json.load(f)["request_count"]["avg"]
        done, tokens = after["requests"] - before["requests"], after["tokens"] - before["tokens"]
        check(f"AIPerf: {kind} of {model}", read == done == 16 and tokens == 16 * 16, (read, done, tokens, ran.stdout[-2000:]))


def counted(url):
    """Requests and tokens of answers that the server has counted."""
    request = urllib.request.Request(url.removesuffix("v1") + "metrics", headers={"Authorization": "Bearer " + KEY})
    sums = {"requests": 0, "tokens": 0}
    for line in urllib.request.urlopen(request).read().decode().splitlines():
        for name, of in [("dllmbench_requests_total", "requests"), ("dllmbench_completion_tokens_total", "tokens")]:
            if line.startswith(name):
                sums[of] += float(line.split()[-1])
    return sums


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": "Bearer " + KEY})
    return json.load(urllib.request.urlopen(request))


def main(binary):
    with tempfile.TemporaryDirectory() as tmp:
        folder = os.path.join(tmp, "weights")
        subprocess.run([binary, "model", "export", "builtin:v1", "--out", folder], check=True, stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, "chat_template.jinja"), "w") as f:
            f.write(TEMPLATE)
        served = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--key-env", "SERVE_KEY", "--model", "v1=builtin:v1", "--model", "chat=" + folder],
                                  stdout=subprocess.PIPE, text=True, env=dict(os.environ, SERVE_KEY=KEY))
        try:
            url = served.stdout.readline().split()[-1]
            openai_package(url)
            try:
                lm_eval(url, folder, tmp)
            except ImportError as e:
                check("lm-eval is installed", False, e)
            aiperf(url, folder, tmp)
        finally:
            served.terminate()
            check("ends with 0 on SIGTERM", served.wait(60) == 0, served.returncode)
    print(f"{len(FAILED)} checks failed" if FAILED else "all checks held")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
