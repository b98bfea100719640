// A button switches between the system's colours, light and dark ones.
{
  const names = ["auto", "light", "dark"];
  const root = document.documentElement;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme";
  const show = name => {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    button.textContent = "colours: " + name;
    button.dataset.name = name;
    document.dispatchEvent(new Event("themechange"));
  };
  const stored = () => { try { return localStorage.getItem("dllmbench-theme"); } catch { return null; } };
  const store = name => { try { localStorage.setItem("dllmbench-theme", name); } catch { /* files may have no storage */ } };
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(button.dataset.name) + 1) % names.length];
    store(next);
    show(next);
  });
  document.querySelector(".kicker").append(button);
  const asked = new URLSearchParams(location.search).get("theme");
  show([asked, stored()].find(name => names.includes(name)) || "auto");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
  // ?only=replay shows one section, for a picture of it.
  const only = new URLSearchParams(location.search).get("only");
  if (only && document.getElementById(only)?.matches("main > section")) {
    document.querySelectorAll("main > section").forEach(s => s.hidden = s.id !== only);
    document.querySelectorAll("header, footer").forEach(e => e.style.display = "none");
  }
  // A link to something inside closed details opens them.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  };
  addEventListener("hashchange", open);
  open();
}
