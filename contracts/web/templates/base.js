// Only what a page can do without: colours, copying, filtering, unfolding what a link leads to.
(() => {
  "use strict";
  const root = document.documentElement;
  const remembered = {
    get() { try { return localStorage.getItem("theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("theme", value); } catch { /* nothing is remembered, the page works */ } },
  };
  const known = remembered.get();
  if (known === "dark" || known === "light") root.dataset.theme = known;

  const say = (text) => { document.getElementById("said").textContent = text; };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  function colours(button) {
    const show = () => button.setAttribute("aria-pressed", String(dark()));
    button.hidden = false;
    show();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      remembered.set(root.dataset.theme);
      show();
    });
  }

  // <button data-copy="ID" hidden>Copy</button> copies the text of the element ID.
  function copying(button) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const done = await copied(source);
      button.textContent = done ? "Copied" : "Press Ctrl+C";
      say(done ? "Copied" : "The text is selected; copy it with Ctrl+C");
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  async function copied(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(source);
      return document.execCommand("copy");
    }
  }

  // <form data-filter="ID" hidden> narrows the [data-item] elements below ID. A search field looks through their text
  // (data-item's value where it has one); a <select name="level"> compares data-level with the chosen value, words of
  // the attribute apart. <output> tells how many are left; [data-group] elements without any are hidden.
  function filtering(form) {
    const list = document.getElementById(form.dataset.filter);
    const items = [...list.querySelectorAll("[data-item]")].map((element) => ({ element, text: null }));
    const groups = [...list.querySelectorAll("[data-group]")];
    const words = (item) => item.text ??= (item.element.dataset.item || item.element.textContent).toLowerCase();
    const apply = () => {
      const search = (form.querySelector("input[type=search]")?.value || "").trim().toLowerCase();
      const chosen = [...form.querySelectorAll("select")].filter((select) => select.value);
      let left = 0;
      for (const item of items) {
        const fits = chosen.every((select) => (item.element.dataset[select.name] || "").split(" ").includes(select.value))
          && (!search || words(item).includes(search));
        item.element.hidden = !fits;
        left += fits;
      }
      for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
      const output = form.querySelector("output");
      if (output) output.textContent = left === items.length ? `${left} shown` : `${left} of ${items.length} shown`;
    };
    let waiting = 0;
    form.hidden = false;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    apply();
  }

  // A link to something folded or filtered away unfolds it and shows it.
  function arrive() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* taken as it stands */ }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) for (const form of document.querySelectorAll("form[data-filter]")) form.reset();
    for (let place = target; place; place = place.parentElement) if (place.matches("details")) place.open = true;
    setTimeout(() => target.scrollIntoView({ block: "start", behavior: "instant" }), 20);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-theme-toggle]").forEach(colours);
    document.querySelectorAll("[data-copy]").forEach(copying);
    document.querySelectorAll("form[data-filter]").forEach(filtering);
    arrive();
  });
  addEventListener("hashchange", arrive);
})();
