// animation makes a picture of a race that moves by itself: an SVG without scripts.
const animation = r => {
  const escape = s => String(s).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
  const width = 1000, char = 8.6, high = 26, hold = 3, length = r.seconds + hold;
  const hues = { autoregressive: ["#0072b2", "#56b4e9"], diffusion: ["#d55e00", "#ff8a45"], block: ["#00795a", "#2fc79b"], hybrid: ["#a8508a", "#e79ac6"] };
  const when = t => Math.min(0.999, Math.max(0, t / (r.total || 1) * r.seconds / length));
  // during shows something from one share of the time to another.
  const during = (from, to, body) => {
    if (from <= 0 && to >= 1) return body;
    const times = [0], values = [from <= 0 ? 1 : 0];
    if (from > 0) times.push(from), values.push(1);
    if (to < 1) times.push(to), values.push(0);
    return `<g opacity="${values[0]}">${body}<animate attributeName="opacity" calcMode="discrete" dur="${length.toFixed(2)}s" repeatCount="indefinite" keyTimes="${times.map(t => t.toFixed(5)).join(";")}" values="${values.join(";")}"/></g>`;
  };
  const out = [];
  let y = 30;
  out.push(`<text class="prompt" x="16" y="${y}">${escape(r.prompt.split("\n")[0].slice(0, 110))}</text>`);
  y += 18;
  r.lanes.forEach((l, n) => {
    const end = l.passes.length, over = when(r.endOf(l, end));
    y += 30;
    out.push(`<text class="name l${n}" x="16" y="${y}">${escape(r.shapes[l.preset.engine] || "○")} ${escape(l.name)}</text>`);
    const exact = l.done.exact === null ? "" : l.done.exact ? " · ✓ right" : " · ✗ wrong";
    out.push(during(over, 1, `<text class="end" x="${width - 16}" y="${y}" text-anchor="end">${l.done.ms.toPrecision(3)} ms · ${end} passes${exact}</text>`));
    y += 12;
    let x = 16;
    l.cells.forEach((_, pos) => {
      const word = s => s[pos][1] < 0 || s[pos][0] === "masked" || s[pos][0] === "guess" ? "·" : r.words[s[pos][1]] || "␣";
      const w = char * Math.max(1, ...l.states.map(s => word(s).length)) + 8;
      if (x + w > width - 16) x = 16, y += high + 4;
      for (let i = 0; i < l.states.length;) {
        const look = s => s[pos][0] === "guess" ? "masked" : s[pos][0];
        let j = i + 1;
        while (j < l.states.length && look(l.states[j]) === look(l.states[i]) && word(l.states[j]) === word(l.states[i])) j++;
        const from = i ? when(r.endOf(l, i)) : 0, to = j < l.states.length ? when(r.endOf(l, j)) : 1;
        const cell = (cls, from, to) => out.push(during(from, to, `<g class="tok ${cls}"><rect x="${x.toFixed(1)}" y="${y}" width="${(w - 3).toFixed(1)}" height="${high - 4}" rx="3"/><text x="${(x + (w - 3) / 2).toFixed(1)}" y="${y + 16}">${escape(word(l.states[i]))}</text></g>`));
        const cls = look(l.states[i]), last = j === l.states.length, calm = Math.min(1, from + 0.5 / length);
        if (last && (cls === "new" || cls === "revised")) cell(cls, from, calm);
        if (last && i) cell((cls === "given" ? cls : "stable") + (l.wrong.has(pos) ? " wrong" : ""), cls === "stable" ? from : calm, 1);
        else cell(cls, from, to);
        i = j;
      }
      x += w;
    });
    y += high + 4;
    const full = (width - 32) * r.endOf(l, end) / (r.total || 1);
    out.push(`<rect class="rail" x="16" y="${y}" width="${width - 32}" height="2"/><rect class="bar l${n}" x="16" y="${y}" width="${full.toFixed(1)}" height="2"><animate attributeName="width" dur="${length.toFixed(2)}s" repeatCount="indefinite" keyTimes="0;${Math.max(over, 0.0001).toFixed(5)};1" values="0;${full.toFixed(1)};${full.toFixed(1)}"/></rect>`);
    y += 6;
  });
  y += 26;
  out.push(`<text class="end" x="16" y="${y}">dllmbench · the same weights, one clock, ${r.timed ? `${Number((r.seconds * 1000 / r.total).toPrecision(2))} times slower than measured` : "one pass of each decoder at a time"}</text>`);
  const colours = i => r.lanes.map((l, n) => `.l${n}{fill:${(hues[l.preset.engine] || ["#555", "#aaa"])[i]}}`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 16}" font-family="system-ui, sans-serif" font-size="14"><style>
svg{background:#fbfbf9}text{fill:#1b1e22}.prompt,.tok text{font-family:ui-monospace,Consolas,monospace}.tok text{text-anchor:middle}.prompt{fill:#555d69}.name{font-weight:650}.end{fill:#555d69}
rect{fill:none}.masked rect{stroke:#666e79;stroke-dasharray:3 2}.masked text{fill:#666e79}.new rect{fill:#ffe9a8;stroke:#1b1e22}.new text,.revised text{font-weight:700}.revised rect{fill:#f5c6dc;stroke:#1b1e22;stroke-width:2}.given text{fill:#555d69}.stable rect{fill:#8882}.wrong text{fill:#a63a00;text-decoration:underline wavy}.rail{fill:#d8dce2}${colours(0)}
@media (prefers-color-scheme:dark){svg{background:#14171b}text{fill:#e7e9ec}.prompt,.end,.given text,.masked text{fill:#a9b2be}.masked rect{stroke:#98a2af}.new rect{fill:#5a4a12;stroke:#e7e9ec}.revised rect{fill:#5e2743;stroke:#e7e9ec}.wrong text{fill:#ff9f6b}.rail{fill:#363d47}${colours(1)}}
</style>${out.join("\n")}</svg>`;
};
