// The page of a race: what is asked for, the engines behind it, and the replay.
"use strict";
{
  const { make, states, fill, paint } = tokenPage;
  const at = id => document.getElementById(id);
  const catalog = JSON.parse(at("catalog").textContent);
  const shapes = { autoregressive: "●", diffusion: "▲", block: "■", hybrid: "◆" };
  const own = "(own)"; // in the list of tasks
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // clean makes characters visible that control, reorder or hide.
  const escape = c => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`;
  const clean = text => text.replaceAll("\n", "⏎").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
  const paragraph = text => text.split("\n").map(clean).join("\n");

  // ---- What is asked for, which is also the fragment of the page's address.

  const presetOf = l => catalog.presets.find(p => p.engine === l.engine && p.name === l.preset);
  const usual = () => ({ prompt: "", budget: 64, index: 0, seed: 0, at: null, workload: own, ...catalog.usual, lanes: catalog.usual.lanes.map(l => ({ ...l, options: { ...l.options } })) });
  let asked = usual();

  // worth turns a text into the value of an option; undefined if it is none.
  const worth = (p, text) => {
    const n = Number(text);
    switch (p.kind) {
      case "bool": return text === "true" ? true : text === "false" ? false : undefined;
      case "choice": return p.allowed.includes(text) ? text : undefined;
      case "int": if (!Number.isInteger(n)) return undefined;
    }
    return text === "" || !Number.isFinite(n) || (p.min || p.max) && (n < p.min || n > p.max) ? undefined : n;
  };
  const laneText = l => [l.engine, l.preset, Object.entries(l.options).map(([k, v]) => k + "=" + v).join(",")].join(":").replace(/:$/, "");
  const laneOf = text => {
    const [engine, preset, options = ""] = text.split(":");
    const l = { engine, preset, options: {} }, known = presetOf(l);
    if (!known) return null;
    for (const pair of options.split(",")) {
      const [name, value] = pair.split("="), p = known.params.find(p => p.name === name);
      const v = p && value !== undefined ? worth(p, value) : undefined;
      if (v !== undefined) l.options[name] = v;
    }
    return l;
  };
  const fragment = () => {
    const q = new URLSearchParams();
    if (asked.workload === own) {
      q.set("prompt", asked.prompt);
      q.set("budget", asked.budget);
    } else q.set("task", [asked.workload, asked.rung, asked.index].join("/"));
    q.set("seed", asked.seed);
    for (const l of asked.lanes) q.append("lane", laneText(l));
    for (const id of ["speed", "axis"]) if (at(id).selectedIndex > 0) q.set(id, at(id).value);
    if (document.documentElement.classList.contains("big")) q.set("big", "1");
    return q.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%3D", "=").replaceAll("%2C", ",");
  };
  const whole = (text, most, otherwise) => /^\d{1,16}$/.test(text ?? "") && Number(text) <= most ? Number(text) : otherwise;
  const follow = () => {
    const q = new URLSearchParams(location.hash.slice(1));
    asked = usual();
    if (q.has("prompt")) Object.assign(asked, { workload: own, prompt: q.get("prompt").slice(0, 16000), budget: whole(q.get("budget"), catalog.context, 64) || 1 });
    else if (q.has("task")) {
      const [workload, rung, index] = q.get("task").split("/");
      const known = catalog.workloads.find(w => w.name === workload);
      if (known) Object.assign(asked, { workload, rung: (known.rungs.find(r => r.name === rung) || known.rungs[0]).name, index: whole(index, 1e9, 0) });
    }
    asked.seed = whole(q.get("seed"), Number.MAX_SAFE_INTEGER, 0);
    const lanes = q.getAll("lane").map(laneOf).filter(Boolean).slice(0, catalog.lanes);
    if (lanes.length) asked.lanes = lanes;
    for (const id of ["speed", "axis"]) if ([...at(id).options].some(o => o.value === q.get(id))) at(id).value = q.get(id);
    large(q.get("big") === "1");
    if (q.has("at")) asked.at = whole(q.get("at"), 100, null); // stands still there, in per cent
  };
  const remember = () => { try { history.replaceState(null, "", "#" + fragment()); } catch { /* some pages from disk may not */ } };
  const large = on => {
    document.documentElement.classList.toggle("big", on);
    at("big").setAttribute("aria-pressed", on);
  };

  // ---- The engines: a worker with the program in it, or the server of the page.

  const workerEngine = () => {
    let worker = null, compiled = null, tell = null, ready = null;
    const start = () => {
      worker = new Worker(URL.createObjectURL(new Blob([at("worker").textContent], { type: "text/javascript" })));
      worker.postMessage(compiled ? { module: compiled } : { packed: at("wasm").textContent });
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

  // ---- A race: its messages fill the lanes.

  let lanes = [], words = {}, task = null, generation = 0, now = 0, playing = false, before = 0, refreshed = -Infinity, ended = false;

  const say = text => { at("status").textContent = text; };
  const run = () => {
    const mine = ++generation;
    const request = { seed: asked.seed, lanes: asked.lanes };
    if (asked.workload === own) Object.assign(request, { prompt: asked.prompt, budget: asked.budget });
    else Object.assign(request, { workload: asked.workload, rung: asked.rung, index: asked.index });
    stop();
    remember();
    if (asked.workload === own && !asked.prompt) return say("Type a prompt, then race.");
    document.body.classList.add("busy");
    say(lanes.some(l => l.done) || engine.busy ? "Measuring…" : "Starting the engines…");
    engine.race(request, m => mine === generation && hear(m));
  };
  const hear = m => {
    for (const [id, word] of Object.entries(m.words || {})) words[id] = word === "" ? "" : clean(word);
    const l = lanes[m.lane];
    switch (m.kind) {
      case "task":
        task = m;
        words = {};
        for (const [id, word] of Object.entries(m.words || {})) words[id] = clean(word);
        at("asked").textContent = paragraph(m.prompt);
        lanes.forEach(l => reset(l, m));
        at("heatkey").hidden = true;
        ended = false;
        now = 0;
        break;
      case "lane":
        Object.assign(l, { start: m, status: "measuring" });
        l.card.classList.add("measuring");
        say(`Measuring ${l.name}, alone (${m.lane + 1} of ${lanes.length})…`);
        break;
      case "pass":
        l.passes.push(m);
        break;
      case "done":
        l.done = m;
        l.card.classList.remove("measuring");
        finish(l);
        if (lanes.every(l => l.done)) ready();
        break;
      case "guess":
        Object.assign(l.passes[m.pass] || {}, { g: m.g, h: m.h });
        l.stale = true;
        break;
      case "end":
        document.body.classList.remove("busy");
        refreshed = -Infinity;
        draw();
        break;
      case "error":
        document.body.classList.remove("busy");
        lanes.forEach(l => l.card.classList.remove("measuring"));
        say("No race: " + clean(m.error));
    }
  };
  const reset = (l, m) => {
    Object.assign(l, { budget: m.budget, given: m.given || [], passes: [], done: null, shown: -1, ends: [0], flops: [0], states: null, position: -1 });
    l.cells = Array.from({ length: m.budget }, () => make("span", "tok masked", "·"));
    const given = new Map(l.given);
    l.cells.forEach((c, pos) => given.has(pos) && fill(c, ["given", given.get(pos), -1, 0], pos, { words }));
    l.tokens.replaceChildren(...l.cells);
    l.detail.textContent = l.verdict.textContent = "";
    l.card.classList.remove("finished");
    l.heat.hidden = l.why.hidden = true;
    for (const key of Object.keys(l.facts)) l.facts[key].textContent = "–";
  };
  // finish computes what a replay needs of a lane that is done.
  const finish = l => {
    l.states = states(l);
    l.stale = false;
    l.ends = [0, ...l.passes.map(p => p.t)];
    let sum = 0;
    l.flops = [0, ...l.passes.map(p => sum += p.f)];
    l.last = new Array(l.budget).fill(0); // the last pass that touched a position
    l.count = [0]; // useful positions written after each pass
    const written = new Set();
    const given = new Set(l.given.map(g => g[0]));
    l.passes.forEach((p, i) => {
      for (const [pos] of [...(p.r || []), ...(p.w || [])]) l.last[pos] = i + 1;
      for (const [pos, id] of p.r || []) id < 0 ? written.delete(pos) : written.add(pos);
      for (const [pos] of p.w || []) if (pos < l.done.useful && !given.has(pos)) written.add(pos);
      l.count.push(written.size);
    });
    l.wrong = new Map();
    for (const b of l.done.breaches || []) for (let pos = b.from; pos < b.to; pos++) l.wrong.set(pos, clean(b.doc));
    // A cell is as wide as the widest of what it will show, so that nothing moves.
    l.cells.forEach((c, pos) => {
      let most = 1;
      for (const s of l.states) if (s[pos][0] !== "guess" && s[pos][1] >= 0) most = Math.max(most, (words[s[pos][1]] || "␣").length);
      c.style.setProperty("--chars", most);
    });
    l.shown = -1;
  };
  const ready = () => {
    const most = Math.max(...lanes.map(l => l.passes.length));
    at("scrub").max = Math.max(1000, most);
    if (asked.at !== null) {
      say(`Replay, ${factor()}; it stands still.`);
      to(total() * asked.at / 100);
    } else if (still.matches) to(total());
    else {
      now = 0;
      play();
    }
    asked.at = null;
  };

  // ---- The clock of the replay: milliseconds, or passes.

  const timed = () => at("axis").value === "time";
  const endOf = (l, i) => timed() ? l.ends[i] : i;
  const longest = () => Math.max(0, ...lanes.map(l => l.done ? endOf(l, l.passes.length) : 0));
  // total is a little longer, so that what the last pass wrote is seen as new, too.
  const total = () => longest() * (timed() ? 1.04 : 1) + (timed() ? 0 : 1);
  const passesAt = l => {
    if (!timed()) return Math.min(l.passes.length, Math.floor(now + 1e-9));
    let low = 0, high = l.passes.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (l.ends[middle] <= now + 1e-9) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  // seconds is how long the replay lasts.
  const seconds = () => {
    const most = Math.max(1, ...lanes.map(l => l.passes.length));
    const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
    switch (at("speed").value) {
      case "slow": return clamp(0.32 * most, 8, 60);
      case "brisk": return clamp(0.1 * most, 4, 20);
      case "fast": return clamp(0.03 * most, 2, 8);
    }
    return Math.max(...lanes.map(l => l.done ? l.ends[l.passes.length] : 0)) / 1000;
  };
  const places = () => lanes.filter(l => l.done).sort((a, b) => a.done.ms - b.done.ms);
  const number = x => x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);

  const play = () => {
    if (!lanes.length || !lanes.every(l => l.done)) return;
    if (now >= total()) now = 0;
    playing = true;
    before = 0;
    at("play").textContent = "pause";
    say(`Replay, ${factor()}.`);
    requestAnimationFrame(frame);
  };
  const factor = () => {
    const x = seconds() * 1000 / Math.max(...lanes.map(l => l.ends[l.passes.length]), 0.001);
    return !timed() ? "one pass of each decoder at a time" : x > 1.05 ? `${Number(x.toPrecision(2))} times slower than it was` : "as fast as it was";
  };
  const stop = () => {
    playing = false;
    at("play").textContent = "play";
  };
  const frame = stamp => {
    if (!playing) return;
    if (before) now += (stamp - before) / 1000 * total() / seconds();
    before = stamp;
    if (now >= total()) {
      now = total();
      stop();
      summary();
    }
    draw();
    if (playing) requestAnimationFrame(frame);
  };
  const maps = () => {
    at("heatkey").hidden = !ended || !at("maps").checked;
    for (const l of lanes) if (l.done && !(l.heat.hidden = at("heatkey").hidden)) heat(l);
  };
  const summary = () => {
    const p = places();
    if (!p.length) return;
    ended = true;
    maps();
    const verdict = l => l.done.exact === null ? "" : l.done.exact ? ", right" : ", wrong";
    say(p.map((l, i) => `${i + 1}. ${l.name}: ${number(l.done.ms)} ms, ${l.passes.length} passes${verdict(l)}`).join("  ·  "));
  };
  const to = x => {
    stop();
    now = Math.min(total(), Math.max(0, x));
    draw();
    if (now >= total()) summary();
  };
  const stepTo = by => {
    const all = lanes.filter(l => l.done).flatMap(l => Array.from({ length: l.passes.length + 1 }, (_, i) => endOf(l, i)));
    all.push(total());
    const next = by > 0 ? Math.min(...all.filter(x => x > now + 1e-6)) : Math.max(...all.filter(x => x < now - 1e-6));
    if (Number.isFinite(next)) to(next);
  };

  // ---- Drawing.

  const draw = () => {
    if (performance.now() - refreshed > 400) { // predictions come pass by pass
      for (const l of lanes) if (l.done && l.stale) finish(l);
      refreshed = performance.now();
    }
    const most = total(), at1000 = most ? now / most : 0;
    at("scrub").value = Math.round(at1000 * at("scrub").max);
    const last = longest(), x = Math.min(now, last);
    at("clock").textContent = timed() ? `${number(x)} of ${number(last)} ms` : `pass ${Math.floor(x + 1e-9)} of ${last}`;
    at("scrub").setAttribute("aria-valuetext", at("clock").textContent);
    for (const l of lanes) if (l.done) drawLane(l, most);
  };
  const drawLane = (l, most) => {
    const pass = passesAt(l), done = pass === l.passes.length;
    track(l, pass, most);
    l.facts.ms.textContent = number(done ? l.done.ms : Math.min(timed() ? now : l.ends[pass], l.ends[pass + 1] ?? l.done.ms)) + " ms";
    const over = done && (now > endOf(l, pass) + 1e-9);
    if (pass === l.shown && over === l.over) return;
    Object.assign(l, { shown: pass, over });
    l.states[pass].forEach((state, pos) => {
      fill(l.cells[pos], state, pos, { words, guesses: at("guesses").checked, over, final: pass >= l.last[pos], past: done && pos >= l.done.useful });
      if (done && l.wrong.has(pos)) {
        l.cells[pos].classList.add("wrong");
        l.cells[pos].title += ". Wrong: " + l.wrong.get(pos);
      }
    });
    l.facts.passes.textContent = pass;
    l.facts.per.textContent = pass ? number(l.count[pass] / pass) : "–";
    l.facts.work.textContent = l.flops[pass] < 1e9 ? (l.flops[pass] / 1e6).toFixed(0) + " MFLOP" : (l.flops[pass] / 1e9).toFixed(2) + " GFLOP";
    l.card.classList.toggle("finished", done);
    const place = places().indexOf(l) + 1;
    l.verdict.replaceChildren();
    l.tokens.setAttribute("aria-label", `Tokens of ${l.name}, ${done ? `which wrote ${clean(l.done.text)}` : "which still writes"}; left and right arrows read them one by one`);
    if (done) {
      const exact = l.done.exact;
      l.verdict.append(make("b", "place", lanes.length > 1 ? ["", "first", "second", "third", "fourth"][place] : "done"),
        make("span", exact === null ? "" : exact ? "right" : "broken", exact === null ? "not judged" : exact ? "✓ right" : `✗ ${Math.round(100 * l.done.partial)}% right`));
    }
    l.why.hidden = !done || !(l.done.breaches || []).length;
    if (!l.why.hidden) l.why.querySelector("ul").replaceChildren(...l.done.breaches.slice(0, 12).map(b => make("li", "", clean(b.doc))));
    if (!l.heat.hidden) heat(l);
    read(l);
  };
  const heat = l => {
    const end = l.ends[l.passes.length];
    paint(l.heat, { lane: l, states: l.states, passes: passesAt(l), height: 150, hot: getComputedStyle(l.card.querySelector(".mark")).color, edges: l.ends.map(x => x / end) });
  };
  // track draws the passes of a lane on the clock: a tick where each ends, as high as what
  // it wrote.
  const track = (l, pass, most) => {
    const c = l.track, dpr = devicePixelRatio || 1, w = c.clientWidth, h = c.clientHeight;
    if (!w || !most) return;
    if (c.width !== Math.round(w * dpr)) Object.assign(c, { width: Math.round(w * dpr), height: Math.round(h * dpr) });
    const g = c.getContext("2d"), style = getComputedStyle(document.documentElement);
    const soft = style.getPropertyValue("--line"), hot = getComputedStyle(l.card.querySelector(".mark")).color;
    g.setTransform(dpr, 0, 0, dpr, 0, 0);
    g.clearRect(0, 0, w, h);
    const x = t => 1 + (w - 3) * t / most, base = h - 3;
    g.fillStyle = soft;
    g.fillRect(0, base, w, 1.5);
    g.fillStyle = hot;
    g.fillRect(0, base, x(Math.min(now, endOf(l, l.passes.length))), 1.5);
    l.passes.forEach((p, i) => {
      const wrote = (p.w || []).length + (p.r || []).length, up = Math.min(base - 1, 3 + 2.2 * Math.sqrt(wrote) * (wrote ? 1 : 0));
      g.fillStyle = i < pass ? hot : soft;
      g.fillRect(x(endOf(l, i + 1)) - 1, base - up, 2, up);
    });
    g.fillStyle = style.getPropertyValue("--fg");
    g.fillRect(x(now), 0, 1, h);
  };
  // read says what the chosen token of a lane is.
  const read = l => {
    if (l.position < 0 || !l.cells[l.position]) return;
    l.cells.forEach((c, pos) => c.classList.toggle("chosen", pos === l.position));
    l.detail.textContent = `“${l.cells[l.position].textContent}”, ${l.cells[l.position].title}`;
  };

  // ---- Lanes and their settings.

  const main = p => p.role === "steps" || /^(block_length|threshold|temperature)$/.test(p.name);
  const control = (l, p) => {
    const box = make("div", "param"), label = make("label", "", p.name.replaceAll("_", " ") + " "), id = `p${lanes.length}-${l.index}-${p.name}`;
    const set = v => {
      const options = asked.lanes[l.index].options;
      if (v === undefined || v === p.default) delete options[p.name];
      else options[p.name] = v;
      shown = lanesText();
      soon();
    };
    const given = asked.lanes[l.index].options[p.name] ?? p.default;
    let input;
    if (p.kind === "bool") {
      input = make("input");
      Object.assign(input, { type: "checkbox", checked: given });
      input.addEventListener("change", () => set(input.checked));
    } else if (p.kind === "choice") {
      input = make("select");
      p.allowed.forEach(a => input.append(new Option(a, a, false, a === given)));
      input.addEventListener("change", () => set(input.value));
    } else {
      const int = p.kind === "int", wide = p.max > 100 || !p.max;
      input = make("input");
      Object.assign(input, { type: "number", step: int ? 1 : "any", value: given ?? "" });
      if (p.min || p.max) Object.assign(input, { min: p.min, max: p.max });
      const range = make("input");
      Object.assign(range, { type: "range", min: p.min, max: int ? wide ? Math.max(task?.budget || 64, given || 0, p.default || 0) : p.max : wide ? Math.max(2, 2 * (p.default || 0)) : p.max, step: int ? 1 : "any", value: given ?? p.min });
      range.setAttribute("aria-label", p.name.replaceAll("_", " "));
      range.addEventListener("input", () => { input.value = int ? range.value : Math.max(p.min, Math.round(range.value * 100) / 100); });
      const changed = () => {
        const v = worth(p, input.value);
        input.setCustomValidity(v === undefined && input.value !== "" ? `allowed: ${p.min} to ${p.max}` : "");
        input.reportValidity();
        if (v !== undefined || input.value === "") set(v);
        if (v !== undefined) range.value = v;
      };
      range.addEventListener("change", changed);
      input.addEventListener("change", changed);
      box.append(range);
    }
    input.id = id;
    label.htmlFor = id;
    box.prepend(label, input);
    const doc = make("p", "small", p.doc);
    doc.id = id + "-doc";
    input.setAttribute("aria-describedby", doc.id);
    box.append(doc);
    return box;
  };
  const settings = l => {
    const params = l.preset.params, first = params.filter(main), rest = params.filter(p => !main(p));
    const more = make("details");
    more.append(make("summary", "", `${rest.length} more options`), ...rest.map(p => control(l, p)));
    l.settings.replaceChildren(make("p", "small", `${l.preset.doc} Source: ${l.preset.source}.`), ...first.map(p => control(l, p)), ...(rest.length ? [more] : []));
  };
  const laneCard = (given, index) => {
    const preset = presetOf(given), same = asked.lanes.filter(x => x.engine === given.engine).length > 1;
    const l = { index, preset, name: same ? `${given.engine} ${given.preset}` : given.engine, card: make("article", `lane e--${given.engine}`) };
    const head = make("div", "head"), choose = make("select");
    l.card.setAttribute("aria-label", l.name);
    const mark = make("span", "mark", shapes[given.engine] || "○");
    mark.setAttribute("aria-hidden", "true");
    head.append(mark, make("h2", "", given.engine), choose);
    choose.setAttribute("aria-label", "Decoder of lane " + (index + 1));
    for (const e of new Set(catalog.presets.map(p => p.engine))) {
      const group = make("optgroup");
      group.label = e;
      for (const p of catalog.presets.filter(p => p.engine === e)) group.append(new Option(p.name, `${e}:${p.name}`, false, p === preset));
      choose.append(group);
    }
    choose.addEventListener("change", () => {
      asked.lanes[index] = laneOf(choose.value);
      show();
      soon();
    });
    const gear = make("button", "quiet", "settings");
    gear.type = "button";
    gear.setAttribute("aria-expanded", "false");
    l.settings = make("div", "settings");
    l.settings.hidden = true;
    gear.addEventListener("click", () => {
      l.settings.hidden = !l.settings.hidden;
      gear.setAttribute("aria-expanded", !l.settings.hidden);
      if (!l.settings.hidden) settings(l);
    });
    const gone = make("button", "quiet", "✕");
    gone.type = "button";
    gone.title = "Take this decoder out";
    gone.setAttribute("aria-label", "Take decoder " + (index + 1) + " out");
    gone.disabled = asked.lanes.length < 2;
    gone.addEventListener("click", () => {
      asked.lanes.splice(index, 1);
      show();
      soon();
    });
    const buttons = make("span", "buttons");
    buttons.append(gear, gone);
    head.append(buttons);
    l.tokens = make("div", "tokens");
    Object.assign(l.tokens, { tabIndex: 0 });
    l.tokens.setAttribute("role", "group");
    l.tokens.setAttribute("aria-label", `Tokens of ${l.name}; left and right arrows read them`);
    l.tokens.addEventListener("keydown", e => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (!by || !l.cells) return;
      e.preventDefault();
      e.stopPropagation();
      l.position = Math.min(l.cells.length - 1, Math.max(0, l.position + by));
      read(l);
    });
    l.tokens.addEventListener("pointerover", e => {
      const pos = l.cells?.indexOf(e.target) ?? -1;
      if (pos >= 0) {
        l.position = pos;
        l.detail.removeAttribute("aria-live");
        read(l);
      }
    });
    l.tokens.addEventListener("focus", () => l.detail.setAttribute("aria-live", "polite"));
    l.tokens.addEventListener("blur", () => l.detail.removeAttribute("aria-live"));
    l.detail = make("p", "detail");
    l.track = make("canvas", "track");
    l.track.setAttribute("aria-hidden", "true");
    l.heat = make("canvas", "heat");
    l.heat.setAttribute("role", "img");
    l.heat.setAttribute("aria-label", `Confidence of ${l.name} by position, left to right, and time, top to bottom`);
    l.why = make("details", "why");
    l.why.append(make("summary", "", "what is wrong"), make("ul"));
    l.heat.hidden = l.why.hidden = true;
    l.facts = {};
    const facts = make("dl", "facts");
    for (const [key, term] of [["ms", "time"], ["passes", "passes"], ["per", "tokens per pass"], ["work", "arithmetic"]]) {
      const pair = make("div");
      pair.append(make("dt", "", term), l.facts[key] = make("dd", "", "–"));
      facts.append(pair);
    }
    l.verdict = make("p", "verdict-line");
    const body = make("div", "body");
    body.append(l.tokens, l.track, l.detail, l.heat, l.why);
    const side = make("div", "side");
    side.append(facts, l.verdict);
    l.card.append(head, body, side, l.settings);
    return l;
  };

  // show makes the page say what is asked for.
  let shown = "";
  const lanesText = () => asked.lanes.map(laneText).join();
  const show = () => {
    const known = catalog.workloads.find(w => w.name === asked.workload), mine = asked.workload === own;
    at("workload").value = asked.workload;
    document.querySelectorAll("#setup .of-task").forEach(e => e.hidden = mine);
    document.querySelector("#setup .own").hidden = !mine;
    if (known) {
      at("rung").replaceChildren(...known.rungs.map(r => new Option(r.name, r.name, false, r.name === asked.rung)));
      at("about").textContent = known.rungs.find(r => r.name === asked.rung).doc;
    } else at("about").textContent = catalog.weights.startsWith("builtin:")
      ? "The built-in network has learned tasks, not the world: it continues texts like those of the tasks."
      : "The text is continued as it stands, without a chat template.";
    at("index").value = asked.index;
    at("seed").value = asked.seed;
    at("prompt").value = asked.prompt;
    at("budget").value = at("budget-range").value = asked.budget;
    if (shown !== lanesText()) { // open settings stay open
      shown = lanesText();
      lanes = asked.lanes.map(laneCard);
      at("lanes").replaceChildren(...lanes.map(l => l.card));
    }
    at("add").disabled = asked.lanes.length >= catalog.lanes;
  };
  let timer = 0;
  // soon races when nothing was changed for a moment.
  const soon = () => {
    generation++; // what still comes is of another request
    stop();
    remember();
    clearTimeout(timer);
    timer = setTimeout(run, 250);
  };

  at("workload").append(...catalog.workloads.map(w => new Option(w.name, w.name)), new Option("your own prompt", own));
  at("workload").addEventListener("change", () => {
    asked.workload = at("workload").value;
    asked.rung = catalog.workloads.find(w => w.name === asked.workload)?.rungs[0].name || "";
    asked.index = 0;
    show();
    soon();
  });
  at("rung").addEventListener("change", () => { asked.rung = at("rung").value; show(); soon(); });
  const number16 = (id, most) => at(id).addEventListener("change", () => { asked[id] = whole(at(id).value, most, asked[id]); show(); soon(); });
  number16("index", 1e9);
  number16("seed", Number.MAX_SAFE_INTEGER);
  at("budget").max = at("budget-range").max = catalog.context;
  for (const id of ["budget", "budget-range"]) {
    at(id).addEventListener("input", () => { at("budget").value = at("budget-range").value = at(id).value; });
    at(id).addEventListener("change", () => { asked.budget = whole(at(id).value, catalog.context, 64) || 1; soon(); });
  }
  at("prompt").addEventListener("input", () => { asked.prompt = at("prompt").value; });
  at("prompt").addEventListener("change", soon);
  at("next").addEventListener("click", () => { asked.index++; show(); soon(); });
  at("setup").addEventListener("submit", e => { e.preventDefault(); clearTimeout(timer); run(); });
  at("add").addEventListener("click", () => {
    const engines = [...new Set(catalog.presets.map(p => p.engine))], fresh = engines.find(e => !asked.lanes.some(l => l.engine === e)) || engines[0];
    asked.lanes.push({ engine: fresh, preset: catalog.presets.find(p => p.engine === fresh).name, options: {} });
    show();
    soon();
  });
  at("play").addEventListener("click", () => playing ? stop() : play());
  at("back").addEventListener("click", () => stepTo(-1));
  at("on").addEventListener("click", () => stepTo(1));
  at("first").addEventListener("click", () => to(0));
  at("last").addEventListener("click", () => to(total()));
  at("scrub").addEventListener("input", () => to(total() * at("scrub").value / at("scrub").max));
  at("speed").addEventListener("change", remember);
  at("axis").addEventListener("change", () => { to(0); remember(); });
  at("maps").addEventListener("change", maps);
  at("guesses").addEventListener("change", () => { lanes.forEach(l => l.shown = -1); draw(); });
  at("big").addEventListener("click", () => {
    large(!document.documentElement.classList.contains("big"));
    remember();
    draw();
  });
  at("share").addEventListener("click", async () => {
    remember();
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied: it holds task, decoders, settings and seed.");
    } catch {
      say("The address of this page holds task, decoders, settings and seed: copy it.");
    }
  });
  at("export").addEventListener("click", () => {
    if (!lanes.every(l => l.done)) return say("There is nothing to save yet.");
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([animation({ lanes, words, prompt: paragraph(task.prompt), timed: timed(), total: total(), endOf, seconds: seconds(), shapes })], { type: "image/svg+xml" }));
    link.download = "race.svg";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  document.addEventListener("keydown", e => {
    if (e.target.closest("input, select, textarea, button, summary, a") && !(e.key.startsWith("Arrow") && e.target.matches("button"))) return;
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const act = { " ": () => playing ? stop() : play(), ArrowLeft: () => stepTo(-1), ArrowRight: () => stepTo(1), Home: () => to(0), End: () => to(total()), r: run }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
  addEventListener("resize", draw);
  document.addEventListener("themechange", () => { draw(); lanes.forEach(l => l.done && !l.heat.hidden && heat(l)); });
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) === fragment()) return;
    follow();
    show();
    run();
  });
  follow();
  show();
  run();
}
