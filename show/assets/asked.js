// What is asked for, which is also the fragment of the address of a page of races.
"use strict";
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

const presetOf = l => catalog.presets.find(p => p.engine === l.engine && p.name === l.preset);
const usual = () => ({ prompt: "", chat: false, budget: 64, index: 0, seed: 0, at: null, workload: own, ...catalog.usual, lanes: catalog.usual.lanes.map(l => ({ ...l, options: { ...l.options } })) });
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
    if (asked.chat) q.set("chat", "1");
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
  if (q.has("prompt")) Object.assign(asked, { workload: own, prompt: q.get("prompt").slice(0, 16000), chat: catalog.chat && q.get("chat") === "1", budget: whole(q.get("budget"), catalog.context, 64) || 1 });
  else if (q.has("task")) {
    const [workload, rung, index] = q.get("task").split("/");
    const known = catalog.workloads.find(w => w.name === workload);
    if (known) Object.assign(asked, { workload, rung: (known.rungs.find(r => r.name === rung) || known.rungs[0]).name, index: whole(index, 1e9, 0) });
  }
  asked.seed = whole(q.get("seed"), Number.MAX_SAFE_INTEGER, 0);
  const lanes = q.getAll("lane").map(laneOf).filter(Boolean).slice(0, catalog.lanes);
  if (lanes.length) asked.lanes = lanes;
  for (const id of ["speed", "axis"]) {
    at(id).value = q.get(id);
    if (at(id).selectedIndex < 0) at(id).selectedIndex = 0;
  }
  large(q.get("big") === "1");
  if (q.has("at")) asked.at = whole(q.get("at"), 100, null); // stands still there, in per cent
};
const remember = () => { try { history.replaceState(null, "", "#" + fragment()); } catch { /* some pages from disk may not */ } };
const large = on => {
  document.documentElement.classList.toggle("big", on);
  at("big").setAttribute("aria-pressed", on);
};
