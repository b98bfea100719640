"""The smallest engine: it answers with the prompt, backwards. Copy it and put your model into answer().

    dllmbench engine test -- python3 adapters/minimal.py
"""
import json
import sys
import time

out, sys.stdout = sys.stdout, sys.stderr  # stdout is for the protocol alone: print() goes to the log


def say(**message):
    out.write(json.dumps(message) + "\n")
    out.flush()


def answer(request):
    text = request["prompt"][::-1][: request["budget"]]
    return {"text": text, "finish": "budget", "usage": {"nfe": max(1, len(text)), "committed_tokens": len(text)}}


say(type="hello", protocol="dllmbench-engine/1", engine="minimal", source="the template")
for line in sys.stdin:  # ends when dllmbench does
    message = json.loads(line)
    kind, id = message["type"], message.get("id")
    if kind == "open":
        say(type="ready", preset="backwards", options=message.get("options", {}), takes=["text"], gives=["text"],
            counters=["nfe", "committed_tokens"], repeatable=True, sync=True)
    elif kind == "ping":
        say(type="pong", id=id)
    elif kind == "close":
        break
    elif kind == "generate" and message["requests"][0]["budget"] < 1:
        say(type="error", id=id, kind="usage", text="a budget below 1")
    elif kind == "generate":
        say(type="start", id=id)  # the time begins
        begun = time.perf_counter_ns()
        results = [answer(request) for request in message["requests"]]
        say(type="end", id=id, wall_ns=time.perf_counter_ns() - begun)  # and ends
        say(type="done", id=id, results=results)
