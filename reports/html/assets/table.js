// Column headings sort their table; a filter, pages and groups of columns keep
// long and wide ones readable. Without scripts all rows and columns stand there,
// in the run's order.
document.querySelectorAll("table.sortable").forEach((table, number) => {
  const size = 100; // rows of a page
  const body = table.tBodies[0];
  const all = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const scroll = table.closest(".scroll");
  let order = all, page = 0;

  // Controls: words to look for, one choice for each column that has a name for
  // all (data-all), the page, the groups of columns.
  const noun = table.dataset.noun || "cells";
  const bar = document.createElement("div");
  bar.className = "controls filter";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Filter");
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = table.dataset.words || "words, for example sudoku steps=4";
  const kind = cell => cell.dataset.kind ?? (cell.childNodes[1] || cell).textContent.trim().split(" ")[0];
  const choices = heads.filter(th => th.dataset.all).map(th => {
    const column = th.cellIndex, select = document.createElement("select");
    const names = [...new Set(all.map(row => kind(row.cells[column])))].sort();
    select.append(new Option(th.dataset.all, ""), ...names.map(n => new Option(n, n)));
    return { column, select, title: th.firstChild.textContent.trim() };
  });
  const count = document.createElement("span");
  count.className = "small";
  count.setAttribute("aria-live", "polite");
  const label = (text, control) => {
    const l = document.createElement("label");
    l.append(text, control);
    return l;
  };
  const turn = (text, name, by) => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.setAttribute("aria-label", name);
    b.addEventListener("click", () => { page += by; show(); });
    return b;
  };
  const pager = document.createElement("span");
  pager.className = "pager";
  const back = turn("◀", "Page before", -1), next = turn("▶", "Next page", 1);
  pager.append(back, " ", next);
  bar.append(label("filter ", search), ...choices.map(c => label(c.title + " ", c.select)), count, pager);
  scroll.before(bar);

  // Groups: a rule hides the columns of those that are off.
  const groups = [...new Set(heads.map(h => h.dataset.group).filter(Boolean))];
  const rule = document.createElement("style");
  table.id = "cells-" + number;
  document.head.append(rule);
  const boxes = new Map();
  const choose = document.createElement("div");
  choose.className = "controls groups";
  choose.setAttribute("role", "group");
  choose.setAttribute("aria-label", "Columns");
  choose.append("columns");
  let chosen = false; // by the reader
  const apply = () => {
    const off = heads.flatMap((h, i) => h.dataset.group && !boxes.get(h.dataset.group).checked ? [`#${table.id} tr > :nth-child(${i + 1})`] : []);
    rule.textContent = off.length ? off.join(",") + "{display:none}" : "";
  };
  const preset = () => { // what a width has room for
    const width = scroll.clientWidth;
    const on = width >= 1050 ? ["quality", "time", "passes"] : width >= 640 ? ["quality", "time"] : ["quality"];
    if (!groups.some(g => on.includes(g))) on.push(groups[0]);
    if (groups[0] !== "quality" && width >= 640) on.push("cost");
    for (const [g, box] of boxes) box.checked = on.includes(g);
    apply();
  };
  for (const g of groups) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.addEventListener("change", () => { chosen = true; apply(); });
    boxes.set(g, box);
    const l = document.createElement("label");
    l.className = "check";
    l.append(box, ` ${g} (${heads.filter(h => h.dataset.group === g).length})`);
    choose.append(l);
  }
  const every = document.createElement("button");
  every.type = "button";
  every.textContent = "all";
  every.addEventListener("click", () => { chosen = true; for (const box of boxes.values()) box.checked = true; apply(); });
  choose.append(every);
  if (groups.length > 1) {
    scroll.before(choose);
    preset();
    let width = scroll.clientWidth;
    new ResizeObserver(() => {
      if (!chosen && scroll.clientWidth && scroll.clientWidth !== width) { width = scroll.clientWidth; preset(); }
    }).observe(scroll);
  }

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = order.filter(row => {
      const text = [row.cells[0], row.cells[1], ...choices.map(c => row.cells[c.column])].map(c => c.textContent).join(" ").toLowerCase();
      return choices.every(c => !c.select.value || kind(row.cells[c.column]) === c.select.value) && words.every(w => text.includes(w));
    });
    const pages = Math.max(1, Math.ceil(found.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = found.slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown);
    pager.hidden = pages === 1;
    back.disabled = page === 0;
    next.disabled = page === pages - 1;
    count.textContent = `${found.length} of ${all.length} ${noun}` + (pages > 1 ? `, page ${page + 1} of ${pages}` : "");
  };
  for (const control of [search, ...choices.map(c => c.select)]) control.addEventListener("input", () => { page = 0; show(); });

  heads.forEach((th, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    const numeric = th.classList.contains("num");
    const key = row => {
      const cell = row.cells[column];
      if (!numeric) return cell.textContent.trim();
      const value = Number.parseFloat(cell.dataset.v === undefined ? cell.textContent.replace("−", "-") : cell.dataset.v);
      return Number.isFinite(value) ? value : null;
    };
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      for (const h of heads) h.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = all.map(row => [key(row), row]);
      rows.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null); // unknown goes last
        const by = typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
        return down ? -by : by;
      });
      order = rows.map(([, row]) => row);
      page = 0;
      show();
    });
  });
  show();
});
