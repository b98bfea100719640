// What pages that show tokens share: the state of each position after each pass, the
// look of a token, and the heat map.
const tokenPage = (() => {
  const make = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // level turns a digit of base 36 into per cent, -1 for unknown.
  const level = c => c === "." ? -1 : Math.round(100 * parseInt(c, 36) / 35);

  // states computes what each position holds after every pass: [state, token,
  // confidence in per cent, pass]. Index 0 is before the first pass.
  const states = lane => {
    const now = Array.from({ length: lane.budget }, () => ["masked", -1, -1, 0]);
    for (const [pos, id] of lane.given || []) now[pos] = ["given", id, -1, 0];
    const out = [now.slice()];
    let fresh = [];
    lane.passes.forEach((pass, i) => {
      for (const pos of fresh) now[pos] = [now[pos][1] < 0 ? "masked" : "stable", ...now[pos].slice(1)];
      const guessed = new Map(pass.g || []);
      for (let pos = 0; pos < lane.budget && (pass.g || pass.h); pos++) {
        const p = now[pos];
        if (p[0] !== "masked" && p[0] !== "guess") continue;
        const conf = pass.h ? level(pass.h[pos]) : p[2];
        if (guessed.has(pos)) now[pos] = ["guess", guessed.get(pos), conf, 0];
        else if (conf !== p[2]) now[pos] = [p[0], p[1], conf, p[3]];
      }
      for (const [pos, id] of pass.r || []) now[pos] = ["revised", id, -1, i + 1];
      for (const [pos, id, conf] of pass.w || []) now[pos] = [now[pos][3] > 0 ? "revised" : "new", id, conf, i + 1];
      fresh = [...(pass.r || []), ...(pass.w || [])].map(k => k[0]);
      out.push(now.slice());
    });
    return out;
  };

  // fill shows a state in a cell. o: words, guesses (are predictions shown), over (others
  // are still writing), final (nothing changes it any more), past (behind the text).
  const fill = (cell, [state, id, conf, when], pos, o) => {
    if (state === "guess" && !o.guesses) state = "masked";
    if (o.over && (state === "new" || state === "revised")) state = "stable";
    if (id < 0 && state !== "revised") state = "masked";
    const open = state === "masked" || state === "guess";
    cell.className = "tok " + state + (o.final && state === "stable" ? " final" : "") + (o.past ? " past" : "");
    cell.textContent = id < 0 || state === "masked" ? "·" : (o.words[id] || "␣");
    cell.title = `position ${pos + 1}: ` + (open ? "not written" : state === "given" ? "given" : `written in pass ${when}`)
      + (conf >= 0 ? `, confidence ${conf}%` : "");
  };

  // paint draws the heat map: one row for each pass, one column for each position. o: lane,
  // states, hot (the colour), passes (that are over), height (in pixels; by the passes
  // without), edges (of rows, from 0 to 1; equal rows without).
  const paint = (heat, o) => {
    const { budget, passes } = o.lane;
    const cw = Math.max(4, Math.min(24, Math.floor(1200 / budget))), rh = o.height ? o.height / passes.length : Math.max(4, Math.min(14, Math.floor(480 / passes.length)));
    heat.width = cw * budget;
    heat.height = rh * passes.length;
    heat.style.maxWidth = heat.width + "px";
    const g = heat.getContext("2d"), ink = getComputedStyle(document.documentElement).getPropertyValue("--fg");
    const edge = i => o.edges ? Math.round(o.edges[i] * heat.height) : i * rh;
    passes.forEach((pass, i) => {
      const top = edge(i), ch = Math.max(1, edge(i + 1) - top);
      g.fillStyle = o.hot;
      for (let pos = 0; pos < budget; pos++) {
        const v = pass.h ? level(pass.h[pos]) : -1;
        if (v < 0) continue;
        g.globalAlpha = 0.06 + 0.84 * v / 100;
        g.fillRect(pos * cw, top, cw, ch);
      }
      for (const [pos, , conf] of pass.w || []) { // where no prediction says it
        if (pass.h && level(pass.h[pos]) >= 0 || conf < 0) continue;
        g.globalAlpha = 0.06 + 0.84 * conf / 100;
        g.fillRect(pos * cw, top, cw, ch);
      }
      g.globalAlpha = 1;
      const dot = (pos, hollow) => {
        g.beginPath();
        g.arc((pos + .5) * cw, top + ch / 2, Math.max(1.5, Math.min(cw, ch) / 4), 0, 7);
        g.strokeStyle = g.fillStyle = ink;
        if (hollow) g.stroke();
        else g.fill();
      };
      for (const [pos] of pass.r || []) dot(pos, true);
      for (const [pos] of pass.w || []) dot(pos, o.states[i][pos][3] > 0);
    });
    g.fillStyle = ink;
    g.fillRect(0, Math.max(0, edge(o.passes) - 2), heat.width, 2);
  };

  return { make, states, fill, paint };
})();
