"""Speaks dllmbench-engine/1 (docs/process-engine.md) for engines in Python. No dependencies.

    class Mine(Engine):
        name, source = "mine", "github.com/me/mine at abc123"

        def open(self, options, threads):       # load the weights; options are those of the user
            return dict(preset="fast", options={"steps": 8}, takes=["text"], gives=["text"], counters=["nfe"])

        def generate(self, requests, job):      # a list of dicts: prompt or ids, budget, seed, …
            job.start()                         # all is prepared: the time begins
            texts = [my_model(r["prompt"]) for r in requests]
            job.end()                           # the time ends
            return [dict(text=t, finish="stop", usage=dict(nfe=8)) for t in texts]

    serve(Mine())

Pings and cancellations are heard while generate runs; job.check() raises Cancelled when the batch is to stop.
"""
import json
import os
import queue
import sys
import threading
import time

PROTOCOL = "dllmbench-engine/1"


class Refused(Exception):
    """The request or the options cannot be served: kind is usage, unsupported, oom or internal."""

    def __init__(self, text, kind="usage"):
        super().__init__(text)
        self.kind = kind


class Cancelled(BaseException):
    """The batch is to stop. Not an Exception, so that code between does not catch it."""


class Engine:
    name, source = "", ""

    def open(self, options, threads):
        raise NotImplementedError

    def generate(self, requests, job):
        raise NotImplementedError

    def synchronise(self):
        """Waits for the device, before the time begins and before it ends."""

    def peak_bytes(self):
        """The largest memory, or None."""
        try:
            import resource
        except ImportError:
            return None
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Job:
    """A batch at work."""

    def __init__(self, engine, say, message):
        self.engine, self.say, self.id, self.trace = engine, say, message["id"], message.get("trace", False)
        self.began = self.ended = None
        self.stop = threading.Event()
        self.until = time.monotonic_ns() + message["limit_ns"] if message.get("limit_ns") else None

    def start(self):
        self.engine.synchronise()
        self.say(type="start", id=self.id)
        self.began = time.perf_counter_ns()

    def end(self):
        self.engine.synchronise()
        self.ended = time.perf_counter_ns()
        self.say(type="end", id=self.id, wall_ns=self.ended - self.began)

    def now(self):
        """Nanoseconds since start."""
        return time.perf_counter_ns() - self.began

    def text(self, text, r=0):
        """A part of the text of request r, or with deliveries "replace" all of it."""
        self.say(type="text", id=self.id, r=r, t_ns=self.now(), text=text)

    def step(self, **step):
        """A pass, where job.trace asks for them: r, pass, step, block, phase, t_ns, wall_ns, rows, commits, …"""
        self.say(type="step", id=self.id, **step)

    def check(self):
        """Call it between passes."""
        if self.stop.is_set() or self.until is not None and time.monotonic_ns() > self.until:
            raise Cancelled


def serve(engine):
    """Answers until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever is printed, by C code too, goes to the log
    sys.stdout = sys.stderr
    lock, waiting, jobs = threading.Lock(), queue.Queue(), {}

    def say(**message):
        line = json.dumps(message, allow_nan=False)
        with lock:
            out.write(line + "\n")
            out.flush()

    def listen():
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "ping":
                say(type="pong", id=message["id"])
            elif message["type"] == "cancel":
                if message["id"] in jobs:
                    jobs[message["id"]].stop.set()
            else:
                if message["type"] == "generate":
                    jobs[message["id"]] = Job(engine, say, message)
                waiting.put(message)
        os._exit(0)  # dllmbench is gone, whatever is at work here

    say(type="hello", protocol=PROTOCOL, engine=engine.name, source=engine.source)
    threading.Thread(target=listen, daemon=True).start()
    while (message := waiting.get())["type"] != "close":
        try:
            if message["type"] == "open":
                say(type="ready", **engine.open(message.get("options", {}), message.get("threads", 0)))
            elif message["type"] == "generate":
                answer(engine, jobs[message["id"]], message["requests"], say)
        except (Exception, Cancelled) as e:
            import traceback
            traceback.print_exc()
            say(type="error", text=f"{type(e).__name__}: {e}" if not isinstance(e, Refused) else str(e), kind=kind_of(e),
                **({"id": message["id"]} if message["type"] == "generate" else {}))
        finally:
            jobs.pop(message.get("id"), None)
    os._exit(0)  # without waiting for threads of libraries


def answer(engine, job, requests, say):
    for r in requests:
        if r["budget"] < 1:
            raise Refused(f"a budget of {r['budget']} tokens; the least is 1")
    try:
        results = engine.generate(requests, job)
    except Cancelled:
        if job.began is None:
            job.start()
        results = [{"text": "", "ids": [], "finish": "cancelled"} for _ in requests]
    if job.ended is None:
        job.end()
    say(type="done", id=job.id, results=results, peak_bytes=engine.peak_bytes())


def kind_of(error):
    if isinstance(error, Refused):
        return error.kind
    return "oom" if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" else "internal"
