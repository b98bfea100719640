// A race: its messages fill the lanes. Then they are replayed on one clock: milliseconds, or passes.
"use strict";
let lanes = [], words = {}, task = null, generation = 0, now = 0, playing = false, before = 0, refreshed = -Infinity, ended = false;

const say = text => { at("status").textContent = text; };
const run = () => {
  const mine = ++generation;
  const request = { seed: asked.seed, lanes: asked.lanes };
  if (asked.workload === own) Object.assign(request, { prompt: asked.prompt, chat: asked.chat, budget: asked.budget });
  else Object.assign(request, { workload: asked.workload, rung: asked.rung, index: asked.index });
  stop();
  remember();
  rest();
  if (asked.workload === own && !asked.prompt) return say("Type a prompt, then race.");
  document.body.classList.add("busy");
  say(lanes.some(l => l.done) || engine.busy ? "Measuring…" : "Starting the engines…");
  engine.race(request, m => mine === generation && hear(m));
};
// rest is when nothing is measured any more.
const rest = () => {
  document.body.classList.remove("busy");
  lanes.forEach(l => l.card.classList.remove("measuring"));
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
      lay(lanes);
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
      rest();
      refreshed = -Infinity;
      draw();
      break;
    case "error":
      rest();
      say("No race: " + clean(m.error));
  }
};
// lay puts the cells of lanes into the page, a lane a frame: hundreds at once would hold one up.
const lay = ([l, ...others]) => {
  l.tokens.replaceChildren(...l.cells);
  if (others.length) requestAnimationFrame(() => lay(others));
};
const reset = (l, m) => {
  Object.assign(l, { budget: m.budget, given: m.given || [], passes: [], done: null, shown: -1, ends: [0], flops: [0], states: null, position: -1 });
  l.cells = Array.from({ length: m.budget }, (_, pos) => {
    const cell = make("span", "tok masked", "·");
    cell.id = `t${l.index}-${pos}`;
    cell.setAttribute("role", "option");
    return cell;
  });
  const given = new Map(l.given);
  l.cells.forEach((c, pos) => given.has(pos) && fill(c, ["given", given.get(pos), -1, 0], pos, { words }));
  l.tokens.removeAttribute("aria-activedescendant");
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
    if (c.chars !== most) c.style.setProperty("--chars", c.chars = most);
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
  tellTime();
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
  say(p.map((l, i) => `${i + 1}.\u00a0${l.name}: ${number(l.done.ms)} ms, ${l.passes.length} passes${verdict(l)}`).join("  ·  "));
};
const to = x => {
  stop();
  now = x > total() * (1 - 1e-9) ? total() : Math.max(0, x); // the end is the end, whatever was rounded
  draw();
  if (now >= total()) summary();
};
const stepTo = by => {
  const all = lanes.filter(l => l.done).flatMap(l => Array.from({ length: l.passes.length + 1 }, (_, i) => endOf(l, i)));
  all.push(total());
  const next = by > 0 ? Math.min(...all.filter(x => x > now + 1e-6)) : Math.max(...all.filter(x => x < now - 1e-6));
  if (Number.isFinite(next)) to(next);
};
