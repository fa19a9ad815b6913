// Keeps a page fresh: asks every two seconds with the version that it shows, while it is in sight. What is new takes
// its place in the parts named by data-part, unless the reader is at work in one: then a line says so, with a button.
"use strict";
(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const EVERY = 2000;
  const SLOWEST = 15;
  const said = root.dataset;
  const waiting = new Map();
  let version = said.version;
  let failures = 0;
  let timer = 0;
  let asking = false;
  let ended = false;

  const partNamed = (name) => document.querySelector(`[data-part="${name}"]`);

  const isTyped = (field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected)
        : field.type !== "hidden" && field.value !== field.defaultValue;

  const isAtWorkIn = (part) => {
    if (part.contains(document.activeElement)) return true;
    const selection = document.getSelection();
    if (selection && !selection.isCollapsed && selection.containsNode(part, true)) return true;
    return [...part.querySelectorAll("input, textarea, select")].some(isTyped);
  };

  // Only the items that are new or changed are put in, so that what is read out is what is new.
  const merge = (list, fresh) => {
    const wanted = [...fresh.children];
    const ids = new Set(wanted.map((item) => item.id));
    for (const item of [...list.children]) if (!ids.has(item.id)) item.remove();
    let place = list.firstElementChild;
    for (const item of wanted) {
      const known = document.getElementById(item.id);
      if (known && known.parentElement === list && known.isEqualNode(item)) {
        if (known === place) place = place.nextElementSibling;
        else list.insertBefore(known, place);
      } else {
        if (known && known === place) place = place.nextElementSibling;
        if (known) known.remove();
        list.insertBefore(item, place);
      }
    }
  };

  const put = (name) => {
    const fresh = waiting.get(name);
    const part = partNamed(name);
    waiting.delete(name);
    document.getElementById(`new-${name}`)?.remove();
    const [list, items] = [part.querySelector("[data-keyed]"), fresh.querySelector("[data-keyed]")];
    if (list && items && part.children.length === 1 && fresh.children.length === 1) merge(list, items);
    else part.replaceChildren(...fresh.childNodes);
  };

  const sayThatItWaits = (name) => {
    if (document.getElementById(`new-${name}`)) return;
    const line = document.createElement("p");
    line.id = `new-${name}`;
    line.className = "notice something-new";
    line.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said.show;
    button.addEventListener("click", () => put(name));
    line.append(said.new, " ", button);
    partNamed(name).before(line);
  };

  const settle = () => {
    for (const name of [...waiting.keys()]) {
      if (isAtWorkIn(partNamed(name))) sayThatItWaits(name);
      else put(name);
    }
  };

  const take = (html) => {
    for (const fresh of new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-part]")) {
      const part = partNamed(fresh.dataset.part);
      if (part && part.innerHTML !== fresh.innerHTML) waiting.set(fresh.dataset.part, document.importNode(fresh, true));
    }
  };

  const end = (sentence) => {
    ended = true;
    const line = document.createElement("p");
    line.className = "notice refused";
    line.setAttribute("role", "alert");
    line.textContent = sentence;
    root.before(line);
  };

  const ask = async () => {
    const address = `${said.live}${said.live.includes("?") ? "&" : "?"}version=${encodeURIComponent(version)}`;
    const answer = await fetch(address, { redirect: "manual", headers: { "x-live": "1" } });
    if (answer.type === "opaqueredirect" || answer.status === 401) return end(said.signedOut);
    if (answer.status === 403 || answer.status === 404) return end(said.gone);
    if (!answer.ok) throw new Error("not now");
    if (answer.status === 200) take(await answer.text());
    version = answer.headers.get("x-version") || version;
  };

  const look = async () => {
    clearTimeout(timer);
    if (asking || ended || document.hidden) return;
    asking = true;
    try {
      await ask();
      failures = 0;
      settle();
    } catch {
      failures += 1; // the network or the server rests: ask on, more slowly
    }
    asking = false;
    if (!ended) timer = setTimeout(look, EVERY * Math.min(failures + 1, SLOWEST));
  };

  document.addEventListener("visibilitychange", look);
  timer = setTimeout(look, EVERY);
})();
