// Column headings sort their table; a filter and pages keep long ones readable.
// Without scripts all rows stand in the run's order.
for (const table of document.querySelectorAll("table.sortable")) {
  const size = 100; // rows of a page
  const body = table.tBodies[0];
  const all = [...body.rows];
  let order = all, page = 0;

  // Controls: words to look for, the decoder, the page.
  const bar = document.createElement("div");
  bar.className = "controls filter";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Filter");
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = "words, for example sudoku steps=4";
  const engine = document.createElement("select");
  const names = [...new Set(all.map(row => row.cells[1].textContent.trim().split(" ")[0]))].sort();
  engine.append(new Option("all decoders", ""), ...names.map(n => new Option(n, n)));
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
  bar.append(label("filter ", search), label("decoder ", engine), count, pager);
  table.closest(".scroll").before(bar);

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = order.filter(row => {
      const name = row.cells[1].textContent.trim();
      const text = (row.cells[0].textContent + " " + name).toLowerCase();
      return (!engine.value || name.split(" ")[0] === engine.value) && words.every(w => text.includes(w));
    });
    const pages = Math.max(1, Math.ceil(found.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = found.slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown);
    pager.hidden = pages === 1;
    back.disabled = page === 0;
    next.disabled = page === pages - 1;
    count.textContent = `${found.length} of ${all.length} cells` + (pages > 1 ? `, page ${page + 1} of ${pages}` : "");
  };
  for (const control of [search, engine]) control.addEventListener("input", () => { page = 0; show(); });

  table.querySelectorAll("thead th").forEach((th, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach(h => h.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = row => {
        const cell = row.cells[column];
        if (!cell.classList.contains("num")) return cell.textContent.trim();
        return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
      };
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
}
