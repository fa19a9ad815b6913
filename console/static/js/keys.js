// Single keys for the officers' lists and cases: what each does is said in the dialog "keys", where they can be switched
// off. None acts while somebody types; Ctrl+Enter sends the text that is being written.
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const opener = document.querySelector("[data-opens='keys']");
  const choice = document.getElementById("single-keys");
  const NAME = "single-keys";
  const isOn = () => localStorage.getItem(NAME) !== "off";
  const open = () => (dialog.open ? dialog.close() : dialog.showModal());

  opener.hidden = false;
  opener.addEventListener("click", open);
  choice.checked = isOn();
  choice.addEventListener("change", () => localStorage.setItem(NAME, choice.checked ? "on" : "off"));

  const isTyping = (element) =>
    element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type='checkbox']"));

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const rowOf = (element) => element.closest("[data-row]");

  const step = (by) => {
    const all = rows();
    const here = all.indexOf(rowOf(document.activeElement));
    const wanted = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
    wanted?.querySelector("a")?.focus();
    return Boolean(all.length);
  };

  const use = (key) => {
    const own = rows().length ? rowOf(document.activeElement)?.querySelector(`[data-key="${key}"]`) : null;
    const target = own ?? [...document.querySelectorAll(`[data-key="${key}"]`)].find((each) => !rowOf(each));
    if (!target) return false;
    if (target.matches("input, textarea")) target.focus();
    else target.click();
    return true;
  };

  const acts = {
    j: () => step(1) || use("j"),
    k: () => step(-1) || use("k"),
    c: () => use("c"),
    r: () => use("r"),
    "/": () => use("/"),
    "?": () => (open(), true),
  };

  const send = (event) => {
    const form = event.target.closest("form");
    const button = form?.querySelector("[data-sends]");
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) return send(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (!isOn() || isTyping(event.target) || (dialog.open && event.key !== "?")) return;
    if (acts[event.key]?.()) event.preventDefault();
  });
})();
