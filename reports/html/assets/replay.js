// Replays how each decoder wrote an answer, on one time axis.
if (document.getElementById("replay-data")) {
  const data = JSON.parse(document.getElementById("replay-data").textContent);
  const at = id => document.getElementById("re-" + id);
  const [scene, axis, guesses, slider, lanesBox] = ["scene", "axis", "guess", "slider", "lanes"].map(at);
  const steps = 600; // of the slider on the time axis
  let lanes = [], timer = 0;

  const { make, states, fill } = tokenPage;

  const build = () => {
    const s = data.scenes[scene.value];
    at("prompt").textContent = s.prompt;
    lanesBox.replaceChildren();
    lanes = s.lanes.map(lane => {
      const box = make("div", "lane");
      const head = make("p", "head");
      const name = make("b", "", lane.name);
      name.style.color = lane.color;
      const info = make("span", "small");
      head.append(name, info);
      const tokens = make("p", "tokens");
      tokens.setAttribute("aria-label", "Text of " + lane.name);
      const fold = make("details");
      fold.append(make("summary", "", "heat map: position × pass"));
      const heat = make("canvas", "heat");
      heat.setAttribute("role", "img");
      heat.setAttribute("aria-label", "Confidence of " + lane.name + " by position, left to right, and pass, top to bottom");
      fold.append(heat, make("p", "heatkey", "Left to right: position. Top to bottom: pass. The stronger the colour, the surer the network; dots mark where a token was written, rings where one was changed; the line is now."));
      box.append(head, tokens, fold);
      lanesBox.append(box);
      const cells = Array.from({ length: lane.budget }, () => make("span", "tok"));
      tokens.append(...cells);
      const l = { lane, info, cells, heat, states: states(lane), shown: -1 };
      fold.addEventListener("toggle", () => fold.open && paint(l));
      heat.addEventListener("click", e => {
        const pass = Math.floor((e.offsetY / heat.clientHeight) * lane.passes.length) + 1;
        slider.value = axis.value === "pass" ? pass : Math.round(steps * passEnd(lane, pass) / longest());
        show();
      });
      return l;
    });
    const timed = lanes.every(l => l.lane.ms !== null);
    axis.options[1].disabled = !timed;
    if (!timed) axis.value = "pass";
    range();
  };
  const passEnd = (lane, pass) => lane.ms * pass / lane.passes.length;
  const longest = () => Math.max(...lanes.map(l => l.lane.ms));
  const range = () => {
    slider.max = axis.value === "pass" ? Math.max(...lanes.map(l => l.lane.passes.length)) : steps;
    at("note").textContent = axis.value === "pass"
      ? "One step of the axis is one forward pass of each decoder; passes are of unequal cost."
      : "The median time of the cell's answers, spread evenly over the passes of this one.";
    slider.value = 0;
    show();
  };

  // passesAt is how many passes a lane has finished now.
  const passesAt = lane => {
    const n = lane.passes.length, x = Number(slider.value);
    if (axis.value === "pass") return Math.min(n, x);
    return Math.min(n, Math.floor(n * (x / steps) * longest() / lane.ms + 1e-9));
  };
  const show = () => {
    const x = Number(slider.value);
    at("now").textContent = axis.value === "pass" ? `pass ${x} of ${slider.max}` : `${(longest() * x / steps).toPrecision(3)} of ${longest().toPrecision(3)} ms`;
    for (const l of lanes) {
      const pass = passesAt(l.lane);
      const done = pass === l.lane.passes.length;
      const kind = pass > 0 ? l.lane.passes[pass - 1].k : "";
      l.info.textContent = (done ? `done after ${pass} passes, ${l.lane.mark}` : `pass ${pass} of ${l.lane.passes.length}${kind ? ", " + kind : ""}`)
        + (done && l.lane.same === true ? ", the text of the timed run" : done && l.lane.same === false ? ", not the text of the timed run" : "");
      const over = done && (axis.value === "pass" ? x > pass : longest() * x / steps > l.lane.ms * 1.0001);
      if (pass === l.shown && over === l.over && !l.stale) continue;
      l.shown = pass;
      l.over = over;
      l.stale = false;
      l.states[pass].forEach((state, pos) => fill(l.cells[pos], state, pos, { words: l.lane.words, guesses: guesses.checked, over, past: done && pos >= l.lane.useful }));
      if (l.heat.parentElement.open) paint(l);
    }
  };

  const paint = l => tokenPage.paint(l.heat, { lane: l.lane, states: l.states, passes: passesAt(l.lane), hot: getComputedStyle(l.heat.closest(".lane").querySelector("b")).color });

  const stop = () => {
    clearInterval(timer);
    timer = 0;
    at("play").textContent = "▶ play";
  };
  at("play").addEventListener("click", () => {
    if (timer) return stop();
    if (slider.value === slider.max) slider.value = 0;
    at("play").textContent = "❚❚ pause";
    const by = Math.max(1, Math.round(slider.max / 150));
    timer = setInterval(() => {
      slider.value = Number(slider.value) + by;
      show();
      if (slider.value === slider.max) stop();
    }, Math.max(40, 6000 * by / slider.max));
  });
  const move = by => {
    stop();
    slider.value = Number(slider.value) + by * (axis.value === "pass" ? 1 : 6);
    show();
  };
  at("back").addEventListener("click", () => move(-1));
  at("next").addEventListener("click", () => move(1));
  slider.addEventListener("input", () => { stop(); show(); });
  guesses.addEventListener("change", () => { lanes.forEach(l => l.stale = true); show(); });
  axis.addEventListener("change", () => { stop(); range(); });
  scene.addEventListener("change", () => { stop(); build(); });
  document.addEventListener("themechange", () => lanes.forEach(l => l.heat.parentElement.open && paint(l)));

  data.scenes.forEach((s, i) => scene.append(new Option(s.task + ": " + s.instance, i)));
  at("static").hidden = true;
  at("player").hidden = false;
  build();
  const asked = Number(new URLSearchParams(location.search).get("step"));
  if (asked > 0) {
    slider.value = asked;
    show();
  }
}
