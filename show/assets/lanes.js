// The lanes of a race and their settings.
"use strict";
const main = p => p.role === "steps" || /^(block_length|threshold|temperature)$/.test(p.name);
const control = (l, p) => {
  const box = make("div", "param"), label = make("label", "", p.name.replaceAll("_", " ") + " "), id = `p${l.index}-${p.name}`;
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
  l.tokens.tabIndex = 0;
  l.tokens.setAttribute("role", "listbox"); // screen readers leave its arrow keys to the page
  l.tokens.setAttribute("aria-orientation", "horizontal");
  l.tokens.setAttribute("aria-label", `Tokens of ${l.name}`);
  l.tokens.addEventListener("keydown", e => {
    const last = (l.cells?.length ?? 0) - 1, position = { ArrowLeft: l.position - 1, ArrowRight: l.position + 1, Home: 0, End: last }[e.key];
    if (position === undefined || last < 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation();
    l.position = Math.min(last, Math.max(0, position));
    read(l);
  });
  l.tokens.addEventListener("pointerover", e => {
    const pos = l.cells?.indexOf(e.target) ?? -1;
    if (pos >= 0) {
      l.position = pos;
      read(l);
    }
  });
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
