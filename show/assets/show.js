// The controls of a page of races, and its start.
"use strict";
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
    : asked.chat ? "The question is put in the form of the model's chat template." : "The text is continued as it stands, without a chat template.";
  at("index").value = asked.index;
  at("seed").value = asked.seed;
  at("prompt").value = asked.prompt;
  if (catalog.chat) at("chat").value = asked.chat ? "1" : "";
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
const wholeNumber = (id, most) => at(id).addEventListener("change", () => { asked[id] = whole(at(id).value, most, asked[id]); show(); soon(); });
wholeNumber("index", 1e9);
wholeNumber("seed", Number.MAX_SAFE_INTEGER);
at("budget").max = at("budget-range").max = catalog.context;
for (const id of ["budget", "budget-range"]) {
  at(id).addEventListener("input", () => { at("budget").value = at("budget-range").value = at(id).value; });
  at(id).addEventListener("change", () => { asked.budget = whole(at(id).value, catalog.context, 64) || 1; soon(); });
}
at("prompt").addEventListener("input", () => { asked.prompt = at("prompt").value; });
at("prompt").addEventListener("change", soon);
if (catalog.chat) at("chat").addEventListener("change", () => { asked.chat = at("chat").value === "1"; show(); soon(); });
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
  redraw();
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
addEventListener("resize", redraw);
document.addEventListener("themechange", () => { redraw(); lanes.forEach(l => l.done && !l.heat.hidden && heat(l)); });
addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) return remember(); // within the page
  if (location.hash.slice(1) === fragment()) return;
  follow();
  show();
  run();
});
follow();
show();
run();
