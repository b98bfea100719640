// Interactive figures: one metric against another, by decoder, on uPlot.
{
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  data.rows = data.rows.map(([t, n, f, e, values]) => ({
    t, n: data.names[n], f: data.names[f], c: data.engines[e].color, s: data.engines[e].shape,
    v: Object.fromEntries(data.metrics.map((m, i) => [m.name, values[i]]).filter(([, v]) => v !== null)),
  }));
  const at = id => document.getElementById("ex-" + id);
  const [task, ySelect, xSelect, logX, logY, box, legend] = ["task", "y", "x", "logx", "logy", "plot", "legend"].map(at);
  const metrics = Object.fromEntries(data.metrics.map(m => [m.name, m]));
  let chart = null, hidden = new Set(), drawn = [];

  // Groups of tasks that differ in length are offered as a whole, then each task.
  const groups = [...new Set(data.tasks.map(t => t.group))];
  const several = groups.filter(g => new Set(data.tasks.filter(t => t.group === g).map(t => t.budget)).size > 1);
  const options = (title, list) => {
    const g = document.createElement("optgroup");
    g.label = title;
    g.append(...list);
    return g;
  };
  task.append(options("one task", data.tasks.map((t, i) => new Option(t.title, "t" + i))));
  if (several.length) task.append(options("all lengths of", several.map(g => new Option(g, "g" + g))));

  const axes = [
    ["e2e", "time (latency)"], ["nfe", "forward passes (NFE)"], ["flops_per_token", "arithmetic (FLOPs)"],
    ["bytes_per_token", "memory traffic"], ["denoising_steps", "denoising steps"], ["budget", "length (token budget)"], ["exact_match", "quality (exact match)"],
  ];
  for (const [name, title] of axes) if (name === "budget" || metrics[name]) xSelect.append(new Option(title, name));
  for (const m of data.metrics) ySelect.append(new Option(`${m.title} – ${m.unit}`, m.name));
  ySelect.value = metrics.exact_match ? "exact_match" : data.metrics[0].name;
  if (metrics.e2e) xSelect.value = "e2e";

  const value = (row, name) => {
    if (name === "budget") { const b = data.tasks[row.t].budget; return [b, b, b]; }
    const v = row.v[name];
    if (v === undefined) return null;
    return typeof v === "number" ? [v, v, v] : v;
  };
  const axisName = name => name === "budget" ? "token budget (tokens)" : `${metrics[name].title} (${metrics[name].unit})`;
  const number = x => Math.abs(x) >= 1e5 || x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  const color = c => {
    const probe = document.createElement("i");
    probe.style.color = c;
    box.append(probe);
    const out = getComputedStyle(probe).color;
    probe.remove();
    return out;
  };

  // series gathers the points of the chosen task by decoder.
  const series = () => {
    const whole = task.value[0] === "g", name = task.value.slice(1);
    const rows = data.rows.filter(r => whole ? data.tasks[r.t].group === name : r.t === Number(name));
    const by = new Map();
    for (const r of rows) {
      const x = value(r, xSelect.value), y = value(r, ySelect.value);
      if (!x || !y || logX.checked && x[0] <= 0 || logY.checked && y[0] <= 0) continue;
      const key = xSelect.value === "budget" || whole ? r.n : r.f;
      if (!by.has(key)) by.set(key, { name: key, color: r.c, shape: r.s, points: [] });
      by.get(key).points.push({ x, y, label: r.n, task: data.tasks[r.t].title });
    }
    const list = [...by.values()];
    for (const s of list) s.points.sort((a, b) => a.x[0] - b.x[0]);
    return list;
  };

  const mark = (g, shape, x, y, r) => {
    g.beginPath();
    if (shape === "circle") g.arc(x, y, r, 0, 7);
    else if (shape === "triangle") { g.moveTo(x, y - r * 1.2); g.lineTo(x + r * 1.1, y + r * .8); g.lineTo(x - r * 1.1, y + r * .8); g.closePath(); }
    else if (shape === "square") g.rect(x - r * .9, y - r * .9, r * 1.8, r * 1.8);
    else { g.lineWidth = r * .7; g.moveTo(x - r, y); g.lineTo(x + r, y); g.moveTo(x, y - r); g.lineTo(x, y + r); g.stroke(); return; }
    g.fill();
  };

  const draw = u => {
    const g = u.ctx, px = devicePixelRatio;
    g.save();
    g.beginPath();
    g.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    g.clip();
    for (const s of drawn) {
      if (hidden.has(s.name)) continue;
      g.strokeStyle = g.fillStyle = s.paint;
      const place = p => [u.valToPos(p.x[0], "x", true), u.valToPos(p.y[0], "y", true)];
      g.lineWidth = 1.6 * px;
      g.beginPath();
      s.points.forEach((p, i) => { const [x, y] = place(p); if (i && p.x[0] !== s.points[i - 1].x[0]) g.lineTo(x, y); else g.moveTo(x, y); });
      g.stroke();
      g.lineWidth = px;
      for (const p of s.points) {
        const [x, y] = place(p);
        g.beginPath();
        const ends = (v, scale) => [Math.max(v[1], u.scales[scale].min), Math.min(v[2], u.scales[scale].max)].map(e => u.valToPos(e, scale, true));
        if (p.y[1] !== p.y[2]) { const [a, b] = ends(p.y, "y"); g.moveTo(x, a); g.lineTo(x, b); for (const e of [a, b]) { g.moveTo(x - 3 * px, e); g.lineTo(x + 3 * px, e); } }
        if (p.x[1] !== p.x[2]) { const [a, b] = ends(p.x, "x"); g.moveTo(a, y); g.lineTo(b, y); for (const e of [a, b]) { g.moveTo(e, y - 3 * px); g.lineTo(e, y + 3 * px); } }
        g.stroke();
        mark(g, s.shape, x, y, 4.5 * px);
      }
    }
    g.restore();
  };

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  const interval = v => number(v[0]) + (v[1] !== v[2] ? ` [${number(v[1])}, ${number(v[2])}]` : "");
  const hover = u => {
    const { left, top } = u.cursor;
    let best = null, near = 30;
    if (left >= 0) for (const s of drawn) if (!hidden.has(s.name)) for (const p of s.points) {
      const d = Math.hypot(u.valToPos(p.x[0], "x") - left, u.valToPos(p.y[0], "y") - top);
      if (d < near) [best, near] = [p, d];
    }
    tip.hidden = !best;
    if (!best) return;
    const lines = [best.label, best.task, `${axisName(ySelect.value)}: ${interval(best.y)}`, `${axisName(xSelect.value)}: ${interval(best.x)}`];
    tip.replaceChildren(...lines.map((text, i) => {
      const e = document.createElement(i ? "div" : "b");
      e.textContent = text;
      return e;
    }));
    const x = u.bbox.left / devicePixelRatio + left, y = u.bbox.top / devicePixelRatio + top;
    tip.style.top = y + 12 + "px";
    if (left > u.bbox.width / devicePixelRatio / 2) { tip.style.left = ""; tip.style.right = box.clientWidth - x + 12 + "px"; }
    else { tip.style.right = ""; tip.style.left = x + 12 + "px"; }
  };

  // extent is the range of all points and their bars, with a margin.
  const extent = (name, log, share) => {
    const all = drawn.filter(s => !hidden.has(s.name)).flatMap(s => s.points.flatMap(p => p[name])).filter(x => !log || x > 0);
    if (!all.length) return log ? [1, 10] : [0, 1];
    let lo = Math.min(...all), hi = Math.max(...all);
    if (log) { const m = Math.max(1.08, Math.pow(hi / lo, .06)); return [lo / m, hi * m]; }
    if (share) return [-2, 104];
    const m = (hi - lo || Math.abs(hi) || 1) * .06;
    return [lo >= 0 ? Math.max(0, lo - m) * (lo < hi * .4 ? 0 : 1) : lo - m, hi + m];
  };

  const render = () => {
    drawn = series();
    for (const s of drawn) s.paint = color(s.color);
    if (chart) chart.destroy();
    box.replaceChildren();
    const css = getComputedStyle(document.documentElement);
    const ink = css.getPropertyValue("--fg").trim(), grid = css.getPropertyValue("--grid").trim();
    const flat = [...new Set(drawn.flatMap(s => s.points.map(p => p.x[0])))].sort((a, b) => a - b);
    const share = name => metrics[name] && metrics[name].share && !(name === ySelect.value ? logY : logX).checked;
    const scale = (name, log, metric) => ({ time: false, distr: log ? 3 : 1, log: 10, range: () => zoom[name] || extent(name, log, share(metric)) });
    const zoom = {};
    const axis = (label, size, log) => ({ label, stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", size, values: (u, ticks) => ticks.map(t => t === null ? "" : number(t)),
      ...(log ? { splits, filter } : {}) });
    // splits are the ticks of a logarithmic axis: round numbers, evenly spread over a
    // short one. filter chooses those that are labelled.
    const short = (lo, hi) => hi < 4 * lo;
    const splits = (u, axis, lo, hi) => {
      const unit = Math.pow(10, Math.floor(Math.log10(hi - lo)) - 1), step = unit * [1, 2, 5, 10, 20].find(m => (hi - lo) / unit / m <= 8);
      const list = [];
      if (short(lo, hi)) for (let i = Math.ceil(lo / step); i * step <= hi; i++) list.push(Number((i * step).toPrecision(12)));
      else for (let e = Math.floor(Math.log10(lo)); e <= Math.log10(hi); e++) for (let d = 1; d < 10; d++) list.push(Number(d + "e" + e));
      return list.filter(t => t >= lo && t <= hi);
    };
    const filter = (u, ticks, axis) => {
      const s = u.scales[u.axes[axis].scale], digits = s.max < 300 * s.min ? /^[125]/ : /^1/;
      const kept = ticks.map(t => digits.test(t.toExponential()) ? t : null);
      return short(s.min, s.max) || kept.filter(t => t !== null).length < 2 ? ticks : kept;
    };
    chart = new uPlot({
      width: box.clientWidth, height: Math.max(300, Math.min(440, box.clientWidth * .5)),
      legend: { show: false }, cursor: { points: { show: false }, drag: { x: true, y: true, uni: 20, setScale: false } },
      scales: { x: scale("x", logX.checked, xSelect.value), y: scale("y", logY.checked, ySelect.value) },
      axes: [axis(axisName(xSelect.value), 46, logX.checked), axis(axisName(ySelect.value), 60, logY.checked)],
      series: [{}, { show: true, stroke: "transparent", points: { show: false } }],
      hooks: {
        draw: [draw], setCursor: [hover],
        setSelect: [u => {
          if (u.select.width < 5 && u.select.height < 5) return;
          const span = (from, size, name, whole, flip) => size < 5 ? whole : [u.posToVal(from + (flip ? size : 0), name), u.posToVal(from + (flip ? 0 : size), name)];
          zoom.x = span(u.select.left, u.select.width, "x", zoom.x, false);
          zoom.y = span(u.select.top, u.select.height, "y", zoom.y, true);
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          u.redraw(false, true);
          u.setData(u.data);
        }],
      },
    }, [flat.length ? flat : [1], flat.length ? flat.map(() => drawn[0].points[0].y[0]) : [1]], box);
    chart.whole = () => { delete zoom.x; delete zoom.y; chart.setData(chart.data); };
    chart.over.addEventListener("dblclick", () => chart.whole());
    box.append(tip);
    tip.hidden = true;
    const text = drawn.length
      ? `${metrics[ySelect.value].title} against ${axisName(xSelect.value)}: ${task.selectedOptions[0].textContent}. ${metrics[ySelect.value].doc}`
      : "No cell of this task has both values on these axes.";
    at("title").textContent = text;
    box.dataset.series = drawn.length;
    legend.replaceChildren(...drawn.map(s => {
      const l = document.createElement("label"), c = document.createElement("input"), n = document.createElement("b");
      c.type = "checkbox";
      c.checked = !hidden.has(s.name);
      c.addEventListener("change", () => {
        if (c.checked) hidden.delete(s.name); else hidden.add(s.name);
        chart.setData(chart.data);
      });
      n.textContent = { circle: "● ", triangle: "▲ ", square: "■ ", plus: "✚ " }[s.shape] || "✖ ";
      n.style.color = s.color;
      l.append(c, n, s.name);
      return l;
    }));
  };

  const suggest = () => { // times and counts spread over magnitudes
    logX.checked = !(metrics[xSelect.value] && metrics[xSelect.value].share);
    logY.checked = !metrics[ySelect.value].share && ySelect.value !== "tpf";
  };
  for (const control of [xSelect, ySelect]) control.addEventListener("change", () => { suggest(); render(); });
  for (const control of [logX, logY]) control.addEventListener("change", render);
  task.addEventListener("change", () => {
    hidden = new Set();
    if (task.value[0] === "g") { xSelect.value = "budget"; if (metrics.e2e && ySelect.value === "exact_match") ySelect.value = "e2e"; suggest(); }
    else if (xSelect.value === "budget" && metrics.e2e) { xSelect.value = "e2e"; suggest(); }
    const picked = data.rows.filter(r => r.t === Number(task.value.slice(1)));
    if (task.value[0] === "t" && !picked.some(r => r.v[ySelect.value] !== undefined)) { ySelect.value = metrics.e2e ? "e2e" : ySelect.value; suggest(); }
    render();
  });
  at("reset").addEventListener("click", () => chart.whole());
  document.addEventListener("themechange", () => chart && render());
  let width = 0;
  new ResizeObserver(() => {
    if (box.clientWidth && box.clientWidth !== width) { width = box.clientWidth; render(); }
  }).observe(box);
  document.getElementById("explorer").hidden = false;
  suggest();
}
