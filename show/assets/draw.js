// Drawing what the lanes of a race hold now.
"use strict";
const draw = () => {
  if (performance.now() - refreshed > 400) { // predictions come pass by pass
    for (const l of lanes) if (l.done && l.stale) finish(l);
    refreshed = performance.now();
  }
  const most = total(), at1000 = most ? now / most : 0;
  at("scrub").value = Math.round(at1000 * at("scrub").max);
  const last = longest(), x = Math.min(now, last);
  at("clock").textContent = timed() ? `${number(x)} of ${number(last)} ms` : `pass ${Math.floor(x + 1e-9)} of ${last}`;
  if (!playing) tellTime();
  for (const l of lanes) if (l.done) drawLane(l, most);
};
// tellTime is for screen readers, which would read every frame of a replay.
const tellTime = () => at("scrub").setAttribute("aria-valuetext", at("clock").textContent);
const drawLane = (l, most) => {
  const pass = passesAt(l), done = pass === l.passes.length;
  track(l, pass, most);
  l.facts.ms.textContent = number(done ? l.done.ms : Math.min(timed() ? now : l.ends[pass], l.ends[pass + 1] ?? l.done.ms)) + " ms";
  const over = done && (now > endOf(l, pass) + 1e-9);
  if (pass === l.shown && over === l.over) return;
  Object.assign(l, { shown: pass, over });
  const guesses = at("guesses").checked;
  l.states[pass].forEach((state, pos) => {
    const cell = l.cells[pos], final = pass >= l.last[pos], past = done && pos >= l.done.useful, wrong = done && l.wrong.has(pos);
    const look = [...state, guesses, over, final, past, wrong].join();
    if (look === cell.look) return; // laying tokens out takes most of a frame
    cell.look = look;
    fill(cell, state, pos, { words, guesses, over, final, past });
    if (wrong) {
      cell.classList.add("wrong");
      cell.title += ". Wrong: " + l.wrong.get(pos);
    }
  });
  l.facts.passes.textContent = pass;
  l.facts.per.textContent = pass ? number(l.count[pass] / pass) : "–";
  l.facts.work.textContent = l.flops[pass] < 1e9 ? (l.flops[pass] / 1e6).toFixed(0) + " MFLOP" : (l.flops[pass] / 1e9).toFixed(2) + " GFLOP";
  l.card.classList.toggle("finished", done);
  const place = places().indexOf(l) + 1;
  l.verdict.replaceChildren();
  l.tokens.setAttribute("aria-label", `Tokens of ${l.name}, ${done ? `which wrote ${clean(l.done.text)}` : "still writing"}`);
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
// lookOf asks the page for the size and the colours of a lane's track, which takes long.
const lookOf = l => {
  const c = l.track, dpr = devicePixelRatio || 1, w = c.clientWidth, h = c.clientHeight, style = getComputedStyle(document.documentElement);
  Object.assign(c, { width: Math.round(w * dpr), height: Math.round(h * dpr) });
  return { dpr, w, h, soft: style.getPropertyValue("--line"), ink: style.getPropertyValue("--fg"), hot: getComputedStyle(l.card.querySelector(".mark")).color };
};
const redraw = () => {
  for (const l of lanes) l.look = null;
  draw();
};
// track draws the passes of a lane on the clock: a tick where each ends, as high as what
// it wrote.
const track = (l, pass, most) => {
  l.look ||= lookOf(l);
  const { dpr, w, h, soft, hot, ink } = l.look, g = l.track.getContext("2d");
  if (!w || !most) return;
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
  g.fillStyle = ink;
  g.fillRect(x(now), 0, 1, h);
};
// read says what the chosen token of a lane is.
const read = l => {
  const cell = l.cells[l.position];
  if (!cell) return;
  l.cells.forEach(c => c.classList.toggle("chosen", c === cell));
  l.detail.textContent = `“${cell.textContent}”, ${cell.title}`;
  cell.setAttribute("aria-label", l.detail.textContent);
  l.tokens.setAttribute("aria-activedescendant", cell.id);
};
