"""Counts what a network is asked for, by watching its calls, for adapters in PyTorch.

Published samplers return a canvas and say little of how they came to it. Each of their passes is one call of the network, though,
with the ids as they stand: the difference between two calls is what was written in between. Watch stands in the place of
model.forward, notes rows, times and ids, and works out the rest when the time is over. On a GPU it records events, which do not make
the sampler wait; on a CPU it reads the clock.
"""
import functools
import time

import torch


class Watch:
    """Stands in the place of model.forward while one request is decoded. Entering it starts the job's time, leaving it ends it.

    prompt is the number of ids before the answer, budget that of the answer; mask stands where nothing is written, and is None for
    autoregressive models, which write a token behind each call. The first row of a call is the request's; there may be others, such
    as that without the prompt under classifier-free guidance.
    """

    def __init__(self, model, job, prompt, budget, mask=None):
        self.model, self.job, self.prompt, self.budget, self.mask = model, job, prompt, budget, mask
        self.calls, self.cuda = [], next(model.parameters()).is_cuda

    def stamp(self):
        if not self.cuda:
            return time.perf_counter_ns()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def __enter__(self):
        own, self.before = self.model.forward, self.model.__dict__.get("forward")

        @functools.wraps(own)
        def forward(*args, **kwargs):
            self.job.check()
            ids = args[0] if args else kwargs["input_ids"]
            before = self.stamp()
            out = own(*args, **kwargs)
            self.calls.append((before, self.stamp(), ids.detach().clone(), self.offset(ids, kwargs)))
            return out

        self.model.forward = forward
        self.job.start()
        self.began = self.stamp() if self.cuda else self.job.began
        return self

    def __exit__(self, kind, *_):
        del self.model.forward
        if self.before:
            self.model.forward = self.before
        if kind is None:
            self.job.end()

    @staticmethod
    def offset(ids, kwargs):
        """The position of the first id: what the caller says, else where the window lies in the canvas that it is a view of."""
        if kwargs.get("position_ids") is not None:
            return kwargs["position_ids"].reshape(-1)[0].clone()
        if ids._base is None or ids._base.dim() < 2:
            return 0
        return (ids.storage_offset() - ids._base.storage_offset()) % ids._base.stride(0)

    def since(self, stamp):
        """Nanoseconds from start to a stamp."""
        return int(self.began.elapsed_time(stamp) * 1e6) if self.cuda else stamp - self.began

    def result(self, answer):
        """Usage and commit times of an answer, the list of all ids behind the prompt; reports the steps where they are wanted."""
        usage = dict(nfe=len(self.calls), query_tokens=0, denoising_steps=0, canvas_positions=self.budget, committed_tokens=0, revised_tokens=0)
        canvas, total = [self.mask] * self.budget, self.job.ended - self.job.began
        commit_ns, shown = [-1] * len(answer), [(ids[0].tolist(), int(offset) - self.prompt) for _, _, ids, offset in self.calls]
        step = block = 0
        for i, (before, after, ids, _) in enumerate(self.calls):
            last = i + 1 == len(self.calls)
            done = total if last else self.since(self.calls[i + 1][0])
            commits, revised = self.written(canvas, *((answer, 0) if last else shown[i + 1])) if self.mask is not None else ([[i, answer[i]]] if i < len(answer) else [], [])
            for pos, _ in commits + revised:
                if pos < len(answer):
                    commit_ns[pos] = min(done, total) if answer[pos] != self.mask else -1
            phase, rows = self.phase(i, *shown[i]), ids.shape[0] * ids.shape[1]
            usage["query_tokens"] += rows
            usage["committed_tokens"] += len(commits)
            usage["revised_tokens"] += len(revised)
            usage["denoising_steps"] += phase == "denoise"
            chooses = phase in ("denoise", "decode") or self.mask is None
            if self.job.trace:
                self.job.step(r=0, **{"pass": i}, step=step if chooses else -1, block=block, phase=phase, t_ns=max(0, self.since(before)),
                              wall_ns=self.since(after) - self.since(before), rows=rows, commits=commits, revised=revised,
                              masked=0 if self.mask is None else sum(token == self.mask for token in canvas))
            step += chooses
            block += phase == "commit"
        return usage, commit_ns

    def phase(self, i, ids, start):
        """The purpose of call i, which got these ids."""
        if self.mask is None:
            return "decode" if i else "prefill"
        if start + len(ids) <= 0:
            return "prefill"
        return "denoise" if self.mask in ids[max(0, -start):] else "commit"

    def written(self, canvas, ids, start):
        """The differences between the canvas as it was and ids that begin at a position of it, which are taken over."""
        commits, revised = [], []
        for pos in range(max(0, start), min(start + len(ids), self.budget)):
            was, now = canvas[pos], ids[pos - start]
            if was != now:
                (commits if was == self.mask else revised).append([pos, now])
                canvas[pos] = now
        return commits, revised
