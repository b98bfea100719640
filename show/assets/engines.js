// The engines behind a page of races: a worker with the program in it, or the server of the page.
"use strict";
// send sends the packed program in pieces, between which the page can draw: as a whole it
// would hold frames up.
const send = async (worker, text) => {
  const size = 1 << 19; // a multiple of four, as of base64
  for (let i = 0; i < text.length; i += size) {
    worker.postMessage({ piece: text.slice(i, i + size), last: i + size >= text.length });
    await new Promise(done => setTimeout(done));
  }
};
const workerEngine = () => {
  let worker = null, compiled = null, tell = null, ready = null;
  const start = () => {
    worker = new Worker(URL.createObjectURL(new Blob([at("worker").textContent], { type: "text/javascript" })));
    if (compiled) worker.postMessage({ module: compiled });
    else send(worker, at("wasm").textContent);
    ready = new Promise((done, failed) => {
      worker.onerror = e => failed(new Error(e.message || "the browser starts no worker"));
      worker.onmessage = e => {
        if (e.data instanceof WebAssembly.Module) return void (compiled = e.data);
        const m = JSON.parse(e.data);
        if (m.kind === "ready") done();
        else if (tell) tell(m);
        else if (m.kind === "error") failed(new Error(m.error));
      };
    });
  };
  // The page is there before the program in it.
  const parsed = new Promise(done => document.readyState === "loading" ? addEventListener("DOMContentLoaded", done) : done());
  return {
    busy: false,
    async race(request, each) {
      await parsed;
      if (!worker) start();
      if (this.busy) { // a worker at work hears nothing
        worker.terminate();
        start();
      }
      this.busy = true;
      try {
        await ready;
      } catch (err) {
        return each({ kind: "error", error: err.message });
      }
      return new Promise(done => {
        tell = m => {
          each(m);
          if (m.kind === "end" || m.kind === "error") {
            this.busy = false;
            tell = null;
            done();
          }
        };
        worker.postMessage(JSON.stringify(request));
      });
    },
  };
};
const serverEngine = () => {
  let abort = null;
  return {
    async race(request, each) {
      abort?.abort();
      abort = new AbortController();
      const { signal } = abort;
      try {
        const got = await fetch("race", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request), signal });
        if (!got.ok) throw new Error(await got.text());
        const reader = got.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = "", ended = false; ;) {
          const { done, value = "" } = await reader.read();
          const lines = (rest + value).split("\n");
          rest = lines.pop();
          for (const line of lines) {
            const m = JSON.parse(line);
            ended ||= m.kind === "end" || m.kind === "error";
            each(m);
          }
          if (done) {
            if (!ended) throw new Error("the program ended the answer early");
            return;
          }
        }
      } catch (err) {
        if (!signal.aborted) each({ kind: "error", error: String(err.message || err) });
      }
    },
  };
};
const engine = document.body.dataset.engines ? workerEngine() : serverEngine();
